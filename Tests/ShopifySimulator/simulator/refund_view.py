"""Refunds with their lines and shipping."""

from .clock import to_iso
from .gids import gid, part, small_part
from .money import rounded_share


def refund_line(build, refund_index, place, item, lines):
    """One RefundLineItem: the share of the line that left, of its price after discounts and of its tax."""
    line, units, before = item["line"], item["quantity"], item["before"]
    restock = item.get("restock", "NO_RESTOCK")
    return {"__typename": "RefundLineItem",
            "id": gid("RefundLineItem", small_part(build.record.id, refund_index + 1, place + 1)),
            "quantity": units, "restockType": restock, "restocked": restock in ("RETURN", "CANCEL"),
            "location": build.shop.location_stub(0) if restock in ("RETURN", "CANCEL") else None,
            "priceSet": build.of(lambda s: s.nets[line] // max(s.quantities[line], 1)),
            "subtotalSet": build.of(lambda s: s.removed_share(s.nets[line], line, before, units)),
            "totalTaxSet": build.of(lambda s: sum(s.removed_share(tax, line, before, units)
                                                  for _, _, tax in s.line_taxes[line])),
            "lineItem": lines[line]}


def refunds(build, lines, shipping, transactions):
    """The order's Refunds."""
    found = []
    for index, refund in enumerate(build.model["refunds"]):
        at = to_iso(refund["at"])
        number = part(build.record.id, index + 1)
        mine = [t for t, entry in zip(transactions, build.model["transactions"]) if entry.get("refund") == index]
        paid = [sum(e["amounts"][s] for e in build.model["transactions"] if e.get("refund") == index) for s in (0, 1)]
        back = []
        if refund.get("shipping") and shipping:
            back.append({"__typename": "RefundShippingLine",
                         "id": gid("RefundShippingLine", small_part(build.record.id, index + 1, 1)),
                         "shippingLine": shipping[0],
                         "subtotalAmountSet": build.of(lambda s, r=refund: s.convert(r["shipping"])),
                         "taxAmountSet": build.of(lambda s, r=refund: rounded_share(s.shipping_tax, s.convert(r["shipping"]),
                                                                                    s.shipping))})
        found.append({"__typename": "Refund", "id": gid("Refund", number), "legacyResourceId": str(number),
                      "createdAt": at, "processedAt": at, "updatedAt": at, "note": refund.get("note"),
                      "totalRefundedSet": build.bag(*paid), "transactions": mine, "refundShippingLines": back,
                      "refundLineItems": [refund_line(build, index, place, item, lines)
                                          for place, item in enumerate(refund["lines"])]})
    return found
