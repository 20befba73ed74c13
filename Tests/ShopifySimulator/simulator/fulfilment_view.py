"""Fulfilment orders and fulfilments of an order, shaped like GraphQL."""

from .clock import to_iso
from .gids import gid, part, small_part

ACTIONS = {"OPEN": ["CREATE_FULFILLMENT", "MOVE", "HOLD", "SPLIT"], "IN_PROGRESS": ["CREATE_FULFILLMENT", "HOLD"],
           "ON_HOLD": ["RELEASE_HOLD", "HOLD", "MOVE"], "INCOMPLETE": ["CREATE_FULFILLMENT"],
           "SCHEDULED": ["MARK_AS_OPEN"]}
DONE = ("CLOSED", "CANCELLED", "INCOMPLETE")


def display_status(model):
    """displayFulfillmentStatus, from quantities sent and fulfilment orders held."""
    left = sum(line["quantity"] - line.get("gone", 0) for line in model["lines"])
    sent = sum(item["quantity"] for f in model["fulfilments"] if f.get("status", "SUCCESS") == "SUCCESS" for item in f["lines"])
    if any(fo["status"] == "ON_HOLD" for fo in model["fulfilmentOrders"]):
        return "ON_HOLD"
    if sent == 0:
        return "UNFULFILLED"
    return "FULFILLED" if sent >= left else "PARTIALLY_FULFILLED"


def assigned_location(shop, index):
    """Where the fulfilment order is: a snapshot of name and address beside the location itself."""
    place = shop.locations[index]
    address = place["address"]
    return {"name": place["name"], "location": {"id": place["id"]}, "countryCode": address["countryCode"] or "GB",
            **{key: address[key] for key in ("address1", "address2", "city", "phone", "province", "zip")}}


def fulfilment_orders(record, shop, lines):
    """The order's FulfillmentOrders."""
    model, found = record.model, []
    for index, entry in enumerate(model["fulfilmentOrders"]):
        method = {"id": gid("DeliveryMethod", small_part(record.id, index + 1, 1)), "presentedName": None,
                  "serviceCode": None,
                  "methodType": entry.get("method") or ("RETAIL" if model["sourceName"] == "pos" else "SHIPPING")}
        holds = []
        if entry["status"] == "ON_HOLD":
            holds.append({"__typename": "FulfillmentHold", "id": gid("FulfillmentHold", small_part(record.id, index + 1, 1)),
                          "reason": entry.get("reason", "OTHER"), "reasonNotes": entry.get("notes"), "displayReason": "Other",
                          "handle": None, "heldByRequestingApp": False,
                          "heldByApp": {"id": gid("App", 580111), "title": "Online Store", "handle": "online_store"}})
        items = []
        for place, item in enumerate(entry["lines"]):
            line = lines[item["line"]]
            items.append({"__typename": "FulfillmentOrderLineItem",
                          "id": gid("FulfillmentOrderLineItem", small_part(record.id, index + 1, place + 1)),
                          "lineItem": line, "sku": line["sku"], "productTitle": line["title"], "vendor": line["vendor"],
                          "variantTitle": line["variantTitle"], "requiresShipping": line["requiresShipping"],
                          "totalQuantity": item["quantity"], "remainingQuantity": item["remaining"], "inventoryItemId": None})
        found.append({"__typename": "FulfillmentOrder", "id": gid("FulfillmentOrder", part(record.id, index + 1)),
                      "status": entry["status"], "requestStatus": "UNSUBMITTED", "createdAt": to_iso(entry["createdAt"]),
                      "updatedAt": to_iso(entry["updatedAt"]), "fulfillAt": to_iso(entry["createdAt"]), "fulfillBy": None,
                      "orderId": gid("Order", record.id), "orderName": model["name"],
                      "orderProcessedAt": to_iso(model["processedAt"]),
                      "assignedLocation": assigned_location(shop, entry["location"]), "deliveryMethod": method,
                      "fulfillmentHolds": holds, "lineItems": items, "order": {"id": gid("Order", record.id)},
                      "supportedActions": [{"action": a, "externalUrl": None} for a in ACTIONS.get(entry["status"], [])],
                      "fulfillments": [fulfilment(record, shop, lines, i) for i, f in enumerate(model["fulfilments"])
                                       if f["fulfilmentOrder"] == index]})
    return found


def tracking_info(tracking):
    """One entry a number; from a change of the control interface, which names one, or from a client, who may name several."""
    if not tracking:
        return []
    numbers = tracking.get("numbers", [tracking.get("number")])
    urls = tracking.get("urls", [tracking.get("url")])
    return [{"number": number, "company": tracking.get("company"), "url": urls[place] if place < len(urls) else None}
            for place, number in enumerate(numbers or [None])]


def fulfilment(record, shop, lines, index):
    """One Fulfillment."""
    entry = record.model["fulfilments"][index]
    number, at = part(record.id, index + 1), to_iso(entry["at"])
    tracking = entry.get("tracking")
    return {"__typename": "Fulfillment", "id": gid("Fulfillment", number), "legacyResourceId": str(number),
            "name": f"{record.model['name']}-F{index + 1}", "status": entry.get("status", "SUCCESS"),
            "displayStatus": "FULFILLED", "createdAt": at, "updatedAt": at, "deliveredAt": None,
            "location": shop.location_stub(entry["location"]), "requiresShipping": True,
            "order": {"id": gid("Order", record.id)},
            "totalQuantity": sum(i["quantity"] for i in entry["lines"]),
            "trackingInfo": tracking_info(tracking),
            "fulfillmentLineItems": [
                {"__typename": "FulfillmentLineItem", "id": gid("FulfillmentLineItem", small_part(record.id, index + 1, p + 1)),
                 "lineItem": lines[i["line"]], "quantity": i["quantity"]} for p, i in enumerate(entry["lines"])]}


def fulfilments(record, shop, lines):
    """The order's Fulfillments."""
    return [fulfilment(record, shop, lines, i) for i in range(len(record.model["fulfilments"]))]
