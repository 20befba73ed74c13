#!/usr/bin/env python3
"""Checks the client's GraphQL documents and the simulator's schema.

Always: every document validates against the simulator's schema.
With --schema FILE...: every document also validates against each of those real schemas, uses nothing deprecated and costs
less than the limit for a single query; and every type, field, argument, enum value and nullability of the simulator's
schema is found there as it is. Prints what each document costs. Exit status 1 on any difference.

Needs graphql-core (Tests/ShopifySimulator/requirements.txt).
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIMULATOR = ROOT / "Tests" / "ShopifySimulator"
DOCUMENTS = ROOT / "Sources" / "ShopifyAPI" / "Operations" / "Documents"
sys.path.insert(0, str(SIMULATOR))

from graphql import (GraphQLEnumType, GraphQLError, GraphQLInputObjectType, GraphQLInterfaceType,  # noqa: E402
                     GraphQLObjectType, GraphQLUnionType, NoDeprecatedCustomRule, build_schema, parse, specified_rules, validate)
from simulator.cost import Costing  # noqa: E402
from simulator.schema import schema_for, sdl_text  # noqa: E402
from simulator.versions import SUPPORTED  # noqa: E402

LIMIT = 1000
PAGE = 250
BUILT_IN = {"String", "Int", "Float", "Boolean", "ID"}


def differing_fragments(folder):
    """Fragments of one name that do not read the same in all documents: each file is whole, so some stand in several."""
    found, problems = {}, []
    for path in sorted(folder.rglob("*.graphql")):
        text = path.read_text(encoding="utf-8")
        for definition in parse(text).definitions:
            if definition.kind != "fragment_definition":
                continue
            first, wording = found.setdefault(definition.name.value, (path.name, text[definition.loc.start:definition.loc.end]))
            if wording != text[definition.loc.start:definition.loc.end]:
                problems.append(f"{path.name}: fragment {definition.name.value} differs from the one in {first}")
    return problems


def requested(schema, document, page):
    """Requested cost of a document's operation with every integer variable at `page`."""
    operation = next(d for d in document.definitions if d.kind == "operation_definition")
    known = {d.name.value: d for d in document.definitions if d.kind == "fragment_definition"}
    variables = {}
    for item in operation.variable_definitions or ():
        default = item.default_value
        is_int = default is not None and default.kind == "int_value"
        variables[item.variable.name.value] = int(default.value) if is_int else page
    return sum(field.requested(variables) for field in Costing(schema, known).operation(operation))


def check_documents(folder, schemas, page):
    """Problems of all documents against all schemas [(name, schema, rules)]."""
    problems = differing_fragments(folder)
    for path in sorted(folder.rglob("*.graphql")):
        text = path.read_text(encoding="utf-8")
        try:
            document = parse(text)
        except GraphQLError as error:
            problems.append(f"{path.name}: {error.message}")
            continue
        if not any(d.kind == "operation_definition" for d in document.definitions):
            continue
        costs = []
        for name, schema, rules in schemas:
            found = validate(schema, document, rules)
            for error in found:
                line = error.locations[0].line if error.locations else "?"
                problems.append(f"{path.name}:{line}: {error.message} [{name}]")
            if not found:
                costs.append(requested(schema, document, page))
        if costs:
            print(f"{path.name}: {costs[0]} points at pages of {page}")
            if max(costs) >= LIMIT:
                problems.append(f"{path.name}: costs {max(costs)} points, the limit is {LIMIT}")
            if len(set(costs)) > 1:
                problems.append(f"{path.name}: the schemas disagree about its cost: {costs}")
    return problems


def compare_arguments(where, ours, theirs):
    """Differences of a field's arguments, or of an input's fields."""
    for name, argument in ours.items():
        other = theirs.get(name)
        if other is None:
            yield f"{where}: argument {name} is unknown"
            continue
        if str(argument.type) != str(other.type):
            yield f"{where}: argument {name} is {argument.type}, should be {other.type}"
        if argument.default_value != other.default_value:
            yield f"{where}: argument {name} defaults to {argument.default_value}, should be {other.default_value}"
    for name, other in theirs.items():
        if name not in ours and str(other.type).endswith("!") and repr(other.default_value) == "Undefined":
            yield f"{where}: required argument {name} is missing"


def compare_fields(kind, ours, theirs):
    """Differences of an object's or interface's fields."""
    for name, field in ours.fields.items():
        other = theirs.fields.get(name)
        if other is None:
            yield f"{kind}.{name} is unknown"
            continue
        if str(field.type) != str(other.type):
            yield f"{kind}.{name} is {field.type}, should be {other.type}"
        if other.deprecation_reason:
            yield f"{kind}.{name} is deprecated: {other.deprecation_reason}"
        yield from compare_arguments(f"{kind}.{name}", field.args, other.args)
    names = {interface.name for interface in theirs.interfaces}
    for interface in ours.interfaces:
        if interface.name not in names:
            yield f"{kind} does not implement {interface.name}"


def compare(ours, theirs):
    """Everything of `ours` that is not in `theirs` in the same way."""
    for name, kind in ours.type_map.items():
        if name.startswith("__") or name in BUILT_IN:
            continue
        other = theirs.type_map.get(name)
        if other is None or type(other) is not type(kind):
            yield f"type {name} is unknown, or of another kind"
        elif isinstance(kind, GraphQLEnumType):
            for value in kind.values:
                if value not in other.values:
                    yield f"{name}.{value} is unknown"
        elif isinstance(kind, GraphQLUnionType):
            members = {member.name for member in other.types}
            for member in kind.types:
                if member.name not in members:
                    yield f"{name} has no member {member.name}"
        elif isinstance(kind, GraphQLInputObjectType):
            yield from compare_arguments(name, kind.fields, other.fields)
        elif isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            yield from compare_fields(name, kind, other)


def main():
    """Checks and reports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schema", nargs="+", type=Path, default=[], metavar="FILE", help="real schemas to compare with")
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--page", type=int, default=PAGE, help="value of integer variables when reckoning cost")
    options = parser.parse_args()
    schemas = [(f"simulator {version}", schema_for(version), list(specified_rules)) for version in SUPPORTED]
    problems = []
    ours = build_schema(sdl_text(SUPPORTED[0]))
    for path in options.schema:
        real = build_schema(path.read_text(encoding="utf-8"), assume_valid=True)
        schemas.append((path.name, real, [*specified_rules, NoDeprecatedCustomRule]))
        problems += [f"simulator schema: {difference} [{path.name}]" for difference in compare(ours, real)]
    problems += check_documents(options.documents, schemas, options.page)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(schemas)} schemas, no differences")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
