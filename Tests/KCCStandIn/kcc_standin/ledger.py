"""Everything that a channel asked and was answered, and everything wrong that it saw."""

import collections
import datetime

KEPT = 20_000


def now():
    """The moment, for people."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Ledger:
    """Calls one by one and counted; violations of the contract one by one and counted."""

    def __init__(self):
        self.reset()

    def reset(self):
        """Forgets everything."""
        self.calls, self.counts = collections.deque(maxlen=KEPT), {}
        self.violations, self.by_code = collections.deque(maxlen=KEPT), {}

    def note(self, what, method, url, answer, **more):
        """One call. `more` tells of the message, the attempt, the headers that mattered, the fault."""
        sums = self.counts.setdefault(what, {"calls": 0, "seconds": 0.0, "answers": {}})
        sums["calls"] += 1
        sums["seconds"] = round(sums["seconds"] + answer.seconds, 6)
        key = "none" if answer.status is None else str(answer.status)
        sums["answers"][key] = sums["answers"].get(key, 0) + 1
        self.calls.append({"at": now(), "what": what, "method": method, "url": url, "status": answer.status,
                           "error": answer.error, "seconds": answer.seconds, "received": len(answer.body),
                           **{name: value for name, value in more.items() if value is not None}})

    def violation(self, code, path, detail, ref=None, page=None):
        """One thing that broke the contract."""
        self.by_code[code] = self.by_code.get(code, 0) + 1
        self.violations.append({"at": now(), "code": code, "path": path, "detail": detail, "ref": ref, "page": page})

    def shown(self, entries=True):
        """For the control interface."""
        return {"counts": self.counts, "calls": list(self.calls) if entries else []}

    def shown_violations(self):
        """For the control interface."""
        return {"count": sum(self.by_code.values()), "by_code": self.by_code, "violations": list(self.violations)}
