"""New orders: from partials, at random, or in runs that are made on demand."""

from .clock import parse_iso
from .generator import MIXES, finished
from .gids import gid
from .model import BadRequest, finish, from_partial
from .store import Batch, Record

DAY = 86_400_000_000
IDS_SHOWN = 1000


def place(shop, partial, in_stock=False):
    """One order out of a partial; `in_stock` = only when all of it can be bought."""
    now = shop.clock.stamp()
    model, wish = from_partial(partial, shop, now)
    updated = model.pop("updatedAt", None)
    order_id, number = shop.orders.allot()
    finish(model, wish, order_id, number)
    lacking = shop.inventory.lacking(model) if in_stock else None
    if lacking is not None:
        raise BadRequest(f"sold out: {lacking}")
    record = Record(order_id, 1, updated if updated is not None else max(model["createdAt"], model["processedAt"]), model)
    shop.orders.commit(record)
    return record


def place_random(shop, mix="all", seed=None):
    """One believable order, now."""
    if mix not in MIXES:
        raise BadRequest(f"unknown mix: {mix}")
    now = shop.clock.stamp()
    order_id, number = shop.orders.allot()
    seed = shop.random.getrandbits(48) if seed is None else seed
    model = finished(seed, number, mix, shop.currency, now, order_id, number)
    record = Record(order_id, 1, now, model)
    shop.orders.commit(record)
    return record


def seed_orders(shop, count, seed=1, days=30, ending=None, mix="all"):
    """A run of orders whose bodies are made when they are read."""
    if mix not in MIXES:
        raise BadRequest(f"unknown mix: {mix}")
    if not 0 < count <= 5_000_000:
        raise BadRequest("count must be between 1 and 5000000")
    end = shop.clock.now() if ending is None else parse_iso(ending)
    span = int(float(days) * DAY)
    first, number = shop.orders.allot(count)
    shop.orders.add_batch(Batch(first, count, number, seed, mix, shop.currency, end - span, span // count, end))
    return {"count": count, "firstId": gid("Order", first), "lastId": gid("Order", first + count - 1),
            "ids": [gid("Order", first + i) for i in range(min(count, IDS_SHOWN))]}
