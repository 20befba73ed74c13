"""Personal data: out by age, out on request, and no copy left in the file."""

import sqlite3

import pytest

from stores import ago
from waiting import wait_until

MARKS = [b"Quillfeather", b"Ottersbane", b"canary.person", b"Secretive Crescent", b"7700900876", b"whisper this"]
EMAIL = "canary.person@private.example"
PERSON = {"firstName": "Quillfeather", "lastName": "Ottersbane", "email": EMAIL, "phone": "+447700900876"}
HOME = {"firstName": "Quillfeather", "lastName": "Ottersbane", "address1": "77 Secretive Crescent",
        "city": "Nowheresham", "zip": "ZZ9 9ZZ", "countryCode": "GB", "phone": "+447700900876"}
NAMED = {"customer": PERSON, "email": EMAIL, "phone": PERSON["phone"], "billingAddress": HOME, "shippingAddress": HOME,
         "note": "whisper this"}


def marks(box):
    """Marks of the person in the store's files."""
    return [mark for end in ("", "-wal", "-shm") if (file := box.folder / f"orders.sqlite{end}").exists()
            for mark in MARKS if mark in file.read_bytes()]


@pytest.fixture
def sold(web, store):
    """Two orders of one customer, handed over, and one of somebody else."""
    names = [store.place(**NAMED), store.place(**NAMED), store.place()]
    web.once()
    for name in names:
        web.cli("orders", "ack", name)
    assert marks(web)
    return names


def test_a_customer_is_taken_out_of_every_order_and_of_the_file(web, store, sold):
    asked = web.cli("customers", "redact", "CANARY.person@private.example", expect=64)
    assert asked.err == "this removes data for good; where nobody can be asked, give --yes\n"
    done = web.cli("customers", "redact", "CANARY.person@private.example", "--yes")
    assert done.out.splitlines()[0] == "personal data removed: 2 orders and 1 customer"
    assert "no copy of what was removed is left in the file" in done.out
    assert EMAIL not in done.said.lower()
    assert not marks(web)
    shown = web.cli("orders", "show", sold[0]).out
    assert "personal data removed on " in shown
    assert web.order(sold[0])["total"] == web.order(sold[1])["total"]
    assert web.order(sold[2])["personal_data_removed_at"] is None
    again = web.cli("customers", "redact", EMAIL, "--yes")
    assert again.out.splitlines()[0] == "nothing of that customer is in the store"
    assert web.cli("db", "check").out.endswith(": ok\n")


def test_what_shopify_sends_later_is_stripped_first(web, store, sold):
    web.cli("customers", "redact", sold[0], "--yes")
    store.change(sold[0], "address", shippingAddress={"address1": "78 Secretive Crescent"})
    store.change(sold[1], "note", note="whisper this again")
    store.tick()
    web.once()
    assert not marks(web)
    assert not web.order(sold[0])["changed_after_handoff"]
    refused = web.cli("orders", "resend", sold[0], expect=None)
    assert refused.code != 0 and "its personal data was removed" in refused.err


def test_an_order_that_waits_for_kcc_is_refused_with_the_way_out(web, store):
    name = store.place(**NAMED)
    web.once()
    refused = web.cli("customers", "redact", name, "--yes", expect=None)
    plain = name.removeprefix("#")
    assert refused.code != 0
    assert (f"order {name} still waits for its hand-off; once KCC has it run: kccsyncd orders ack {plain}; "
            f"if it is not wanted: kccsyncd orders ignore {plain}") in refused.err
    assert "nothing was removed" in refused.err and marks(web)
    web.cli("orders", "ignore", name)
    web.cli("customers", "redact", name, "--yes")
    assert not marks(web)


def test_with_the_daemon_at_work_and_a_reader_in_the_way(web, store, sold):
    with web.daemon() as daemon:
        reader = sqlite3.connect(f"file:{web.database}?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute('SELECT count(*) FROM "order"').fetchone()
        done = web.cli("customers", "redact", EMAIL, "--yes")
        assert "another program reads the store, so its log still holds what was removed" in done.out
        reader.close()
        assert "no copy of what was removed is left in the file" in web.cli("db", "purge").out
        assert not marks(web)
        wait_until(lambda: "personal data of 2 orders was removed" in daemon.log, "the journal tells it")
        assert EMAIL not in daemon.log and "Quillfeather" not in daemon.log


def test_by_age_once_a_day_and_by_db_purge(web, store):
    old = store.place(**NAMED, processedAt=ago(days=60).isoformat().replace("+00:00", "Z"))
    web.adjust(start_date=ago(days=80).date())
    new = store.place()
    web.once()
    if old not in web.orders():
        web.cli("backfill", "web", "--from", ago(days=80).date())
    for name in (old, new):
        web.cli("orders", "ack", name)
    assert ("personal data is kept as long as the orders: [retention] personal_data is not set"
            in web.cli("db", "purge").out)
    web.config.write_text(web.config.read_text() + '\n[retention]\npersonal_data = "30d"\n')
    copy = web.folder / "copy.sqlite"
    web.cli("db", "backup", copy)
    said = web.cli("db", "purge").out
    assert "0 finished jobs removed\npersonal data of 1 order removed, placed before " in said
    assert not marks(web)
    assert web.order(new)["personal_data_removed_at"] is None
    with web.daemon() as daemon:
        wait_until(lambda: web.status()["last_poll_at"], "it polls")
        web.cli("db", "purge")
    assert "Quillfeather" not in daemon.log


def test_copies_beside_the_store_are_named(web, store, sold):
    for end in ("before-0005", "replaced-1"):
        (web.folder / f"orders.sqlite.{end}").touch(mode=0o600)
    said = web.cli("customers", "redact", EMAIL, "--yes").out
    for end in ("before-0005", "replaced-1"):
        assert f"{web.folder}/orders.sqlite.{end}: a copy made before; delete it" in said
    assert "backups made with kccsyncd db backup" in said


def test_the_customer_may_come_from_standard_input(web, store, sold):
    import subprocess

    from harness import BINARY
    done = subprocess.run([BINARY, "customers", "redact", "-", "--yes", "--config", web.config], input=EMAIL + "\n",
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not marks(web), done.stderr
