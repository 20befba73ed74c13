"""Kills the daemon without warning, again and again, while orders are imported and change, and counts what is lost.

    python kill_run.py --orders 5000 --kills 200 --seed 1

The simulator holds ORDERS orders and keeps placing, paying, editing and cancelling while the daemon imports. The
daemon gets SIGKILL at random moments and is started again each time. When all is quiet, the order store is compared
with the simulator's orders one by one. The last line has the figures; the exit status is 1 if they are not all zero.

Half of the orders are there at the start, as a backlog; the others are placed from kill to kill, so that the import
lasts as long as the kills do. Three kills in four come while orders are being read and stored, the others at any moment
of the daemon's life, from its first instruction on.
"""

import argparse
import contextlib
import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ShopifySimulator")]

from comparison import differences  # noqa: E402
from harness import BINARY, Box  # noqa: E402
from running import CRASHED, READY, Daemon  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from stores import Store, ago, stamp  # noqa: E402
from waiting import wait_until  # noqa: E402

CHANGES_PER_SECOND = 20
READ_TAKES = 0.15


class Report:
    """The figures of a run."""

    def __init__(self, kills, orders, found, moments):
        self.kills, self.orders, self.moments = kills, orders, moments
        self.missing, self.twice, self.different = found
        self.problems = []

    @property
    def good(self):
        return not (self.missing or self.twice or self.different or self.problems)

    def __str__(self):
        return (f"killed {self.kills} times; {self.orders:,} orders: {len(self.missing)} missing, "
                f"{len(self.twice)} twice, {len(self.different)} different")


class KillRun:
    """One store, one database, one daemon after another."""

    def __init__(self, simulator, folder, orders, kills, seed):
        self.simulator, self.kills, self.random = simulator, kills, random.Random(seed)
        self.store = Store(simulator)
        self.box = Box(folder)
        self.box.channel("web", self.store, download_pos_orders="customer_details", generic_customer="POSSALES",
                         missing_sku="MISC", ignore_financial_status=True)
        self.store.seed(orders - orders // 2, mix="all", days=6, ending=stamp(ago(minutes=30)), seed=seed)
        self.log = self.box.folder / "daemon.log"
        self.box.logs.append(self.log)
        self.seed = seed
        self.drip = orders // 2
        self.moments = {"before ready": 0, "while importing": 0, "while idle": 0}

    def stored(self):
        """How many orders are in the database; 0 while there is none."""
        with contextlib.suppress(sqlite3.OperationalError):
            return self.box.query('SELECT count(*) FROM "order"')[0][0]
        return 0

    def run(self, say=lambda text: None):
        # A read takes as long as Shopify's would, so that the kills fall into it.
        self.store.fault("delay", operation="OrderRead", seconds=READ_TAKES, times=-1)
        self.simulator.post("activity", shop=self.store.name, per_second=CHANGES_PER_SECOND, seed=self.seed,
                            seconds=3600)
        for number in range(1, self.kills + 1):
            self.place(self.drip // self.kills + (number <= self.drip % self.kills), number)
            self.kill_once()
            if number % 20 == 0:
                say(f"{number} kills, {self.stored():,} orders stored")
        self.simulator.post("activity/stop")
        self.store.clear_faults()
        return self.compare()

    def place(self, count, seed):
        """Places orders at this moment."""
        if count:
            self.simulator.post("orders/random", shop=self.store.name, count=count, mix="all", seed=self.seed * 10007 + seed)

    def reads(self):
        """How many reads of orders have reached the simulator."""
        return self.store.faults()[0]["seen"]

    def kill_once(self):
        """Starts the daemon, lets it work for a random while, and kills it."""
        before = self.reads()
        daemon = Daemon(BINARY, self.box.config, self.box.folder / "part.log")
        try:
            if self.random.random() < 0.75:
                wait_until(lambda: self.reads() > before, "the daemon reads orders", deadline=10, every=0.01)
                time.sleep(self.random.uniform(0.0, 6 * READ_TAKES))
            else:
                time.sleep(self.random.uniform(0.0, 1.5))
            assert daemon.process.poll() is None, f"the daemon ended by itself:\n{daemon.log}"
        finally:
            daemon.kill()
        moment = "while importing" if self.reads() > before else "while idle" if READY in daemon.log else "before ready"
        self.moments[moment] += 1
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(daemon.log)

    def compare(self):
        """Lets the daemon finish, stops it cleanly, and compares."""
        dump = self.store.dump(full=True)
        expected = {gid: row["updatedAt"] for gid, row in dump.items()}
        with self.box.daemon():
            wait_until(lambda: self.quiet(expected), "the daemon has caught up", deadline=240, every=0.5)
        report = Report(self.kills, len(dump), differences(self.box, dump), self.moments)
        if self.box.query("PRAGMA integrity_check") != [("ok",)]:
            report.problems.append("integrity_check")
        if self.box.query("PRAGMA foreign_key_check"):
            report.problems.append("foreign_key_check")
        if "ok" not in self.box.cli("db", "check", expect=None).out:
            report.problems.append("db check")
        said = self.box.everything_said()
        report.problems += [words for words in CRASHED if words in said]
        return report

    def quiet(self, expected):
        """Whether the store has every version and nothing is left to be read again."""
        utc = {gid: stamp_of(at) for gid, at in self.box.query('SELECT gid, updated_at_ms FROM "order" WHERE gone = 0')}
        return utc == expected and self.box.query("SELECT count(*) FROM revisit") == [(0,)]


def stamp_of(milliseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds / 1000))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with Simulator.start() as simulator, tempfile.TemporaryDirectory(prefix="kill-run-") as folder:
        report = KillRun(simulator, Path(folder), options.orders, options.kills, options.seed).run(
            lambda text: print(text, file=sys.stderr, flush=True))
    for gid, fields in list(report.different.items())[:5]:
        print(f"different: {gid}: {fields}", file=sys.stderr)
    for what in report.problems:
        print(f"problem: {what}", file=sys.stderr)
    moments = ", ".join(f"{count} {moment}" for moment, count in report.moments.items())
    print(f"moments: {moments}; {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(report)
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
