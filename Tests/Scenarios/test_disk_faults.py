"""Faults of the disk and the file: what the journal says, what the daemon does, and that nothing is lost."""

import sqlite3
import subprocess

import pytest

from comparison import differences
from disk import Disk
from faulty_disk import SmallDisk, failing
from waiting import wait_until


@pytest.fixture
def disk(box):
    """The order store lies on a small disk of its own."""
    disk = SmallDisk(box.folder / "disk")
    box.database = disk.place / "orders.sqlite"
    box.daemon_table["database"] = str(box.database)
    yield disk
    disk.unmount()


def everything_is_here(box, store):
    wait_until(lambda: not any(differences(box, store.dump(full=True))), "every order is here, once", 30, every=0.3)
    assert box.cli("db", "check").code == 0


def said(daemon, *words):
    """The one line that says so."""
    line, = daemon.wait_log(*words, deadline=40)
    assert " error " in line, "it needs a person: priority 3"
    return line


def test_the_disk_fills_up_and_has_room_again(box, store, disk):
    box.channel("web", store)
    first = store.place()
    with box.daemon() as daemon:
        wait_until(lambda: box.standing(first), "the first order")
        disk.fill()
        store.place_many([{}] * 400)
        said(daemon, f"cannot be polled: {box.database}: no space left on its disk; next try in ",
             "; make room; work goes on by itself then")
        disk.empty()
        everything_is_here(box, store)
        daemon.wait_log("recovered after")
        assert daemon.process.poll() is None


def test_a_start_on_a_full_disk_waits_for_room(box, store, disk):
    box.channel("web", store)
    name = store.place()
    disk.fill()
    with box.daemon(ready=False) as daemon:
        said(daemon, f"the start waits: {box.database}", "no space left on its disk; make room; work goes on by itself then")
        assert daemon.process.poll() is None
        disk.empty()
        daemon.wait_ready()
        assert daemon.lines("the database answers again")
        wait_until(lambda: box.standing(name) == ("imported", None), "work goes on")


def test_a_disk_that_turns_read_only(box, store):
    """As ext4 does after an error: nothing is lost, it can be stopped, and a new start waits until the disk is mended."""
    disk = Disk(box.folder, megabytes=64)
    box.database = disk.place / "orders.sqlite"
    box.daemon_table["database"] = str(box.database)
    box.channel("web", store)
    first = store.place()
    try:
        with box.daemon() as daemon:
            wait_until(lambda: box.standing(first), "the first order")
            disk.turn_read_only()
            second = store.place()
            said(daemon, f"cannot be polled: {box.database}: reading or writing failed (SQLite error 778); next try in ",
                 "; check the disk")
            assert "reading or writing failed" in box.status()["last_error"] and daemon.process.poll() is None
        with box.daemon(ready=False) as daemon:
            said(daemon, "the start waits: ", "its disk is read-only; mount it for writing; work goes on by itself then")
            disk.repair()
            daemon.wait_ready()
            wait_until(lambda: box.standing(second) == ("imported", None), "work goes on")
            everything_is_here(box, store)
    finally:
        disk.unmount()


def test_a_start_on_a_read_only_disk_waits(box, store, disk):
    box.channel("web", store)
    box.once()
    name = store.place()
    disk.remount("ro")
    with box.daemon(ready=False) as daemon:
        said(daemon, "the start waits: ", "its disk is read-only; mount it for writing; work goes on by itself then")
        disk.remount("rw")
        daemon.wait_ready()
        wait_until(lambda: box.standing(name) == ("imported", None), "work goes on")


def test_another_program_locks_the_file(web, store):
    """Longer than a statement waits for it, and more than once."""
    first = store.place()
    with web.daemon() as daemon:
        wait_until(lambda: web.standing(first), "the first order")
        intruder = sqlite3.connect(web.database, isolation_level=None)
        intruder.execute("BEGIN IMMEDIATE")
        second = store.place()
        said(daemon, f"cannot be polled: {web.database}: another program holds it; next try in ",
             "; end that program; nothing else may open the database")
        wait_until(lambda: len(store.ledger()["byOperation"]) and web.status()["last_error"], "status says so, too")
        # A second try has failed as well: it was said once.
        tries = store.requests("OrderList")
        wait_until(lambda: store.requests("OrderList") >= tries + 2, "it is tried again and again", 60)
        assert len(daemon.lines("cannot be polled", "another program holds it")) == 1
        intruder.execute("ROLLBACK")
        intruder.close()
        daemon.wait_log("recovered after", deadline=60)
        wait_until(lambda: web.standing(second) == ("imported", None), "it goes on by itself", 30)
        everything_is_here(web, store)


def test_a_start_waits_for_a_file_that_another_program_locks(web, store):
    web.once()
    name = store.place()
    intruder = sqlite3.connect(web.database, isolation_level=None)
    intruder.execute("BEGIN EXCLUSIVE")
    with web.daemon(ready=False) as daemon:
        said(daemon, f"the start waits: {web.database}: another program holds it; end that program; nothing else may open the database")
        intruder.execute("ROLLBACK")
        intruder.close()
        daemon.wait_ready()
        wait_until(lambda: web.standing(name) == ("imported", None), "work goes on")


def test_a_flush_that_fails_ends_the_process_and_the_next_start_goes_on(web, store):
    """After a failed fsync(2) nobody knows what is on the disk: only a new start reads it from there."""
    first = store.place()
    with web.daemon(stop=False) as daemon:
        wait_until(lambda: web.standing(first), "the first order")
        tracer = failing(daemon, "fsync,fdatasync")
        try:
            second = store.place()
            assert daemon.process.wait(30) == 74, daemon.log
        finally:
            tracer.kill()
            tracer.wait()
        said(daemon, f"ending at once: {web.database}: the disk did not take what was written (SQLite error ",
             "check the disk; a new start goes on from what is on it")
    with web.daemon():
        wait_until(lambda: web.standing(second) == ("imported", None), "the next start goes on")
        everything_is_here(web, store)


def test_a_file_that_is_damaged_under_the_daemon_is_left_alone(web, store):
    for _ in range(30):
        store.place()
    backup = web.folder / "backup.sqlite"
    with web.daemon(stop=False) as daemon:
        wait_until(lambda: len(web.orders()) == 30, "all orders")
        web.cli("db", "backup", backup)
        subprocess.run(["sqlite3", web.database, "PRAGMA wal_checkpoint(TRUNCATE)"], check=True, capture_output=True)
        with open(web.database, "r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (web.database.stat().st_size - 4096))
        late = store.place()
        assert daemon.process.wait(30) == 78, daemon.log
        line = said(daemon, f"ending at once: {web.database}: is damaged, or no database")
        assert line.endswith("keep a copy of the file, and restore the last backup: kccsyncd db restore FILE")
    damaged = web.database.read_bytes()
    assert web.cli("run", expect=78).err and web.database.read_bytes() == damaged, "neither mended nor made anew"
    web.cli("db", "restore", backup)
    with web.daemon():
        wait_until(lambda: web.standing(late), "polling goes on from the backup")
        everything_is_here(web, store)
