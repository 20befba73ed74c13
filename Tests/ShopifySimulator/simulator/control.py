"""The control interface: JSON over HTTP under /control/, for tests, the demo and the benchmarks."""

import asyncio
import json
import time
from urllib.parse import parse_qsl

from . import changes, control_shops, control_stock
from .activity import USUAL, Activity
from .answers import dumps
from .clock import parse_iso, to_iso_micros
from .demo import Story
from .dump import reference, shown
from .gids import gid, parse as parse_gid
from .http_messages import Response
from .model import BadRequest
from .placing import place, place_random, seed_orders
from .versions import SUPPORTED, answering

DEMO_ORDERS = 40


class Control:
    """Routes of the control interface."""

    def __init__(self, app, demo=False):
        self.app, self.demo = app, demo
        self.activities = []
        self.routes = {
            ("GET", "health"): self.health, ("POST", "reset"): self.reset, ("POST", "shutdown"): self.shutdown,
            ("POST", "clock"): self.clock, ("POST", "options"): self.options, ("POST", "seed"): self.seed,
            ("POST", "orders"): self.orders, ("POST", "orders/random"): self.random_orders, ("POST", "change"): self.change,
            ("GET", "order"): self.order, ("GET", "dump"): self.dump, ("GET", "people"): self.people, ("POST", "activity"): self.start_activity,
            ("GET", "activity"): self.activity, ("POST", "activity/stop"): self.stop_activity,
            ("POST", "demo/step"): self.demo_step, ("POST", "demo/reset"): self.demo_reset, ("POST", "faults"): self.add_faults,
            ("GET", "faults"): self.faults, ("POST", "faults/clear"): self.clear_faults, ("GET", "ledger"): self.ledger,
            ("GET", "effects"): self.effects, ("POST", "ledger/reset"): self.reset_ledger, ("POST", "record"): self.record}
        for route, action in {**control_shops.ROUTES, **control_stock.ROUTES}.items():
            self.routes[route] = lambda args, action=action: action(self.app, args)

    async def handle(self, request):
        """One control request."""
        name = request.path[len("/control/"):].rstrip("/")
        action = self.routes.get((request.method, name))
        try:
            if action is None:
                raise BadRequest(f"no such request: {request.method} /control/{name}")
            args = dict(parse_qsl(request.query)) if request.method == "GET" else json.loads(request.body or b"{}")
            if not isinstance(args, dict):
                raise BadRequest("the body must be a JSON object")
            found = action(args)
            if asyncio.iscoroutine(found):
                found = await found
            return Response(200, dumps(found))
        except (ValueError, KeyError, TypeError, IndexError, ArithmeticError) as error:
            text = str(error) if isinstance(error, BadRequest) else repr(error)
            return Response(400, dumps({"error": text}))

    def shop(self, args):
        """The shop that a request speaks of."""
        return control_shops.shop_in(self.app, args)

    def find(self, shop, wanted):
        """An order's number from gid, number or name."""
        found = parse_gid(wanted) if isinstance(wanted, str) else None
        if found:
            return found[1]
        text = str(wanted)
        if text.isdigit():
            return int(text)
        order_id = shop.orders.names.get(text)
        if order_id is None and text.startswith("#") and text[1:].isdigit():
            for batch in shop.orders.batches:
                if batch.number <= int(text[1:]) < batch.number + batch.count:
                    order_id = batch.first + int(text[1:]) - batch.number
        if order_id is None:
            raise BadRequest(f"no order {wanted}")
        return order_id

    def fill_demo(self):
        """The believable shop that --demo starts with."""
        seed_orders(self.app.shops["demo"], DEMO_ORDERS, self.app.seed, 14, mix="all")

    # the whole
    def health(self, args):
        """Is it there, and what does it serve."""
        return {"ok": True, "shops": list(self.app.shops), "versions": SUPPORTED, "now": to_iso_micros(self.app.clock.now())}

    def reset(self, args):
        """Back to the start."""
        self.stop_activity({})
        self.app.reset()
        if self.demo:
            self.fill_demo()
        return {"ok": True}

    def shutdown(self, args):
        """Ends the process, once this was answered."""
        asyncio.get_running_loop().call_later(0.05, self.app.stopping.set)
        return {"ok": True}

    def clock(self, args):
        """Shifts or stops the clock."""
        clock = self.app.clock
        if "offset_seconds" in args:
            clock.offset = int(float(args["offset_seconds"]) * 1_000_000)
        if "advance_seconds" in args:
            step = int(float(args["advance_seconds"]) * 1_000_000)
            clock.offset += step
            clock.frozen = None if clock.frozen is None else clock.frozen + step
        if "frozen_at" in args:
            clock.frozen = None if args["frozen_at"] is None else parse_iso(args["frozen_at"])
        if "date_offset_seconds" in args:
            clock.date_offset = float(args["date_offset_seconds"])
        return {"now": to_iso_micros(clock.now())}

    def options(self, args):
        """Compression and the cache of rendered orders."""
        self.app.gzip = bool(args.get("gzip", self.app.gzip))
        self.app.engine.caching = bool(args.get("cache", self.app.engine.caching))
        return {"gzip": self.app.gzip, "cache": self.app.engine.caching}

    # orders
    def seed(self, args):
        """A run of generated orders."""
        shop = self.shop(args)
        return seed_orders(shop, int(args["count"]), int(args.get("seed", self.app.seed)), args.get("days", 30), args.get("ending"),
                           args.get("mix", "all"))

    def orders(self, args):
        """Orders out of partials."""
        shop = self.shop(args)
        in_stock = bool(args.get("if_available", False))
        return {"orders": [reference(place(shop, partial, in_stock)) for partial in args["orders"]]}

    def random_orders(self, args):
        """Believable orders, now."""
        shop, seed = self.shop(args), args.get("seed")
        return {"orders": [reference(place_random(shop, args.get("mix", "all"), None if seed is None else seed + i))
                           for i in range(int(args.get("count", 1)))]}

    def change(self, args):
        """One change or several."""
        shop = self.shop(args)
        if "changes" in args:
            return {"orders": [self._change(shop, one) for one in args["changes"]]}
        return self._change(shop, args)

    def _change(self, shop, args):
        at = parse_iso(args["at"]) if "at" in args else None
        order_id = self.find(shop, args["id"])
        record = changes.apply(shop, order_id, args, at)
        return {"id": gid("Order", order_id), "deleted": True} if record is None else reference(record)

    def order(self, args):
        """One order in full."""
        shop = self.shop(args)
        record = shop.orders.get(self.find(shop, args["id"]))
        if record is None:
            raise BadRequest(f"no order {args['id']}")
        return shown(record, shop)

    async def dump(self, args):
        """All orders, for comparison."""
        shop = self.shop(args)
        ids = list(shop.orders.ids())
        first, count = int(args.get("offset", 0)), int(args.get("limit", 100_000))
        found = []
        for place_in_list, order_id in enumerate(ids[first:first + count]):
            if place_in_list % 50 == 49:
                await asyncio.sleep(0)
            record = shop.orders.get(order_id)
            if record is not None:
                found.append(shown(record, shop, args.get("full", "0") not in ("0", "false", "")))
        return {"count": len(ids), "orders": found}

    async def people(self, args):
        """What is known of the customers of all orders, each part once: much faster than to show the orders."""
        shop = self.shop(args)
        found = {}
        for place_in_list, order_id in enumerate(list(shop.orders.ids())):
            if place_in_list % 500 == 499:
                await asyncio.sleep(0)
            record = shop.orders.get(order_id)
            model = record.model if record is not None else {}
            for part in ({key: model.get(key) for key in ("email", "phone")},
                         *(model.get(key) for key in ("customer", "billingAddress", "shippingAddress"))):
                found[json.dumps(part, sort_keys=True)] = part
        return {"people": [part for part in found.values() if part]}

    # background and story
    def start_activity(self, args):
        """Random changes for a while."""
        run = Activity(self.shop(args), float(args.get("per_second", 10)), float(args.get("seconds", 10)), args.get("seed", 1),
                       args.get("kinds", USUAL))
        self.activities.append((run, asyncio.get_running_loop().create_task(run.run())))
        return {"activity": len(self.activities)}

    def activity(self, args):
        """How far it is."""
        return {"running": sum(not task.done() for _, task in self.activities), "changes": sum(run.made for run, _ in self.activities)}

    def stop_activity(self, args):
        """Stops it."""
        found = self.activity(args)
        for _, task in self.activities:
            task.cancel()
        self.activities = []
        return found

    def demo_step(self, args):
        """The next step of the story."""
        shop = self.shop(args)
        shop.story = shop.story or Story(shop)
        return shop.story.step()

    def demo_reset(self, args):
        """The story from its start."""
        self.shop(args).story = None
        return {"ok": True}

    # faults
    def add_faults(self, args):
        """More faults."""
        return {"ids": [self.app.faults.add(given) for given in args["faults"]]}

    def faults(self, args):
        """All faults and how often they struck."""
        return {"faults": [fault.shown() for fault in self.app.faults.list]}

    def clear_faults(self, args):
        """Takes one or all away."""
        self.app.faults.clear(args.get("id"))
        return {"ok": True}

    # measuring
    def ledger(self, args):
        """What was asked of a shop."""
        return self.shop(args).ledger.shown(args.get("entries", "1") != "0")

    def effects(self, args):
        """What was done to a shop by mutations."""
        return self.shop(args).effects.shown()

    def reset_ledger(self, args):
        """Forgets it."""
        self.shop(args).ledger.reset()
        return {"ok": True}

    async def record(self, args):
        """Renders every order for a document beforehand, by the same path as a client's request."""
        shop, start = self.shop(args), time.monotonic()
        version = answering(args.get("version", "2026-07"))
        token = shop.token(args.get("token", f"shpat_{shop.key}"))
        if token is None:
            raise BadRequest("no such token")
        ids, size = list(shop.orders.ids()), 0
        for at in range(0, len(ids), 50):
            payload = {"query": args["query"], "operationName": args.get("operationName"),
                       "variables": {**args.get("variables", {}), "ids": [gid("Order", i) for i in ids[at:at + 50]]}}
            shop.bucket(token.app).set(available=shop.bucket_size)
            answer = await self.app.engine.run(shop, token, version, payload)
            if answer.batch is None:
                raise BadRequest(f"not recorded: {answer.errors}")
            size += len(answer.body())
            if args.get("gzip", True):
                for entry in answer.batch[1]:
                    entry.deflated()
            await asyncio.sleep(0)
        shop.bucket(token.app).set(available=shop.bucket_size)
        return {"orders": len(ids), "bytes": size, "seconds": round(time.monotonic() - start, 3)}
