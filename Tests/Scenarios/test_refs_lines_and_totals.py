"""Order numbers that clash, lines without a SKU, and totals that do not add up."""

import json
import re

import pytest

from people import LINE

BARE = {"sku": None, "title": "Gift wrapping", "price": "2.50", "quantity": 1}
OFF = {"shopMoney": {"amount": "13.45"}, "presentmentMoney": {"amount": "13.45"}}
WRONG = {"overrides": {"totalPriceSet": OFF, "currentTotalPriceSet": OFF}}


@pytest.fixture
def two_shops(box, new_store):
    """Two shops that both have an order #1001 and one format of the reference."""
    first, second = new_store(), new_store()
    first.place()
    box.channel("first", first)
    box.once()
    second.place()
    box.channel("second", second)
    return box, second


def by_channel(box):
    return {order["channel"]: order for order in box.json("orders", "list")}


def test_two_orders_with_one_ref(two_shops):
    box, second = two_shops
    result = box.once()
    orders = by_channel(box)
    assert (orders["first"]["state"], orders["first"]["ref"]) == ("imported", "1001")
    assert (orders["second"]["state"], orders["second"]["reason"]) == ("failed", "ref_taken")
    assert "ref_taken" in result.err
    assert "order_ref_format" in box.cli("check-config").said, "two shops with one format are warned of"
    box.adjust("second", order_ref_format="B-{0}")
    box.once()
    orders = by_channel(box)
    assert (orders["second"]["state"], orders["second"]["ref"]) == ("imported", "B-1001")
    assert orders["first"]["ref"] == "1001"
    assert second.name in orders["second"]["shop"]


def test_a_ref_that_fits_several_orders_is_refused_with_the_list(two_shops):
    box, _ = two_shops
    box.once()
    ids = [order["id"] for order in box.json("orders", "list")]
    result = box.cli("orders", "show", "#1001", expect=64)
    assert all(gid in result.err for gid in ids)
    assert box.order(ids[0])["id"] == ids[0]


def test_the_format_of_the_ref(web, store):
    web.adjust(order_ref_format="WEB-{0}/UK")
    name = store.place()
    web.once()
    assert web.orders()[name]["ref"] == f"WEB-{name.lstrip('#')}/UK"
    for reference in (f"WEB-{name.lstrip('#')}/UK", name, name.lstrip("#"), store.gid(name)):
        assert web.order(reference)["name"] == name


def test_a_new_format_applies_to_orders_that_nobody_was_served(web, store):
    taken, waiting = store.place(), store.place()
    web.once()
    web.cli("orders", "ack", taken)
    web.adjust(order_ref_format="N{0}")
    new = store.place()
    web.once()
    refs = [web.orders()[name]["ref"] for name in (taken, waiting, new)]
    assert refs == [taken.lstrip("#"), "N" + waiting.lstrip("#"), "N" + new.lstrip("#")]


def test_a_line_without_sku_fails_and_is_named(web, store):
    name = store.place(lines=[LINE, BARE])
    said = web.once()
    assert web.standing(name) == ("failed", "line_without_sku")
    assert said.err.count(f"order {name} failed") == 1
    explained = web.cli("orders", "explain", name).out
    assert "Gift wrapping" in explained and "missing_sku" in explained


def test_the_command_in_a_remedy_can_be_typed_as_it_stands(web, store):
    """A `#` begins a comment in a shell, and the ref of an order that was not imported finds nothing."""
    web.adjust(order_ref_format="#N{0}")
    name = store.place(lines=[BARE])
    web.once()
    explained = web.cli("orders", "explain", name).out
    command = re.search(r"run: kccsyncd (orders refetch \S+)", explained)[1]
    assert "#" not in command
    web.cli(*command.split())


def test_a_stand_in_for_lines_without_sku(web, store):
    name = store.place(lines=[LINE, BARE])
    web.once()
    web.adjust(missing_sku="MISC")
    web.once()
    assert web.standing(name) == ("imported", None)
    assert [line["sku"] for line in web.export()[name]["lines"]] == ["TEA-EB-250", "MISC"]
    assert ",MISC," in web.cli("orders", "export", "--format", "csv").out


def test_a_bad_order_does_not_hold_back_the_others(web, store):
    names = [store.place(), store.place(lines=[BARE]), store.place()]
    web.once()
    assert [web.standing(name)[0] for name in names] == ["imported", "failed", "imported"]
    store.change(names[1], "edit", remove=[{"line": 0, "quantity": 1}], add=[LINE])
    store.change(names[1], "pay")
    web.once()
    assert web.standing(names[1]) == ("imported", None)


def test_totals_that_differ_are_held_until_released(web, store):
    name = store.place(**WRONG)
    said = web.once()
    order = web.orders()[name]
    assert (order["state"], order["reason"], order["difference"]) == ("imported", "totals_differ", "1.00")
    assert web.export() == {} == web.export("--unacknowledged")
    assert f"order {name} is held" in said.err and "orders release" in said.err
    assert "orders release" in web.cli("orders", "explain", name).out
    assert web.cli("orders", "ack", name, expect=64).err
    web.cli("orders", "release", name)
    assert set(web.export()) == {name}
    assert web.orders()[name]["difference"] == "1.00"


def test_released_stays_released_when_the_order_moves(web, store):
    name = store.place(**WRONG)
    web.once()
    web.cli("orders", "release", name)
    store.change(name, "touch")
    web.once()
    assert set(web.export()) == {name}


def test_an_adjustment_line_carries_the_difference(web, store):
    web.adjust(adjustment_sku="ADJUST")
    name = store.place(**WRONG)
    web.once()
    assert web.orders()[name]["state"] == "imported"
    order = web.export()[name]
    assert [(line["sku"], line["unit_price"]) for line in order["lines"]] == [("TEA-EB-250", "8.50"), ("ADJUST", "1.00")]


@pytest.mark.parametrize("name, partial", {
    "discounts": {"lines": [{**LINE, "quantity": 3}],
                  "discounts": [{"kind": "code", "title": "TEN", "percent": "10", "target": "lines"}]},
    "shipping discount": {"discounts": [{"kind": "automatic", "title": "FREE", "percent": "100", "target": "shipping"}]},
    "tip and rounding": {"tip": "1.50", "cashRounding": "0.02"},
    "taxes added": {"taxesIncluded": False, "lines": [{**LINE, "taxRate": "0.2"}]},
    "another currency": {"presentment": "JPY", "rate": "191.27"},
    "a gift card": {"giftCardPayment": "5.00"},
    "duties": {"lines": [{**LINE, "duty": "2.00"}], "taxesIncluded": False},
}.items(), ids=lambda value: value if isinstance(value, str) else "")
def test_totals_of_honest_orders_add_up(web, store, name, partial):
    placed = store.place(**partial)
    web.once()
    order = web.orders()[placed]
    assert (order["state"], order["reason"], order["difference"]) == ("imported", None, "0.00"), name


@pytest.mark.parametrize("partial, refund, delivery, total", [
    ({}, {"shipping": "3.50"}, 0, 20),
    ({}, {"shipping": "1.25"}, 2.25, 22.25),
    ({"duty": True}, {"duties": "12.34"}, 3.5, 23.5),
    ({"duty": True}, {"duties": "2.34"}, 3.5, 33.5),
    ({"included": False}, {"shipping": "3.50"}, 0, 24),
    ({"included": False}, {"lines": [{"line": 0, "quantity": 1}], "shipping": "1.75"}, 1.75, 14.1),
    ({}, {"amount": "3.50"}, 3.5, 23.5),
], ids=str)
def test_m1_what_was_refunded_in_the_shop_is_not_invoiced(web, store, partial, refund, delivery, total):
    """From Shopify's own figures after the refund to the document that KCC gets."""
    web.adjust(duty_sku="DUTY")
    web.link()
    duty = {"duty": "12.34"} if "duty" in partial else {}
    name = store.place(lines=[{"sku": "MUG", "price": "10.00", "quantity": 2, "taxRate": "0.2", **duty}],
                       shipping=[{"title": "Standard", "price": "3.50", "taxRate": "0.2"}],
                       taxesIncluded=partial.get("included", True))
    store.change(name, "refund", **refund)
    web.once()
    assert web.standing(name) == ("imported", None)
    [page] = web.cli("orders", "export", "--format", "kcc-json").out.splitlines()
    [order] = json.loads(page)["Orders"]
    header = order["Header"]
    assert list(header["DeliveryCharge"].values()) == [delivery]
    assert header["GrossTotal"] == total
    paid = sum(payment["Amount"] for payment in order["Payments"])
    assert paid == pytest.approx(20 if "amount" in refund else total)
