"""The compact form of an order that the simulator keeps, made from partials by laying them over defaults."""

import copy

from .clock import parse_iso
from .totals import both_sides

ORDER_KEYS = {
    "name", "createdAt", "processedAt", "updatedAt", "sourceName", "sourceIdentifier", "location", "test", "presentment",
    "rate", "taxesIncluded", "taxExempt", "email", "phone", "note", "poNumber", "tags", "customerLocale", "attributes",
    "customer", "shippingAddress", "billingAddress", "lines", "shipping", "discounts", "tip", "cashRounding", "payment",
    "gateway", "giftCardPayment", "fulfilmentOrders", "overrides"}
LINE_KEYS = {"sku", "title", "variantTitle", "price", "quantity", "taxRate", "taxTitle", "taxes", "taxable",
             "requiresShipping", "giftCard", "vendor", "attributes", "duty"}
TIME_KEYS = ("createdAt", "processedAt", "updatedAt")
ADDRESS = {"firstName": "Ada", "lastName": "Marsh", "company": None, "address1": "14 Mill Lane", "address2": None,
           "city": "Hebden Bridge", "province": "England", "provinceCode": "ENG", "zip": "HX7 8AB", "country": "United Kingdom",
           "countryCode": "GB", "phone": "+441422555014"}
LINE = {"sku": "TEA-EB-250", "title": "English Breakfast Loose Leaf", "variantTitle": "250 g", "price": "8.50", "quantity": 1,
        "taxRate": "0", "taxTitle": "VAT", "taxable": True, "requiresShipping": True, "giftCard": False,
        "vendor": "Calder & Wren", "attributes": [], "duty": "0"}
SHIPPING = {"title": "Royal Mail Tracked 48", "code": "RM48", "carrier": None, "price": "3.95", "taxRate": "0.2",
            "taxTitle": "VAT"}
BLANK = {
    "sourceName": "web", "sourceIdentifier": None, "location": None, "test": False, "rate": "1", "taxesIncluded": True,
    "taxExempt": False, "email": None, "phone": None, "note": None, "poNumber": None, "tags": [], "customerLocale": "en-GB",
    "attributes": [], "customer": None, "shippingAddress": None, "billingAddress": None, "lines": [], "shipping": [],
    "discounts": [], "tip": "0", "cashRounding": "0", "gateway": "shopify_payments", "overrides": None, "cancelledAt": None,
    "cancelReason": None, "closedAt": None, "edited": False, "transactions": [], "refunds": [], "fulfilments": [],
    "fulfilmentOrders": [], "originalTotal": None}


class BadRequest(ValueError):
    """A control request that makes no sense; the message goes back to the caller."""


def check_keys(given, allowed, what):
    """Refuses misspelt keys, which would otherwise make a test pass for the wrong reason."""
    unknown = sorted(set(given) - allowed)
    if unknown:
        raise BadRequest(f"unknown {what} key: {', '.join(unknown)}")


def full_line(given):
    """A line laid over the default one."""
    check_keys(given, LINE_KEYS, "line")
    line = {**LINE, **given}
    if "title" in given and "variantTitle" not in given:
        line["variantTitle"] = None
    return line


def from_partial(given, shop, now):
    """(model, wish) where wish holds what finish() needs; a plain paid web order unless `given` says otherwise."""
    check_keys(given, ORDER_KEYS, "order")
    given = copy.deepcopy(given)
    for key in TIME_KEYS:
        if key in given:
            given[key] = parse_iso(given[key])
    created = given.get("createdAt", now)
    model = copy.deepcopy(BLANK)
    model.update({"email": "ada.marsh@example.com", "shippingAddress": ADDRESS, "billingAddress": ADDRESS, "shipping": [SHIPPING],
                  "lines": [LINE], "customer": {"firstName": "Ada", "lastName": "Marsh", "email": "ada.marsh@example.com"}})
    if given.get("sourceName") == "pos":
        model.update({"shipping": [], "shippingAddress": None, "location": min(1, len(shop.locations) - 1)})
    wish = {"payment": given.pop("payment", "paid"), "giftCardPayment": given.pop("giftCardPayment", None),
            "fulfilmentOrders": given.pop("fulfilmentOrders", "auto")}
    model.update(given)
    model["createdAt"] = created
    model.setdefault("processedAt", created)
    model["currency"] = shop.currency
    model["presentment"] = model.get("presentment") or shop.currency
    model["lines"] = [full_line(line) for line in model["lines"]]
    model["shipping"] = [{**SHIPPING, **item} for item in model["shipping"]]
    for key in ("shippingAddress", "billingAddress"):
        if model[key] is not None:
            model[key] = {**ADDRESS, **model[key]}
    if model["customer"] is not None and "id" not in model["customer"]:
        model["customer"]["id"] = shop.customer_number(model["customer"])
    return model, wish


def transaction(model, kind, amounts, at, **more):
    """Appends a transaction; its parent is named by place."""
    entry = {"kind": kind, "status": more.pop("status", "SUCCESS"), "gateway": more.pop("gateway", model["gateway"]),
             "amounts": list(amounts), "at": at, **more}
    model["transactions"].append(entry)
    return entry


def finish(model, wish, order_id, number):
    """Adds numbers, payments and fulfilment orders to a new model."""
    model["number"] = number
    model.setdefault("name", f"#{number}")
    if model.get("name") is None:
        model["name"] = f"#{number}"
    sides = both_sides(model)
    totals = [side.total for side in sides]
    model["originalTotal"] = totals
    pay(model, wish, totals, sides)
    place_fulfilment_orders(model, wish["fulfilmentOrders"])
    return model


def pay(model, wish, totals, sides):
    """The transactions that the wished payment state means."""
    at, kind = model["processedAt"], wish["payment"]
    if kind not in ("paid", "pending", "authorized", "partially_paid", "voided", "expired"):
        raise BadRequest(f"unknown payment: {kind}")
    due = list(totals)
    if wish["giftCardPayment"] and kind == "paid":
        part = [min(side.convert(wish["giftCardPayment"]), total) for side, total in zip(sides, totals)]
        transaction(model, "SALE", part, at, gateway="gift_card")
        due = [a - b for a, b in zip(due, part)]
    if kind == "paid" and due[0] > 0:
        transaction(model, "SALE", due, at)
    elif kind == "partially_paid":
        transaction(model, "SALE", [amount // 2 for amount in due], at)
    elif kind in ("authorized", "voided", "expired"):
        transaction(model, "AUTHORIZATION", due, at)
        if kind == "voided":
            transaction(model, "VOID", due, at + 60_000_000, parent=0)
        model["expired"] = kind == "expired"


def place_fulfilment_orders(model, wanted, location=None, at=None):
    """Routes the order: "auto", "none", or a list of {"location", "lines"}."""
    at = model["createdAt"] + 1_500_000 if at is None else at
    places = [i for i, line in enumerate(model["lines"]) if not line["giftCard"] and line["quantity"] > line.get("gone", 0)]
    if wanted == "none" or not places:
        return
    if wanted == "auto":
        at_till = model["sourceName"] == "pos"
        wanted = [{"location": (model["location"] or 0) if location is None and at_till else location or 0, "lines": places}]
        if at_till:
            till = [{"line": i, "quantity": model["lines"][i]["quantity"]} for i in places]
            model["fulfilments"].append({"at": at, "location": wanted[0]["location"], "lines": till, "fulfilmentOrder": 0})
    for entry in wanted:
        check_keys(entry, {"location", "lines", "status", "method"}, "fulfilment order")
        done = bool(model["fulfilments"])
        model["fulfilmentOrders"].append({
            "location": entry.get("location", 0), "createdAt": at, "updatedAt": at,
            "status": entry.get("status", "CLOSED" if done else "OPEN"), "method": entry.get("method"),
            "lines": [{"line": i, "quantity": left(model, i), "remaining": 0 if done else left(model, i)}
                      for i in entry.get("lines", places)]})


def left(model, index):
    """Units of a line that were neither removed nor refunded."""
    return model["lines"][index]["quantity"] - model["lines"][index].get("gone", 0)
