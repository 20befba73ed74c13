"""What an order comes to when KCC adds it up, in exact decimals."""

import decimal

from .checking import is_number

ZERO, PENNY = decimal.Decimal(0), decimal.Decimal("0.01")


def number(value):
    """A figure, or zero where there is none."""
    return decimal.Decimal(value) if is_number(value) else ZERO


def price(value):
    """A price's figure, whichever of the two it is."""
    return number(next(iter(value.values()))) if isinstance(value, dict) and len(value) == 1 else ZERO


def basis(order):
    """The bases of all prices of an order: {"Gross"}, {"Net"}, or both when they are mixed.

    A delivery charge of nothing fits either basis.
    """
    prices = [line.get("UnitPrice") for line in order.get("Items", [])]
    delivery = order.get("Header", {}).get("DeliveryCharge")
    prices += [delivery] if price(delivery) else []
    return {key for each in prices if isinstance(each, dict) for key in each}


def line_total(line):
    """Units times price less the line's discount, to the penny."""
    whole = number(line.get("Quantity")) * price(line.get("UnitPrice"))
    percent = whole * number(line.get("PercentDiscount")) / 100
    return whole - number(line.get("ValueDiscount")) - percent


def add_up(order, tax_rate):
    """The sums of an order.

    Gross: lines and delivery are the total. Net: KCC adds tax at its own rates (here one rate for everything), and the
    order's `GrossTotal` corrects what that comes to, so that the total is the order's own as far as it is a believable tax.
    """
    header = order.get("Header", {})
    lines = sum((line_total(line) for line in order.get("Items", [])), ZERO)
    delivery, off = price(header.get("DeliveryCharge")), number(header.get("ValueDiscount"))
    stated = number(header["GrossTotal"]) if "GrossTotal" in header else None
    net = basis(order) == {"Net"}
    total, tax = lines + delivery - off, ZERO
    if net:
        exempt = order.get("Customer", {}).get("TaxExempt") is True
        estimate = ZERO if exempt else (lines * tax_rate + number(header.get("DeliveryTaxAmount", delivery * tax_rate)))
        tax = estimate.quantize(PENNY, decimal.ROUND_HALF_UP) if stated is None else stated - total
        total += tax
    paid = sum((number(payment.get("Amount")) for payment in order.get("Payments", [])), ZERO)
    return {"basis": "Net" if net else "Gross", "lines": lines, "delivery": delivery, "discount": off, "tax": tax,
            "total": total, "stated": stated, "paid": paid}
