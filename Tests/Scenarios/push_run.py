"""Kills the daemon without warning while it tells levels and fulfilments over a bad line, and counts what went wrong.

    python push_run.py --shipments 1000 --levels 9000 --kills 200 --seed 1

Shipments of waiting orders, whole or in two parts, and stock levels, many of them overtaken by newer ones, are told from kill
to kill. A tenth of the requests that create a fulfilment or set levels lose their connection before or after they are executed,
or get half an answer, and the daemon gets SIGKILL, mostly a moment after such a request has reached the shop. When all is quiet the shop's own ledger of effects is
compared with what was told: every unit sent once, every number there, one mail for each fulfilment; every SKU at the figure told
last, none set to a figure that was never told, and none set back to an older one. The last lines have the figures; the exit status is
1 if they are not all zero.

What a lost answer to a fulfilment leaves open is looked at a minute later: the run lasts at least that long.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ShopifySimulator")]

from harness import BINARY, Box  # noqa: E402
from running import CRASHED, Daemon  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from stores import Store  # noqa: E402
from waiting import wait_until  # noqa: E402

BAD_LINE = (("drop_before", 0.03), ("drop_after", 0.04), ("truncated", 0.03))


class PushRun:
    """One store, one database, one daemon after another."""

    def __init__(self, simulator, folder, shipments, levels, kills, seed, lost=("FulfilmentCreate", "InventorySet"), hurry=False):
        self.simulator, self.kills, self.random = simulator, kills, random.Random(seed)
        self.store = Store(simulator)
        simulator.post("bucket", shop=self.store.name, maximum=10**6, restore=10**5, available=10**6)
        self.box = Box(folder)
        self.box.channel("web", self.store, channel_location=self.store.location(0), stock={"index_lag": "1s"})
        self.told, self.levels, self.lost, self.hurry = {}, levels, lost, hurry
        # What was told of each SKU, in order; figures differ, so that each can be recognised.
        self.figures = {f"SKU-{number:06d}": [] for number in range(1, max(levels // 5, 1) + 1)}
        simulator.post("products/seed", shop=self.store.name, count=len(self.figures), available=1000)
        self.plan(shipments)

    def plan(self, shipments):
        """Orders of two lines; half of them leave whole, half in two parts."""
        whole = shipments // 3
        lines = [{"sku": "TEA", "price": "5.00", "quantity": 2}, {"sku": "POT", "price": "9.00", "quantity": 1}]
        names = []
        while len(names) < whole + (shipments - whole) // 2:
            names += self.store.place_many([{"lines": lines}] * 100)
        parts = []
        for index, name in enumerate(names):
            if index < whole:
                parts.append((name, f"W{index}", {"TEA": 2, "POT": 1}, True))
            elif len(parts) < shipments:
                parts.append((name, f"A{index}", {"TEA": 1, "POT": 1}, False))
                parts.append((name, f"B{index}", {"TEA": 1}, False))
        self.random.shuffle(parts)
        self.parts = parts[:shipments]
        for name, number, units, _ in self.parts:
            self.told[number] = (name, units)

    def files(self, pieces):
        """The shipments as files, a piece for each kill."""
        size = -(-len(self.parts) // pieces)
        for start in range(0, len(self.parts), size):
            rows = ["ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY,CONSIGNMENT_REF,COURIER"]
            for name, number, units, whole in self.parts[start:start + size]:
                wanted = [("", "")] if whole else units.items()
                rows += [f"{name},{number},{sku},{quantity},{number},Evri" for sku, quantity in wanted]
            path = self.box.folder / f"told-{start}.csv"
            path.write_text("\n".join(rows) + "\n")
            yield path

    def wait_sent(self):
        """Until no fulfilment waits."""
        wait_until(lambda: self.box.query("SELECT count(*) FROM push_job WHERE finished_at_ms IS NULL AND kind = 'fulfilment'")
                   == [(0,)], "every fulfilment is sent")

    def wait_for(self, operation):
        """Until such a request has reached the shop, or a while without one; then a random moment more."""
        before, end = self.store.requests(operation), time.monotonic() + 2
        while self.store.requests(operation) == before and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(self.random.choice([0, self.random.uniform(0, 0.05), self.random.uniform(0, 0.6)]))

    def level_file(self):
        """New figures for some SKUs."""
        rows = ["STOCK_CODE,STOCK_LEVEL"]
        share = -(-self.levels // (self.kills // 2))
        for sku in self.random.sample(sorted(self.figures), min(share, len(self.figures))):
            told = self.figures[sku]
            # Most fall, and go out at once; what rises waits until orders are polled as far.
            top = min(told, default=1000) if self.random.random() < 0.7 else 1000
            told.append(self.random.choice([units for units in range(1, 1000) if units not in told and units < max(top, 10)]))
            rows.append(f"{sku},{told[-1]}")
        path = self.box.folder / "levels.csv"
        path.write_text("\n".join(rows) + "\n")
        return path

    def know_the_catalogue(self):
        """Every SKU is read once, so that the levels of the run go out at once when they fall."""
        path = self.box.folder / "start.csv"
        path.write_text("STOCK_CODE,STOCK_LEVEL\n" + "".join(f"{sku},1000\n" for sku in self.figures))
        self.box.once()
        self.box.cli("stock", "import", str(path))
        self.box.once()

    def run(self, say):
        self.know_the_catalogue()
        for operation in self.lost:
            for kind, probability in BAD_LINE:
                self.store.fault(kind, operation=operation, times=-1, probability=probability)
        files = list(self.files(self.kills // 2))
        for number in range(1, self.kills + 1):
            daemon = Daemon(BINARY, self.box.config, self.box.folder / "part.log")
            try:
                daemon.wait_ready()
                # By turns, for fulfilments go before stock and would leave it no time.
                if number % 2:
                    self.box.cli("shipments", "import", str(files.pop()))
                    if self.hurry:
                        # A fulfilment of unknown outcome is looked at a minute later: too long for a short run.
                        self.wait_sent()
                    self.wait_for("FulfilmentCreate")
                else:
                    self.box.cli("stock", "import", str(self.level_file()))
                    self.wait_for("InventorySet")
                assert daemon.process.poll() is None, f"the daemon ended by itself:\n{daemon.log}"
            finally:
                daemon.kill()
                self.keep(daemon)
            if number % 20 == 0:
                say(f"{number} kills, {len(self.effects()['entries']):,} effects in the shop")
        return self.judge()

    def keep(self, daemon):
        with open(self.box.folder / "daemon.log", "a", encoding="utf-8") as log:
            log.write(daemon.log)

    def effects(self):
        return self.simulator.get("effects", shop=self.store.name)

    def judge(self):
        """Lets the daemon finish, and compares the shop's ledger with what was told."""
        with self.box.daemon():
            wait_until(lambda: self.box.query("SELECT count(*) FROM push_job WHERE finished_at_ms IS NULL") == [(0,)]
                       and self.box.query("SELECT count(*) FROM stock_item WHERE state <> 'confirmed'") == [(0,)],
                       "the queue is empty and every level confirmed", deadline=600, every=0.5)
        effects, seen = self.effects(), {}
        self.judge_levels(effects)
        for entry in effects["entries"]:
            if entry["kind"] != "fulfilment":
                continue
            number = (entry["tracking"] or {}).get("numbers", ["?"])[0]
            seen.setdefault(number, []).append(entry)
        missing = [number for number in self.told if number not in seen]
        twice = [number for number, entries in seen.items() if len(entries) > 1]
        wrong = [number for number, entries in seen.items() if self.units(entries[0]) != self.told.get(number, (0, 0))[1]]
        mails = [entry["id"] for entry in effects["entries"]
                 if entry["kind"] == "fulfilment" and effects["mails"].get(entry["id"]) != 1]
        problems = [words for words in CRASHED if words in (self.box.folder / "daemon.log").read_text()]
        return len(self.told), missing, twice, wrong, mails, problems

    def judge_levels(self, effects):
        """SKUs that end at another figure, figures that were never told, and figures that came after a newer one."""
        available = self.simulator.get("stock", shop=self.store.name)["available"]
        self.off = [sku for sku, told in self.figures.items() if told and available[sku] != told[-1]]
        self.strange, self.backwards, self.writes, self.replays = [], [], 0, effects["replays"]
        newest = {}
        for entry in effects["entries"]:
            for row in entry.get("rows", ()) if entry["kind"].startswith("stock_") else ():
                sku, told = row["sku"], self.figures[row["sku"]]
                self.writes += 1
                if row["to"] not in told:
                    self.strange.append(row)
                elif told.index(row["to"]) <= newest.get(sku, -1):
                    self.backwards.append(row)
                else:
                    newest[sku] = told.index(row["to"])

    @staticmethod
    def units(entry):
        """Units by SKU: every order has the same two lines."""
        return {("TEA", "POT")[line["line"]]: line["quantity"] for line in entry["lines"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shipments", type=int, default=1000)
    parser.add_argument("--levels", type=int, default=9000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with Simulator.start() as simulator, tempfile.TemporaryDirectory(prefix="kccsyncd-push-") as folder:
        run = PushRun(simulator, Path(folder), options.shipments, options.levels, options.kills, options.seed)
        told, missing, twice, wrong, mails, problems = run.run(lambda text: print("  " + text, flush=True))
    bad = {"missing": missing, "twice": twice, "wrong units": wrong, "not one mail": mails, "crash": problems,
           "wrong at the end": run.off, "never told": run.strange, "set back": run.backwards}
    for name, found in bad.items():
        if found:
            print(f"{name}: {found[:10]}")
    print(f"killed {options.kills} times, a tenth of the answers lost, {run.replays} requests repeated after they had been executed "
          f"({time.monotonic() - began:.0f} s)")
    print(f"{told:,} shipments: {len(missing)} missing, {len(twice)} twice, {len(wrong)} with other units, "
          f"{len(mails)} without exactly one mail")
    print(f"{options.levels:,} levels of {len(run.figures):,} SKUs, {run.writes:,} of them sent, the others overtaken: "
          f"{len(run.off)} wrong at the end, {len(run.strange)} never told, {len(run.backwards)} set back to an older figure")
    return 1 if any(bad.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
