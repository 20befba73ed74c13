"""Compares the order store with what the simulator holds, order by order.

Both sides are brought to one plain form, from the GraphQL-shaped order on one side and from the database on the
other; the program's own code has no part in it.
"""

import datetime
import json
from decimal import Decimal

_ADDRESS = {"firstName": "firstName", "lastName": "lastName", "company": "company", "address1": "address1",
            "address2": "address2", "city": "city", "province": "province", "zip": "zip", "countryCodeV2": "countryCode",
            "phone": "phone"}
_TOTALS = {"totalPriceSet": "total", "currentTotalPriceSet": "current", "totalTaxSet": "tax", "currentTotalTaxSet": "currentTax",
           "totalReceivedSet": "received", "totalRefundedSet": "refunded"}


def _money(found):
    """A stored amount: one text where both currencies' amounts are the same, else both of them."""
    both = (found, found) if isinstance(found, str) else (found["shop"], found["presentment"])
    return tuple(Decimal(amount).normalize() for amount in both)


def _set(money):
    return Decimal(money["shopMoney"]["amount"]).normalize(), Decimal(money["presentmentMoney"]["amount"]).normalize()


def _nodes(connection):
    return connection["nodes"] if isinstance(connection, dict) else connection or []


def _text(value):
    return value or None


def of_shopify(order):
    """The plain form of an order as the simulator shows it."""
    def address(found):
        return found and {key: _text(found[theirs]) for theirs, key in _ADDRESS.items()}

    return {
        "id": order["id"], "name": order["name"], "updatedAt": order["updatedAt"],
        "status": order["displayFinancialStatus"], "cancelledAt": order["cancelledAt"], "email": _text(order["email"]),
        "note": _text(order["note"]), "tags": sorted(order["tags"]), "poNumber": _text(order["poNumber"]),
        "lines": [(line["id"], _text(line["sku"]), line["quantity"], line["currentQuantity"],
                   _set(line["originalUnitPriceSet"]), _set(line["originalTotalSet"])) for line in _nodes(order["lineItems"])],
        "delivery": [(_set(line["originalPriceSet"]), _set(line["discountedPriceSet"]), _set(line["currentDiscountedPriceSet"]))
                     for line in _nodes(order["shippingLines"])],
        "totals": {ours: _set(order[theirs]) for theirs, ours in _TOTALS.items()},
        "billing": address(order["billingAddress"]), "shipping": address(order["shippingAddress"]),
        "refunds": len(order["refunds"]),
        "transactions": len(_nodes(order["transactions"])),
    }


def of_store(snapshot):
    """The plain form of a stored snapshot."""
    def address(found):
        return found and {key: _text(found.get(key)) for key in _ADDRESS.values()}

    return {
        "id": snapshot["id"], "name": snapshot["name"], "updatedAt": snapshot["updatedAt"],
        "status": snapshot.get("financialStatus"), "cancelledAt": snapshot.get("cancelledAt"),
        "email": _text(snapshot.get("email")), "note": _text(snapshot.get("note")), "tags": sorted(snapshot["tags"]),
        "poNumber": _text(snapshot.get("poNumber")),
        "lines": [(line["id"], _text(line.get("sku")), line["quantity"], line["currentQuantity"],
                   _money(line["unitPrice"]), _money(line["total"])) for line in snapshot["lines"]],
        "delivery": [(_money(line["price"]), _money(line["discountedPrice"]), _money(line["currentPrice"])) for line in snapshot["shippingLines"]],
        "totals": {ours: _money(snapshot["totals"][ours]) for ours in _TOTALS.values()},
        "billing": address(snapshot.get("billingAddress")), "shipping": address(snapshot.get("shippingAddress")),
        "refunds": len(snapshot["refunds"]),
        "transactions": len(snapshot["transactions"]),
    }


def stored_orders(box, domain=None):
    """(gid, name, updatedAt as text, snapshot) of every row, or of one shop's."""
    rows = box.query('SELECT o.gid, o.name, o.updated_at_ms, o.snapshot FROM "order" o JOIN shop s ON s.id = o.shop_id '
                     "WHERE o.gone = 0 AND s.domain = coalesce(?, s.domain) ORDER BY o.id", domain)
    utc = datetime.timezone.utc
    return [(gid, name, datetime.datetime.fromtimestamp(at / 1000, utc).strftime("%Y-%m-%dT%H:%M:%SZ"), json.loads(text))
            for gid, name, at, text in rows]


def differences(box, dump, domain=None):
    """(missing, twice, different) against a full dump; different: gid -> {field: (Shopify's, ours)}."""
    rows = stored_orders(box, domain)
    found = [gid for gid, *_ in rows]
    twice = sorted({gid for gid in found if found.count(gid) > 1}) if len(set(found)) != len(found) else []
    missing = sorted(set(dump) - set(found))
    different = {}
    for gid, name, updated_at, snapshot in rows:
        if gid not in dump:
            different[gid] = {"order": (None, name)}
            continue
        theirs, ours = of_shopify(dump[gid]["order"]), of_store(snapshot)
        fields = {key: (theirs[key], ours[key]) for key in theirs if theirs[key] != ours[key]}
        if (name, updated_at) != (theirs["name"], theirs["updatedAt"]):
            fields["row"] = ((theirs["name"], theirs["updatedAt"]), (name, updated_at))
        if fields:
            different[gid] = fields
    return missing, twice, different
