"""What the KCC link costs: a full page of orders, and stock posts while orders are polled."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

from stage import ROOT, Simulator, Stage, processor_seconds, stop

STANDIN = ROOT / "Tests/KCCStandIn"
PASSWORD = "correct-horse-battery"

LINK = """channel_location = "Main Warehouse"
tip_sku = "TIP"
duty_sku = "DUTY"
[channels.demo.kcc]
username = "khaos"
password_file = "{folder}/kcc.password"
company_class = "Web"
sales_source = "WEB"
site = "MAIN"
[sites]
MAIN = 1
[kcc]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}/kcc"
"""


class Peak(threading.Thread):
    """The greatest resident memory of a process while it is looked at, in MiB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.status, self.peak, self.ending = pathlib.Path(f"/proc/{pid}/status"), 0, threading.Event()
        self.start()

    def run(self):
        while not self.ending.wait(0.005):
            found = [line for line in self.status.read_text().splitlines() if line.startswith("VmRSS")]
            self.peak = max([self.peak] + [int(line.split()[1]) / 1024 for line in found])

    def stop(self):
        self.ending.set()
        self.join()
        return self.peak


def load(stage, *words):
    """The stand-in's load mode; its figures."""
    done = subprocess.run(
        [sys.executable, "-m", "kcc_standin.load", "--config-url", f"{stage.link}/demo/config.json", "--user", "khaos",
         "--password-file", stage.password, *map(str, words)],
        check=True, capture_output=True, text=True, cwd=STANDIN, env={**os.environ, "PYTHONPATH": str(STANDIN)})
    return json.loads(done.stdout)


def copy_seconds(stage, size):
    """The floor of a page: as many bytes by curl from a server that only sends them."""
    folder = stage.folder / "floor"
    folder.mkdir(exist_ok=True)
    (folder / "page").write_bytes(b"x" * size)
    server = subprocess.Popen([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "0", "--directory", folder],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        port = server.stdout.readline().split("port ")[1].split()[0]
        began = time.monotonic()
        subprocess.run(["curl", "--silent", "--output", "/dev/null", f"http://127.0.0.1:{port}/page"], check=True)
        return time.monotonic() - began
    finally:
        server.terminate()
        server.wait()


def kcc(options):
    """A page of 1,000 orders, and 100 stock posts a second."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Simulator.start() as simulator:
        simulator.post("seed", count=1200, seed=1, days=50, mix="web")
        simulator.post("bucket", maximum=10**9, restore=10**6, available=10**9)
        with Stage(simulator) as stage:
            text = stage.configuration.read_text() + LINK.format(folder=stage.folder, port=port)
            stage.configuration.write_text(text)
            stage.link, stage.password = f"http://127.0.0.1:{port}/kcc", stage.folder / "kcc.password"
            stage.password.write_text(PASSWORD + "\n")
            stage.password.chmod(0o600)
            stage.once()
            daemon = stage.daemon()
            time.sleep(3)
            peak = Peak(daemon.pid)
            found = load(stage, "orders", "--calls", 5)
            print(
                f"kcc: {found['orders']} orders of {found['bytes'] / 1e6:.1f} MB a call: {found['first_ms']:.0f} ms the first time, "
                f"{found['p50_ms']:.0f} ms median of {found['calls']}; {peak.stop():.0f} MiB at its peak; "
                f"{copy_seconds(stage, found['bytes']) * 1000:.0f} ms for curl to fetch as many bytes")
            polls = simulator.get("ledger")["byOperation"]["OrderList"]["requests"]
            used, peak = processor_seconds(daemon.pid), Peak(daemon.pid)
            for rows, rate in ((1, 100), (100, 20)):
                found = load(stage, "stock", "--rate", rate, "--seconds", 20, "--rows", rows)
                print(
                    f"  {found['calls_per_second']:.0f} stock posts/s of {rows} rows for 20 s: median {found['p50_ms']:.0f} ms, "
                    f"99 % {found['p99_ms']:.0f} ms, {found['not_200']} not taken")
            polls = simulator.get("ledger")["byOperation"]["OrderList"]["requests"] - polls
            print(
                f"  {processor_seconds(daemon.pid) - used:.1f} s of processor in those 40 s, {polls} polls of orders meanwhile, "
                f"{peak.stop():.0f} MiB at its peak")
            stop(daemon)
