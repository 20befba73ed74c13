"""Orders that are paid late, or cancelled at each stage of their way to KCC."""

import pytest


@pytest.mark.parametrize("payment", ["pending", "authorized", "partially_paid", "voided", "expired"])
def test_an_order_not_paid_in_full_waits_with_its_reason(web, store, payment):
    name = store.place(payment=payment)
    web.once()
    assert web.standing(name) == ("skipped", "unpaid")
    assert web.rule(name, "payment")["outcome"] == "refuse"
    assert web.export() == {}


def test_unpaid_then_paid_comes_in(web, store):
    name = store.place(payment="pending")
    web.once()
    assert web.standing(name) == ("skipped", "unpaid")
    store.change(name, "pay")
    web.once()
    assert web.standing(name) == ("imported", None)
    order = web.order(name)
    assert order["financial_status"] == "PAID"
    assert [payment["amount"] for payment in order["payments"] if payment["counts"]] == [order["total"]]


def test_an_authorised_payment_counts_once_it_is_captured(web, store):
    name = store.place(payment="authorized")
    web.once()
    store.change(name, "pay")
    web.once()
    assert web.standing(name) == ("imported", None)


def test_ignore_financial_status_lets_unpaid_orders_in(web, store):
    name = store.place(payment="pending")
    web.adjust(ignore_financial_status=True)
    web.once()
    assert web.standing(name) == ("imported", None)
    assert web.orders()[name]["financial_status"] == "PENDING"
    assert web.rule(name, "payment")["outcome"] == "pass"


def test_partly_refunded_was_paid_and_wholly_refunded_is_not(web, store):
    part = store.place(lines=[{"sku": "A", "price": "5.00", "quantity": 2}])
    whole = store.place()
    store.change(part, "refund", lines=[{"line": 0, "quantity": 1, "restock": "RETURN"}])
    store.change(whole, "refund", lines=[{"line": 0, "quantity": 1, "restock": "RETURN"}], shipping="3.95")
    web.once()
    assert store.order(part)["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert store.order(whole)["displayFinancialStatus"] == "REFUNDED"
    assert web.standing(part) == ("imported", None)
    assert web.standing(whole) == ("skipped", "unpaid")
    line = web.order(part)["lines"][0]
    assert (line["quantity"], line["current_quantity"]) == (2, 1)
    assert len(web.order(part)["refunds"]) == 1


def test_cancelled_before_it_was_ever_imported(web, store):
    name = store.place(payment="pending")
    web.once()
    store.change(name, "cancel", reason="CUSTOMER")
    web.once()
    assert web.standing(name) == ("skipped", "cancelled")


def test_paid_then_cancelled_before_the_first_poll(web, store):
    name = store.place()
    store.change(name, "cancel", reason="CUSTOMER", refund=True)
    web.once()
    assert web.standing(name) == ("skipped", "cancelled")
    assert web.export() == {}


def test_cancelled_after_import_is_withdrawn_from_the_hand_off(web, store):
    name = store.place()
    web.once()
    store.change(name, "cancel", reason="CUSTOMER", refund=True)
    web.once()
    order = web.orders()[name]
    assert (order["state"], order["reason"]) == ("imported", "cancelled_before_handoff")
    assert order["changed_after_handoff"] is False
    assert order["revision"] == 2
    assert web.export("--unacknowledged") == {}


def test_cancelled_after_the_acknowledgement_is_a_change_after_the_hand_off(web, store):
    name = store.place()
    web.once()
    web.cli("orders", "ack", name)
    store.change(name, "cancel", reason="CUSTOMER", refund=True)
    result = web.once()
    order = web.orders()[name]
    assert (order["state"], order["changed_after_handoff"]) == ("imported", True)
    assert "cancelled" in order["changed_fields"]
    assert f"order {name} changed after its hand-off" in result.err


def test_an_order_with_nothing_left_is_withdrawn_and_comes_back_with_a_new_line(web, store):
    name = store.place()
    web.once()
    store.change(name, "edit", remove=[{"line": 0, "quantity": 1}])
    web.once()
    assert web.standing(name) == ("imported", "nothing_left")
    assert web.export("--unacknowledged") == {}
    store.change(name, "edit", add=[{"sku": "TEA-EB-250", "price": "8.50", "quantity": 1}])
    web.once()
    assert web.standing(name) == ("imported", None)
    assert set(web.export("--unacknowledged")) == {name}


def test_a_touched_order_keeps_its_revision(web, store):
    name = store.place()
    web.once()
    before = web.orders()[name]
    store.change(name, "touch")
    web.once()
    after = web.orders()[name]
    assert after["updated_at"] > before["updated_at"]
    assert (before["revision"], after["revision"]) == (1, 1)
    assert after["changed_after_handoff"] is False
