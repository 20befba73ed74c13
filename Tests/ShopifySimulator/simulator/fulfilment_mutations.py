"""Mutations of fulfilments, with Shopify's own words for what it refuses. None of them is idempotent."""

import copy

from graphql import GraphQLError

from . import access
from .gids import gid, owner, parse, part
from .model import BadRequest
from .store import Record

MOST_LINES = 512
FULFILLABLE = ("OPEN", "IN_PROGRESS", "INCOMPLETE")
WRITE_SCOPES = ("write_merchant_managed_fulfillment_orders", "write_third_party_fulfillment_orders",
                "write_assigned_fulfillment_orders")


def _require(info, field):
    """Either of the scopes, as Shopify says it."""
    if not any(scope in info.context.token.allowed for scope in WRITE_SCOPES):
        raise access.denied(field, "one of write_assigned_fulfillment_orders, write_merchant_managed_fulfillment_orders, "
                                   "write_third_party_fulfillment_orders")


def _refused(message, *field):
    return {"fulfillment": None, "userErrors": [{"field": list(field) or ["fulfillment"], "message": message}]}


def _tracking(given):
    """Tracking details as they are kept: lists of numbers and of the links of the first ones, whichever way they came."""
    if given is None:
        return None
    if given.get("number") is not None and given.get("numbers"):
        raise BadRequest("Only one of number or numbers can be specified.")
    if given.get("url") is not None and given.get("urls"):
        raise BadRequest("Only one of url or urls can be specified.")
    numbers = given.get("numbers") or ([given["number"]] if given.get("number") else [])
    urls = given.get("urls") or ([given["url"]] if given.get("url") else [])
    if len(urls) > len(numbers):
        raise BadRequest("A tracking url needs a tracking number.")
    return {"numbers": numbers, "urls": urls, "company": given.get("company")}


def _commit(context, order_id, old, model):
    """The order's next version."""
    at = context.shop.clock.stamp()
    context.shop.orders.commit(Record(order_id, old.version + 1, at, model))
    return at


def _shown(context, order_id, index):
    view = context.views.view(context.shop.orders.get(order_id), context.shop)
    return view["fulfillments"][index]


def create(_, info, fulfillment, message=None):
    """One fulfilment of units of one order at one location."""
    _require(info, "fulfillmentCreate")
    context, wanted = info.context, fulfillment["lineItemsByFulfillmentOrder"]
    parsed = [parse(entry["fulfillmentOrderId"]) for entry in wanted]
    if any(found is None or found[1] == 0 for found in parsed):
        bad = next(e["fulfillmentOrderId"] for e, f in zip(wanted, parsed) if f is None or f[1] == 0)
        raise GraphQLError(f"Invalid id: {bad}", extensions={"code": "RESOURCE_NOT_FOUND"})
    orders = {owner(*found) for found in parsed}
    if not wanted or not all(kind == "FulfillmentOrder" and context.shop.orders.get(owner(kind, n)) for kind, n in parsed):
        return _refused("Fulfillment order does not exist.")
    if len(orders) > 1:
        return _refused(f"All fulfillment orders must belong to the same order. Multiple orders with ids {sorted(orders)}")
    order_id = orders.pop()
    old = context.shop.orders.get(order_id)
    model = copy.deepcopy(old.model)
    try:
        tracking = _tracking(fulfillment.get("trackingInfo"))
        places, sent = _take(context, model, order_id, wanted, parsed)
    except BadRequest as error:
        return _refused(str(error))
    at = _commit(context, order_id, old, model)
    index = len(model["fulfilments"])
    model["fulfilments"].append({"at": at, "location": places[0], "lines": sent, "fulfilmentOrder": parsed[0][1] - part(order_id, 0) - 1,
                                 "tracking": tracking})
    number = gid("Fulfillment", part(order_id, index + 1))
    context.shop.effects.note("fulfilment", number, order=gid("Order", order_id), lines=sent, tracking=tracking,
                              notified=bool(fulfillment.get("notifyCustomer")))
    return {"fulfillment": _shown(context, order_id, index), "userErrors": []}


def _take(context, model, order_id, wanted, parsed):
    """Takes the units out of the fulfilment orders; raises Shopify's refusal before anything is changed for good."""
    places, sent = [], {}
    view = {fo["id"]: fo for fo in context.views.view(context.shop.orders.get(order_id), context.shop)["fulfillmentOrders"]}
    for entry, (_, number) in zip(wanted, parsed):
        index = number - part(order_id, 0) - 1
        if not 0 <= index < len(model["fulfilmentOrders"]) or not access.may_see_fulfilment_order(context, view[entry["fulfillmentOrderId"]]):
            raise BadRequest("Fulfillment order does not exist.")
        fo = model["fulfilmentOrders"][index]
        if fo["status"] not in FULFILLABLE:
            raise BadRequest(f"Fulfillment order {number} has an unfulfillable status= {fo['status'].lower()}.")
        if len(given_lines := entry.get("fulfillmentOrderLineItems") or ()) > MOST_LINES:
            raise BadRequest(f"The input array size of {len(given_lines)} is greater than the maximum allowed of {MOST_LINES}.")
        places.append(fo["location"])
        shown = [line["id"] for line in view[entry["fulfillmentOrderId"]]["lineItems"]]
        given = entry.get("fulfillmentOrderLineItems")
        units = [(p, item["remaining"]) for p, item in enumerate(fo["lines"])] if given is None else []
        for item in given or ():
            if item["id"] not in shown:
                raise BadRequest("Fulfillment order line item does not exist.")
            if item["quantity"] <= 0:
                raise BadRequest("Quantity must be greater than 0")
            units.append((shown.index(item["id"]), item["quantity"]))
        for place, quantity in units:
            if quantity > fo["lines"][place]["remaining"]:
                raise BadRequest("Invalid fulfillment order line item quantity requested.")
            if quantity:
                fo["lines"][place]["remaining"] -= quantity
                line = fo["lines"][place]["line"]
                sent[line] = sent.get(line, 0) + quantity
        fo["status"] = "IN_PROGRESS" if any(i["remaining"] for i in fo["lines"]) else "CLOSED"
        fo["updatedAt"] = context.shop.clock.now()
    if len(set(places)) > 1:
        names = [context.shop.locations[p]["id"] for p in sorted(set(places))]
        raise BadRequest(f"All fulfillment orders must be assigned to a single location. Multiple locations with ids {names}")
    if not sent:
        raise BadRequest("Invalid fulfillment order line item quantity requested.")
    return places, [{"line": line, "quantity": quantity} for line, quantity in sent.items()]


def track(_, info, fulfillmentId, trackingInfoInput, notifyCustomer=None):
    """Replaces a fulfilment's tracking."""
    _require(info, "fulfillmentTrackingInfoUpdate")
    context, found = info.context, parse(fulfillmentId)
    order_id = owner(*found) if found else None
    old = context.shop.orders.get(order_id) if found and found[0] == "Fulfillment" and order_id else None
    index = found[1] - part(order_id, 0) - 1 if old else -1
    if old is None or not 0 <= index < len(old.model["fulfilments"]):
        return _refused("Fulfillment does not exist.", "fulfillmentId")
    model = copy.deepcopy(old.model)
    try:
        model["fulfilments"][index]["tracking"] = tracking = _tracking(trackingInfoInput)
    except BadRequest as error:
        return _refused(str(error), "trackingInfoInput")
    _commit(context, order_id, old, model)
    context.shop.effects.note("tracking", fulfillmentId, order=gid("Order", order_id), lines=[], tracking=tracking,
                              notified=bool(notifyCustomer))
    return {"fulfillment": _shown(context, order_id, index), "userErrors": []}


def _not_prepared(code, message):
    return {"userErrors": [{"field": ["input", "lineItemsByFulfillmentOrder"], "code": code, "message": message}]}


def prepare(_, info, input):
    """Marks fulfilment orders as ready for pick-up: a mail for each, every time it is called."""
    _require(info, "fulfillmentOrderLineItemsPreparedForPickup")
    context = info.context
    for entry in input["lineItemsByFulfillmentOrder"]:
        found = parse(entry["fulfillmentOrderId"])
        order_id = owner(*found) if found and found[0] == "FulfillmentOrder" else None
        old = context.shop.orders.get(order_id) if order_id else None
        index = found[1] - part(order_id, 0) - 1 if old else -1
        if old is None or not 0 <= index < len(old.model["fulfilmentOrders"]):
            return _not_prepared("FULFILLMENT_ORDER_INVALID", "Invalid fulfillment order ID provided.")
        entry_model = old.model["fulfilmentOrders"][index]
        if entry_model.get("method") != "PICK_UP" or entry_model["status"] not in FULFILLABLE:
            return _not_prepared("NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER",
                                 "The fulfillment order does not have any line items that can be prepared.")
        model = copy.deepcopy(old.model)
        model["fulfilmentOrders"][index]["status"] = "IN_PROGRESS"
        _commit(context, order_id, old, model)
        context.shop.effects.note("pickup", entry["fulfillmentOrderId"], order=gid("Order", order_id), notified=True)
    return {"userErrors": []}
