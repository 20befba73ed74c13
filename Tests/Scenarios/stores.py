"""One simulated Shopify store as a test sees it.

Orders and changes get times of their own, some minutes apart and all in the past. `updatedAt` has whole seconds,
so changes made within one second of the real clock would look like one, and a test would depend on its speed.
"""

import datetime
import itertools

_numbers = itertools.count(1)

UTC = datetime.timezone.utc


def stamp(moment):
    """RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ago(**span):
    """A moment of the past, such as `ago(days=3)`."""
    return datetime.datetime.now(UTC).replace(microsecond=0) - datetime.timedelta(**span)


class Store:
    """A shop of its own in the shared simulator."""

    def __init__(self, simulator, **settings):
        self.simulator = simulator
        self.name = f"t{next(_numbers)}"
        self.token = f"shpat_canary{self.name}f00d5ecret"
        self.facts = simulator.post("shops", shop=self.name, token=self.token, **settings)
        self.domain = f"{self.name}.localhost:{simulator.port}"
        self.url = f"http://{self.domain}"
        self._clock = ago(hours=10)
        # What was placed and changed: the simulator forgets what was deleted or written over.
        self.given = []

    def tick(self, minutes=3):
        """The next moment of this store's own time."""
        self._clock += datetime.timedelta(minutes=minutes)
        return stamp(self._clock)

    def place(self, **partial):
        """Places one order and returns its name. A plain paid web order unless told otherwise."""
        return self.place_many([partial])[0]

    def place_many(self, partials):
        """Places several orders in one request; their names."""
        whole = []
        for partial in partials:
            at = partial.get("createdAt") or self.tick()
            whole.append({"createdAt": at, "processedAt": at, "updatedAt": at, **partial})
        self.given += partials
        return [order["name"] for order in self.simulator.place(*whole, shop=self.name)]

    def change(self, order, kind, **more):
        """Changes an order at the next moment of the store's time."""
        more.setdefault("at", self.tick())
        self.given.append(more)
        return self.simulator.post("change", shop=self.name, id=order, change=kind, **more)

    def order(self, name):
        """An order as Shopify would show it, whole."""
        return self.simulator.get("order", shop=self.name, id=name)["order"]

    def gid(self, name):
        return self.simulator.get("order", shop=self.name, id=name)["id"]

    def seed(self, count, **more):
        return self.simulator.post("seed", shop=self.name, count=count, **more)

    def dump(self, full=False):
        """Every order that the store has: a dictionary by gid."""
        rows = self.simulator.get("dump", shop=self.name, full=int(full))["orders"]
        return {row["id"]: row for row in rows}

    def people(self):
        """What is and was known of the shop's customers, in parts of orders."""
        return self.given + self.simulator.get("people", shop=self.name)["people"]

    def scopes(self, **more):
        return self.simulator.post("scopes", shop=self.name, **more)

    def plan(self, plan, **more):
        return self.simulator.post("plan", shop=self.name, plan=plan, **more)

    def fault(self, kind, **more):
        return self.simulator.fault(kind, shop=self.name, **more)

    def clear_faults(self):
        for fault in self.faults():
            self.simulator.post("faults/clear", id=fault["id"])

    def faults(self):
        """This store's faults, with how often each was applied."""
        return [fault for fault in self.simulator.get("faults")["faults"] if fault.get("shop") == self.name]

    def ledger(self):
        return self.simulator.get("ledger", shop=self.name)

    def reset_ledger(self):
        self.simulator.post("ledger/reset", shop=self.name)

    # -- stock

    def stock(self, **available):
        """Variants with what is offered of them at the first location; underscores stand for hyphens."""
        rows = [{"sku": sku.replace("_", "-"), "available": units} for sku, units in available.items()]
        return self.products(*rows)

    def products(self, *rows):
        made = self.simulator.post("products", shop=self.name, products=list(rows))["products"]
        return {row["sku"]: row for row in made}

    def available(self, sku, location=0):
        """What is offered of a SKU now."""
        return self.simulator.get("stock", shop=self.name, sku=sku)["products"][0]["levels"][str(location)]["available"]

    def by_hand(self, sku, **more):
        """A hand in the shop's admin."""
        return self.simulator.post("stock", shop=self.name, sku=sku, **more)

    def writes(self, kind="stock_set"):
        """Rows that a mutation changed, in order: (SKU, from, to)."""
        entries = self.simulator.get("effects", shop=self.name)["entries"]
        return [(row["sku"], row["from"], row["to"]) for entry in entries if entry["kind"] == kind for row in entry["rows"]]

    def requests(self, operation):
        """How often an operation was asked for."""
        sums = self.simulator.get("ledger", shop=self.name, entries=0)["byOperation"]
        return sums.get(operation, {}).get("requests", 0)

    def location(self, index):
        return self.facts["locations"][index]["name"]
