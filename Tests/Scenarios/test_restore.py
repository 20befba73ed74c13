"""A store put back from a backup: what happened since the copy was made is lost to it, and nothing happens twice."""

import json
import shutil

import pytest
from stores import ago, stamp
from test_kcc import LINES, imported, linked  # noqa: F401  (a fixture)
from waiting import wait_until


def effects(store):
    return store.simulator.get("effects", shop=store.name)


def mails(store):
    seen = effects(store)
    return [seen["mails"].get(entry["id"]) for entry in seen["entries"] if entry["kind"] == "fulfilment"]


def job(box):
    found = box.query("SELECT state, last_error FROM push_job WHERE kind = 'fulfilment' ORDER BY id DESC LIMIT 1")
    return found[0] if found else None


def test_nothing_happens_twice_after_a_restore(linked, store, new_cloud):  # noqa: F811
    taken, waiting, told, open_ = (store.place(lines=LINES) for _ in range(4))
    copy = linked.folder / "copy.sqlite"
    # Without the guard what is offered is the level itself, which makes the figures below plain.
    linked.adjust(upload_order_status=False, stock={"oversell_guard": False})
    with linked.daemon():
        imported(linked, 4)
        kcc = new_cloud(linked.base)
        linked.cli("orders", "ack", taken)
        linked.cli("shipments", "add", told, "--tracking", "JD-TOLD", "--id", "S-1")
        kcc.stock(TEA=12, POT=1)
        kcc.flush()
        wait_until(lambda: linked.json("stock", "list"), "levels are known")
        linked.cli("db", "backup", copy)
    # What the copy does not know: KCC takes all orders, a shipment goes out with its mail, a level falls, an order comes in.
    linked.adjust(upload_order_status=True)
    with linked.daemon():
        lost = store.place(lines=LINES)
        imported(linked, 5)
        kcc.poll(drain=True)
        wait_until(lambda: store.order(told)["fulfillments"], "the shipment is told")
        kcc.stock(TEA=3, POT=0)
        kcc.flush()
        wait_until(lambda: (store.available("TEA"), store.available("POT")) == (3, 0), "the lower levels are offered", deadline=60)
    book = {ref: dict(entry) for ref, entry in kcc.books().items()}
    sets = len(store.writes())

    refused = linked.cli("db", "restore", linked.config, expect=78)
    assert "is damaged, or no database" in refused.err
    done = linked.cli("db", "restore", copy).out
    assert "restored, 4 orders" in done and "3 orders that wait for KCC" in done and "db confirm" in done
    with linked.daemon() as daemon:
        assert "was restored (db restore put it there)" in daemon.log
        imported(linked, 5)
        assert "the order store was restored" in linked.cli("status").out
        assert linked.json("status")["restored"]["sign"] == "command"
        # The shipment that waits in the copy went out long ago: it is found, and nobody is mailed again.
        wait_until(lambda: job(linked)[0] == "done", "the shipment is compared")
        assert mails(store) == [1]
        # KCC's position is of pages that this store never served: nothing is offered a second time.
        kcc.poll(drain=True)
        assert {ref: dict(entry) for ref, entry in kcc.books().items()} == book
        for name in (waiting, told, open_, lost):
            assert linked.standing(name) == ("imported", "maybe_handed_off"), name
        # The copy's level is twelve; the shop goes on offering three until KCC tells a level again.
        wait_until(lambda: "from before the store was restored; waiting for a new one" in linked.cli("stock", "explain", "web", "TEA").out, "the level waits")
        assert (store.available("TEA"), len(store.writes())) == (3, sets)
        # New orders flow.
        new = store.place(lines=LINES, createdAt=stamp(ago(seconds=-1)))
        imported(linked, 6)
        kcc.poll(drain=True)
        assert set(kcc.books()) - set(book) == {linked.orders()[new]["ref"]}
        # KCC names one, an operator the others.
        kcc.despatch(linked.orders()[waiting]["ref"], consignment="JD-2")
        kcc.flush()
        wait_until(lambda: linked.orders()[waiting]["acknowledged_at"], "a status ends the doubt")
        assert linked.cli("orders", "ack", "--maybe-handed-off").out.count("acknowledged") == 3
        assert linked.cli("orders", "ack", "--maybe-handed-off").out == "no order is in doubt\n"
        wait_until(lambda: store.order(waiting)["fulfillments"], "its despatch is told")
        kcc.stock(TEA=2)
        kcc.flush()
        wait_until(lambda: store.available("TEA") == 2, "the new level is offered", deadline=60)
        assert "confirmed" in linked.cli("db", "confirm").out
        assert "nothing to do" in linked.cli("db", "confirm").out
        assert linked.json("status")["restored"] is None
        assert "restored" not in linked.cli("status").out
    assert kcc.violations() == []
    assert mails(store) == [1, 1]


def test_a_doubtful_shipment_is_laid_aside_without_a_mail(linked, store):  # noqa: F811
    name = store.place(lines=LINES)
    copy = linked.folder / "copy.sqlite"
    linked.adjust(upload_order_status=False)
    with linked.daemon():
        imported(linked, 1)
        linked.cli("shipments", "add", name, "--line", "TEA=1", "--tracking", "OURS", "--id", "S-1")
        linked.cli("db", "backup", copy)
    store.change(name, "fulfil")
    linked.adjust(upload_order_status=True)
    linked.cli("db", "restore", copy)
    with linked.daemon():
        wait_until(lambda: job(linked)[0] == "parked", "the shipment is parked")
        assert "may have been told before the store was restored" in job(linked)[1]
        shown = linked.json("queue", "list")[0]
        assert len(store.order(name)["fulfillments"]) == 1
        # Whoever has looked decides; what was sent meanwhile is not sent again.
        linked.cli("queue", "retry", shown["id"])
        wait_until(lambda: job(linked)[0] == "done", "it is dealt with")
        assert len(store.order(name)["fulfillments"]) == 1


@pytest.mark.parametrize("way", ["copied", "older"])
def test_a_file_that_was_merely_put_there_is_recognised(linked, store, way):  # noqa: F811
    store.place(lines=LINES)
    copy = linked.folder / "copy.sqlite"
    with linked.daemon():
        imported(linked, 1)
        if way == "copied":
            linked.cli("db", "backup", copy)
    if way == "older":
        shutil.copy(linked.database, copy)
        with linked.daemon():
            pass
    shutil.copy(copy, linked.database)
    with linked.daemon() as daemon:
        assert "was restored" in daemon.log
        assert linked.json("status")["restored"]["sign"] == ("copy" if way == "copied" else "age")


def test_a_running_daemon_keeps_its_store(linked, store):  # noqa: F811
    store.place(lines=LINES)
    copy = linked.folder / "copy.sqlite"
    with linked.daemon():
        imported(linked, 1)
        linked.cli("db", "backup", copy)
        refused = linked.cli("db", "restore", copy, expect=75)
        assert "another kccsyncd" in refused.err and "stop that one first" in refused.err
        assert json.loads(linked.cli("status", "--json").out)["restored"] is None
    missing = linked.cli("db", "restore", linked.folder / "nowhere", expect=None)
    assert missing.code != 0 and "cannot be read: No such file or directory" in missing.err
