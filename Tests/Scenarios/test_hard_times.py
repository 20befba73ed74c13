"""A flood of failures, a server that asks for patience, a path that cannot be used."""

import pytest

from people import LINE
from waiting import wait_until


def test_a_flood_of_failures_does_not_flood_the_journal(web, store):
    bare = {**LINE, "sku": None}
    store.place_many([{"lines": [bare]}] * 190)
    with web.daemon() as daemon:
        wait_until(lambda: len(web.orders("--state", "failed")) == 190, "all have failed", deadline=30)
        assert len(daemon.lines("failed: line_without_sku")) <= 60
        assert len(daemon.log.splitlines()) < 100
        assert daemon.lines("more orders need attention"), "those not named are counted"
    assert "190 orders failed: line_without_sku" in web.cli("status").out


@pytest.mark.parametrize("wish, wait", [("40", "40 s"), ("7200", "15 min")])
def test_a_wish_for_patience_is_obeyed_within_reason(web, store, wish, wait):
    store.fault("status", status=429, headers={"Retry-After": wish}, times=-1)
    with web.daemon() as daemon:
        line, = daemon.wait_log("cannot be polled", "429")
        assert f"next try in {wait}" in line
        requests = store.ledger()["requests"]
        assert web.status()["last_error"]
        assert store.ledger()["requests"] == requests


@pytest.mark.parametrize("what", ["a folder", "a symbolic link", "a missing folder"])
def test_a_database_path_that_cannot_be_used(web, what):
    if what == "a folder":
        web.database.mkdir()
    elif what == "a symbolic link":
        (web.folder / "elsewhere").write_bytes(b"")
        web.database.symlink_to(web.folder / "elsewhere")
    else:
        web.daemon_table["database"] = str(web.folder / "nowhere" / "orders.sqlite")
        web.write()
    for command in (("run", "--once"), ("run",)):
        result = web.cli(*command, expect=None)
        assert result.code in (75, 78) and web.daemon_table["database"] in result.err, repr(result)
    if what == "a symbolic link":
        assert (web.folder / "elsewhere").read_bytes() == b""
