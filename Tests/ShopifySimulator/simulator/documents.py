"""Documents, parsed and validated once; mistakes come back in Shopify's shape."""

import itertools
import re
from collections import OrderedDict

from graphql import (FieldsOnCorrectTypeRule, GraphQLError, GraphQLSyntaxError, ValidationRule, get_operation_ast, parse,
                     specified_rules, validate)

from .cost import Costing

KEPT = 500
SERIALS = itertools.count(1)
CODES = [(re.compile(r"Unknown argument"), "argumentNotAccepted"), (re.compile(r"argument .* is required"), "missingRequiredArguments"),
         (re.compile(r"Variable .* is not defined"), "variableNotDefined"), (re.compile(r"Variable .* is never used"), "variableNotUsed"),
         (re.compile(r"Unknown fragment"), "fragmentNotFound"), (re.compile(r"Fragment .* is never used"), "useAndDefineFragment"),
         (re.compile(r"must not have a selection|must have a selection"), "selectionMismatch"),
         (re.compile(r"Unknown type"), "undefinedType"), (re.compile(r"Variable .* of type"), "variableMismatch")]


class KnownFields(ValidationRule):
    """Unknown fields in the words and with the path that Shopify gives."""

    def enter_field(self, node, _key, _parent, _path, ancestors):
        """Called for every field of the document."""
        kind = self.context.get_parent_type()
        if kind is None or self.context.get_field_def() is not None:
            return
        path = [step for a in ancestors if not isinstance(a, (list, tuple)) for step in self._step(a)]
        name = node.name.value
        self.report_error(GraphQLError(
            f"Field '{name}' doesn't exist on type '{kind.name}'", node,
            extensions={"code": "undefinedField", "typeName": kind.name, "fieldName": name,
                        "_path": [*path, (node.alias or node.name).value]}))

    @staticmethod
    def _step(node):
        if node.kind == "operation_definition":
            return [" ".join(x for x in (node.operation.value, node.name.value if node.name else "") if x)]
        if node.kind == "fragment_definition":
            return [f"fragment {node.name.value}"]
        if node.kind == "field":
            return [(node.alias or node.name).value]
        if node.kind == "inline_fragment" and node.type_condition:
            return [f"... on {node.type_condition.name.value}"]
        return []


RULES = [KnownFields if rule is FieldsOnCorrectTypeRule else rule for rule in specified_rules]


def shaped(error):
    """A parse or validation error for the answer."""
    extensions = dict(error.extensions or {})
    found = {"message": error.message, "locations": [{"line": p.line, "column": p.column} for p in error.locations or ()]}
    path = extensions.pop("_path", None)
    if path:
        found["path"] = path
    if not extensions:
        code = next((c for pattern, c in CODES if pattern.search(error.message)), None)
        extensions = {"code": code} if code else {}
    if extensions:
        found["extensions"] = extensions
    return found


class Prepared:
    """One operation of a document, ready to run."""

    def __init__(self, schema, text, operation_name):
        self.serial = next(SERIALS)
        self.errors, self.document, self.operation, self.name = None, None, None, operation_name
        try:
            self.document = parse(text)
        except GraphQLSyntaxError as error:
            self.errors = [{"message": error.message, "locations": shaped(error)["locations"]}]
            return
        self.operation = get_operation_ast(self.document, operation_name)
        found = validate(schema, self.document, RULES)
        if found:
            self.errors = [shaped(e) for e in found]
        elif self.operation is None:
            message = f'No operation named "{operation_name}"' if operation_name else "An operation name is required"
            self.errors = [{"message": message}]
        elif schema.get_root_type(self.operation.operation) is None:
            self.errors = [{"message": f"Schema is not configured for {self.operation.operation.value}s"}]
        if self.operation is not None and self.operation.name:
            self.name = self.operation.name.value
        if self.errors:
            return
        fragments = {d.name.value: d for d in self.document.definitions if d.kind == "fragment_definition"}
        self.costs = Costing(schema, fragments).operation(self.operation)
        self.batch_key, self.ids_variable, self.ids_literal = None, None, None
        self._find_batch()

    def _find_batch(self):
        """Notes when the operation is nothing but `nodes(ids:)`: its elements can be kept one by one."""
        selections = self.operation.selection_set.selections
        if len(selections) != 1 or selections[0].kind != "field" or selections[0].name.value != "nodes" or selections[0].directives:
            return
        value = selections[0].arguments[0].value
        if value.kind == "variable":
            self.ids_variable = value.name.value
        elif all(v.kind == "string_value" for v in getattr(value, "values", ())) and value.kind == "list_value":
            self.ids_literal = [v.value for v in value.values]
        else:
            return
        self.batch_key = (selections[0].alias or selections[0].name).value

    def requested(self, variables):
        """Requested cost with these variables."""
        return sum(field.requested(variables) for field in self.costs)


class Documents:
    """Prepared operations by text."""

    def __init__(self):
        self.kept = OrderedDict()

    def get(self, schema, text, operation_name):
        """The prepared operation."""
        key = (id(schema), text, operation_name)
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = Prepared(schema, text, operation_name)
            if len(self.kept) > KEPT:
                self.kept.popitem(last=False)
        return found
