"""Every order adds up, in both currencies, however it came about."""

from decimal import Decimal

import pytest

SIDES = ("shopMoney", "presentmentMoney")


def amount(bag, side):
    """A Decimal out of a MoneyBag; nothing counts as zero."""
    return Decimal(bag[side]["amount"]) if bag else Decimal(0)


def allocated(item, side):
    """Discounts on a line or shipping line."""
    return sum((amount(a["allocatedAmountSet"], side) for a in item["discountAllocations"]), Decimal(0))


def check(order):
    """The invariants of one order."""
    for side in SIDES:
        lines = sum((amount(i["originalUnitPriceSet"], side) * i["quantity"] - allocated(i, side) for i in order["lineItems"]), Decimal(0))
        shipping = sum((amount(s["originalPriceSet"], side) - allocated(s, side) for s in order["shippingLines"]), Decimal(0))
        tax = sum((amount(t["priceSet"], side) for t in order["taxLines"]), Decimal(0))
        duties = amount(order["originalTotalDutiesSet"], side)
        tips = amount(order["totalTipReceivedSet"], side)
        total = lines + shipping + (0 if order["taxesIncluded"] else tax) + tips + duties
        assert total == amount(order["totalPriceSet"], side), order["name"]
        assert lines == amount(order["subtotalPriceSet"], side)
        assert tax == amount(order["totalTaxSet"], side)
        parts = order["lineItems"] + order["shippingLines"]
        assert tax == sum((amount(t["priceSet"], side) for p in parts for t in p["taxLines"]), Decimal(0))
        assert amount(order["totalDiscountsSet"], side) == sum(allocated(p, side) for p in parts)
        for item in order["lineItems"]:
            assert amount(item["originalTotalSet"], side) == amount(item["originalUnitPriceSet"], side) * item["quantity"]
        for item in order["shippingLines"]:
            assert amount(item["discountedPriceSet"], side) == amount(item["originalPriceSet"], side) - allocated(item, side)
        gone = sum((amount(r["subtotalSet"], side) for f in order["refunds"] for r in f["refundLineItems"]), Decimal(0))
        removed = any(i["currentQuantity"] != i["quantity"] for i in order["lineItems"])
        if not order["edited"]:
            assert amount(order["currentSubtotalPriceSet"], side) == amount(order["subtotalPriceSet"], side) - gone
        assert removed or gone == 0
        kinds = {"SALE": "totalReceivedSet", "REFUND": "totalRefundedSet"}
        for kind, field in kinds.items():
            wanted = (kind, "CAPTURE") if kind == "SALE" else (kind,)
            paid = sum((amount(t["amountSet"], side) for t in order["transactions"] if t["kind"] in wanted), Decimal(0))
            assert paid == amount(order[field], side)


@pytest.mark.parametrize("mix,count", [("all", 150), ("web", 60), ("pos", 40), ("plain", 20), ("money", 80), ("wide", 1)])
def test_generated_orders_add_up(sim, mix, count):
    sim.post("seed", count=count, mix=mix, seed=5)
    orders = sim.get("dump", full=1)["orders"]
    assert len(orders) == count
    for entry in orders:
        check(entry["order"])


@pytest.mark.parametrize("currency,presentment,rate", [("GBP", "JPY", "191.27"), ("JPY", "GBP", "0.00523"), ("KWD", "EUR", "2.81")])
def test_other_currencies(sim, currency, presentment, rate):
    sim.post("shops", shop="other", currency=currency)
    sim.post("orders", shop="other", orders=[{
        "presentment": presentment, "rate": rate, "taxesIncluded": included, "tip": "3", "lines": [
            {"price": "1299", "quantity": 3, "taxRate": "0.2", "duty": "17"}, {"price": "850", "quantity": 2, "taxRate": "0.0725"}],
        "discounts": [{"title": "TEN", "percent": "10"}, {"title": "OFF", "amount": "7", "kind": "manual", "lines": [1]},
                      {"title": "SHIP", "percent": "50", "target": "shipping"}]} for included in (True, False)])
    for entry in sim.get("dump", shop="other", full=1)["orders"]:
        check(entry["order"])
        assert entry["order"]["totalPriceSet"]["presentmentMoney"]["currencyCode"] == presentment


def test_amounts_look_like_shopifys(sim):
    ref = sim.place({"presentment": "JPY", "rate": "200", "lines": [{"price": "48.20"}], "shipping": []})[0]
    bag = sim.get("order", id=ref["id"])["order"]["totalPriceSet"]
    assert (bag["shopMoney"]["amount"], bag["presentmentMoney"]["amount"]) == ("48.2", "9640.0")
    ref = sim.place({"lines": [{"price": "12.00"}], "shipping": []})[0]
    assert sim.get("order", id=ref["id"])["order"]["totalPriceSet"]["shopMoney"]["amount"] == "12.0"


def test_partial_refund(sim):
    ref = sim.place({"lines": [{"price": "10.00", "quantity": 3, "taxRate": "0.2"}], "shipping": [],
                     "discounts": [{"title": "ODD", "amount": "1.00"}]})[0]
    sim.change(ref["id"], "refund", lines=[{"line": 0, "quantity": 1, "restock": "RETURN"}])
    order = sim.get("order", id=ref["id"])["order"]
    check(order)
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert order["lineItems"][0]["currentQuantity"] == 2
    assert order["refunds"][0]["totalRefundedSet"]["shopMoney"]["amount"] == "9.67"
    assert order["currentTotalPriceSet"]["shopMoney"]["amount"] == "19.33"
    sim.change(ref["id"], "refund")
    order = sim.get("order", id=ref["id"])["order"]
    check(order)
    assert order["displayFinancialStatus"] == "REFUNDED"
    assert order["currentTotalPriceSet"]["shopMoney"]["amount"] == "0.0"
    assert order["totalOutstandingSet"]["shopMoney"]["amount"] == "0.0"


def test_life_of_an_unpaid_order(sim):
    ref = sim.place({"payment": "pending"})[0]

    def state():
        order = sim.get("order", id=ref["id"])["order"]
        check(order)
        return order["displayFinancialStatus"]
    assert state() == "PENDING"
    sim.change(ref["id"], "pay", amount="2.00")
    assert state() == "PARTIALLY_PAID"
    sim.change(ref["id"], "pay")
    assert state() == "PAID"
    sim.change(ref["id"], "edit", add=[{"sku": "X", "title": "More", "price": "5.00"}])
    assert state() == "PARTIALLY_PAID"
    sim.change(ref["id"], "pay")
    sim.change(ref["id"], "cancel", reason="CUSTOMER")
    assert state() == "REFUNDED"
    order = sim.get("order", id=ref["id"])["order"]
    assert order["cancelReason"] == "CUSTOMER" and order["currentTotalPriceSet"]["shopMoney"]["amount"] == "0.0"
    assert order["edited"] and all(i["currentQuantity"] == 0 for i in order["lineItems"])


@pytest.mark.parametrize("payment,status", [("authorized", "AUTHORIZED"), ("voided", "VOIDED"), ("expired", "EXPIRED"),
                                            ("partially_paid", "PARTIALLY_PAID")])
def test_payment_states(sim, payment, status):
    ref = sim.place({"payment": payment})[0]
    assert sim.get("order", id=ref["id"])["order"]["displayFinancialStatus"] == status


def test_a_discrepancy_can_be_asked_for(sim):
    ref = sim.place({"overrides": {"totalPriceSet": {"shopMoney": {"amount": "1.0"}}}})[0]
    assert sim.get("order", id=ref["id"])["order"]["totalPriceSet"]["shopMoney"] == {"amount": "1.0", "currencyCode": "GBP"}


def test_wide_order_shape(sim):
    sim.post("seed", count=1, mix="wide")
    order = sim.get("dump", full=1)["orders"][0]["order"]
    assert len(order["lineItems"]) == 260 and len(order["refunds"]) == 60 and len(order["discountApplications"]) == 12


def test_cancelling_gives_all_of_it_back_in_both_currencies(sim):
    ref = sim.place({"presentment": "JPY", "rate": "191.27", "taxesIncluded": False, "tip": "1.75",
                     "lines": [{"price": "8.50", "quantity": 3, "taxRate": "0.2", "duty": "4.20"}]})[0]
    sim.change(ref["id"], "cancel")
    order = sim.get("order", id=ref["id"])["order"]
    check(order)
    assert order["displayFinancialStatus"] == "REFUNDED" and order["totalRefundedSet"] == order["totalReceivedSet"]
