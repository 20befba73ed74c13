"""Writes a configuration as TOML text: just enough of the format for what the tests set."""

import datetime
import json


def _value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime.date, int)):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _table(header, members):
    lines = [header] + [f"{key} = {_value(value)}" for key, value in members.items() if value is not None]
    return "\n".join(lines) + "\n"


def render(daemon, channels, order_types=(), sites=None, kcc=None):
    """The text of a configuration file. `None` leaves a key out, so that a test can undo a default."""
    parts = [_table("[daemon]", daemon)]
    parts += [_table("[[order_types]]", row) for row in order_types]
    parts += [_table(f"[channels.{name}]", members) for name, members in channels.items()]
    parts += [_table(f"[{name}]", members) for name, members in (("sites", sites), ("kcc", kcc)) if members]
    return "\n".join(parts)
