"""Faults of the machine around the daemon: clock, names, descriptors, memory, credentials."""

import contextlib
import os
import re
import resource
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from comparison import differences
from harness import BINARY
from memory_limit import MemoryLimit
from waiting import wait_until

DAY = 86_400


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """machine_faults.c, compiled."""
    made = tmp_path_factory.mktemp("library") / "machine_faults.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", made, Path(__file__).with_name("machine_faults.c"), "-ldl"], check=True)
    return made


@pytest.fixture
def fault(web, library):
    """A folder whose files make the daemon's machine wrong; commands keep the right one."""
    folder = web.folder / "faults"
    folder.mkdir()
    web.environment = {"LD_PRELOAD": str(library), "FAULT_CLOCK": str(folder / "clock"), "FAULT_NAMES": str(folder / "names")}
    return folder


def everything_is_here(box, store):
    wait_until(lambda: not any(differences(box, store.dump(full=True))), "every order is here, once", 30, every=0.3)


def effects(store):
    """How many mails each fulfilment in the shop has led to."""
    return list(store.simulator.get("effects", shop=store.name)["mails"].values())


@pytest.mark.parametrize("jump", [-DAY, DAY], ids=["back", "forward"])
def test_the_clock_jumps_a_day(web, store, fault, jump):
    """Orders go by Shopify's own times, waits by a clock that cannot be set: nothing is missed, repeated, or hurried."""
    names = [store.place(), store.place()]
    web.adjust(channel_location=store.location(0))
    with web.daemon() as daemon:
        wait_until(lambda: len(web.orders()) == 2, "the orders before the jump")
        # A shipment that has failed once waits for its next try at a time of the old clock.
        store.fault("status", operation="FulfilmentCreate", status=503, times=1)
        web.cli("shipments", "add", names[0], "--tracking", "CN1")
        wait_until(lambda: web.query("SELECT count(*) FROM push_job WHERE attempt > 0") == [(1,)], "it was tried")
        (fault / "clock").write_text(str(jump))
        later = store.place()
        wait_until(lambda: web.standing(later) == ("imported", None), "orders come in after the jump", 30)
        line, = daemon.wait_log("the clock was set", deadline=40)
        assert ("back by 24h;" if jump < 0 else "forward by 24h;") in line
        wait_until(lambda: effects(store), "the shipment is told", 100)
        store.reset_ledger()
        polls = store.requests("OrderList")
        wait_until(lambda: store.requests("OrderList") >= polls + 3, "polling goes on", 60)
        asked = store.ledger()["byOperation"]
        assert all(each["requests"] <= 8 for each in asked.values()), f"no storm of requests: {asked}"
        everything_is_here(web, store)
        assert len(daemon.lines("the clock was set")) == 1
        assert effects(store) == [1], "one fulfilment, one mail"
    assert web.cli("db", "check").code == 0


def stored(box):
    """How many orders are in the database; 0 while there is none."""
    with contextlib.suppress(sqlite3.OperationalError):
        return box.query('SELECT count(*) FROM "order"')[0][0]
    return 0


class Away:
    """A shop at Shopify's own address."""
    name, token, url = "away", "shpat_awaycanary", "https://kccsyncd-away.myshopify.com"


def test_names_cannot_be_resolved(web, store, fault):
    """The shop whose name is needed waits, others go on, and a stop is prompt."""
    web.channel("away", Away)
    (fault / "names").touch()
    with web.daemon() as daemon:
        line, = daemon.wait_log("away: cannot be polled", "the name kccsyncd-away.myshopify.com could not be resolved", deadline=40)
        assert "name server" in line
        away = web.status("away")
        assert "could not be resolved" in away["last_error"] and away["remedy"]
        first = store.place()
        wait_until(lambda: web.standing(first) == ("imported", None), "the other shop goes on")
        assert len(daemon.lines("could not be resolved")) == 1
        # From now on it has an address, where nobody answers.
        (fault / "names").unlink()
        wait_until(lambda: "did not take the connection" in web.status("away")["last_error"], "the name is asked for again", 60)
        (fault / "names").touch()
        daemon.stop(within=8)


def test_too_few_files_may_be_open(web):
    """Said at the start, before anything fails by turns."""
    result = subprocess.run([BINARY, "run", "--config", web.config], capture_output=True, text=True, timeout=30,
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    assert result.returncode == 78
    assert "the limit of open files is 64, and at least 128 are needed; set LimitNOFILE=4096 in the unit" in result.stderr


def test_no_descriptor_is_left(web, store):
    first = store.place()
    with web.daemon() as daemon:
        wait_until(lambda: web.standing(first), "the first order")
        soft, hard = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (3, hard))
        # A connection that is lost has to be made anew.
        store.fault("drop_before", operation="OrderList", times=1)
        second = store.place()
        line, = daemon.wait_log("cannot be polled", deadline=60)
        assert re.search("descriptor|connect|open", line), line
        assert daemon.process.poll() is None
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (soft, hard))
        daemon.wait_log("recovered after", deadline=60)
        wait_until(lambda: web.standing(second) == ("imported", None), "work goes on")
        everything_is_here(web, store)


@pytest.fixture
def limit():
    """A limit of memory; where the kernel has none to offer, the kill that would follow is ours, and that is said."""
    if not MemoryLimit.is_possible():
        print("no memory controller (cgroup version 1) here: the process is killed by hand")
        yield None
        return
    with MemoryLimit("daemon") as limit:
        yield limit


def test_the_memory_limit_ends_it_and_the_next_start_goes_on(web, store, limit):
    """As with MemoryMax=: SIGKILL by the kernel, out of the blue, in the midst of an import."""
    with web.daemon(stop=False) as daemon:
        if limit:
            limit.take(daemon.pid)
        store.place_many([{}] * 600)
        wait_until(lambda: stored(web) > 0, "it imports", every=0.01)
        if limit:
            limit.tighten()
        else:
            daemon.process.send_signal(signal.SIGKILL)
        store.place_many([{}] * 600)
        assert daemon.process.wait(60) == -signal.SIGKILL
    with web.daemon():
        wait_until(lambda: len(web.orders()) == 1200, "the next start goes on", 60)
        everything_is_here(web, store)


def test_memory_that_is_refused(web, store):
    """malloc(3) fails (RLIMIT_AS): Swift ends the process, as with the kernel's own end of it; nothing is half done."""
    store.place_many([{}] * 300)
    with web.daemon(stop=False) as daemon:
        used = int(Path(f"/proc/{daemon.pid}/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.prlimit(daemon.pid, resource.RLIMIT_AS, (used, used))
        store.place_many([{}] * 300)
        wait_until(lambda: daemon.process.poll() is not None or len(web.orders()) == 600, "it ends, or gets by", 60)
        daemon.kill()
        daemon.log_path.unlink()
    with web.daemon():
        wait_until(lambda: len(web.orders()) == 600, "the next start goes on", 40)
        everything_is_here(web, store)


def test_a_credential_is_taken_away_and_given_back(web, store):
    first = store.place()
    token = web.folder / f"{store.name}.token"
    with web.daemon() as daemon:
        wait_until(lambda: web.standing(first), "the first order")
        token.rename(web.folder / "away.token")
        # The reload is refused, and the daemon goes on with what it has.
        assert "access_token_file: " in (refusal := web.cli("reload", expect=78).err) and "cannot be read (no such file)" in refusal
        daemon.wait_log("the configuration was refused and the old one stays in force: ", "cannot be read (no such file)")
        second = store.place()
        wait_until(lambda: second and stored(web) == 2, "it goes on")
        daemon.stop()
    refused = web.cli("run", expect=78)
    assert "access_token_file: " in refused.err and "cannot be read (no such file)" in refused.err
    (web.folder / "away.token").rename(token)
    third = store.place()
    with web.daemon():
        wait_until(lambda: web.standing(third) == ("imported", None), "it goes on")
    everything_is_here(web, store)
