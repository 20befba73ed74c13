"""An upgrade from the previous version, whose order store has an older schema, with work in the queue; and back."""

import pytest

from shop import CONFIGURATION, connect, orders, wait_order
from waiting import wait_until

STORE = "/var/lib/kccsyncd/kccsyncd.sqlite"
# What an upgrade must not change: named by columns, because a migration adds some.
KEPT = {
    '"order"': "id, gid, name, channel, state, reason, ref, revision, hand_off, total_micros, snapshot_hash",
    "order_line": "order_id, position, gid, sku, quantity",
    "shipment": "id, reference, order_id, carrier, despatched_at_ms, completed_at_ms",
    "shipment_tracking": "shipment_id, position, number",
    "push_job": "id, channel, kind, lane, subject, shipment_id, state, attempt, created_at_ms",
    "stock_level": "channel, sku, site, level_micros, told_at_ms",
}


def schema(machine, path=STORE):
    """The newest migration that an order store has had."""
    return machine.run("sqlite3", "-readonly", path, "SELECT max(identifier) FROM grdb_migrations", user="kccsyncd").out.strip()


def rows(machine, path=STORE):
    return {table: machine.run("sqlite3", "-readonly", path, f"SELECT {columns} FROM {table} ORDER BY 1, 2", user="kccsyncd").out
            for table, columns in KEPT.items()}


@pytest.fixture(scope="module")
def story():
    """What one step leaves for the next."""
    return {}


def test_the_previous_version_runs_with_work_in_the_queue(machine, previous, store, story):
    """Fifty orders; despatches and levels that must not go out yet."""
    machine.install(previous)
    connect(machine, store, upload_order_status="false", channel_location=f'"{store.location(0)}"')
    machine.run("systemctl", "start", "kccsyncd.service")
    names = store.place_many([{"lines": [{"sku": "TEA-250", "price": "8.50", "quantity": 2}]} for _ in range(50)])
    wait_order(machine, names[-1])
    for name in names[:5]:
        machine.kccsyncd("shipments", "add", name, "--tracking", f"JD{name[1:]}", "--id", f"S{name[1:]}")
    machine.kccsyncd("stock", "set", "web", "NOBODY-KNOWS-IT", "7")
    story.update(names=names, shown=machine.json("kccsyncd", "queue", "list", "--json"), schema=schema(machine))
    assert len(story["shown"]) == 5 and len(orders(machine)) >= 50


def test_the_upgrade_restarts_it_and_changes_neither_orders_nor_queue(machine, package, story):
    """With the service running. The order store is migrated, and copied before that."""
    machine.run("systemctl", "stop", "kccsyncd.service")
    before = rows(machine)
    machine.run("systemctl", "start", "kccsyncd.service")
    pid = machine.pid()
    machine.install(package)
    assert machine.state() == "active" and machine.pid() not in (0, pid)
    assert machine.kccsyncd("--version").out.strip() in machine.run("dpkg-query", "--show", "kccsyncd").out
    assert schema(machine) > story["schema"]
    assert rows(machine) == before
    shown = machine.json("kccsyncd", "queue", "list", "--json")
    assert [job["id"] for job in shown] == [job["id"] for job in story["shown"]]
    copies = list(machine.path("/var/lib/kccsyncd").glob("kccsyncd.sqlite.before-*"))
    [story["copy"]] = [f"/var/lib/kccsyncd/{copy.name}" for copy in copies]
    assert machine.mode(story["copy"]) == "600 kccsyncd:kccsyncd"
    assert schema(machine, story["copy"]) == story["schema"] and rows(machine, story["copy"]) == before


def test_after_the_upgrade_the_queue_is_worked_off_once(machine, store, story):
    text = machine.path(CONFIGURATION).read_text()
    machine.write(CONFIGURATION, text.replace("upload_order_status = false\n", ""), 0o640, "kccsyncd")
    machine.run("systemctl", "reload", "kccsyncd.service")
    wait_until(lambda: machine.json("kccsyncd", "queue", "list", "--json") == [], "nothing waits any more", 60, every=0.5)
    for name in story["names"][:5]:
        [fulfilment] = store.order(name)["fulfillments"]
        assert [info["number"] for info in fulfilment["trackingInfo"]] == [f"JD{name[1:]}"]


def test_going_back_is_refused_before_anything_is_touched(machine, previous, story):
    """The reason names both schemas, and the copy to go back with."""
    before = orders(machine)
    refused = machine.install(previous, expect=100).said
    assert f"{STORE} was written by a newer version (schema 14; version" in refused and "knows up to 5)" in refused
    assert "put a backup from before its installation in that place" in refused
    # dpkg's undoing of what it had begun restarts the service.
    assert machine.state() == "active" and orders(machine) == before and schema(machine) != story["schema"]
    assert machine.run("dpkg", "--audit").out == ""
    assert "~" not in machine.run("dpkg-query", "--show", "--showformat=${Version}", "kccsyncd").out


def test_with_the_copy_in_its_place_going_back_works(machine, previous, story):
    machine.run("systemctl", "stop", "kccsyncd.service")
    machine.run("sh", "-c", f"rm -f {STORE}-wal {STORE}-shm && mv {story['copy']} {STORE}")
    machine.install(previous)
    assert machine.state() == "active" and schema(machine) == story["schema"]
    machine.run("apt-get", "purge", "--yes", "kccsyncd", timeout=120)
