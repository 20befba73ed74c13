"""A shop's variants and stock: items by number, levels by item and location, and the search by SKU over them."""

import re
from collections import deque

from .gids import gid
from .holdings import holdings
from .model import BadRequest

ITEM_FIRST, VARIANT_FIRST, PER_SHOP = 53_000_000_000_000, 51_000_000_000_000, 10_000_000_000
CHANGES_KEPT = 2_000_000
WORD = re.compile(r"[^\W_]+")


class Item:
    """A variant with its inventory item; the number is its place in the shop's list."""

    __slots__ = ("number", "sku", "title", "price", "tracked", "mutable", "created", "updated", "levels", "searchable_at")

    def __init__(self, number, sku, title, price, tracked, at, searchable_at):
        self.number, self.sku, self.title, self.price, self.tracked = number, sku, title, price, tracked
        self.mutable, self.created, self.updated, self.levels = True, at, at, {}
        self.searchable_at = searchable_at


class Level:
    """What is offered and committed of an item at a location."""

    __slots__ = ("available", "committed", "active", "created", "updated")

    def __init__(self, available, active, at):
        self.available, self.committed, self.active, self.created, self.updated = available, 0, active, at, at


class Inventory:
    """The stock of one shop."""

    def __init__(self, shop):
        self.shop, self.clock = shop, shop.clock
        self.base = shop.number * PER_SHOP
        self.items, self.by_sku, self.words = [], {}, None
        self.sku_lag = 0.0
        self.keys = {}
        self.changes = deque(maxlen=CHANGES_KEPT)

    # items
    def add(self, sku, title=None, price="10.00", tracked=True):
        """A new variant."""
        now = self.clock.now()
        item = Item(len(self.items), sku, title or sku or "Untitled", price, tracked, now, now + int(self.sku_lag * 1_000_000))
        self.items.append(item)
        self.by_sku.setdefault(sku, []).append(item)
        if self.words is not None:
            self._index(item)
        return item

    def rename(self, item, sku):
        """Another SKU for a variant."""
        self.by_sku[item.sku].remove(item)
        item.sku = sku
        self.by_sku.setdefault(sku, []).append(item)
        self.words = None

    def delete(self, item):
        """The variant is gone, and its item with it."""
        self.by_sku[item.sku].remove(item)
        self.items[item.number] = None
        self.words = None

    def item_id(self, item):
        """gid of the inventory item."""
        return gid("InventoryItem", ITEM_FIRST + self.base + item.number + 1)

    def variant_id(self, item):
        """gid of the variant."""
        return gid("ProductVariant", VARIANT_FIRST + self.base + item.number + 1)

    def by_number(self, kind, number):
        """The item that an InventoryItem's or ProductVariant's number means, or None."""
        place = number - (ITEM_FIRST if kind == "InventoryItem" else VARIANT_FIRST) - self.base - 1
        return self.items[place] if 0 <= place < len(self.items) else None

    def named(self, sku):
        """The first item of a SKU; a mistake of the test when there is none."""
        found = self.by_sku.get(sku)
        if not found:
            raise BadRequest(f"no variant with SKU {sku!r}")
        return found[0]

    # search
    def _index(self, item):
        for word in set(words_of(item.sku)):
            self.words.setdefault(word, []).append(item)

    def search(self, phrase):
        """Items whose SKU holds the words of the phrase side by side, in any case: more than a byte-exact match."""
        wanted = words_of(phrase)
        if not wanted:
            return []
        if self.words is None:
            self.words = {}
            for item in self.items:
                if item is not None:
                    self._index(item)
        now = self.clock.now()
        rarest = min((self.words.get(word, []) for word in wanted), key=len)
        return [item for item in rarest if item.searchable_at <= now and _side_by_side(wanted, words_of(item.sku))]

    # levels
    def stock(self, item, location, available, active=True):
        """Puts a level there, or a hand in the admin changes it."""
        level = item.levels.get(location)
        if level is None:
            level = item.levels[location] = Level(0, active, self.clock.now())
        level.active = active
        self.put(item, location, available, "hand")
        return level

    def put(self, item, location, available, cause, **details):
        """Changes what is offered, and remembers by whom."""
        level, now = item.levels[location], self.clock.now()
        if level.available != available:
            self.changes.append((now, item.sku, location, level.available, available, cause, details))
            level.available, level.updated = available, now

    def follow(self, old, new):
        """Moves stock with an order's change: `old` and `new` are records, either may be None."""
        if not self.items:
            return
        before, after = holdings(old.model) if old else {}, holdings(new.model) if new else {}
        for key in before.keys() | after.keys():
            sku, location = key
            items = self.by_sku.get(sku)
            if not items or not items[0].tracked:
                continue
            had, has = before.get(key, (0, 0)), after.get(key, (0, 0))
            level = items[0].levels.get(location)
            if level is None:
                level = items[0].levels[location] = Level(0, False, self.clock.now())
            level.committed += has[1] - had[1]
            if has[0] != had[0]:
                self.put(items[0], location, level.available - has[0] + had[0], "order", order=(new or old).model.get("name"))

    def lacking(self, model):
        """The first SKU of an order that cannot be sold in that number, or None: buyers are told `sold out`."""
        for (sku, location), (units, _) in holdings(model).items():
            items = self.by_sku.get(sku)
            if items and items[0].tracked:
                level = items[0].levels.get(location)
                if level is None or not level.active or level.available < units:
                    return sku
        return None


def words_of(text):
    """What the search splits a SKU into."""
    return WORD.findall((text or "").casefold())


def _side_by_side(wanted, words):
    return any(words[at:at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))
