"""Tells shipments while colleagues work on the same orders and every fault of the simulator happens, and judges what became of each.

    python colleagues_run.py --shipments 1000 --seed 1

One kind of fault after another meets the requests that read an order, create a fulfilment and change its tracking. Meanwhile
colleagues fulfil, cancel, hold, move, split, close and edit the orders, cancel whole orders, and cancel fulfilments; some
shipments are told without a number that comes later, and some again with another number. When all is quiet every shipment must
be in Shopify as told, or parked with a reason that is true of its order; no unit may have left twice, and no fulfilment may have
caused more mails than one when it was made and one for its first number. The last lines have the figures; the exit status is 1 where
anything is wrong.
"""

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ShopifySimulator")]

from fault_kinds import FAULTS  # noqa: E402
from harness import Box  # noqa: E402
from running import CRASHED  # noqa: E402
from simulator.client import Simulator, ControlError  # noqa: E402
from stores import Store  # noqa: E402
from waiting import wait_until  # noqa: E402

SKUS = ("TEA", "POT")
# What only requests for fulfilments can meet.
OTHERS = {
    "a request rejected as a whole": {"kind": "rejected"},
    "one order of a reading fails": {"kind": "node_error", "index": 0},
    "one order of a reading is null": {"kind": "null_node", "index": 0},
    "no answer at all": {"kind": "hang"},
}
# Each pauses the shop until an operator acts: shown in test_refused_access.py, and it would only end the run.
PAUSING = ("access denied at the root", "a redirect", "a redirect to a file", "another version answers", "status 404")
# A reason, and what has to have happened to the order for it to be true.
REASONS = (
    (r"the order is cancelled", {"cancel"}),
    (r"its fulfilment order.* is closed", {"close_fulfilment_order"}),
    (r"its fulfilment was cancelled in Shopify", {"cancel_fulfilment"}),
    (r"nothing of it can be sent", {"fulfil", "edit", "cancel", "other shipment"}),
    (r"was provided invalid value|rejects it", {"a request rejected as a whole"}),
    (r"Shopify does not show its order any more", {"one order of a reading is null"}),
)


class ColleaguesRun:
    """One store, one daemon, and people who do not wait for it."""

    def __init__(self, simulator, folder, shipments, seed, kinds=None):
        self.simulator, self.random = simulator, random.Random(seed)
        self.store = Store(simulator)
        simulator.post("bucket", shop=self.store.name, maximum=10**6, restore=10**5, available=10**6)
        self.box = Box(folder)
        self.box.channel("web", self.store, channel_location=self.store.location(0))
        faults = {name: fault for name, (fault, _) in FAULTS.items() if name not in PAUSING}
        self.faults = {name: fault for name, fault in {**faults, **OTHERS}.items() if kinds is None or name in kinds}
        # By shipment: its order, units by SKU, every number told, and how often it was told with another one.
        self.told = {}
        # By order: what happened to it.
        self.history = {}
        self.fired, self.actions = Counter(), Counter()
        self.plan(shipments)

    def plan(self, count):
        """Orders of two lines; a third of the shipments are whole orders, the others halves."""
        lines = [{"sku": "TEA", "price": "5.00", "quantity": 2}, {"sku": "POT", "price": "9.00", "quantity": 1}]
        whole = count // 3
        names = []
        while len(names) < whole + (count - whole + 1) // 2:
            names += self.store.place_many([{"lines": lines}] * 100)
        shipments = []
        for place, name in enumerate(names):
            if place < whole:
                shipments.append((f"W{place}", name, {"TEA": 2, "POT": 1}))
            elif len(shipments) < count:
                shipments += [(f"A{place}", name, {"TEA": 1, "POT": 1}), (f"B{place}", name, {"TEA": 1})]
        self.shipments = shipments[:count]
        self.random.shuffle(self.shipments)
        for shipment, name, units in self.shipments:
            self.told[shipment] = {"order": name, "units": units, "numbers": [], "again": 0}
            self.history.setdefault(name, set())

    # -- telling

    def tell(self, shipments):
        """Imports a file of these, each with its newest number or none."""
        rows = ["ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY,CONSIGNMENT_REF,COURIER"]
        for shipment in shipments:
            told = self.told[shipment]
            number = told["numbers"][-1] if told["numbers"] else ""
            courier = "Evri" if number else ""
            rows += [f"{told['order']},{shipment},{sku},{units},{number},{courier}" for sku, units in told["units"].items()]
        path = self.box.folder / "told.csv"
        path.write_text("\n".join(rows) + "\n")
        self.box.cli("shipments", "import", str(path))

    def number(self, shipment):
        """Another number for a shipment."""
        numbers = self.told[shipment]["numbers"]
        numbers.append(f"N{shipment}" if not numbers else f"N{shipment}-{len(numbers)}")

    # -- colleagues

    def act(self, name):
        """A colleague does something to an order, as far as Shopify lets them."""
        order = self.store.order(name)
        open_parts = [place for place, part in enumerate(order["fulfillmentOrders"])
                      if part["status"] in ("OPEN", "IN_PROGRESS", "ON_HOLD")]
        standing = [place for place, sent in enumerate(order["fulfillments"]) if sent["status"] == "SUCCESS"]
        part = self.random.choice(open_parts) if open_parts else 0
        change = self.random.choice(("fulfil", "fulfil", "hold", "move", "split", "cancel_fulfilment", "cancel_fulfilment",
                                     "close_fulfilment_order", "cancel", "edit"))
        more = {"fulfilment_order": part}
        if change == "fulfil":
            more["lines"] = [{"line": self.random.randrange(2), "quantity": 1}]
            if self.random.random() < 0.5:
                more["tracking"] = {"numbers": [f"STAFF{self.random.randrange(10**6)}"], "urls": [], "company": "UPS"}
        elif change == "move":
            more["location"] = self.random.choice((0, 1))
        elif change == "split":
            more["lines"] = [{"line": self.random.randrange(2), "quantity": 1}]
        elif change == "cancel_fulfilment":
            more = {"fulfilment": self.random.choice(standing) if standing else 0}
        elif change == "cancel":
            more = {"refund": self.random.random() < 0.7}
        elif change == "edit":
            more = {"remove": [{"line": self.random.randrange(2), "quantity": 1}]}
        try:
            self.store.change(name, change, **more)
        except ControlError:
            return
        self.history[name].add(change)
        self.actions[change] += 1

    def release_holds(self):
        for name, history in self.history.items():
            if "hold" not in history:
                continue
            for place, part in enumerate(self.store.order(name)["fulfillmentOrders"]):
                if part["status"] == "ON_HOLD":
                    self.store.change(name, "release_hold", fulfilment_order=place)

    # -- the run

    def run(self, say):
        self.box.once()
        rounds = list(self.faults.items())
        with self.box.daemon() as daemon:
            for place, (kind, fault) in enumerate(rounds):
                self.round(kind, fault, [shipment for shipment, _, _ in self.shipments[place::len(rounds)]])
                if (place + 1) % 5 == 0 or place + 1 == len(rounds):
                    say(f"{place + 1} of {len(rounds)} kinds of fault, {sum(self.fired.values())} faults, "
                        f"{sum(self.actions.values())} acts of colleagues, {len(self.effects()['entries'])} effects in the shop")
            self.settle(daemon)
            return self.judge(daemon)

    def round(self, kind, fault, shipments):
        """Tells some shipments, with and without a number, while a kind of fault happens and colleagues work."""
        for operation, times in (("FulfilmentView", 1), ("FulfilmentCreate", 1), ("TrackingUpdate", 1)):
            self.store.fault(operation=operation, times=times, after=self.random.randrange(2), **fault)
        late = [shipment for shipment in shipments if self.random.random() < 0.15]
        for shipment in shipments:
            if shipment not in late:
                self.number(shipment)
        for shipment in shipments:
            if self.random.random() < 0.25:
                self.act(self.told[shipment]["order"])
        self.tell(shipments)
        for shipment in shipments:
            if self.random.random() < 0.25:
                self.act(self.told[shipment]["order"])
        for shipment in late:
            self.number(shipment)
        again = [shipment for shipment in shipments if self.random.random() < 0.1 and shipment not in late]
        for shipment in again:
            self.number(shipment)
        if late or again:
            self.tell(late + again)
        self.wait_for_work()
        for applied in self.store.faults():
            self.fired[kind] += applied["fired"]
        self.store.clear_faults()

    def wait_for_work(self):
        """Until most is done; what is put off for longer is left to the end."""
        end = time.monotonic() + 12
        while self.waiting() > 3 and time.monotonic() < end:
            time.sleep(0.1)

    def waiting(self):
        return self.box.query("SELECT count(*) FROM push_job WHERE state IN ('available', 'retryable', 'running')")[0][0]

    def settle(self, daemon):
        """No faults and no colleagues any more: all that waits goes on."""
        self.release_holds()
        # Held ones are looked at every 15 minutes, and one answer asked for a wait of years.
        far = "SELECT id FROM push_job WHERE state = 'retryable' AND next_at_ms > ?"

        def quiet():
            for (job,) in self.box.query(far, int((time.time() + 120) * 1000)):
                self.box.cli("queue", "retry", str(job), expect=None)
            return self.waiting() == 0
        wait_until(quiet, "every shipment is sent or parked", deadline=900, every=1)

    # -- the verdict

    def effects(self):
        return self.simulator.get("effects", shop=self.store.name)

    def judge(self, daemon):
        effects = self.effects()
        jobs = {row["id"]: row for row in self.box.json("shipments", "list")}
        self.states = Counter(row["state"] for row in jobs.values())
        orders = {name: self.store.order(name) for name in self.history}
        own = {}
        for entry in effects["entries"]:
            if entry["kind"] == "fulfilment":
                own.setdefault(self.owner(entry), []).append(entry)
        wrong = [f"{shipment}: not in the store" for shipment in self.told if shipment not in jobs]
        self.reasons = Counter()
        for shipment, told in self.told.items():
            job, order, history = jobs.get(shipment), orders[told["order"]], self.history[told["order"]]
            if job is None:
                continue
            wrong += [f"{shipment}: {text}" for text in self.twice(told, own.get(shipment, []), order)]
            if job["state"] == "parked":
                wrong += [f"{shipment}: {text}" for text in self.untrue(job, told, history)]
            elif job["state"] == "done":
                wrong += [f"{shipment}: {text}" for text in self.missing(shipment, told, job, order, history)]
            else:
                wrong.append(f"{shipment}: is {job['state']}")
        wrong += self.mails(effects)
        wrong += [f"{kind}: never happened" for kind in self.faults if not self.fired[kind]]
        wrong += [words for words in CRASHED if words in daemon.log]
        self.sent, self.mailed = sum(map(len, own.values())), sum(effects["mails"].values())
        return wrong

    def owner(self, entry):
        """Whose a fulfilment of ours is: by its number, else by its order and units."""
        for number in (entry["tracking"] or {}).get("numbers", []):
            for shipment, told in self.told.items():
                if number in told["numbers"]:
                    return shipment
        units = {SKUS[line["line"]]: line["quantity"] for line in entry["lines"]}
        gids = {self.store.gid(told["order"]): told["order"] for told in self.told.values()}
        same = [shipment for shipment, told in self.told.items() if told["order"] == gids[entry["order"]]]
        return next((shipment for shipment in same if self.told[shipment]["units"] == units), same[0])

    def twice(self, told, entries, order):
        """Units that left more than once: fulfilments that staff cancelled do not count."""
        standing = {sent["id"] for sent in order["fulfillments"] if sent["status"] == "SUCCESS"}
        units = Counter()
        for entry in entries:
            if entry["id"] in standing:
                units.update({SKUS[line["line"]]: line["quantity"] for line in entry["lines"]})
        return [f"{count} {sku} left, told {told['units'].get(sku, 0)}" for sku, count in units.items()
                if count > told["units"].get(sku, 0)]

    def untrue(self, job, told, history):
        """A reason that nothing which happened to the order explains."""
        others = sum(other["order"] == told["order"] for other in self.told.values()) > 1
        happened = history | set(self.fired) | ({"other shipment"} if others else set())
        for pattern, causes in REASONS:
            if re.search(pattern, job["reason"] or ""):
                self.reasons[pattern.split("|")[0]] += 1
                return [] if causes & happened else [f"parked with \"{job['reason']}\", and only {sorted(happened)} happened"]
        return [f"parked with \"{job['reason']}\", which no fault and no colleague explains; what happened to its order: "
                f"{sorted(history)}, what it shows: {job['seen']}"]

    def missing(self, shipment, told, job, order, history):
        """A shipment that is said to be done and is not in Shopify."""
        number = told["numbers"][-1]
        shown = [sent for sent in order["fulfillments"] if number in [info["number"] for info in sent["trackingInfo"]]]
        if not shown and "cancel_fulfilment" not in history:
            return [f"done, and no fulfilment has {number}: {job['reason']}"]
        if history & {"cancel", "cancel_fulfilment", "edit"}:
            return []
        left = {line["sku"]: line["unfulfilledQuantity"] for line in order["lineItems"]}
        done = Counter()
        for sent in order["fulfillments"]:
            for line in sent["fulfillmentLineItems"]:
                done[line["lineItem"]["sku"] if "sku" in line["lineItem"] else line["lineItem"]["id"]] += line["quantity"]
        return [f"done, and all {sku} are unfulfilled" for sku in told["units"] if left.get(sku, 0) >= {"TEA": 2, "POT": 1}[sku]]

    def mails(self, effects):
        """Fulfilments with more mails than one when they were made and one for their first number."""
        made = {entry["id"]: entry for entry in effects["entries"] if entry["kind"] == "fulfilment"}
        wrong = []
        for fulfilment, count in effects["mails"].items():
            entry = made.get(fulfilment)
            ours = entry is not None and entry["notified"]
            unnumbered = entry is None or not (entry["tracking"] or {}).get("numbers")
            if count > ours + unnumbered:
                wrong.append(f"{fulfilment}: {count} mails")
        return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shipments", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    with Simulator.start() as simulator, tempfile.TemporaryDirectory(prefix="kccsyncd-colleagues-") as folder:
        run = ColleaguesRun(simulator, Path(folder), options.shipments, options.seed)
        wrong = run.run(lambda text: print("  " + text, flush=True))
    for text in wrong[:40]:
        print(text)
    acts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(run.actions.items()))
    reasons = ", ".join(f"{count} \"{reason}\"" for reason, count in run.reasons.most_common())
    print(f"{sum(run.fired.values())} faults of {len(run.faults)} kinds; colleagues: {acts} ({time.monotonic() - began:.0f} s)")
    print(f"{len(run.told):,} shipments: {run.states['done']:,} done, {run.states['parked']:,} parked ({reasons})")
    print(f"{run.sent:,} fulfilments made, {run.mailed:,} mails; {len(wrong)} shipments, fulfilments or reasons wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
