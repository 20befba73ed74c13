"""Kills the daemon without warning while orders go to KCC and despatches and levels come back, and counts what went wrong.

    python kcc_run.py --orders 600 --kills 200 --seed 1

Orders are placed in the shop from kill to kill; KCC's stand-in asks for them all the time, loses a fifth of the answers, dies now and
then between importing a page and keeping its position, despatches what it has, and sends every third upload twice and all of them
out of order. When all is quiet every order of the shop has to be in KCC's books once, with the shop's total, every despatch must be
one fulfilment with one mail, and the shop must offer what KCC has. The exit status is 1 if anything is amiss.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ShopifySimulator"), str(HERE.parent / "KCCStandIn")]

from harness import BINARY, Box  # noqa: E402
from kcc_standin.client import KCCStandIn  # noqa: E402
from running import CRASHED, Daemon  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from stores import Store, ago, stamp  # noqa: E402
from waiting import wait_until  # noqa: E402

FAULTS = {"poll_drop_unread": 0.1, "poll_drop_after": 0.05, "poll_die_between": 0.05, "post_drop_unread": 0.1, "post_twice": 0.3}
LINES = [{"sku": "TEA", "price": "5.00", "quantity": 2}, {"sku": "POT", "price": "9.00", "quantity": 1}]


class KCCRun:
    """One store, one cloud, one database, one daemon after another."""

    def __init__(self, simulator, clouds, folder, orders, kills, seed):
        self.simulator, self.orders, self.kills, self.random = simulator, orders, kills, random.Random(seed)
        self.store = Store(simulator)
        self.store.stock(TEA=100_000, POT=100_000)
        simulator.post("bucket", shop=self.store.name, maximum=10**6, restore=10**5, available=10**6)
        self.box = Box(folder)
        self.box.channel("web", self.store, channel_location=self.store.location(0), order_ref_format="WEB{0}",
                         stock={"index_lag": "1s", "guard_settle": "60s"})
        base = self.box.link()
        self.cloud = clouds.channel(self.store.name, f"{base}/web/config.json", "khaos", "correct-horse-battery",
                                    company=self.store.name, fetch=False, compression=600.0, polling=True, shuffle=True, senders=2,
                                    timeout=5.0, faults=FAULTS)
        self.names, self.sent = [], []

    def run(self, say):
        """Kills, and looks what is left."""
        share = -(-self.orders // self.kills)
        for number in range(1, self.kills + 1):
            if len(self.names) < self.orders:
                # Despatches move the shop on to the present, and a new order is never older than what was seen.
                now = {"lines": LINES, "createdAt": stamp(ago())}
                self.names += self.store.place_many([now] * min(share, self.orders - len(self.names)))
            daemon = Daemon(BINARY, self.box.config, self.box.folder / "part.log")
            try:
                daemon.wait_ready()
                if number % 3 == 0:
                    # Every third lives until KCC has an order that it can despatch.
                    wait_until(lambda: any(ref not in self.sent for ref in self.cloud.books()), "KCC gets an order", deadline=60)
                self.despatch()
                time.sleep(self.random.choice([0.05, 0.2, 0.6, self.random.uniform(0, 1.5)]))
                assert daemon.process.poll() is None, f"the daemon ended by itself:\n{daemon.log}"
            finally:
                daemon.kill()
                self.keep(daemon)
            if number % 20 == 0:
                say(f"{number} kills, {len(self.cloud.books()):,} orders in KCC, {len(self.sent):,} despatched")
        return self.judge()

    def despatch(self):
        """Half of what KCC has and has not sent yet leaves."""
        ready = [ref for ref in self.cloud.books() if ref not in self.sent]
        chosen = self.random.sample(ready, -(-len(ready) // 2))
        for ref in chosen:
            self.cloud.despatch(ref, consignment=f"N-{ref}", statuses=["Picking", "Issue"])
        self.sent += chosen

    def keep(self, daemon):
        with open(self.box.folder / "daemon.log", "a", encoding="utf-8") as log:
            log.write(daemon.log)

    def judge(self):
        """Lets all come to rest, and compares the shop, the store and KCC."""
        with self.box.daemon():
            wait_until(lambda: len(self.cloud.books()) == len(self.names), "every order is in KCC", deadline=240, every=0.5)
            self.cloud.settings(faults={})
            wait_until(lambda: all(o["acknowledged_at"] for o in self.box.orders().values()), "all are acknowledged",
                       deadline=60, every=0.5)
            self.cloud.stock(TEA=700, POT=300)
            self.cloud.flush(timeout=120)
            wait_until(lambda: self.box.query("SELECT count(*) FROM push_job WHERE finished_at_ms IS NULL") == [(0,)],
                       "the queue is empty", deadline=300, every=0.5)
            wait_until(lambda: (self.store.available("TEA"), self.store.available("POT")) == (700, 300), "the levels are there",
                       deadline=180, every=0.5)
        effects, books = self.simulator.get("effects", shop=self.store.name), self.cloud.books()
        seen = {}
        for entry in effects["entries"]:
            if entry["kind"] == "fulfilment":
                seen.setdefault((entry["tracking"] or {}).get("numbers", ["?"])[0], []).append(entry)
        wanted = {f"N-{ref}" for ref in self.sent}
        said = (self.box.folder / "daemon.log").read_text()
        orders = {order["ref"]: order for order in self.box.orders().values()}
        return {
            "orders not in KCC": [ref for ref in orders if ref not in books],
            "other totals": [ref for ref, order in orders.items() if ref in books and books[ref]["total"] != order["total"]],
            "despatches missing": sorted(wanted - set(seen)),
            "despatches nobody told": sorted(set(seen) - wanted),
            "despatched twice": [number for number, entries in seen.items() if len(entries) > 1],
            "not one mail": [e["id"] for entries in seen.values() for e in entries if effects["mails"].get(e["id"]) != 1],
            "broken contract": self.cloud.violations(),
            "crash": [words for words in CRASHED if words in said],
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=600)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with Simulator.start() as simulator, KCCStandIn.start() as clouds, tempfile.TemporaryDirectory(prefix="kccsyncd-kcc-") as folder:
        run = KCCRun(simulator, clouds, Path(folder), options.orders, options.kills, options.seed)
        bad = run.run(lambda text: print("  " + text, flush=True))
        again = sum(order["deliveries"] - 1 for order in run.cloud.books().values())
    for name, found in bad.items():
        if found:
            print(f"{name}: {found[:10]}")
    print(f"killed {options.kills} times ({time.monotonic() - began:.0f} s); {len(run.names):,} orders, {len(run.sent):,} despatches; "
          f"{again:,} deliveries repeated; " + ", ".join(f"{len(found)} {name}" for name, found in bad.items()))
    return 1 if any(bad.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
