"""What the contract says about one order beyond its tables: what goes together, what adds up, what is never left out."""

import decimal
import re

from .checking import check, is_number
from .shapes import KINDS_OF_PAYMENT, ORDER, thing
from .totals import PENNY, add_up, basis, line_total, price

COUNTRY = re.compile(r"[A-Z]{2}")
PACK = re.compile(r"\d{3}\.\d{3}")
MONTH = re.compile(r"(0[1-9]|1[0-2])\d{2}")
CASH_ROUNDING = decimal.Decimal("0.05")


def check_order(order, report, tax_rate=decimal.Decimal("0.2"), most_tax=decimal.Decimal("0.3")):
    """Reports everything that is wrong with an order. The rules run only where the tables found the types right."""
    broken = []

    def noted(code, path, detail):
        broken.append(code)
        report(code, path, detail)

    check(order, thing(ORDER), "", noted)
    if {"type", "null", "required", "price"} & set(broken):
        return
    people(order, report)
    header(order, report)
    for place, line in enumerate(order["Items"]):
        check_line(line, f"Items[{place}]", report)
    for place, payment in enumerate(order.get("Payments", [])):
        check_payment(payment, f"Payments[{place}]", report)
    money(order, report, tax_rate, most_tax)


def people(order, report):
    """Names and countries."""
    for name in ("InvoiceContact", "DeliveryContact"):
        contact = order.get(name)
        if contact is not None and not (contact.get("Forename", "").strip() or contact.get("Surname", "").strip()):
            report("contact_name", name, "neither forename nor surname")
    for name in ("InvoiceAddress", "DeliveryAddress"):
        code = order.get(name, {}).get("Country", {}).get("Code")
        if code is not None and not COUNTRY.fullmatch(code):
            report("country", f"{name}.Country", f"{code!r} is no two-letter code")


def header(order, report):
    """The reference, the currencies, what must always be said."""
    head = order["Header"]
    if re.search(r'[,"\r\n]', head["AssociatedRef"]) or head["AssociatedRef"] != head["AssociatedRef"].strip():
        report("ref", "Header.AssociatedRef", "a comma, quote, line end or outer space")
    if "Currency" in head and head["Currency"] != order["Customer"]["Currency"]:
        report("currency", "Header.Currency", "differs from the customer's")
    if "DeliveryCharge" not in head:
        report("delivery_charge", "Header.DeliveryCharge", "left out, so KCC would calculate one")
    elif not price(head["DeliveryCharge"]) and head.get("DeliveryTaxAmount", 0) != 0:
        report("delivery_tax", "Header.DeliveryTaxAmount", "tax on free delivery")
    if "GrossTotal" not in head:
        report("gross_total", "Header.GrossTotal", "left out")
    for name in ("ValueDiscount", "GrossTotal", "DeliveryTaxAmount"):
        if head.get(name, 0) < 0:
            report("negative", f"Header.{name}", "below zero")


def check_line(line, path, report):
    """One line."""
    if line["SKU"] != line["SKU"].strip():
        report("sku", f"{path}.SKU", "outer space")
    if line["Quantity"] <= 0 or line["Quantity"] != int(line["Quantity"]):
        report("quantity", f"{path}.Quantity", f"{line['Quantity']} is not a whole number above zero")
    if "ValueDiscount" in line and "PercentDiscount" in line:
        report("two_discounts", path, "a value and a percentage")
    for name in ("ValueDiscount", "PercentDiscount"):
        if line.get(name, 0) < 0:
            report("negative", f"{path}.{name}", "below zero")
    if price(line["UnitPrice"]) < 0 or line_total(line) < 0:
        report("negative", path, "the line comes to less than nothing")
    if "PackLink" in line and not PACK.fullmatch(line["PackLink"]):
        report("pack_link", f"{path}.PackLink", "not like 001.001")


def check_payment(payment, path, report):
    """One payment: one kind, above zero, a card with its authorisation."""
    kinds = [name for name in KINDS_OF_PAYMENT if name in payment]
    if len(kinds) != 1:
        report("payment_kind", path, f"{len(kinds)} kinds instead of exactly one")
    if payment["Amount"] <= 0:
        report("negative", f"{path}.Amount", "not above zero")
    card = payment.get("Card")
    if card is None:
        return
    if not card.get("AuthCode", "").strip():
        report("auth_code", f"{path}.Card.AuthCode", "blank or left out: KCC takes the payment as not authorised")
    for name in ("CardStart", "CardExpire"):
        if card.get(name) and not MONTH.fullmatch(card[name]):
            report("card_month", f"{path}.Card.{name}", "not MMYY")


def money(order, report, tax_rate, most_tax):
    """One basis, a fitting method, a total that adds up, payments within it."""
    head, bases = order["Header"], basis(order)
    if len(bases) > 1:
        report("mixed_basis", "Items", "gross and net prices in one order")
        return
    discounted = head.get("ValueDiscount", 0) or any("ValueDiscount" in line or "PercentDiscount" in line
                                                     for line in order["Items"])
    fitting = 1 if bases == {"Net"} else 2
    method = head.get("CalcMethod", 0)
    if method != fitting and (discounted or method != 0):
        report("calc_method", "Header.CalcMethod", f"{method} where the prices ask for {fitting}")
    sums = add_up(order, tax_rate)
    if sums["stated"] is not None:
        if sums["basis"] == "Gross" and abs(sums["total"] - sums["stated"]) > PENNY:
            report("total", "Header.GrossTotal", f"the lines come to {sums['total']}, the total says {sums['stated']}")
        if sums["basis"] == "Net":
            ceiling = (sums["total"] - sums["tax"]) * most_tax + PENNY * (len(order["Items"]) + 1)
            ceiling = PENNY if order["Customer"].get("TaxExempt") is True else ceiling
            if not -PENNY <= sums["tax"] <= ceiling:
                report("total", "Header.GrossTotal", f"leaves {sums['tax']} as the tax")
        if sums["paid"] > sums["stated"] + CASH_ROUNDING:
            report("overpaid", "Payments", f"{sums['paid']} for {sums['stated']}")
    account = head.get("RemainderOnAccount")
    if order.get("Payments") and account is True:
        report("account_and_payment", "Header.RemainderOnAccount", "true beside a payment")
    if not order.get("Payments") and account is None and is_number(head.get("GrossTotal")) and head["GrossTotal"] > 0:
        report("unpaid_unsaid", "Header.RemainderOnAccount", "no payment, and not said whether it is an account order")
