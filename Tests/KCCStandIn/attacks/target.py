"""The listener under attack: how to ask it rightly, what it said, whether its process lives and how large it is."""

import base64
import collections
import json
import threading
import time
from urllib.parse import urlsplit

from .wire import Reply, Wire, request

# What says in HTTP's own words that a method, a coding or a version is not spoken.
PROTOCOL_REFUSALS = (501, 505)


def basic(user, password):
    """The value of the Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Target:
    """Everything a phase needs. `failures` grows as things go wrong."""

    def __init__(self, base_url, channel, user, password, pid, markers=(), other=None, answer_limit=2.0):
        parts = urlsplit(base_url)
        if parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("only a listener on loopback is attacked")
        self.address, self.prefix = (parts.hostname, parts.port or 80), parts.path.rstrip("/")
        self.host = f"{parts.hostname}:{parts.port}"
        self.channel, self.user, self.password, self.pid = channel, user, password, pid
        self.markers, self.other, self.answer_limit = [marker.encode() for marker in markers], other, answer_limit
        self.signed = {"Authorization": basic(user, password)}
        self.failures, self.counts, self.phase = [], collections.Counter(), "start"
        self.lock, self.sizes = threading.Lock(), []
        self.paths = {"orders": self.path("orders"), "statuses": self.path("statuses"), "stock": self.path("stock"),
                      "items": self.path("items")}

    def path(self, name, channel=None):
        """A path below the base URL."""
        return f"{self.prefix}/{channel or self.channel}/{name}"

    def read_config(self):
        """The true paths of the endpoints. Public addresses end like the real ones."""
        reply = self.ask("GET", self.path("config.json"), self.signed)
        if reply.status != 200:
            raise ValueError(f"the configuration file answers {reply.key}")
        entries = json.loads(reply.body)["EndpointConfig"]
        names = {"OrderDownload": "orders", "OrderStatusUpload": "statuses", "StockStatusUpload": "stock", "StockUpload": "items"}
        for entry, name in names.items():
            if entry in entries:
                self.paths[name] = self.path(urlsplit(entries[entry]["URL"]).path.rpartition(f"/{self.channel}/")[2])

    # -- asking

    def fail(self, text):
        """Notes a failure; the same one is noted once."""
        line = f"{self.phase}: {text}"
        with self.lock:
            if line not in self.failures and len(self.failures) < 200:
                self.failures.append(line)

    def open(self, timeout=10.0):
        """A connection."""
        return Wire(self.address, timeout)

    def ask(self, method, path, headers=None, body=None, timeout=10.0, **more):
        """One request on a connection of its own, judged."""
        return self.raw(request(method, path, headers, body, self.host, **more), method, timeout, f"{method} {path!r:.60}")

    def raw(self, data, method="GET", timeout=10.0, name=""):
        """Any bytes on a connection of their own; the first answer, judged."""
        try:
            with self.open(timeout) as wire:
                wire.send(data)
                return self.judge(wire.reply(method), name)
        except OSError as error:
            return self.judge(Reply(end=f"{type(error).__name__}"), name)

    def judge(self, reply, name=""):
        """Counts an answer, and looks for what no answer may have."""
        with self.lock:
            self.counts[reply.key] += 1
        if reply.status is not None and reply.status >= 500 and reply.status != 503:
            if reply.status not in PROTOCOL_REFUSALS:
                self.fail(f"{name} was answered {reply.status}")
        if any(marker in reply.body for marker in self.markers):
            self.fail(f"{name} was answered with what belongs to another channel")
        return reply

    def expect(self, reply, name, allowed):
        """Fails unless the answer is among the allowed: statuses, or words like `closed`."""
        if reply.status not in allowed and reply.end not in allowed:
            self.fail(f"{name} was answered {reply.key}, not {' or '.join(map(str, allowed))}")

    # -- watching

    def healthy(self):
        """A right request and a right upload: seconds that the slower took, or None and a failure."""
        slowest = 0.0
        for method, path, body in (("GET", self.path("config.json"), None), ("POST", self.paths["stock"], b'{"Statuses":[]}')):
            started = time.monotonic()
            reply = self.ask(method, path, {**self.signed, "Content-Type": "application/json"}, body)
            took = time.monotonic() - started
            if reply.status != 200:
                self.fail(f"a right {method} was answered {reply.key}")
                return None
            slowest = max(slowest, took)
        if slowest > self.answer_limit:
            self.fail(f"a right request took {slowest:.2f} s")
        return slowest

    def alive(self):
        """Whether the process is still there and no zombie."""
        try:
            with open(f"/proc/{self.pid}/stat", encoding="utf-8", errors="replace") as file:
                return file.read().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def size(self):
        """Resident memory in MiB, 0 when the process is gone."""
        try:
            with open(f"/proc/{self.pid}/status", encoding="utf-8", errors="replace") as file:
                return next((int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS:")), 0.0)
        except OSError:
            return 0.0
