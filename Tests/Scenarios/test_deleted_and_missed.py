"""Orders deleted in Shopify, the nightly sweep, and a search index that lags behind."""

import pytest

from stores import ago, stamp
from waiting import wait_until

A_MINUTE_LATER = "UPDATE revisit SET due_at_ms = 0"
A_NIGHT_LATER = "UPDATE shop SET swept_at_ms = 0"


def delete_twice_seen(box, store, name):
    """Deletes an order and has the program look at it now and a minute later."""
    store.change(name, "delete")
    box.cli("orders", "refetch", name)
    assert not box.orders()[name]["gone"], "one null may be a moment's inconsistency"
    assert box.alter(A_MINUTE_LATER) == 1
    return box.once()


def test_deleted_before_the_hand_off_is_withdrawn(web, store):
    name = store.place()
    web.once()
    said = delete_twice_seen(web, store, name)
    order = web.orders()[name]
    assert order["gone"] and order["reason"] == "gone" and order["hand_off"] == "withdrawn"
    assert web.export() == {}
    assert len([line for line in said.err.splitlines() if f"order {name} was deleted in Shopify" in line]) == 1


def test_deleted_after_the_acknowledgement_is_raised_and_kept(web, store):
    name = store.place()
    web.once()
    web.cli("orders", "ack", name)
    said = delete_twice_seen(web, store, name)
    order = web.orders()[name]
    assert order["gone"] and order["state"] == "imported" and order["acknowledged_at"]
    assert "was deleted in Shopify" in said.err
    assert "deleted" in web.cli("orders", "show", name).out


def test_deleted_while_unpaid(web, store):
    name = store.place(payment="pending")
    web.once()
    delete_twice_seen(web, store, name)
    assert web.orders()[name]["gone"]
    assert web.standing(name) == ("skipped", "gone")


def test_a_null_that_was_a_moments_inconsistency_changes_nothing(web, store):
    name = store.place()
    web.once()
    store.fault("null_node", operation="OrderRead", all=True, times=1)
    web.cli("orders", "refetch", name)
    web.alter(A_MINUTE_LATER)
    web.once()
    order = web.orders()[name]
    assert not order["gone"] and web.standing(name) == ("imported", None)
    assert web.query("SELECT count(*) FROM revisit") == [(0,)]


def test_an_old_order_without_read_all_orders_is_kept_as_it_is(web, store):
    at = stamp(ago(days=80))
    name = store.place(createdAt=at, processedAt=at, payment="pending")
    web.adjust(start_date=ago(days=85).date())
    web.once()
    store.scopes(without=["read_all_orders"])
    web.cli("orders", "refetch", name)
    web.alter(A_MINUTE_LATER)
    web.once()
    order = web.orders()[name]
    assert not order["gone"] and order["state"] == "skipped"
    assert "read_all_orders" in web.cli("orders", "show", name).out + web.cli("orders", "explain", name).out


def test_the_sweep_finds_what_was_deleted(web, store):
    name, kept = store.place(), store.place()
    web.once()
    store.change(name, "delete")
    web.alter(A_NIGHT_LATER)
    web.once()
    web.alter(A_MINUTE_LATER)
    web.once()
    assert web.orders()[name]["gone"]
    assert not web.orders()[kept]["gone"]


def test_the_sweep_heals_what_polls_missed_and_says_so(web, store):
    names = [store.place() for _ in range(5)]
    web.once()
    # As if a poll had passed two of them by: one never seen, one in an old version.
    web.alter('DELETE FROM "order" WHERE name = ?', names[1])
    store.simulator.post("change", shop=store.name, id=names[2], change="note", value="missed", at=stamp(ago(hours=9)))
    web.once()
    assert web.standing(names[1]) is None
    web.alter(A_NIGHT_LATER)
    said = web.once()
    assert web.standing(names[1]) == ("imported", None)
    assert web.order(names[2])["note"] == "missed"
    assert len([line for line in said.err.splitlines() if "sweep" in line and "2" in line]) == 1
    web.alter(A_NIGHT_LATER)
    assert "sweep" not in web.once().err, "nothing is said of a sweep that found nothing"


@pytest.mark.parametrize("fresh", [True, False])
def test_an_index_that_lags_loses_nothing(web, store, fresh):
    store.simulator.post("lag", shop=store.name, seconds=2, fresh_nodes=fresh)
    now = lambda: stamp(ago())  # noqa: E731
    first = store.place(createdAt=now(), processedAt=now(), updatedAt=now())
    web.once()
    second = store.place(createdAt=now(), processedAt=now(), updatedAt=now())
    store.change(first, "note", value="changed meanwhile", at=now())
    def complete():
        web.once()
        return web.standing(second) and web.order(first)["note"] == "changed meanwhile"
    wait_until(complete, "both orders are here as they are", deadline=15)
    assert len(web.orders()) == 2


def test_two_changes_within_one_second(web, store):
    def read_at_once():
        """A busy machine may read an order only after its second: then nothing is to be read again."""
        nonlocal name, at
        at = stamp(ago())
        name = store.place(createdAt=at, processedAt=at, updatedAt=at)
        web.once()
        assert web.standing(name) == ("imported", None)
        return web.query("SELECT count(*) FROM revisit") == [(1,)]
    name = at = None
    wait_until(read_at_once, "an order was read within its second")
    store.change(name, "note", value="in the same second", at=at)
    assert store.order(name)["updatedAt"] == web.orders()[name]["updated_at"], "nothing in a listing tells of it"

    def settled():
        web.alter(A_MINUTE_LATER)
        web.once()
        return web.query("SELECT count(*) FROM revisit") == [(0,)]
    wait_until(settled, "the second is over and the order was read after it")
    assert web.order(name)["note"] == "in the same second"
