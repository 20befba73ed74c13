"""GraphQL answers on their way out: as data, or as rendered elements to be joined."""

import gzip
import json

from .rendered import gzip_joined


def dumps(value):
    """Compact JSON bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


ABSENT = object()


class Answer:
    """What a request got: data (or ABSENT), errors, extensions, and what the ledger wants to know."""

    def __init__(self, data=ABSENT, errors=None, extensions=None, batch=None, outcome="ok"):
        self.data, self.errors, self.extensions, self.batch = data, list(errors or ()), extensions or {}, batch
        self.outcome = outcome
        self.requested = self.actual = None
        self.nodes = 0

    def materialise(self):
        """Turns joined elements into data that a fault may change."""
        if self.batch is not None:
            key, entries = self.batch
            self.data, self.batch = {key: [json.loads(e.data) for e in entries]}, None
        return self

    def _tail(self):
        rest = {}
        if self.errors:
            rest["errors"] = self.errors
        if self.extensions:
            rest["extensions"] = self.extensions
        return rest

    def body(self, compressed=False):
        """The answer's bytes, gzip or not."""
        rest = self._tail()
        if self.batch is None:
            whole = dumps(rest if self.data is ABSENT else {"data": self.data, **rest})
            return gzip.compress(whole, 4) if compressed else whole
        key, entries = self.batch
        head = b'{"data":{' + dumps(key) + b":["
        tail = b"]}" + (b"," + dumps(rest)[1:] if rest else b"}")
        plain = head + b",".join([e.data for e in entries]) + tail
        return gzip_joined(head, entries, tail, plain) if compressed else plain
