"""Bodies as they come: JSON with exact decimals, XML by the tables of shapes; both become the same plain values."""

import decimal
import json
import re
import xml.etree.ElementTree as ElementTree

PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")


class Unreadable(ValueError):
    """The body is no document at all."""


class Figure(decimal.Decimal):
    """A number with the text that it was written as, to tell `19.99` from `1.999e1`."""

    def __new__(cls, written):
        made = super().__new__(cls, written)
        made.written = written
        return made


def ignore(_code, _path, _detail):
    """A report that nobody wants."""


def decoded(body):
    """The body's text; a byte-order mark is no part of it."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8: {error}") from None


def read_json(body, report=ignore):
    """A JSON document. A key that comes twice is reported, and its last value counts."""
    def pairs(found):
        names = [name for name, _ in found]
        for name in sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else ():
            report("duplicate_key", name, "a key twice in one object")
        return dict(found)

    def constant(name):
        raise Unreadable(f"{name} is no JSON")

    try:
        return json.loads(decoded(body), object_pairs_hook=pairs, parse_float=Figure, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {error}") from None


def read_tree(body, root):
    """An XML document's root element, which must have that name; document type declarations are refused."""
    text = decoded(body)
    if "<!DOCTYPE" in text:
        raise Unreadable("a document type declaration")
    try:
        tree = ElementTree.fromstring(text.encode())
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        # LookupError: an encoding that nobody knows.
        raise Unreadable(f"no XML: {error}") from None
    if tree.tag != root:
        raise Unreadable(f"the root is {tree.tag}, not {root}")
    return tree


def read_xml(body, root, shape, report=ignore):
    """An XML document by its table, as the values that its JSON twin would have."""
    return fields(read_tree(body, root), shape, "", report)


def fields(element, shape, path, report):
    """An object: one value for each child element."""
    found = {}
    for child in element:
        name, here = child.tag, f"{path}.{child.tag}".lstrip(".")
        kind = shape.get(name)
        if kind is not None and kind.kind == "array" and kind.child is None:
            found.setdefault(name, []).append(scalar(child, kind.of))
            continue
        if name in found:
            report("repeated", here, "an element twice that is no list")
        found[name] = (child.text or "").strip() if kind is None else value(child, kind, here, report)
    return found


def value(element, kind, path, report):
    """One element's value."""
    if kind.kind == "object":
        return fields(element, kind.shape, path, report)
    if kind.kind == "array":
        return elements(element, kind, path, report)
    if kind.kind == "price":
        return {child.tag: scalar(child, kind) for child in element}
    if kind.kind == "item":
        return data_item(element, path, report)
    if kind.kind == "description":
        return {**element.attrib, **({"Parameter": element.text.strip()} if (element.text or "").strip() else {})}
    return scalar(element, kind)


def elements(element, kind, path, report):
    """A list: typed children in a wrapper."""
    found = []
    for place, child in enumerate(element):
        here = f"{path}[{place}]"
        if kind.child and child.tag != kind.child:
            report("child_name", here, f"{child.tag} instead of {kind.child}")
        found.append(value(child, kind.of, here, report))
    return found


def data_item(element, path, report):
    """A DataItem: attributes, and the name as text. A name alone is written both ways, as KCC's samples do."""
    found, name = dict(element.attrib), (element.text or "").strip()
    if name and found.setdefault("Name", name) != name:
        report("data_item", path, "attribute and text name different things")
    for child in element:
        report("data_item", path, f"an element {child.tag} inside")
    return found


def scalar(element, kind):
    """A string, a number, a truth; what is not written as its type stays a string, and the check finds it."""
    written = element.text or ""
    bare = written.strip()
    if kind.kind == "boolean":
        return {"true": True, "false": False}.get(bare, bare)
    if kind.kind in ("double", "price") and PLAIN_NUMBER.fullmatch(bare):
        return Figure(bare)
    if kind.kind == "integer" and re.fullmatch(r"-?[0-9]+", bare):
        return int(bare)
    return written if kind.kind == "string" else bare
