"""Background changes for crash tests: which order changes how is decided by a seed, not by the clock."""

import asyncio
import random

from . import changes
from .model import BadRequest
from .placing import place_random

KINDS = ["place", "pay", "cancel", "refund", "edit", "touch", "note", "tags", "address", "fulfil", "delete"]
USUAL = ["place", "place", "pay", "refund", "edit", "touch", "note", "tags", "address", "fulfil", "cancel"]


class Activity:
    """A run of changes to one shop."""

    def __init__(self, shop, per_second, seconds, seed, kinds):
        unknown = set(kinds) - set(KINDS)
        if unknown:
            raise BadRequest(f"unknown kinds: {', '.join(sorted(unknown))}")
        self.shop, self.every, self.count = shop, 1 / max(per_second, 0.001), int(per_second * seconds)
        self.random, self.kinds, self.made = random.Random(seed), kinds, 0

    async def run(self):
        """Makes all changes, evenly spread; late ones are caught up with."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        for step in range(self.count):
            wait = start + step * self.every - loop.time()
            await asyncio.sleep(max(wait, 0))
            self.step()

    def step(self):
        """One change; one that does not fit the order becomes a touch."""
        kind = self.random.choice(self.kinds)
        draw = self.random.random()
        count = len(self.shop.orders)
        if kind == "place" or not count:
            place_random(self.shop, "all", self.random.getrandbits(48))
            self.made += 1
            return
        ids = self.shop.orders.ids()
        order_id = ids[int(draw * len(ids))]
        try:
            changes.apply(self.shop, order_id, self.arguments(kind, order_id))
        except BadRequest:
            changes.apply(self.shop, order_id, {"change": "touch"})
        self.made += 1

    def arguments(self, kind, order_id):
        """The change in full."""
        rng = self.random
        number = rng.randrange(10_000)
        if kind == "refund":
            return {"change": kind, "lines": [{"line": 0, "quantity": 1}]}
        if kind == "edit":
            return {"change": kind, "add": [{"sku": f"EXTRA-{number}", "title": "Extra", "price": f"{1 + number % 30}.50",
                                             "taxRate": "0.2"}]}
        if kind == "note":
            return {"change": kind, "value": f"note {number}"}
        if kind == "tags":
            return {"change": kind, "value": [f"tag{number % 7}"]}
        if kind == "address":
            return {"change": kind, "shippingAddress": {"address1": f"{number} Long Row"}}
        return {"change": kind}
