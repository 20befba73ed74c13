"""Orders as the control interface shows them: whole, with a digest that is equal for equal contents."""

import hashlib
import json

from .clock import to_iso
from .gids import gid
from .order_view import build_view

SHORT = {"lineItem": "id", "parentTransaction": "id", "discountApplication": "index", "shippingLine": "id"}


def without_repeats(value):
    """References to other parts of the order cut down to their ids."""
    if isinstance(value, list):
        return [without_repeats(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: {SHORT[key]: found[SHORT[key]]} if key in SHORT and isinstance(found, dict) else without_repeats(found)
            for key, found in value.items() if key != "__typename"}


def shown(record, shop, whole=True):
    """One order, with or without its body."""
    body = without_repeats(build_view(record, shop))
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    found = {**reference(record), "digest": digest}
    if whole:
        found["order"] = body
    return found


def reference(record):
    """What is needed to speak of an order."""
    return {"id": gid("Order", record.id), "name": record.model["name"], "updatedAt": to_iso(record.updated),
            "version": record.version}
