"""Every request to a shop: what it was, what it cost, how it ended."""

from collections import deque

from .clock import to_iso_micros

KEPT = 10_000


class Ledger:
    """Counts by operation, and the last requests one by one."""

    def __init__(self, clock):
        self.clock = clock
        self.reset()

    def reset(self):
        """Forgets everything."""
        self.operations, self.entries, self.connections = {}, deque(maxlen=KEPT), 0

    def note(self, operation, requested=0, actual=0, status=200, nodes=0, outcome="ok", fault=None):
        """Counts one request."""
        sums = self.operations.setdefault(operation or "(anonymous)", {
            "requests": 0, "requested": 0, "actual": 0, "nodes": 0, "throttled": 0, "errors": 0})
        sums["requests"] += 1
        sums["requested"] += requested or 0
        sums["actual"] += actual or 0
        sums["nodes"] += nodes
        sums["throttled"] += outcome == "throttled"
        sums["errors"] += outcome not in ("ok", "throttled")
        self.entries.append((self.clock.now(), operation, requested, actual, status, nodes, outcome, fault))

    def shown(self, entries=True):
        """For the control interface; `entries` = the requests one by one as well."""
        keys = ("at", "operation", "requested", "actual", "status", "nodes", "outcome", "fault")
        totals = {key: sum(s[key] for s in self.operations.values()) for key in ("requests", "requested", "actual")}
        return {**totals, "connections": self.connections, "byOperation": self.operations,
                "entries": [dict(zip(keys, (to_iso_micros(e[0]), *e[1:]))) for e in self.entries] if entries else []}
