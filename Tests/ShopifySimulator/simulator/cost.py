"""Query cost as Shopify reckons it: asked for before execution, and counted again on what came back.

Leaves are free, objects cost 1, a connection 2 plus f(page size) nodes, where f grows with the logarithm; a plain list
counts as one object however long; money, page info and location addresses are free; counts at the root cost 10.
"""

import math

from graphql import (GraphQLObjectType, GraphQLUnionType, OperationType, get_named_type, is_abstract_type,
                     is_leaf_type)

FREE = {"MoneyBag", "MoneyV2", "PageInfo", "LocationAddress"}
ROOT_COUNT = 10
MUTATION = 10
MUTATION_MANUAL = {"fulfillmentTrackingInfoUpdate": 50}
SCALAR_MANUAL = {("Location", "hasUnfulfilledOrders"): 1}


def weight(size):
    """How many nodes a page of `size` counts for."""
    return 0 if size <= 0 else max(1, math.floor(2 * math.log(size)))


class Field:
    """One response key in the cost tree."""

    __slots__ = ("key", "kind", "own", "size", "variants", "merged")

    def __init__(self, key, kind, own=0, size=None, variants=(), merged=()):
        self.key, self.kind, self.own, self.size = key, kind, own, size
        self.variants, self.merged = variants, merged

    def requested(self, variables):
        """Points before execution."""
        if self.kind == "flat":
            return self.own
        inside = max((sum(f.requested(variables) for f in fields) for fields in self.variants), default=0)
        if self.kind == "object":
            return self.own + inside
        size = self.size if isinstance(self.size, int) else variables.get(self.size) or 0
        return 2 + (weight(size) * (self.own + inside) if self.merged is not None else 0)

    def actual(self, value):
        """Points for what came back."""
        if value is None:
            return 0
        if self.kind == "flat":
            return self.own
        if self.kind == "object":
            items = value if isinstance(value, list) else (value,)
            return self.own + max((inside(self.merged, v) for v in items if v is not None), default=0)
        nodes = None
        for key, found in value.items():
            if isinstance(found, list):
                nodes = found if not found or "node" not in (found[0] or {}) else [e["node"] for e in found]
        if not nodes:
            return 2
        return 2 + weight(len(nodes)) * (self.own + max(inside(self.merged, n) for n in nodes if n is not None)) \
            if any(n is not None for n in nodes) else 2


def inside(fields, value):
    """Sum of the fields of one object that came back."""
    return sum(f.actual(value[f.key]) for f in fields if value.get(f.key) is not None)


class Costing:
    """Builds the tree of one operation."""

    def __init__(self, schema, fragments):
        self.schema, self.fragments = schema, fragments

    def applies(self, condition, kind):
        """Whether a fragment on `condition` holds for the object type `kind` (None: not known)."""
        if condition is None or condition is kind:
            return True
        if kind is None:
            return False
        return is_abstract_type(condition) and self.schema.is_sub_type(condition, kind)

    def collect(self, selections, parent, kind, everything, found):
        """{key: [(parent type, field node)]} of selections that hold for `kind`, or of all of them."""
        for item in selections:
            if item.kind == "field":
                if not item.name.value.startswith("__"):
                    found.setdefault((item.alias or item.name).value, []).append((parent, item))
                continue
            if item.kind == "inline_fragment":
                named, inner = item.type_condition, item.selection_set.selections
            else:
                fragment = self.fragments[item.name.value]
                named, inner = fragment.type_condition, fragment.selection_set.selections
            condition = self.schema.type_map[named.name.value] if named else None
            if everything or condition is parent or self.applies(condition, kind):
                self.collect(inner, condition or parent, kind, everything, found)
        return found

    def children(self, selections, parent):
        """(variants, merged): fields per concrete type that can stand here, and all fields together."""
        merged = self.fields(self.collect(selections, parent, None, True, {}))
        if isinstance(parent, GraphQLObjectType):
            return [merged], merged
        kinds = [None, *self.schema.get_possible_types(parent)]
        return [self.fields(self.collect(selections, parent, kind, False, {})) for kind in kinds], merged

    def fields(self, collected):
        """Field entries of collected selections; those that can never cost anything are left out."""
        entries = (self.field(key, pairs) for key, pairs in collected.items())
        return [entry for entry in entries if entry is not None]

    def field(self, key, pairs):
        """The entry of one response key, or None when it is free."""
        parent, first = pairs[0]
        name = first.name.value
        if isinstance(parent, GraphQLUnionType):
            return None
        kind = get_named_type(parent.fields[name].type)
        if is_leaf_type(kind):
            own = SCALAR_MANUAL.get((parent.name, name), 0)
            return Field(key, "flat", own) if own else None
        if kind.name in FREE:
            return None
        if kind.name == "Count" and parent is self.schema.query_type:
            return Field(key, "flat", ROOT_COUNT)
        selections = [s for _, node in pairs for s in (node.selection_set.selections if node.selection_set else ())]
        if kind.name.endswith("Connection"):
            return self.connection(key, first, kind, selections)
        variants, merged = self.children(selections, kind)
        return Field(key, "object", 1, None, variants, merged)

    def connection(self, key, node, kind, selections):
        """The entry of a connection; asking for nodes and for edges pays twice."""
        size = 0
        for argument in node.arguments:
            if argument.name.value in ("first", "last"):
                value = argument.value
                size = value.name.value if value.kind == "variable" else int(value.value) if value.kind == "int_value" else size
        node_kind, inner, times = get_named_type(kind.fields["nodes"].type), [], 0
        for pairs in self.collect(selections, kind, None, True, {}).values():
            for _, item in pairs:
                if item.name.value == "nodes":
                    inner += item.selection_set.selections
                    times += 1
                elif item.name.value == "edges":
                    for row in item.selection_set.selections:
                        if row.kind == "field" and row.name.value == "node":
                            inner += row.selection_set.selections
                            times += 1
        if not times:
            return Field(key, "connection", 0, size, (), None)
        variants, merged = self.children(inner, node_kind)
        return Field(key, "connection", 0 if node_kind.name in FREE else 1, size, variants, merged)

    def operation(self, definition):
        """The tree of a whole operation: its root fields."""
        mutation = definition.operation == OperationType.MUTATION
        root = self.schema.mutation_type if mutation else self.schema.query_type
        fields = self.fields(self.collect(definition.selection_set.selections, root, root, False, {}))
        if mutation:
            for field in fields:
                field.own = MUTATION_MANUAL.get(field.key, MUTATION)
        return fields
