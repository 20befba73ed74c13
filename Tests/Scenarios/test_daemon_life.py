"""The daemon as a process: start, lock, stop, and what commands find of it."""

import json
import os
import stat

import pytest

from waiting import wait_until


def test_a_second_daemon_is_refused_and_changes_nothing(web, store):
    name = store.place()
    with web.daemon() as first:
        wait_until(lambda: web.standing(name), "the first works")
        second = web.cli("run", expect=75)
        assert str(web.database) in second.err
        assert "75" not in web.cli("status").err
        web.cli("run", "--once", expect=75)
        assert first.process.poll() is None
        assert web.json("status")["running"] is True
        later = store.place()
        wait_until(lambda: web.standing(later), "the first goes on", deadline=10)


def test_stop_with_a_transfer_in_flight_takes_seconds(web, store):
    store.place()
    store.fault("hang", operation="OrderRead", times=-1)
    with web.daemon() as daemon:
        wait_until(lambda: store.ledger()["byOperation"].get("OrderRead") or store.faults()[0]["fired"], "it reads")
        daemon.stop(within=6)


def test_the_daemon_polls_at_once_and_within_an_interval(web, store):
    name = store.place()
    with web.daemon():
        wait_until(lambda: web.standing(name) == ("imported", None), "the first poll", deadline=3)
        later = store.place()
        wait_until(lambda: web.standing(later) == ("imported", None), "the next poll", deadline=8)


def test_a_quiet_shop_says_nothing_and_costs_little(web, store):
    store.place()
    web.once()
    store.reset_ledger()
    with web.daemon() as daemon:
        wait_until(lambda: "OrderList" in store.ledger()["byOperation"], "the first poll")
        store.reset_ledger()
        lines = len(daemon.log.splitlines())
        wait_until(lambda: store.ledger()["byOperation"].get("OrderList", {}).get("requests", 0) >= 1, "the next poll", 15)
        ledger = store.ledger()
        assert set(ledger["byOperation"]) == {"OrderList"}, "only the listing is asked for"
        assert ledger["actual"] <= 5 * ledger["requests"]
        assert len(daemon.log.splitlines()) == lines, "nothing per poll that found nothing"


def test_the_database_is_private_whatever_the_umask(web, store):
    before = os.umask(0)
    try:
        with web.daemon():
            wait_until(lambda: web.status()["last_poll_at"], "the first poll")
            for path in [web.database, *web.folder.glob("orders.sqlite-*")]:
                assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
            assert stat.S_IMODE((web.folder / "control.sock").stat().st_mode) & 0o007 == 0
    finally:
        os.umask(before)


def test_restarted_after_a_kill_nothing_is_lost_and_nothing_twice(web, store):
    names = [store.place() for _ in range(3)]
    with web.daemon(stop=False) as daemon:
        wait_until(lambda: len(web.orders()) == 3, "all are here")
        daemon.kill()
    names.append(store.place())
    with web.daemon():
        wait_until(lambda: len(web.orders()) == 4, "the new one comes")
    assert set(web.orders()) == set(names)
    assert "ok" in web.cli("db", "check").out


def test_status_before_the_first_poll_has_ended(web, store):
    assert "never" in web.cli("status", expect=None).out or "not there" in web.cli("status", expect=None).err
    store.place()
    store.fault("delay", seconds=1.5, operation="OrderRead")
    with web.daemon():
        wait_until(lambda: web.database.exists() and web.query("SELECT count(*) FROM shop") == [(1,)], "it has begun")
        for _ in range(5):
            channel, = web.json("status")["channels"]
            assert channel["name"] == "web"
        web.cli("status")


def test_the_daemon_without_a_shop_is_ready_all_the_same(box, new_store):
    class Nowhere:
        name, token, url = "nowhere", "shpat_nowhere_canary", "http://127.0.0.1:9"
    box.channel("web", Nowhere)
    with box.daemon() as daemon:
        daemon.wait_log("web", "cannot be polled")
        channel, = box.json("status")["channels"]
        assert channel["last_error"] and channel["remedy"] is not None
        assert "TROUBLE" in box.cli("status").out
    box.cli("run", "--once", expect=69)
    box.cli("check", expect=69)


@pytest.mark.parametrize("content, code", [(b"this is not a database, but a text of some length" * 30, 78), (b"", 0)])
def test_a_file_that_is_not_ours_is_refused_and_left_alone(web, content, code):
    web.database.write_bytes(content)
    web.database.chmod(0o600)
    result = web.once(expect=code)
    if code:
        assert str(web.database) in result.err
        assert web.database.read_bytes() == content


def test_a_database_of_a_later_version_is_refused_and_left_alone(web, store):
    web.once()
    web.alter("INSERT INTO grdb_migrations VALUES ('9999 from the future')")
    before = sorted(row for row in web.query("SELECT name FROM sqlite_master"))
    result = web.once(expect=78)
    assert "version" in result.err or "newer" in result.err
    assert sorted(row for row in web.query("SELECT name FROM sqlite_master")) == before


def test_a_backup_while_the_daemon_works(web, store):
    names = [store.place() for _ in range(3)]
    copy = web.folder / "copy.sqlite"
    with web.daemon():
        wait_until(lambda: len(web.orders()) == 3, "all are here")
        web.cli("db", "backup", copy)
        assert web.cli("db", "backup", copy, expect=None).code != 0, "nothing is overwritten"
    assert stat.S_IMODE(copy.stat().st_mode) & 0o077 == 0
    web.database.unlink()
    for rest in web.folder.glob("orders.sqlite-*"):
        rest.unlink()
    copy.rename(web.database)
    assert set(web.orders()) == set(names)
    assert "ok" in web.cli("db", "check").out


def test_db_check_finds_a_changed_order_by_name(web, store):
    name = store.place(note="the original words")
    web.once()
    web.alter("UPDATE \"order\" SET snapshot = replace(snapshot, 'original', 'falsified')")
    result = web.cli("db", "check", expect=78)
    assert name in result.said


def test_json_is_one_value_even_where_nothing_is_stored(web):
    web.once()
    assert web.json("orders", "list") == []
    assert web.json("customers", "list") == []
    assert json.loads(web.cli("orders", "export").out or "[]") == []
