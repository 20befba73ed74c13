"""Channels of one shop split by location, and fulfilment orders that come late."""

import pytest

from people import NOBODY, till
from waiting import wait_until

FILTER = {"only_import_orders_for_chosen_location": True, "location_filter_scope": "all"}
TILL = {"download_pos_orders": "generic_customer", "generic_customer": "POSSALES"}
DUE_NOW = "UPDATE revisit SET due_at_ms = 0"


@pytest.fixture
def split(box, store):
    """`depot` takes what belongs to the first location, `shop` what belongs to the second."""
    box.channel("depot", store, channel_location=store.location(0), **FILTER, **TILL)
    box.channel("shop", store, channel_location=store.location(1), **FILTER, **TILL)
    return box


def at(location, *lines):
    return [{"location": location, "lines": list(lines or [0])}]


def test_two_channels_of_one_shop_split_by_location(split, store):
    placed = {
        store.place(fulfilmentOrders=at(0)): "depot", store.place(fulfilmentOrders=at(1)): "shop",
        store.place(**till(NOBODY, location=0)): "depot", store.place(**till(NOBODY, location=1)): "shop",
    }
    store.reset_ledger()
    split.once()
    orders = split.orders()
    assert {name: order["channel"] for name, order in orders.items()} == placed
    assert {order["state"] for order in orders.values()} == {"imported"}
    assert store.ledger()["byOperation"]["OrderRead"]["nodes"] <= 4 * 2, "the channels share one copy of an order"
    assert set(split.orders("--channel", "shop")) == {name for name, channel in placed.items() if channel == "shop"}


def test_an_order_split_over_both_locations_belongs_to_the_first_channel(split, store):
    line = {"sku": "A", "price": "1.00", "quantity": 1}
    name = store.place(lines=[line, {**line, "sku": "B"}], fulfilmentOrders=at(1, 0) + at(0, 1))
    split.once()
    assert split.orders()[name]["channel"] == "depot"


def test_an_order_of_neither_location_is_shown_with_the_reason(box, new_store):
    store = new_store(locations=[{"name": "Depot"}, {"name": "Shop"}, {"name": "Attic"}])
    box.channel("depot", store, channel_location="Depot", **FILTER, **TILL)
    web, sold = store.place(fulfilmentOrders=at(2)), store.place(**till(NOBODY, location=2))
    box.once()
    assert box.standing(web) == box.standing(sold) == ("skipped", "other_location")


def test_without_the_scope_all_only_till_sales_are_filtered(box, store):
    box.channel("web", store, channel_location=store.location(0), only_import_orders_for_chosen_location=True, **TILL)
    web, sold = store.place(fulfilmentOrders=at(1)), store.place(**till(NOBODY, location=1))
    box.once()
    assert box.standing(web) == ("imported", None)
    assert box.standing(sold) == ("skipped", "other_location")


def test_a_till_sale_without_a_location_is_not_guessed(box, store):
    box.channel("web", store, channel_location=store.location(0), only_import_orders_for_chosen_location=True, **TILL)
    name = store.place(**till(NOBODY, location=None))
    box.once()
    assert box.standing(name) == ("skipped", "location_unknown")


def test_a_location_by_number_and_by_gid(box, store):
    gid = store.facts["locations"][1]["id"]
    name = store.place(fulfilmentOrders=at(1))
    box.channel("web", store, channel_location=int(gid.rpartition("/")[2]), **FILTER)
    box.once()
    assert box.standing(name) == ("imported", None)
    box.adjust(channel_location=gid)
    assert [each["id"] for each in box.json("locations", "web") if each["chosen"]] == [gid]


def test_fulfilment_orders_that_come_later_without_a_new_updated_at(split, store):
    name = store.place(fulfilmentOrders="none")
    split.once()
    assert split.standing(name) == ("skipped", "location_unknown")
    before = split.orders()[name]["updated_at"]
    split.alter(DUE_NOW)
    split.once()
    assert split.standing(name) == ("skipped", "location_unknown"), "still not known, and asked again later"
    store.change(name, "attach_fulfilment_orders", location=1)
    split.alter(DUE_NOW)
    split.once()
    order = split.orders()[name]
    assert (order["state"], order["channel"], order["updated_at"]) == ("imported", "shop", before)
    assert split.query("SELECT count(*) FROM revisit") == [(0,)], "nothing is left to look at again"


def test_the_times_of_looking_again(split, store):
    name = store.place(fulfilmentOrders="none")
    split.once()
    waits = []
    for _ in range(5):
        (due, since), = split.query("SELECT due_at_ms, (SELECT max(read_at_ms) FROM \"order\") FROM revisit")
        waits.append(round((due - since) / 1000))
        split.alter(DUE_NOW)
        split.once()
    expected = [5, 30, 120, 600, 600]
    # Counted from when the order was judged, which on a busy machine is some time after it was read.
    assert all(want - 1 <= wait <= want + 20 for wait, want in zip(waits, expected)) and waits == sorted(waits), waits
    assert split.standing(name) == ("skipped", "location_unknown")


def test_a_running_daemon_looks_again_by_itself(split, store):
    split.once()
    with split.daemon():
        name = store.place(fulfilmentOrders="none")
        wait_until(lambda: split.standing(name), "the order is seen")
        store.change(name, "attach_fulfilment_orders", location=0)
        wait_until(lambda: split.standing(name) == ("imported", None), "the order comes in", deadline=15)
