"""Kills the daemon without warning while it tells fulfilments over a bad line, and counts what happened twice or never.

    python push_run.py --shipments 2000 --kills 200 --seed 1

Orders wait in the shop; shipments of them, whole or in two parts, are told while the daemon runs. A tenth of the requests
that create a fulfilment lose their connection before or after they are executed, or get half an answer, and the daemon gets
SIGKILL at random moments. When all is quiet the shop's own ledger of effects is compared with what was told: every unit
sent once, every number there, one mail for each fulfilment. The last line has the figures; the exit status is 1 if they are
not all zero.

What a lost answer leaves open is looked at a minute later: the run lasts at least that long.
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

    def __init__(self, simulator, folder, shipments, kills, seed):
        self.simulator, self.kills, self.random = simulator, kills, random.Random(seed)
        self.store = Store(simulator)
        simulator.post("bucket", shop=self.store.name, maximum=10**6, restore=10**5, available=10**6)
        self.box = Box(folder)
        self.box.channel("web", self.store)
        self.told = {}
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

    def run(self, say):
        self.box.once()
        for kind, probability in BAD_LINE:
            self.store.fault(kind, operation="FulfilmentCreate", times=-1, probability=probability)
        files = list(self.files(self.kills))
        for number in range(1, self.kills + 1):
            daemon = Daemon(BINARY, self.box.config, self.box.folder / "part.log")
            try:
                daemon.wait_ready()
                if files:
                    self.box.cli("shipments", "import", str(files.pop()))
                time.sleep(self.random.uniform(0.0, 0.6))
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
            wait_until(lambda: self.box.query("SELECT count(*) FROM push_job WHERE finished_at_ms IS NULL") == [(0,)],
                       "the queue is empty", deadline=400, every=0.5)
        effects, seen = self.effects(), {}
        for entry in effects["entries"]:
            number = (entry["tracking"] or {}).get("numbers", ["?"])[0]
            seen.setdefault(number, []).append(entry)
        missing = [number for number in self.told if number not in seen]
        twice = [number for number, entries in seen.items() if len(entries) > 1]
        wrong = [number for number, entries in seen.items() if self.units(entries[0]) != self.told.get(number, (0, 0))[1]]
        mails = [entry["id"] for entry in effects["entries"] if effects["mails"].get(entry["id"]) != 1]
        problems = [words for words in CRASHED if words in (self.box.folder / "daemon.log").read_text()]
        return len(self.told), missing, twice, wrong, mails, problems

    @staticmethod
    def units(entry):
        """Units by SKU: every order has the same two lines."""
        return {("TEA", "POT")[line["line"]]: line["quantity"] for line in entry["lines"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shipments", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with Simulator.start() as simulator, tempfile.TemporaryDirectory(prefix="kccsyncd-push-") as folder:
        run = PushRun(simulator, Path(folder), options.shipments, options.kills, options.seed)
        told, missing, twice, wrong, mails, problems = run.run(lambda text: print("  " + text, flush=True))
    for name, found in (("missing", missing), ("twice", twice), ("wrong units", wrong), ("not one mail", mails), ("crash", problems)):
        if found:
            print(f"{name}: {found[:10]}")
    print(f"killed {options.kills} times, a tenth of the answers lost; {told:,} shipments: {len(missing)} missing, {len(twice)} twice, "
          f"{len(wrong)} with other units, {len(mails)} without exactly one mail ({time.monotonic() - began:.0f} s)")
    return 1 if missing or twice or wrong or mails or problems else 0


if __name__ == "__main__":
    sys.exit(main())
