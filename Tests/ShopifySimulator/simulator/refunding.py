"""Refunds of a model: which units leave, how much money goes back, by which transaction."""

from .model import BadRequest, left, transaction
from .money import rounded_share
from .payment_view import sum_of
from .totals import both_sides


def refundable(model, side):
    """Money still with the merchant on one side."""
    return sum_of(model, ("SALE", "CAPTURE"), side) - sum_of(model, ("REFUND",), side)


ALL_MONEY = "all"


def refund_lines(model, at, lines, shipping, note, pay_back, amount=None, sides=None, duties=None):
    """Adds a refund. `amount` overrides what the lines are worth (money only when there are no lines); ALL_MONEY is
    everything that the merchant still has. `sides` spares the sums when the caller has them."""
    sides = sides or both_sides(model)
    kept, worth = [], [0, 0]
    for item in lines:
        index, units = item["line"], item["quantity"]
        if not 0 <= index < len(model["lines"]) or not 0 < units <= left(model, index):
            raise BadRequest(f"line {index} has no {units} units left to refund")
        gone = model["lines"][index].get("gone", 0)
        kept.append({"line": index, "quantity": units, "before": gone, "restock": item.get("restock", "NO_RESTOCK")})
        for place, side in enumerate(sides):
            worth[place] += side.removed_share(side.nets[index], index, gone, units)
            if not side.included:
                worth[place] += side.removed_share(side.line_tax(index), index, gone, units)
        model["lines"][index]["gone"] = gone + units
    if shipping:
        for place, side in enumerate(sides):
            back = side.convert(shipping)
            worth[place] += back + (0 if side.included else rounded_share(side.shipping_tax, back, side.shipping))
    if duties:
        worth = [value + side.convert(duties) for value, side in zip(worth, sides)]
    if amount == ALL_MONEY:
        worth = [refundable(model, 0), refundable(model, 1)]
    elif amount is not None:
        worth = [side.convert(amount) for side in sides]
    model["refunds"].append({"at": at, "note": note, "lines": kept, "shipping": shipping, "duties": duties})
    paid = [min(value, refundable(model, place)) for place, value in enumerate(worth)]
    if pay_back and paid[0] > 0:
        sale = max((i for i, t in enumerate(model["transactions"]) if t["kind"] in ("SALE", "CAPTURE")),
                   key=lambda i: model["transactions"][i]["amounts"][0])
        transaction(model, "REFUND", paid, at, gateway=model["transactions"][sale]["gateway"], parent=sale,
                    refund=len(model["refunds"]) - 1)
    shrink_fulfilment_orders(model, kept, at)


def shrink_fulfilment_orders(model, removed, at):
    """Takes removed units out of what is still to be sent; a fulfilment order with nothing left closes."""
    for item in removed:
        units = item["quantity"]
        for entry in model["fulfilmentOrders"]:
            if entry["status"] in ("CLOSED", "CANCELLED"):
                continue
            for line in entry["lines"]:
                if line["line"] == item["line"] and units:
                    taken = min(units, line["remaining"])
                    line["remaining"] -= taken
                    line["quantity"] -= taken
                    units -= taken
                    entry["updatedAt"] = at
            if not any(line["remaining"] for line in entry["lines"]):
                entry["status"] = "CLOSED"
