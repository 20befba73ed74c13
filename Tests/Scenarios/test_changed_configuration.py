"""A changed configuration: what it does to stored orders, by itself and when asked."""

import pytest

from people import NOBODY, till
from stores import ago, stamp
from waiting import wait_until

TILL = {"download_pos_orders": "generic_customer", "generic_customer": "POSSALES"}


def placed(days, hours):
    """An order placed days ago and last changed hours ago."""
    at = stamp(ago(days=days))
    return {"createdAt": at, "processedAt": at, "updatedAt": stamp(ago(hours=hours))}


@pytest.fixture
def old_and_new(web, store):
    """Two skipped till sales: one of 20 days ago, one of yesterday."""
    web.adjust(start_date=ago(days=30).date())
    return store.place(**till(NOBODY, **placed(20, 9))), store.place(**till(NOBODY, **placed(1, 8)))


def test_reload_judges_seven_days_again_and_counts_the_older(web, store, old_and_new):
    old, new = old_and_new
    with web.daemon() as daemon:
        wait_until(lambda: len(web.orders()) == 2, "both are seen")
        web.adjust(**TILL)
        answer = web.cli("reload").out
        assert "1 order" in answer and "older than 7 days" in answer and "orders reimport" in answer
        wait_until(lambda: web.standing(new) == ("imported", None), "the new one is judged again by itself")
        assert web.standing(old) == ("skipped", "pos_not_downloaded")
        assert daemon.wait_log("judged again after a change of the configuration", "1 order")
        web.cli("orders", "reimport", "--channel", "web", "--since", ago(days=25).date())
        assert web.standing(old) == ("imported", None)


def test_without_a_daemon_the_next_start_judges_again(web, old_and_new):
    old, new = old_and_new
    web.once()
    web.adjust(**TILL)
    web.once()
    assert web.standing(new) == ("imported", None)
    assert web.standing(old) == ("skipped", "pos_not_downloaded")
    web.cli("orders", "reimport", "--channel", "web", "--since", ago(days=3).date())
    assert web.standing(old) == ("skipped", "pos_not_downloaded"), "placed before --since"
    web.cli("orders", "reimport", old)
    assert web.standing(old) == ("imported", None)


def test_imported_orders_stay_imported_whatever_the_configuration(web, store):
    name = store.place(**till(NOBODY))
    web.adjust(**TILL)
    web.once()
    assert web.standing(name) == ("imported", None)
    web.adjust(download_pos_orders="do_not_download", generic_customer=None)
    web.once()
    web.cli("orders", "reimport", name)
    assert web.standing(name) == ("imported", None)


def test_download_orders_off_lists_them_as_pending_and_on_brings_them_in(web, store):
    paid, unpaid = store.place(), store.place(payment="pending")
    web.adjust(download_orders=False)
    web.once()
    assert web.standing(paid)[0] == "pending"
    assert web.export() == {}
    assert "pending" in web.cli("status").out
    web.adjust(download_orders=True)
    web.once()
    assert web.standing(paid) == ("imported", None)
    assert web.standing(unpaid) == ("skipped", "unpaid")


def test_a_refused_file_leaves_the_old_in_force(web, store):
    with web.daemon() as daemon:
        good = web.config.read_text()
        web.config.write_text(good.replace("order_poll_interval", "order_pol_interval") + 'surprise = "x"\n')
        result = web.cli("reload", expect=78)
        assert "order_pol_interval" in result.err and "surprise" in result.err, "all problems at once"
        assert "order_poll_interval" in result.err, "the nearest known key"
        assert len(daemon.lines("the old one stays in force")) == 1
        name = store.place()
        wait_until(lambda: web.standing(name) if web.config.write_text(good) else None, "polls go on", deadline=10)
        assert "not changed" in web.cli("reload").out


def test_hang_up_does_what_reload_does_without_an_answer(web, store):
    name = store.place(**till(NOBODY))
    with web.daemon() as daemon:
        wait_until(lambda: web.standing(name), "it is seen")
        web.adjust(**TILL)
        daemon.hang_up()
        daemon.wait_log("the changed configuration is in force")
        wait_until(lambda: web.standing(name) == ("imported", None), "the changed configuration judges")
        web.config.write_text("nonsense")
        daemon.hang_up()
        daemon.wait_log("the old one stays in force")
        web.write()


def test_a_channel_added_and_one_taken_away_by_reload(box, new_store):
    first, second = new_store(), new_store()
    box.channel("first", first)
    with box.daemon():
        wait_until(lambda: box.status("first")["last_poll_at"], "the first is polled")
        name = second.place(name="#5001")
        box.channel("second", second)
        box.cli("reload")
        wait_until(lambda: box.standing(name), "the second is polled")
        box.adjust("first", enabled=False)
        box.cli("reload")
        later = second.place(name="#5002")
        wait_until(lambda: box.standing(later), "the second is polled again", deadline=10)
        first.reset_ledger()
        last = second.place(name="#5003")
        wait_until(lambda: box.standing(last), "a whole interval passes", deadline=10)
        assert first.ledger()["requests"] == 0, "a channel that is off has no traffic"


def test_a_token_file_is_read_again_by_reload(web, store):
    token = web.folder / f"{store.name}.token"
    with web.daemon() as daemon:
        wait_until(lambda: web.status()["last_poll_at"], "the first poll")
        store.simulator.post("tokens", shop=store.name, token="shpat_the_new_canary_token")
        store.simulator.post("tokens/revoke", shop=store.name, token=store.token)
        daemon.wait_log("paused", deadline=15)
        web.secrets.add("shpat_the_new_canary_token")
        web.write_secret(token, "shpat_the_new_canary_token")
        name = store.place()
        web.cli("reload")
        wait_until(lambda: web.standing(name) == ("imported", None), "the channel works again", deadline=10)
        assert web.status()["last_error"] is None
