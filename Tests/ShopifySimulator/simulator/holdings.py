"""What an order takes out of stock: units by SKU and location, offered no more, and of those the ones not sent yet."""

from collections import Counter

OPEN = ("OPEN", "IN_PROGRESS", "SCHEDULED", "ON_HOLD", "INCOMPLETE")


def holdings(model):
    """{(sku, location): (units that are not offered for this order, units still committed to it)}."""
    taken, committed = Counter(), Counter()
    for index, line in enumerate(model["lines"]):
        sku = line.get("sku")
        if not sku:
            continue
        places, waiting, kept = _line(model, index, line)
        for location, units in places.items():
            taken[sku, location] += units
        for location, units in waiting.items():
            committed[sku, location] += min(units, max(kept, 0))
    return {key: (taken[key], committed[key]) for key in taken | committed if taken[key] or committed[key]}


def _line(model, index, line):
    """({location: units taken}, {location: units waiting}, units waiting or lost) of one line."""
    sent, waiting = Counter(), Counter()
    for fulfilment in model["fulfilments"]:
        for item in fulfilment["lines"]:
            if item["line"] == index and fulfilment.get("status", "SUCCESS") == "SUCCESS":
                sent[fulfilment["location"]] += item["quantity"]
    for entry in model["fulfilmentOrders"]:
        if entry["status"] in OPEN:
            for item in entry["lines"]:
                if item["line"] == index:
                    waiting[entry["location"]] += item["remaining"]
    back = {"RETURN": 0, "CANCEL": 0, "NO_RESTOCK": 0}
    for refund in model["refunds"]:
        for item in refund["lines"]:
            if item["line"] == index:
                back[item["restock"]] += item["quantity"]
    # What an edit removes goes back on sale, as what a refund restocks does.
    restocked = line.get("gone", 0) - back["NO_RESTOCK"]
    total = line["quantity"] - restocked
    if model["cancelledAt"]:
        waiting.clear()
        total = min(total, sum(sent.values()) - back["RETURN"] + back["NO_RESTOCK"])
    home = _home(model, sent, waiting)
    places = sent + waiting
    places[home] += total - sum(places.values())
    if not model["fulfilmentOrders"] and not model["cancelledAt"]:
        waiting[home] = total - sum(sent.values())
    return places, waiting, total


def _home(model, sent, waiting):
    """The location that stands for units which no fulfilment order names."""
    for places in (sent, waiting):
        if places:
            return next(iter(places))
    if model["fulfilmentOrders"]:
        return model["fulfilmentOrders"][0]["location"]
    return model.get("location") or 0
