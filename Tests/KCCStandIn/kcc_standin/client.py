"""A small client: starts the stand-in and speaks its control interface. For tests and kill runs."""

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

HOME = Path(__file__).resolve().parent.parent


class ControlError(RuntimeError):
    """The stand-in refused a control request."""


class StillBusy(AssertionError):
    """It did not become idle in time."""


class KCCStandIn:
    """A running stand-in. `with KCCStandIn.start() as kcc: web = kcc.channel("web", url, "user", "password")`."""

    def __init__(self, port, process=None):
        self.port, self.process = port, process
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    def start(cls, *options, python=sys.executable):
        """Starts one on a free port; it ends with this process."""
        environment = {**os.environ, "PYTHONPATH": str(HOME)}
        command = [python, "-m", "kcc_standin", "--control-port", "0", "--parent-pid", str(os.getpid()), *map(str, options)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=HOME)
        line = process.stdout.readline()
        if "listening on" not in line:
            process.kill()
            process.wait()
            raise ControlError(f"the stand-in did not start: {line!r}")
        return cls(int(line.strip().rpartition(":")[2]), process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends it, and waits until it has."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            self.process = None

    def _control(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            found = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ControlError(found.get("error", found))
        return found

    def get(self, name, /, **args):
        """GET /control/NAME."""
        return self._control("GET", f"/control/{name}" + (f"?{urlencode(args)}" if args else ""))

    def post(self, name, /, **args):
        """POST /control/NAME."""
        return self._control("POST", f"/control/{name}", json.dumps(args))

    def channel(self, name, config_url, user, password, **more):
        """Makes a channel. Settings may be given by name, beside `company`, `continuation`, `fetch`."""
        own = {key: more.pop(key) for key in ("company", "continuation", "fetch") if key in more}
        self.post("channels", channel=name, config_url=config_url, user=user, password=password, settings=more, **own)
        return KCCChannel(self, name)


class KCCChannel:
    """One channel of a running stand-in, as a test sees it."""

    def __init__(self, kcc, name):
        self.kcc, self.name = kcc, name

    def get(self, request, /, **args):
        """A GET on this channel."""
        return self.kcc.get(request, channel=self.name, **args)

    def post(self, request, /, **args):
        """A POST on this channel."""
        return self.kcc.post(request, channel=self.name, **args)

    def poll(self, **more):
        """One order download, by now finished; `drain=True` = until a page is empty."""
        return self.post("poll", **more)

    def retry(self, *refs):
        """SpecificIDs: the refs named, or all that failed."""
        return self.post("retry", **({"refs": list(refs)} if refs else {}))

    def books(self, **more):
        """The orders in KCC's books by reference."""
        return {order["ref"]: order for order in self.get("books", **more)["orders"]}

    def violations(self):
        """What broke the contract so far: readable lines, [] when nothing did."""
        found = self.get("violations")["violations"]
        return [f"{each['code']} {each['ref'] or ''} {each['path']}: {each['detail']}" for each in found]

    def stock(self, /, site=1, **available):
        """Sets levels and posts them; underscores in names stand for hyphens."""
        rows = [{"code": code.replace("_", "-"), "site": site, "available": level} for code, level in available.items()]
        return self.post("stock", levels=rows)

    def despatch(self, ref, **more):
        """Despatches an order through its life; the shipment."""
        return self.post("despatch", ref=ref, **more)["shipments"][0]

    def correct(self, shipment, **more):
        """Changes a shipment and posts it."""
        return self.post("shipment", shipment=shipment, **more)["shipment"]

    def settings(self, **more):
        """Changes settings."""
        return self.post("settings", **more)["settings"]

    def fault(self, kind, times=1):
        """The next so many occasions are struck."""
        return self.post("faults", kind=kind, times=times)

    def outbox(self, **more):
        """What waits, and with `done=1` what was taken."""
        return self.get("outbox", **more)

    def ledger(self, what=None):
        """The calls one by one, of one kind if named."""
        return [call for call in self.get("ledger")["calls"] if what in (None, call["what"])]

    def idle(self, timeout=20, hurry=False):
        """Waits until there is nothing left to do; fails when that takes too long."""
        found = self.post("flush" if hurry else "idle", timeout=timeout)
        if not found["idle"]:
            raise StillBusy(f"{self.name} after {timeout} s: {found['busy']}; {self.outbox()['waiting'][:3]}")
        return found

    def flush(self, timeout=20):
        """Sends what waits at once, and waits until it was taken."""
        return self.idle(timeout, hurry=True)
