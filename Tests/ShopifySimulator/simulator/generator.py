"""Believable orders out of a seed: the same (seed, number, mix) always gives the same order."""

import copy
import random

from .catalogue import (FIRST_NAMES, LAST_NAMES, NOTES, PRODUCTS, SHIPPING_RATES, STREETS, TOWNS)
from .model import BLANK, finish
from .refunding import refund_lines
from .totals import both_sides

MIXES = ("all", "web", "pos", "plain", "wide", "money")
RATES = [("EUR", "1.1432"), ("USD", "1.3127"), ("JPY", "191.27"), ("KWD", "0.40318"), ("CHF", "1.0718")]


def person(rng):
    """A customer with an address."""
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    town, code, province, province_code = rng.choice(TOWNS)
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    address = {"firstName": first, "lastName": last, "company": "The Copper Kettle" if rng.random() < 0.05 else None,
               "address1": f"{rng.randint(1, 140)} {rng.choice(STREETS)}", "address2": "Flat 2" if rng.random() < 0.1 else None,
               "city": town, "province": province, "provinceCode": province_code,
               "zip": f"{code} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}", "country": "United Kingdom",
               "countryCode": "GB", "phone": f"+447700900{rng.randint(0, 999):03d}" if rng.random() < 0.6 else None}
    plain = "".join(c for c in f"{first}.{last}".lower() if c.isascii() and (c.isalpha() or c == "."))
    customer = {"firstName": first, "lastName": last, "email": f"{plain}{rng.randint(1, 999)}@example.com",
                "phone": address["phone"], "taxExempt": False, "id": 7_100_000_000_000 + rng.randrange(10 ** 9)}
    return customer, address


def product_line(rng, quantity=None):
    """A line out of the catalogue."""
    sku, title, variant, price, tax = rng.choice(PRODUCTS)
    return {"sku": sku, "title": title, "variantTitle": variant, "price": price, "taxRate": tax, "taxTitle": "VAT",
            "quantity": quantity or rng.choice((1, 1, 1, 2, 2, 3, 6)), "taxable": True, "requiresShipping": True,
            "giftCard": False, "vendor": "Calder & Wren", "attributes": [], "duty": "0"}


def web_order(model, rng, plain):
    """A web order of one to six lines."""
    model["lines"] = [product_line(rng) for _ in range(rng.choice((1, 2, 2, 3) if plain else (1, 1, 2, 2, 3, 4, 6)))]
    title, code, price = rng.choice(SHIPPING_RATES)
    model["shipping"] = [{"title": title, "code": code, "carrier": None, "price": price, "taxRate": "0.2", "taxTitle": "VAT"}]
    if plain:
        return
    chance = rng.random
    if chance() < 0.08:
        model["lines"].append({**product_line(rng, 1), "sku": None, "title": "Gift wrapping", "variantTitle": None,
                               "price": "2.50", "taxRate": "0.2", "vendor": None})
    if chance() < 0.05:
        model["lines"].append({**product_line(rng, 1), "sku": "GIFT-25", "title": "Gift Card", "variantTitle": "£25",
                               "price": "25.00", "giftCard": True, "requiresShipping": False, "taxRate": "0"})
    if chance() < 0.2:
        model["lines"][0]["attributes"] = [{"key": "Gift message", "value": "Happy birthday! 🎂"}]
    if chance() < 0.15:
        model["note"] = rng.choice(NOTES)
    if chance() < 0.1:
        model["tags"] = ["wholesale"] if chance() < 0.3 else ["gift"]
    if chance() < 0.05:
        model["poNumber"] = f"PO-{rng.randint(1000, 9999)}"
    if chance() < 0.05:
        model["billingAddress"] = {**model["billingAddress"], "address1": "1 Counting House Yard", "company": "Marsh & Co"}


def till_order(model, rng, wish):
    """A sale in the shop: with a whole customer, a part of one, or none."""
    model.update({"sourceName": "pos", "shipping": [], "shippingAddress": None, "location": 1, "gateway": "cash",
                  "sourceIdentifier": f"{rng.randint(1, 9)}-{rng.randint(1000, 99999)}"})
    model["lines"] = [product_line(rng) for _ in range(rng.choice((1, 1, 2, 3)))]
    if rng.random() < 0.6:
        model["gateway"] = "shopify_payments"
    elif rng.random() < 0.3:
        model["cashRounding"] = "0.02"
    kind = rng.random()
    if kind < 0.5:
        model.update({"customer": None, "email": None, "phone": None, "billingAddress": None})
    elif kind < 0.75:
        model["customer"] = {**model["customer"], "lastName": None, "phone": None}
        model.update({"billingAddress": None, "phone": None})
    wish["payment"] = "paid"


def discounted(model, rng):
    """One or two discounts of any kind."""
    choice = rng.random()
    if choice < 0.45:
        model["discounts"].append({"kind": "code", "title": "WELCOME10", "percent": "10"})
    elif choice < 0.65:
        model["discounts"].append({"kind": "automatic", "title": "Three for two on tins", "percent": "33.33", "lines": [0]})
    elif choice < 0.8:
        model["discounts"].append({"kind": "manual", "title": "Chipped box", "amount": "2.00", "lines": [0]})
    else:
        model["discounts"].append({"kind": "code", "title": "TEATIME5", "amount": "5.00"})
    if rng.random() < 0.15 and model["shipping"]:
        model["discounts"].append({"kind": "code", "title": "FREESHIP", "percent": "100", "target": "shipping"})


def money_order(model, rng):
    """Another currency, tax on top, duties, tips."""
    currency, rate = rng.choice(RATES)
    model.update({"presentment": currency, "rate": rate, "taxesIncluded": rng.random() < 0.5})
    if rng.random() < 0.5:
        model["tip"] = "1.75"
    if rng.random() < 0.5:
        model["lines"][0]["duty"] = "4.20"
    if rng.random() < 0.3:
        model["lines"][0]["taxes"] = [{"title": "State Tax", "rate": "0.0625"}, {"title": "County Tax", "rate": "0.01"}]
    discounted(model, rng)


def wide_order(model, rng):
    """260 lines, a dozen discounts."""
    model["lines"] = [product_line(rng, rng.choice((1, 2, 3))) for _ in range(260)]
    for index in range(12):
        model["discounts"].append({"kind": "code", "title": f"STACK{index}", "percent": "1.5"})


def generate(seed, index, mix, currency, created):
    """(model, wish) of one order, without numbers."""
    rng = random.Random(f"{seed}:{index}")
    model = copy.copy(BLANK)
    customer, address = person(rng)
    model.update({"createdAt": created, "processedAt": created, "currency": currency, "presentment": currency,
                  "customer": customer, "email": customer["email"], "phone": None, "shippingAddress": address,
                  "billingAddress": address, "tags": [], "attributes": [], "discounts": [], "transactions": [],
                  "refunds": [], "fulfilments": [], "fulfilmentOrders": []})
    wish = {"payment": "paid", "giftCardPayment": None, "fulfilmentOrders": "auto"}
    draw = rng.random()
    if mix == "pos" or (mix == "all" and draw < 0.25):
        till_order(model, rng, wish)
        return model, wish
    web_order(model, rng, mix == "plain")
    if mix == "plain":
        return model, wish
    if mix == "wide":
        wide_order(model, rng)
    elif mix == "money" or (mix == "all" and draw > 0.92):
        money_order(model, rng)
    elif rng.random() < 0.3:
        discounted(model, rng)
    if mix == "all" and 0.25 <= draw < 0.3:
        model["sourceName"] = "shopify_draft_order"
    if mix in ("all", "web"):
        state = rng.random()
        wish["payment"] = ("pending" if state < 0.06 else "authorized" if state < 0.1 else "partially_paid" if state < 0.12
                           else "voided" if state < 0.13 else "paid")
        model["test"] = rng.random() < 0.02
        if wish["payment"] == "paid" and rng.random() < 0.05:
            wish["giftCardPayment"] = "10.00"
        if rng.random() < 0.1:
            model["gateway"] = "paypal"
    return model, wish


def finished(seed, index, mix, currency, created, order_id, number):
    """A whole model, some of it refunded or cancelled afterwards."""
    model, wish = generate(seed, index, mix, currency, created)
    finish(model, wish, order_id, number)
    rng = random.Random(f"{seed}:{index}:after")
    if mix == "wide":
        sides = both_sides(model)
        for place in range(60):
            refund_lines(model, created + 1_000_000 * (place + 1), [{"line": place, "quantity": 1}], None, None, True, sides=sides)
    elif mix in ("all", "web") and wish["payment"] == "paid" and rng.random() < 0.06:
        refund_lines(model, created + 60_000_000, [{"line": 0, "quantity": 1, "restock": "RETURN"}], None, "Arrived broken", True)
    return model
