"""Orders from before the start date: brought in on request, shown beforehand, resumed after a crash."""

import pytest

from stores import ago, stamp
from waiting import wait_until


def old(days, **more):
    """An order of so many days ago that nobody has changed since."""
    at = stamp(ago(days=days))
    return {"createdAt": at, "processedAt": at, "updatedAt": at, **more}


@pytest.fixture
def past(web, store):
    """Orders of 50, 40 and 20 days ago, one of them unpaid, and one of today."""
    names = store.place_many([old(50), old(40), old(40, payment="pending"), old(20), {}])
    web.once()
    assert set(web.orders()) == {names[4]}, "older orders are not listed by themselves"
    return names


def test_a_rehearsal_shows_and_writes_nothing(web, store, past):
    before = web.database.read_bytes()
    said = web.cli("backfill", "web", "--from", ago(days=45).date(), "--dry-run").out
    assert past[1] in said and past[2] in said and "unpaid" in said and past[0] not in said
    assert set(web.orders()) == {past[4]}
    assert web.database.read_bytes() == before
    assert web.query("SELECT count(*) FROM backfill") == [(0,)]


@pytest.mark.parametrize("daemon", [False, True], ids=["alone", "daemon"])
def test_a_backfill_brings_in_what_the_rules_allow(web, store, past, daemon):
    def body():
        said = web.cli("backfill", "web", "--from", ago(days=45).date(), "--to", ago(days=30).date()).out
        assert "1 imported" in said and "1 skipped" in said, said
    if daemon:
        with web.daemon():
            body()
    else:
        body()
    assert web.standing(past[1]) == ("imported", None)
    assert web.standing(past[2]) == ("skipped", "unpaid")
    assert web.standing(past[0]) is None and web.standing(past[3]) is None
    store.change(past[2], "pay")
    web.once()
    assert web.standing(past[2]) == ("imported", None), "it was asked for, so its start date no longer counts"


def test_a_backfill_lifts_the_start_date_only(web, store):
    name = store.place(**old(40, test=True))
    web.cli("backfill", "web", "--from", ago(days=45).date())
    assert web.standing(name) == ("skipped", "test_order")
    assert web.rule(name, "start date")["outcome"] == "not_applicable"


def test_twice_the_same_backfill_is_harmless(web, store, past):
    for _ in range(2):
        web.cli("backfill", "web", "--from", ago(days=60).date())
    orders = web.orders()
    assert set(orders) == set(past)
    assert {order["revision"] for order in orders.values()} == {1}


def test_a_backfill_of_one_channel_leaves_the_other_as_it_is(box, new_store):
    one, two = new_store(), new_store()
    box.channel("one", one)
    box.channel("two", two)
    one.place(**old(40)), two.place(**old(40, name="#9001"))
    box.once()
    box.cli("backfill", "two", "--from", ago(days=45).date())
    assert set(box.orders()) == {"#9001"}


def test_a_killed_backfill_goes_on_where_it_stopped(web, store):
    store.seed(600, mix="plain", days=50, ending=stamp(ago(days=30)))
    web.once()
    store.fault("delay", seconds=0.15, operation="OrderRead", times=-1)
    with web.daemon(stop=False) as daemon:
        asked = web.start("backfill", "web", "--from", ago(days=85).date())
        wait_until(lambda: len(web.orders()) > 100, "a part has come in")
        daemon.kill()
        assert asked.wait(20) != 0, "whoever waits for it is told that it was interrupted"
    assert 100 < len(web.orders()) < 600
    store.clear_faults()
    with web.daemon() as second:
        wait_until(lambda: len(web.orders()) == 600, "the rest comes in by itself", deadline=30)
        wait_until(lambda: web.query("SELECT finished_at_ms FROM backfill") != [(None,)], "it is finished")
        second.wait_log("backfill done")
    assert {order["state"] for order in web.orders().values()} <= {"imported", "skipped", "failed"}


def test_arguments_that_make_no_sense(web, store):
    assert "channel" in web.cli("backfill", "nowhere", "--from", "2026-01-01", expect=64).err
    web.cli("backfill", "web", "--from", "yesterday", expect=64)
    web.cli("backfill", "web", "--from", "2026-02-01", "--to", "2026-01-01", expect=64)
    web.cli("backfill", "web", expect=64)
