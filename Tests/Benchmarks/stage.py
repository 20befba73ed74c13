"""What every measurement needs: a simulated store, a configuration, and the program with its costs."""

import os
import pathlib
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "Tests/ShopifySimulator"))

from simulator.client import Simulator  # noqa: E402,F401

BINARY = pathlib.Path(os.environ.get("KCCSYNCD_BINARY", ROOT / ".build/release/kccsyncd"))
DOCUMENTS = ROOT / "Sources/ShopifyAPI/Operations/Documents"

CHANNEL = """
[channels.{name}]
shop_url          = "http://{name}.localhost:{port}"
access_token_file = "{folder}/{name}.token"
start_date        = {start}
missing_sku       = "MISC"
order_ref_format  = "{name}-{{0}}"
order_poll_interval = "{interval}"
"""


class Stage:
    """A folder with a configuration for some shops of a simulator."""

    def __init__(self, simulator, shops=("demo",), interval="15s", days=80, extra=""):
        self.simulator, self.shops = simulator, list(shops)
        self.holder = tempfile.TemporaryDirectory(prefix="kccsyncd-bench-")
        self.folder = pathlib.Path(self.holder.name)
        self.database = self.folder / "kccsyncd.sqlite"
        start = time.strftime("%Y-%m-%d", time.gmtime(time.time() - days * 86400))
        text = f'[daemon]\ndatabase = "{self.database}"\ncontrol_socket = "{self.folder}/control.sock"\n'
        for name in self.shops:
            text += CHANNEL.format(name=name, port=simulator.port, folder=self.folder, start=start, interval=interval) + extra
            token = self.folder / f"{name}.token"
            token.write_text(f"shpat_{name}\n")
            token.chmod(0o600)
        self.configuration = self.folder / "kccsyncd.toml"
        self.configuration.write_text(text)
        self.configuration.chmod(0o600)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.holder.cleanup()

    def once(self):
        """One cycle; returns its wall seconds, processor seconds and peak memory in MiB."""
        return costs([BINARY, "run", "--once", "--config", self.configuration])

    def daemon(self, look=0.02):
        """The daemon, once it has said that it is ready; looked at every so many seconds."""
        log = open(self.folder / "log", "w+")
        process = subprocess.Popen([BINARY, "run", "--config", self.configuration], stderr=log)
        deadline = time.monotonic() + 60
        while "ready:" not in (self.folder / "log").read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit((self.folder / "log").read_text())
            time.sleep(look)
        return process

    def rows(self, sql, *arguments):
        """What a query of the order store gives."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return connection.execute(sql, arguments).fetchall()


def costs(command, **options):
    """Runs a command to its end: wall seconds, processor seconds, peak memory in MiB.

    The peak is the kernel's VmHWM, looked at while the program runs: what wait4(2) tells would count this
    script's own memory from before the program took its place.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, **options)
        status, peak = pathlib.Path(f"/proc/{process.pid}/status"), 0
        while True:
            ended, code, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            marks = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
            peak = max([peak] + [int(mark.split()[1]) / 1024 for mark in marks])
            time.sleep(0.01)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(code)
        if process.returncode != 0:
            errors.seek(0)
            raise SystemExit(f"{command[0]} ended with {process.returncode}: {errors.read().decode(errors='replace')[-2000:]}")
    return wall, usage.ru_utime + usage.ru_stime, peak


def stop(process):
    """Ends a daemon as systemd would."""
    process.terminate()
    code = process.wait(timeout=60)
    if code != 0:
        raise SystemExit(f"the daemon ended with {code}")


def processor_seconds(pid):
    """What a running process has used so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    """A running process's resident memory in MiB, and the part of it that is no file's."""
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    figures = {line.split(":")[0]: int(line.split()[1]) for line in rollup.splitlines()[1:]}
    return figures["Rss"] / 1024, figures["Anonymous"] / 1024


def document(name):
    """An operation's text."""
    return (DOCUMENTS / f"{name}.graphql").read_text()


def raise_file_limit():
    """A thousand shops are a thousand connections."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
