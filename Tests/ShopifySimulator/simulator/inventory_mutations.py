"""Mutations of stock: compare and set, adjustments, activation; each once a key, with Shopify's words for what it refuses."""

import json

from graphql import GraphQLError, get_directive_values

from . import access
from .clock import to_iso
from .gids import gid, parse
from .resolve_inventory import ItemSource, level_view
from .resolve_shop import location_view

REASONS = ("correction cycle_count_available damaged movement_canceled movement_created movement_received movement_updated other "
           "promotion quality_control received reservation_created reservation_deleted reservation_updated restock safety_stock "
           "shrinkage").split()
BILLION = 1_000_000_000
DAY = 86_400_000_000
MOST_ROWS = 250
TEXTS = {
    "INVALID_INVENTORY_ITEM": "The specified inventory item could not be found.",
    "INVALID_LOCATION": "The specified location could not be found.",
    "INVALID_QUANTITY_TOO_HIGH": "The total quantity can't be higher than 1,000,000,000.",
    "INVALID_QUANTITY_TOO_LOW": "The total quantity can't be lower than -1,000,000,000.",
    "CHANGE_FROM_QUANTITY_STALE": "The changeFromQuantity argument no longer matches the persisted quantity.",
    "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR": "The combination of inventoryItemId and locationId must be unique.",
    "NON_MUTABLE_INVENTORY_ITEM": "The specified inventory item is not allowed to be adjusted via API.",
    "IDEMPOTENCY_CONCURRENT_REQUEST": "This request is currently in progress, please try again.",
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH": "The same idempotency key cannot be used with different operation parameters.",
    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED": "A previous request with this idempotency key failed. Retry with a new idempotency key."}


class Refused(Exception):
    """userErrors, all of them: nothing was changed."""

    def __init__(self, *errors):
        super().__init__()
        self.errors = list(errors)


def problem(code, *field, message=None):
    """One userError."""
    return {"code": code, "field": list(field) or None, "message": message or TEXTS[code]}


def once(field, kind):
    """Runs a mutation at most once for a key, and answers the same the second time."""
    def decorate(action):
        def resolve(_, info, **args):
            context = info.context
            if "write_inventory" not in context.token.allowed:
                raise access.denied(field, "write_inventory")
            directive = info.schema.get_directive("idempotent")
            found = get_directive_values(directive, info.field_nodes[0], info.variable_values)
            if found is None and context.version >= "2026-04":
                raise GraphQLError("The @idempotent directive is required for this mutation but was not provided.",
                                   extensions={"code": "BAD_REQUEST"})
            if found is None:
                return outcome(action, context, args)
            if not found["key"].strip():
                raise GraphQLError("The idempotency key can't be blank.", extensions={"code": "BAD_REQUEST"})
            return remembered(action, context, field, found["key"], args)
        resolve.kind = kind
        return resolve
    return decorate


def outcome(action, context, args):
    """The payload, with the errors of a refusal."""
    try:
        return {**action(context, **args), "userErrors": []}
    except Refused as refusal:
        return {"userErrors": refusal.errors}


def remembered(action, context, field, key, args):
    """The payload of a key's first run, for a day."""
    inventory, now = context.shop.inventory, context.now
    said = json.dumps([field, args], sort_keys=True)
    first = inventory.keys.get(key)
    if first is not None and first["at"] > now - DAY:
        if first["said"] != said:
            return {"userErrors": [problem("IDEMPOTENCY_KEY_PARAMETER_MISMATCH")]}
        if first["state"] != "done":
            return {"userErrors": [problem(first["state"])]}
        context.shop.effects.replays += 1
        return first["payload"]
    payload = outcome(action, context, args)
    inventory.keys[key] = {"at": now, "said": said, "payload": payload, "state": "done"}
    return payload


def check_input(given, rows, name):
    """What must hold for the whole input."""
    if len(given[rows]) > MOST_ROWS:
        raise GraphQLError(f"The input array size of {len(given[rows])} is greater than the maximum allowed of {MOST_ROWS}.",
                           extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"})
    for row in given[rows]:
        if "changeFromQuantity" not in row:
            raise GraphQLError(f"{name} must include the following argument: changeFromQuantity.",
                               extensions={"code": "INVALID_FIELD_ARGUMENTS"})
    if given["reason"] not in REASONS:
        raise Refused(problem("INVALID_REASON", "input", "reason",
                              message=f"The specified reason is invalid. Valid values are: {', '.join(REASONS)}."))


def targets(context, rows, key):
    """[(item, location index)] of the rows; refuses ids that name nothing."""
    errors, found, seen = [], [], set()
    for place, row in enumerate(rows):
        parsed = parse(row["inventoryItemId"])
        item = context.shop.inventory.by_number(*parsed) if parsed and parsed[0] == "InventoryItem" else None
        where = context.shop.location(row["locationId"])
        if item is None:
            errors.append(problem("INVALID_INVENTORY_ITEM", "input", key, str(place), "inventoryItemId"))
        elif where is None:
            errors.append(problem("INVALID_LOCATION", "input", key, str(place), "locationId"))
        elif not item.mutable:
            errors.append(problem("NON_MUTABLE_INVENTORY_ITEM", "input", key, str(place), "inventoryItemId"))
        elif (item.number, where["index"]) in seen:
            errors.append(problem("NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "input", key, str(place), "locationId"))
        else:
            seen.add((item.number, where["index"]))
        found.append((item, where["index"] if where else None))
    if errors:
        raise Refused(*errors)
    return found


def compare(rows, found, key):
    """Refuses rows whose quantity is not what the caller saw."""
    stale = []
    for place, (row, (item, location)) in enumerate(zip(rows, found)):
        level, seen = item.levels.get(location), row["changeFromQuantity"]
        if seen is not None and seen != (level.available if level else 0):
            stale.append(problem("CHANGE_FROM_QUANTITY_STALE", "input", key, str(place), "changeFromQuantity"))
    if stale:
        raise Refused(*stale)


def write(context, found, values, given, kind):
    """Puts the quantities in place; the group of changes, or None when nothing changed."""
    inventory, changes, told = context.shop.inventory, [], []
    for (item, location), value in zip(found, values):
        if location not in item.levels:
            # Since 2026-04 the write makes the level, but an inactive one.
            inventory.stock(item, location, 0, active=False)
        old = item.levels[location].available
        if value == old:
            continue
        inventory.put(item, location, value, kind)
        told.append({"sku": item.sku, "location": location, "from": old, "to": value})
        for name in ("available", "on_hand"):
            changes.append({"name": name, "delta": value - old, "quantityAfterChange": None, "ledgerDocumentUri": None,
                            "item": ItemSource(inventory, item), "location": location_view(context.shop.locations[location])})
    context.shop.effects.note(kind, None, False, rows=told)
    if not changes:
        return {"inventoryAdjustmentGroup": None}
    number = 54_000_000_000_000 + len(context.shop.effects.entries)
    return {"inventoryAdjustmentGroup": {
        "__typename": "InventoryAdjustmentGroup", "id": gid("InventoryAdjustmentGroup", number), "createdAt": to_iso(context.now),
        "reason": given["reason"], "referenceDocumentUri": given.get("referenceDocumentUri"), "changes": changes}}


def within(values, key):
    """Refuses quantities beyond a billion either way."""
    errors = []
    for place, value in enumerate(values):
        if abs(value) > BILLION:
            code = "INVALID_QUANTITY_TOO_HIGH" if value > 0 else "INVALID_QUANTITY_TOO_LOW"
            errors.append(problem(code, "input", key, str(place), "quantity"))
    if errors:
        raise Refused(*errors)


@once("inventorySetQuantities", "stock_set")
def set_quantities(context, input):
    """Absolute quantities, all of them or none."""
    check_input(input, "quantities", "InventoryQuantityInput")
    if input["name"] not in ("available", "on_hand"):
        raise Refused(problem("INVALID_NAME", "input", "name", message="The quantity name must be either 'available' or 'on_hand'."))
    rows = input["quantities"]
    found = targets(context, rows, "quantities")
    values = [row["quantity"] for row in rows]
    within(values, "quantities")
    compare(rows, found, "quantities")
    if input["name"] == "on_hand":
        values = [value - (item.levels[at].committed if at in item.levels else 0) for value, (item, at) in zip(values, found)]
    return write(context, found, values, input, "stock_set")


@once("inventoryAdjustQuantities", "stock_adjust")
def adjust_quantities(context, input):
    """Differences, all of them or none."""
    check_input(input, "changes", "InventoryChangeInput")
    if input["name"] != "available":
        raise Refused(problem("INVALID_QUANTITY_NAME", "input", "name", message="The specified quantity name is invalid."))
    rows = input["changes"]
    found = targets(context, rows, "changes")
    compare(rows, found, "changes")
    values = [(item.levels[at].available if at in item.levels else 0) + row["delta"] for row, (item, at) in zip(rows, found)]
    within(values, "changes")
    return write(context, found, values, input, "stock_adjust")


@once("inventoryActivate", "stock_activate")
def activate(context, inventoryItemId, locationId, available=None, onHand=None, **_):
    """Stocks an item at a location; an old level keeps its quantity."""
    parsed, inventory = parse(inventoryItemId), context.shop.inventory
    item = inventory.by_number(*parsed) if parsed and parsed[0] == "InventoryItem" else None
    place = context.shop.location(locationId)
    if item is None:
        raise Refused({"field": ["inventoryItemId"], "message": "The product couldn't be stocked because it wasn't found."})
    if place is None:
        raise Refused({"field": ["locationId"], "message": "The product couldn't be stocked because the location wasn't found."})
    level = item.levels.get(place["index"])
    if available is not None and onHand is not None:
        text = f"The product couldn't be stocked at {place['name']} because not allowed to set available and on_hand quantities at the same time."
        raise Refused({"field": ["available"], "message": text}, {"field": ["onHand"], "message": text})
    if level is not None and level.active:
        for name, given, what in (("available", available, "available"), ("onHand", onHand, "an on_hand")):
            if given is not None:
                text = f"Not allowed to set {what} quantity when the item is already active at the location."
                raise Refused({"field": [name], "message": text})
    else:
        start = available if available is not None else onHand
        inventory.stock(item, place["index"], start if start is not None else level.available if level else 0)
        context.shop.effects.note("stock_activate", None, False, rows=[{"sku": item.sku, "location": place["index"]}])
    return {"inventoryLevel": level_view(inventory, item, place["index"])}
