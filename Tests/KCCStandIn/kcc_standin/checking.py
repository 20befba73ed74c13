"""The check of a value against its table: presence, types, lengths, words. Every fault gets a code and a path."""

import datetime
import decimal
import re

from .shapes import FORBIDDEN

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
# What XML cannot carry and a printed note should not: control characters other than tab and line ends.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def units(text):
    """A string's length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_number(value):
    """A JSON number; a truth is none."""
    return isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool)


def check(value, kind, path, report):
    """Reports what is wrong with one value; True when it can be worked with."""
    if value is None:
        report("null", path, "null is forbidden everywhere")
        return False
    return CHECKS[kind.kind](value, kind, path, report)


def check_object(value, kind, path, report):
    if not typed(value, dict, "an object", path, report):
        return False
    for name, field in kind.shape.items():
        here = f"{path}.{name}".lstrip(".")
        if name not in value:
            if field.required:
                report("required", here, "a required field is not there")
        else:
            check(value[name], field, here, report)
    for name in value:
        here = f"{path}.{name}".lstrip(".")
        if name in FORBIDDEN:
            report("forbidden", here, "must never be sent")
        elif name not in kind.shape:
            report("null" if value[name] is None else "unknown_field", here, "no such field in the contract")
    return True


def check_array(value, kind, path, report):
    if not typed(value, list, "an array", path, report):
        return False
    for place, each in enumerate(value):
        check(each, kind.of, f"{path}[{place}]", report)
    return True


def check_string(value, kind, path, report):
    if not typed(value, str, "a string", path, report):
        return False
    if kind.limit is not None and units(value) > kind.limit:
        report("length", path, f"{units(value)} of at most {kind.limit} UTF-16 units")
    if not kind.blank and not value.strip():
        report("blank", path, "must not be blank")
    if CONTROL.search(value):
        report("control_character", path, "a control character")
    return True


def check_enum(value, kind, path, report):
    if not typed(value, str, "a word", path, report):
        return False
    if value not in kind.values:
        report("enum", path, f"{value!r} is none of {', '.join(kind.values)}")
    return True


def check_double(value, kind, path, report):
    if not is_number(value):
        report("type", path, "not a number")
        return False
    if "e" in str(getattr(value, "written", value)).lower():
        report("exponent", path, "written with an exponent")
    elif decimal.Decimal(value).as_tuple().exponent < -kind.places:
        report("decimals", path, f"more than {kind.places} decimals: {value}")
    return True


def check_integer(value, kind, path, report):
    if not isinstance(value, int) or isinstance(value, bool):
        report("type", path, "not an integer")
        return False
    if kind.values and value not in kind.values:
        report("enum", path, f"{value} is none of {kind.values}")
    return True


def check_boolean(value, _kind, path, report):
    return typed(value, bool, "true or false", path, report)


def check_moment(value, _kind, path, report):
    if not typed(value, str, "a date-time", path, report):
        return False
    try:
        if MOMENT.fullmatch(value):
            datetime.datetime.fromisoformat(value)
            return True
    except ValueError:
        pass
    report("datetime", path, f"{value!r} is not like 2025-06-30T14:05:09")
    return False


def check_item(value, kind, path, report):
    """A DataItem: exactly one of the keys, a string that is not blank."""
    if not typed(value, dict, "a DataItem", path, report):
        return False
    for name, each in value.items():
        if each is None:
            report("null", f"{path}.{name}", "null is forbidden everywhere")
        elif name not in kind.keys:
            report("no_code" if name == "Code" else "data_item", path, f"may not be named by {name}")
        elif not isinstance(each, str):
            report("type", f"{path}.{name}", "not a string")
        elif not each.strip():
            report("data_item", path, f"{name} is blank")
    if len(value) != 1:
        report("data_item", path, f"named by {len(value)} keys instead of exactly one")
    return len(value) == 1


def check_price(value, kind, path, report):
    if not typed(value, dict, "a price", path, report):
        return False
    if len(value) != 1 or next(iter(value)) not in ("Gross", "Net"):
        report("price", path, "not exactly one of Gross and Net")
        return False
    name, figure = next(iter(value.items()))
    return check(figure, figure_of(kind), f"{path}.{name}", report)


def typed(value, wanted, said, path, report):
    """Whether the value has the type; if not, that is reported."""
    if isinstance(value, wanted):
        return True
    report("type", path, f"not {said}")
    return False


def figure_of(kind):
    """The figure inside a price has the price's decimals."""
    return type(kind)("double", places=kind.places)


def check_raw_array(value, _kind, path, report):
    """An array whose elements are somebody else's to check."""
    return typed(value, list, "an array", path, report)


CHECKS = {"raw_array": check_raw_array, "object": check_object, "description": check_object, "array": check_array,
          "string": check_string,
          "enum": check_enum, "double": check_double, "integer": check_integer, "boolean": check_boolean,
          "datetime": check_moment, "item": check_item, "price": check_price}
