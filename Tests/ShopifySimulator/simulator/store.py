"""A shop's orders: immutable versions, generated ones made on demand, and the lagging search index over them."""

from bisect import bisect_left, bisect_right
from collections import OrderedDict, deque

from .generator import finished
from .index import SortedInts

SHIFT = 48
MASK = (1 << SHIFT) - 1
SORTS = ("created", "processed", "updated", "id")
GENERATED_KEPT = 3000


class Record:
    """One version of one order. `version` counts changes, those too that do not move `updated`."""

    __slots__ = ("id", "version", "updated", "created", "processed", "model")

    def __init__(self, order_id, version, updated, model):
        self.id, self.version, self.updated, self.model = order_id, version, updated, model
        self.created, self.processed = model["createdAt"], model["processedAt"]


class Batch:
    """A run of generated orders: ids in a row, times by arithmetic, bodies from (seed, place)."""

    def __init__(self, first, count, number, seed, mix, currency, start, step, end):
        self.first, self.count, self.number, self.seed, self.mix = first, count, number, seed, mix
        self.currency, self.start, self.step, self.end = currency, start, max(step, 1), end

    def times(self, order_id):
        """(created, updated) in microseconds."""
        place = order_id - self.first
        scatter = (place * 2654435761 + self.seed * 40503) & 0xFFFFFFFF
        created = self.start + place * self.step + scatter % self.step
        later = (scatter * 48271) % 3_600_000_000
        return created, max(created, min(created + later, self.end))

    def record(self, order_id):
        """The first version of one of them."""
        place = order_id - self.first
        created, updated = self.times(order_id)
        model = finished(self.seed, place, self.mix, self.currency, created, order_id, self.number + place)
        return Record(order_id, 1, updated, model)


class Store:
    """Orders by number, with what the search index knows of them."""

    def __init__(self, clock, first_id):
        self.clock = clock
        self.next_id, self.next_number = first_id, 1001
        self.records, self.deleted = {}, set()
        self.batches, self.batch_firsts = [], []
        self.generated = OrderedDict()
        self.living = None
        self.names = {}
        self.lag, self.fresh_nodes = 0.0, False
        self.visible, self.hidden = {}, set()
        self.pending = deque()
        self.indexes = {}
        self.on_commit = None

    # reading
    def _batch(self, order_id):
        at = bisect_right(self.batch_firsts, order_id) - 1
        if at >= 0 and order_id < self.batch_firsts[at] + self.batches[at].count:
            return self.batches[at]
        return None

    def _original(self, order_id):
        record = self.generated.get(order_id)
        if record is None:
            batch = self._batch(order_id)
            if batch is None:
                return None
            record = self.generated[order_id] = batch.record(order_id)
            if len(self.generated) > GENERATED_KEPT:
                self.generated.popitem(last=False)
        return record

    def get(self, order_id):
        """The order now, or None."""
        if order_id in self.deleted:
            return None
        return self.records.get(order_id) or self._original(order_id)

    def state(self, order_id):
        """(version, created) without making the body, or None."""
        if order_id in self.deleted:
            return None
        record = self.records.get(order_id)
        if record is not None:
            return record.version, record.created
        batch = self._batch(order_id)
        return None if batch is None else (1, batch.times(order_id)[0])

    def updated_of(self, order_id):
        """updatedAt in microseconds, without making the body."""
        record = self.records.get(order_id)
        return record.updated if record else self._batch(order_id).times(order_id)[1]

    def ids(self):
        """All living orders' numbers, ascending."""
        if self.living is None:
            found = {i for b in self.batches for i in range(b.first, b.first + b.count)}
            found.update(self.records)
            self.living = sorted(found - self.deleted)
        return self.living

    def __len__(self):
        generated = sum(b.count for b in self.batches)
        return generated + sum(1 for i in self.records if self._batch(i) is None) - len(self.deleted)

    # writing
    def allot(self, count=1):
        """(first id, first number) of that many new orders."""
        first, number = self.next_id, self.next_number
        self.next_id += count
        self.next_number += count
        return first, number

    def add_batch(self, batch):
        """A run of generated orders; visible to search at once."""
        self.settle()
        self.batches.append(batch)
        self.batch_firsts.append(batch.first)
        self.indexes.clear()
        self.living = None

    def commit(self, record):
        """Puts a new version in place; search sees it after the lag."""
        if self.on_commit is not None:
            self.on_commit(None if record.version == 1 else self.get(record.id), record)
        if self.living is not None and record.version == 1:
            self.living.append(record.id)
        self.records[record.id] = record
        self.names[record.model["name"]] = record.id
        self._schedule(record.id, record)

    def delete(self, order_id):
        """The order is gone; search notices after the lag."""
        if self.living is not None:
            del self.living[bisect_left(self.living, order_id)]
        self.deleted.add(order_id)
        self._schedule(order_id, None)

    # the search index
    def _schedule(self, order_id, record):
        if self.lag <= 0 and not self.pending:
            self._apply(order_id, record)
        else:
            self.pending.append((self.clock.now() + int(self.lag * 1_000_000), order_id, record))

    def settle(self, everything=False):
        """Lets the index catch up with what is due."""
        now = self.clock.now()
        while self.pending and (everything or self.pending[0][0] <= now):
            _, order_id, record = self.pending.popleft()
            self._apply(order_id, record)

    def seen_times(self, order_id):
        """{sort: micros} as search knows them, or None for an order that it does not know."""
        if order_id in self.hidden:
            return None
        record = self.visible.get(order_id)
        if record is not None:
            return {"created": record.created, "processed": record.processed, "updated": record.updated, "id": 0}
        batch = self._batch(order_id)
        if batch is None:
            return None
        created, updated = batch.times(order_id)
        return {"created": created, "processed": created, "updated": updated, "id": 0}

    def seen(self, order_id):
        """The version that search knows."""
        return self.visible.get(order_id) or self._original(order_id)

    def _apply(self, order_id, record):
        old = self.seen_times(order_id)
        if record is None:
            self.visible.pop(order_id, None)
            self.hidden.add(order_id)
            new = None
        else:
            self.visible[order_id] = record
            new = {"created": record.created, "processed": record.processed, "updated": record.updated, "id": 0}
        for sort, index in self.indexes.items():
            if old is not None:
                index.remove(old[sort] << SHIFT | order_id)
            if new is not None:
                index.add(new[sort] << SHIFT | order_id)

    def index(self, sort):
        """The sorted keys (micros << 48 | id) by "created", "processed", "updated" or "id"."""
        self.settle()
        found = self.indexes.get(sort)
        if found is None:
            keys = []
            for batch in self.batches:
                for order_id in range(batch.first, batch.first + batch.count):
                    if order_id not in self.visible and order_id not in self.hidden:
                        created, updated = batch.times(order_id)
                        keys.append((updated if sort == "updated" else 0 if sort == "id" else created) << SHIFT | order_id)
            for order_id in self.visible:
                if order_id not in self.hidden:
                    keys.append(self.seen_times(order_id)[sort] << SHIFT | order_id)
            found = self.indexes[sort] = SortedInts(keys)
        return found
