"""Everything that can happen to an order. Each change makes the next version; versions themselves never change."""

import copy
from .model import BadRequest, ADDRESS, LINE_KEYS, ORDER_KEYS, check_keys, full_line, left, place_fulfilment_orders, transaction
from .money import to_decimal_text
from .payment_view import sum_of
from .refunding import ALL_MONEY, refund_lines, refundable, shrink_fulfilment_orders
from .store import Record
from .totals import both_sides

SETTABLE = ORDER_KEYS - {"createdAt", "updatedAt", "name", "lines", "payment", "giftCardPayment", "fulfilmentOrders", "presentment",
                         "rate"}
CLOSED = ("CLOSED", "CANCELLED")


def pay(shop, model, args, at):
    """All that is outstanding, or an amount; an authorisation is captured."""
    sides = both_sides(model)
    due = [side.current_total - refundable(model, place) for place, side in enumerate(sides)]
    if "amount" in args:
        due = [side.convert(args["amount"]) for side in sides]
    if due[0] <= 0:
        raise BadRequest("nothing is outstanding")
    parent = next((i for i, t in enumerate(model["transactions"]) if t["kind"] == "AUTHORIZATION"), None)
    model["expired"] = False
    transaction(model, "SALE" if parent is None else "CAPTURE", due, at, parent=parent,
                gateway=args.get("gateway", model["gateway"]))


def authorize(shop, model, args, at):
    """Reserves the total on the card."""
    transaction(model, "AUTHORIZATION", [side.current_total for side in both_sides(model)], at)


def cancel(shop, model, args, at):
    """Cancels; unless told not to, gives the money back and takes every unit out."""
    model["cancelledAt"] = model["closedAt"] = at
    model["cancelReason"] = args.get("reason", "CUSTOMER")
    # As a live shop shows it: closed, and what was not sent still remains.
    for entry in model["fulfilmentOrders"]:
        if entry["status"] not in CLOSED:
            entry["status"], entry["updatedAt"] = "CLOSED", at
    rest = [{"line": i, "quantity": left(model, i), "restock": "CANCEL"} for i in range(len(model["lines"])) if left(model, i)]
    if sum_of(model, ("SALE", "CAPTURE"), 0) == 0:
        parent = next((i for i, t in enumerate(model["transactions"]) if t["kind"] == "AUTHORIZATION"), None)
        if parent is not None:
            transaction(model, "VOID", model["transactions"][parent]["amounts"], at, parent=parent)
        model["voided"] = True
    if args.get("refund", True) and rest:
        shipping = both_sides(model)[0].current_shipping
        back = to_decimal_text(shipping, model["currency"]) if shipping else None
        refund_lines(model, at, rest, back, None, True, ALL_MONEY)


def refund(shop, model, args, at):
    """Lines, shipping, duties or money back."""
    amount, shipping, duties = args.get("amount"), args.get("shipping"), args.get("duties")
    lines = args.get("lines")
    if lines is None:
        lines = [] if amount or shipping or duties else [{"line": i, "quantity": left(model, i)} for i in range(len(model["lines"])) if left(model, i)]
    refund_lines(model, at, lines, shipping, args.get("note"), args.get("pay_back", True), amount, duties=duties)


def edit(shop, model, args, at):
    """Lines added or units removed by the merchant."""
    if not args.get("add") and not args.get("remove"):
        raise BadRequest("edit wants add or remove")
    removed = []
    for item in args.get("remove", ()):
        index = item["line"]
        units = item.get("quantity", left(model, index))
        if not 0 < units <= left(model, index):
            raise BadRequest(f"line {index} has no {units} units left")
        model["lines"][index]["gone"] = model["lines"][index].get("gone", 0) + units
        removed.append({"line": index, "quantity": units})
    shrink_fulfilment_orders(model, removed, at)
    first = len(model["lines"])
    for given in args.get("add", ()):
        check_keys(given, LINE_KEYS, "line")
        model["lines"].append(full_line(given))
    model["edited"] = True
    _pin_discounts(model, first)
    fresh = [i for i in range(first, len(model["lines"])) if model["lines"][i]["requiresShipping"]]
    if fresh and model["fulfilmentOrders"]:
        place_fulfilment_orders(model, [{"location": model["fulfilmentOrders"][0]["location"], "lines": fresh, "status": "OPEN"}], at=at)
        for item in model["fulfilmentOrders"][-1]["lines"]:
            item["remaining"] = item["quantity"]


def _pin_discounts(model, count):
    """Discounts over all lines stay with the lines there were: an added line is not discounted after the fact."""
    if len(model["lines"]) > count:
        for discount in model["discounts"]:
            if discount.get("lines") is None and discount.get("target", "lines") == "lines":
                discount["lines"] = list(range(count))


def put(shop, model, args, at):
    """Order fields as in a partial."""
    given = args.get("set") or {}
    check_keys(given, SETTABLE, "settable order")
    model.update(copy.deepcopy(given))


def address(shop, model, args, at):
    """Either address, laid over the old one."""
    for key in ("shippingAddress", "billingAddress"):
        if key in args:
            model[key] = None if args[key] is None else {**(model[key] or ADDRESS), **args[key]}


def customer(shop, model, args, at):
    """The customer, laid over the old one; another e-mail is another customer."""
    given = args["customer"]
    if given is None:
        model["customer"] = None
        return
    old = model["customer"] or {}
    model["customer"] = {**old, **given}
    if "id" not in given and (not old or "email" in given):
        model["customer"]["id"] = shop.customer_number(model["customer"])


def attach(shop, model, args, at):
    """Order routing happens later than the order."""
    if model["fulfilmentOrders"]:
        raise BadRequest("the order has fulfilment orders")
    split = args.get("split")
    if split:
        lines = [i for i, line in enumerate(model["lines"]) if left(model, i) and not line["giftCard"]]
        wanted = [{"location": place, "lines": lines[n::len(split)]} for n, place in enumerate(split) if lines[n::len(split)]]
        place_fulfilment_orders(model, wanted, at=at)
    else:
        place_fulfilment_orders(model, "auto", args.get("location", 0), at)


def _fulfilment_order(model, args):
    index = args.get("fulfilment_order", 0)
    if not 0 <= index < len(model["fulfilmentOrders"]):
        raise BadRequest(f"no fulfilment order {index}")
    return index, model["fulfilmentOrders"][index]


def hold(shop, model, args, at):
    """Puts a fulfilment order on hold."""
    _, entry = _fulfilment_order(model, args)
    entry.update({"status": "ON_HOLD", "updatedAt": at, "reason": args.get("reason", "OTHER"), "notes": args.get("notes")})


def release(shop, model, args, at):
    """Takes it off hold."""
    _, entry = _fulfilment_order(model, args)
    entry.update({"status": "OPEN", "updatedAt": at})


def move(shop, model, args, at):
    """Another location: the old fulfilment order closes, a new one opens."""
    _, entry = _fulfilment_order(model, args)
    if entry["status"] in CLOSED:
        raise BadRequest("Cannot change location.")
    lines = [{"line": i["line"], "quantity": i["remaining"], "remaining": i["remaining"]} for i in entry["lines"] if i["remaining"]]
    entry.update({"status": "CLOSED", "updatedAt": at})
    for item in entry["lines"]:
        item["remaining"] = 0
    model["fulfilmentOrders"].append({"location": args["location"], "createdAt": at, "updatedAt": at, "status": "OPEN",
                                      "method": entry.get("method"), "lines": lines})


def split(shop, model, args, at):
    """Some units into a fulfilment order of their own, at the same location."""
    _, entry = _fulfilment_order(model, args)
    if entry["status"] in CLOSED:
        raise BadRequest("Cannot split a closed fulfilment order.")
    lines = []
    for wanted in args["lines"]:
        item = next(i for i in entry["lines"] if i["line"] == wanted["line"])
        if not 0 < wanted["quantity"] <= item["remaining"]:
            raise BadRequest("Invalid fulfillment order line item quantity requested.")
        item["remaining"] -= wanted["quantity"]
        item["quantity"] -= wanted["quantity"]
        lines.append({"line": wanted["line"], "quantity": wanted["quantity"], "remaining": wanted["quantity"]})
    entry["updatedAt"] = at
    if not any(item["remaining"] for item in entry["lines"]):
        entry["status"] = "CLOSED"
    model["fulfilmentOrders"].append({"location": entry["location"], "createdAt": at, "updatedAt": at, "status": "OPEN",
                                      "method": entry.get("method"), "lines": lines})


def shut(shop, model, args, at):
    """A fulfilment order is closed, and no other one takes its units over."""
    _, entry = _fulfilment_order(model, args)
    entry.update({"status": "CLOSED", "updatedAt": at})


def cancel_fulfilment(shop, model, args, at):
    """A fulfilment is cancelled: its units are open again, in a new fulfilment order."""
    index = args.get("fulfilment", 0)
    if not 0 <= index < len(model["fulfilments"]) or model["fulfilments"][index].get("status", "SUCCESS") != "SUCCESS":
        raise BadRequest("Fulfillment not found.")
    entry = model["fulfilments"][index]
    entry["status"] = "CANCELLED"
    if model["cancelledAt"] is None:
        lines = [{"line": i["line"], "quantity": i["quantity"], "remaining": i["quantity"]} for i in entry["lines"]]
        model["fulfilmentOrders"].append({"location": entry["location"], "createdAt": at, "updatedAt": at, "status": "OPEN",
                                          "method": None, "lines": lines})


def fulfil(shop, model, args, at):
    """Sends units of a fulfilment order."""
    index, entry = _fulfilment_order(model, args)
    if entry["status"] not in ("OPEN", "IN_PROGRESS", "INCOMPLETE"):
        raise BadRequest(f"unfulfillable status= {entry['status'].lower()}")
    wanted = {i["line"]: i["quantity"] for i in args["lines"]} if args.get("lines") else None
    sent = []
    for item in entry["lines"]:
        units = item["remaining"] if wanted is None else wanted.get(item["line"], 0)
        if units > item["remaining"]:
            raise BadRequest("Invalid fulfillment order line item quantity requested.")
        if units:
            item["remaining"] -= units
            sent.append({"line": item["line"], "quantity": units})
    if not sent:
        raise BadRequest("nothing to fulfil")
    done = not any(item["remaining"] for item in entry["lines"])
    entry.update({"status": "CLOSED" if done else "IN_PROGRESS", "updatedAt": at})
    model["fulfilments"].append({"at": at, "location": entry["location"], "lines": sent, "fulfilmentOrder": index,
                                 "tracking": args.get("tracking")})


def _field(name):
    def change(shop, model, args, at):
        model[name] = args.get("value")
    return change


def _nothing(shop, model, args, at):
    pass


def close(shop, model, args, at):
    """Archives the order."""
    model["closedAt"] = at


def reopen(shop, model, args, at):
    """Takes it out of the archive."""
    model["closedAt"] = None


CHANGES = {"pay": pay, "authorize": authorize, "cancel": cancel, "refund": refund, "edit": edit, "touch": _nothing, "set": put,
           "silent": put, "note": _field("note"), "tags": _field("tags"), "email": _field("email"), "phone": _field("phone"),
           "po_number": _field("poNumber"), "address": address, "customer": customer, "attach_fulfilment_orders": attach,
           "hold": hold, "release_hold": release, "move": move, "split": split, "close_fulfilment_order": shut,
           "cancel_fulfilment": cancel_fulfilment, "fulfil": fulfil, "close": close, "reopen": reopen}
UNTOUCHED = {"silent", "hold", "release_hold", "split", "close_fulfilment_order", "attach_fulfilment_orders"}


def apply(shop, order_id, args, at=None):
    """Makes the next version of an order; returns its record, or None when it was deleted."""
    name = args.get("change")
    old = shop.orders.get(order_id)
    if old is None:
        raise BadRequest(f"no order {order_id}")
    if name == "delete":
        shop.orders.delete(order_id)
        return None
    if name not in CHANGES:
        raise BadRequest(f"unknown change: {name}")
    at = shop.clock.stamp() if at is None else at
    model = copy.deepcopy(old.model)
    try:
        CHANGES[name](shop, model, args, at)
    except (KeyError, IndexError, TypeError) as error:
        raise BadRequest(f"{name}: {error!r}") from error
    moves = args.get("touch", name not in UNTOUCHED)
    record = Record(order_id, old.version + 1, at if moves else old.updated, model)
    shop.orders.commit(record)
    return record
