"""Cuts the power of the order store's disk again and again, and counts what had been committed and is gone.

    python power_run.py --cuts 50 --seed 1
    python power_run.py --cuts 50 --lie      the disk only says that it flushes: the run must fail

The order store lies on a file system of its own (disk.py). While orders come in, shipments and stock levels are told and
sent over a bad line, what any program could see in the store is written down, and the disk loses its power at a moment of no choice
of ours. After each cut the store must be sound (`db check`), and everything that was seen must be there, or something
newer in its place; what a command had said yes to, too. After the last one everything is compared with the shop: every order
once, every shipment once with one mail, every level at the figure told last. The exit status is 1 if anything is amiss.
"""

import argparse
import contextlib
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ShopifySimulator")]

from comparison import differences  # noqa: E402
from disk import Disk  # noqa: E402
from harness import BINARY  # noqa: E402
from push_run import PushRun  # noqa: E402
from running import Daemon  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from waiting import TooLate, wait_until  # noqa: E402

# What may be seen of the store: key -> marks that never fall, or facts that never change (as texts).
SEEN = {
    "order": 'SELECT gid, updated_at_ms, revision FROM "order"',
    "history": "SELECT id, what || ' ' || order_id FROM order_history",
    "watermark": "SELECT domain, watermark_ms FROM shop WHERE watermark_ms IS NOT NULL",
    "shipment": "SELECT reference, told_at_ms, completed_at_ms IS NOT NULL FROM shipment",
    "fulfilment": "SELECT shipment_id || ' ' || gid, at_ms FROM shipment_fulfilment",
    "job": "SELECT id, attempt, finished_at_ms IS NOT NULL FROM push_job",
    "level": "SELECT sku || ' ' || site, told_at_ms FROM stock_level",
}


def look(database):
    """What the store shows to a reader: table -> key -> marks."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        connection.execute("BEGIN")
        return {name: {row[0]: row[1:] for row in connection.execute(sql)} for name, sql in SEEN.items()}


def fallen_back(before, after):
    """What was seen and is gone, or is older than it was."""
    breaches = []
    for table, rows in before.items():
        for key, marks in rows.items():
            now = after[table].get(key)
            if now is None:
                breaches.append(f"{table} {key} is gone")
            elif any(new != old if isinstance(old, str) else new < old for old, new in zip(marks, now)):
                breaches.append(f"{table} {key} was {marks} and is {now}")
    return breaches


class PowerRun(PushRun):
    """A push run whose kills are power cuts, while orders come in besides."""

    def __init__(self, simulator, folder, shipments, levels, cuts, seed, lie=False, **options):
        super().__init__(simulator, folder, shipments, levels, cuts, seed, **options)
        self.disk = Disk(self.box.folder)
        self.box.database = self.disk.place / "orders.sqlite"
        self.box.daemon_table["database"] = str(self.box.database)
        self.box.write()
        # The library of a disk that lies.
        self.preload = {"LD_PRELOAD": str(self.liar())} if lie else {}
        self.breaches, self.compared, self.seed = [], 0, seed
        # Numbers of shipments that a command said yes to; how often a promise was looked at.
        self.accepted, self.promises = set(), 0

    def liar(self):
        library = self.box.folder / "liar.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, HERE / "liar.c"], check=True)
        return library

    def close(self):
        self.disk.unmount()

    def run(self, say):
        self.know_the_catalogue()
        for operation in self.lost:
            self.store.fault("drop_after", operation=operation, times=-1, probability=0.05)
        files = list(self.files(self.kills // 2))
        for number in range(1, self.kills + 1):
            self.simulator.post("orders/random", shop=self.store.name, count=8, mix="plain", seed=self.seed * 1000 + number)
            self.cut(number, files)
            if self.breaches:
                return self.breaches
            if number % 10 == 0:
                say(f"{number} cuts, {self.compared:,} rows compared")
        return self.finish()

    def cut(self, number, files):
        """One life of the daemon, which ends with the power."""
        daemon = Daemon(BINARY, self.box.config, self.box.folder / "part.log", self.preload)
        try:
            daemon.wait_ready()
            if number % 2:
                path = files.pop()
                self.box.cli("shipments", "import", str(path))
                self.accepted |= {line.split(",")[1] for line in path.read_text().splitlines()[1:]}
                self.wait_for("FulfilmentCreate")
            else:
                self.box.cli("stock", "import", str(self.level_file()))
                self.wait_for("InventorySet")
            assert daemon.process.poll() is None, f"the daemon ended by itself:\n{daemon.log}"
            seen = look(self.box.database)
            self.disk.cut()
        finally:
            daemon.kill()
            self.keep(daemon)
        self.disk.repair()
        checked = self.box.cli("db", "check", expect=None)
        if checked.code != 0:
            self.breaches.append(f"after cut {number} the store is not sound: {checked.said}")
            return
        now = look(self.box.database)
        self.compared += sum(map(len, seen.values()))
        self.breaches += [f"cut {number}: {breach}" for breach in fallen_back(seen, now) + self.broken_promises()]

    def broken_promises(self):
        """What a command said yes to, ever, and the store does not have: shipments by their numbers, levels by their figures."""
        shipments = [reference for (reference,) in self.box.query("SELECT reference FROM shipment")]
        levels = dict(self.box.query("SELECT sku, level_micros FROM stock_level"))
        figures = {sku: told[-1] * 1_000_000 for sku, told in self.figures.items() if told}
        self.promises += len(self.accepted) + len(figures)
        return ([f"shipment {each} was told and is gone" for each in self.accepted
                 if not any(reference.endswith(each) for reference in shipments)]
                + [f"level {sku} was told as {units} millionths and is {levels.get(sku)}"
                   for sku, units in figures.items() if levels.get(sku) != units])

    def finish(self):
        """Everything that was told has arrived, once."""
        try:
            _, missing, twice, wrong, mails, problems = self.judge()
        except TooLate as error:
            return [str(error)]
        absent, doubled, different = self.compare()
        self.orders = self.box.query('SELECT count(*) FROM "order"')[0][0]
        found = {"shipment missing": missing, "shipment twice": twice, "shipment with other units": wrong,
                 "fulfilment without one mail": mails, "crash": problems, "level wrong at the end": self.off,
                 "level never told": self.strange, "level set back": self.backwards, "order missing": absent,
                 "order twice": doubled, "order different": list(different)}
        return [f"{what}: {each}" for what, all_of_them in found.items() for each in all_of_them]

    def compare(self):
        """The orders against the shop's, once the changes have come in that our own fulfilments made there."""
        with self.box.daemon(), contextlib.suppress(TooLate):
            wait_until(lambda: not any(differences(self.box, self.store.dump(full=True))), "the orders are the shop's", 60, every=1)
        return differences(self.box, self.store.dump(full=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--shipments", type=int, default=250)
    parser.add_argument("--levels", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lie", action="store_true", help="the disk says that it has flushed, and has not")
    options = parser.parse_args()
    began = time.monotonic()
    with Simulator.start() as simulator, tempfile.TemporaryDirectory(prefix="kccsyncd-power-") as folder:
        run = PowerRun(simulator, Path(folder), options.shipments, options.levels, options.cuts, options.seed, options.lie)
        try:
            breaches = run.run(lambda text: print("  " + text, flush=True))
        finally:
            run.close()
    for breach in breaches[:10]:
        print(breach)
    if not breaches:
        print(f"power cut {options.cuts} times ({time.monotonic() - began:.0f} s); {run.orders:,} orders, {len(run.told):,} shipments, "
              f"{options.levels:,} levels told; {run.compared:,} rows and {run.promises:,} promises compared after the cuts, the store sound each time: "
              f"0 gone or older, 0 missing, 0 twice, one mail each")
    else:
        print(f"{len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
