"""Cursors as Shopify makes them: base64 JSON naming the last row's id and sort value, not a position."""

import base64
import binascii
import json

from .clock import parse_iso, to_cursor_text


class BadCursor(ValueError):
    """A cursor that does not decode."""


def encode(last_id, last_value):
    """The cursor text of one row."""
    return base64.b64encode(json.dumps({"last_id": last_id, "last_value": last_value}, separators=(",", ":")).encode()).decode()


def encode_time(last_id, micros):
    """The cursor of a row sorted by a time."""
    return encode(last_id, to_cursor_text(micros))


def decode(text):
    """(last_id, last_value) of a cursor."""
    try:
        found = json.loads(base64.b64decode(text, validate=True))
        return int(found["last_id"]), found["last_value"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise BadCursor(text) from error


def decode_time(text):
    """(last_id, micros) of a cursor made by encode_time."""
    last_id, value = decode(text)
    try:
        return last_id, parse_iso(str(value))
    except ValueError as error:
        raise BadCursor(text) from error
