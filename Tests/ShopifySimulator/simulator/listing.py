"""Pages of a shop's orders: walks the search index from a cursor, as Shopify's connections do."""

from . import cursors
from .search import END, Query
from .store import MASK, SHIFT

DEEPEST = 25_000
COUNT_CAP = 25_001
SIXTY_DAYS = 60 * 86_400_000_000
SORTS = {"CREATED_AT": "created", "UPDATED_AT": "updated", "PROCESSED_AT": "processed", "ID": "id", "ORDER_NUMBER": "id",
         "RELEVANCE": "id"}


class Page:
    """Rows (order number, sort micros) of one page, and what lies around it."""

    def __init__(self, rows, before, after, sort):
        self.rows, self.has_previous, self.has_next, self.sort = rows, before, after, sort

    def cursor(self, row):
        """The cursor of one row."""
        order_id, micros = row
        return cursors.encode(order_id, str(order_id)) if self.sort == "id" else cursors.encode_time(order_id, micros)


class Lister:
    """Orders of one shop that a request may see and that match its query."""

    def __init__(self, shop, version, sort, text, everything, now):
        self.store, self.sort = shop.orders, sort
        self.query = Query(text, shop, version, sort)
        self.index = self.store.index(sort)
        self.oldest = None if everything else now - SIXTY_DAYS
        self.low, self.high = self.query.low << SHIFT, min(self.query.high, END) << SHIFT

    @property
    def plain(self):
        """True when the index range alone says who matches."""
        return not self.query.tests and self.oldest is None and not self.store.deleted

    def matches(self, order_id):
        """Whether a row of the index is in the answer."""
        if order_id in self.store.deleted:
            return False
        if self.oldest is None and not self.query.tests:
            return True
        times = self.store.seen_times(order_id)
        if self.oldest is not None and times["created"] < self.oldest:
            return False
        return all(test(lambda: self.store.seen(order_id), times) for test in self.query.tests)

    def key(self, cursor):
        """The index key that a cursor names."""
        if self.sort == "id":
            return cursors.decode(cursor)[0]
        last_id, micros = cursors.decode_time(cursor)
        return micros << SHIFT | last_id

    def page(self, count, after, before, backwards, reverse):
        """Rows from one end. `backwards` = last/before; `reverse` = descending order."""
        low, high = self.low, self.high
        if self.sort == "id":
            high = max(high, 1 << SHIFT)
        if after is not None:
            low, high = (low, min(high, self.key(after))) if reverse else (max(low, self.key(after) + 1), high)
        if before is not None:
            low, high = (max(low, self.key(before) + 1), high) if reverse else (low, min(high, self.key(before)))
        descending = reverse != backwards
        walk = self.index.down(high, low) if descending else self.index.up(low, high)
        rows, more = [], False
        for key in walk:
            order_id = key & MASK
            if not self.matches(order_id):
                continue
            if len(rows) == count:
                more = True
                break
            rows.append((order_id, key >> SHIFT))
        if backwards:
            rows.reverse()
            return Page(rows, more, before is not None, self.sort)
        if more and not reverse and self.plain and after is not None:
            position = self.index.rank(low) - self.index.rank(self.low) + len(rows)
            if position >= DEEPEST:
                rows = rows[:max(len(rows) - (position - DEEPEST), 0)]
                more = False
        return Page(rows, after is not None, more, self.sort)

    def count(self, limit):
        """(count, whether it is exact) with Shopify's limits."""
        cap = COUNT_CAP if limit is None else min(limit, COUNT_CAP)
        if self.plain and self.sort != "id":
            total = self.index.rank(self.high) - self.index.rank(self.low)
        else:
            total = 0
            top = self.high if self.sort != "id" else max(self.high, 1 << SHIFT)
            for key in self.index.up(self.low, top):
                total += self.matches(key & MASK)
                if total > cap:
                    break
        return (cap, False) if total > cap else (total, True)
