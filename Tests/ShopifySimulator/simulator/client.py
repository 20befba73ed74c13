"""A small client: starts the simulator and speaks its control interface. For tests, demo scripts and benchmarks."""

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

HOME = Path(__file__).resolve().parent.parent


class ControlError(RuntimeError):
    """The simulator refused a control request."""


class Simulator:
    """A running simulator. `with Simulator.start() as sim: sim.post("seed", count=10)`."""

    def __init__(self, port, process=None):
        self.port, self.process = port, process
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    def start(cls, *options, python=sys.executable):
        """Starts one on a free port; it ends with this process."""
        environment = {**os.environ, "PYTHONPATH": str(HOME)}
        command = [python, "-m", "simulator", "--port", "0", "--parent-pid", str(os.getpid()), *map(str, options)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=HOME)
        line = process.stdout.readline()
        if "listening on" not in line:
            process.kill()
            process.wait()
            raise ControlError(f"the simulator did not start: {line!r}")
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

    def request(self, method, path, body=None, headers=None, timeout=120):
        """(status, headers, bytes) of any request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def _control(self, method, path, body=None):
        status, _, answer = self.request(method, path, body, {"Content-Type": "application/json"}, timeout=900)
        found = json.loads(answer)
        if status != 200:
            raise ControlError(found.get("error", answer))
        return found

    def get(self, name, /, **args):
        """GET /control/NAME."""
        return self._control("GET", f"/control/{name}" + (f"?{urlencode(args)}" if args else ""))

    def post(self, name, /, **args):
        """POST /control/NAME."""
        return self._control("POST", f"/control/{name}", json.dumps(args))

    def change(self, order, change, /, **args):
        """One change of an order."""
        return self.post("change", id=order, change=change, **args)

    def place(self, *partials, shop="demo"):
        """Places orders; returns their references."""
        return self.post("orders", shop=shop, orders=list(partials))["orders"]

    def fault(self, kind, /, **args):
        """Adds a fault; returns its number."""
        return self.post("faults", faults=[{"kind": kind, **args}])["ids"][0]

    def graphql(self, query, variables=None, shop="demo", version="2026-07", token=None, headers=None, raw=False):
        """A GraphQL request; the parsed answer, or (status, headers, bytes) with `raw`."""
        found = self.request("POST", f"/admin/api/{version}/graphql.json", json.dumps({"query": query, "variables": variables or {}}),
                             {"Host": f"{shop}.localhost:{self.port}", "Content-Type": "application/json",
                              "X-Shopify-Access-Token": token or f"shpat_{shop}", **(headers or {})})
        return found if raw else json.loads(found[2])
