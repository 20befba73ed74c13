"""The program under test in a folder of its own: its configuration, its commands, its database.

Every word that any command or daemon says is kept, so that the end of each test can look for what must never be
said: a secret, or a crash.
"""

import base64
import contextlib
import json
import os
import socket
import sqlite3
import subprocess
from pathlib import Path

from audit import Evidence
from running import Daemon
from settings_text import render

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("KCCSYNCD_BINARY", ROOT / ".build/debug/kccsyncd"))


def free_port():
    """A port of loopback that nobody has at the moment."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Result:
    """What a command said and how it ended."""

    def __init__(self, arguments, finished):
        self.arguments = arguments
        self.code, self.out, self.err = finished.returncode, finished.stdout, finished.stderr

    def __repr__(self):
        return f"kccsyncd {' '.join(map(str, self.arguments))}\nexit {self.code}\n{self.out}{self.err}"

    @property
    def said(self):
        return self.out + self.err


class Box:
    """A configuration folder with a database and a control socket."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "kccsyncd.toml"
        self.database = self.folder / "orders.sqlite"
        self.daemon_table = {"database": str(self.database), "control_socket": str(self.folder / "control.sock")}
        self.channels, self.order_types = {}, []
        # `[sites]` and `[kcc]`, where a test sets them.
        self.sites, self.kcc = {}, {}
        self.secrets, self.logs, self.results = set(), [], []
        # What was seen of daemons while they ran.
        self.evidence = Evidence()
        # Added to the environment of every command and daemon.
        self.environment = {}

    # -- configuration

    def channel(self, name, store, **settings):
        """Adds or replaces a channel and writes the file; the token goes into a file of its own."""
        self.secrets.add(store.token)
        token = self.folder / f"{store.name}.token"
        if not token.exists():
            self.write_secret(token, store.token)
        self.channels[name] = {"shop_url": store.url, "access_token_file": str(token), "order_poll_interval": "5s",
                               **settings}
        self.write()

    def link(self, name="web", password="correct-horse-battery", **settings):
        """Gives a channel a link to KCC on a port of its own; the base URL of the link."""
        if not self.kcc:
            self.kcc = {"listen": f"127.0.0.1:{free_port()}"}
            self.kcc["public_url"] = f"http://{self.kcc['listen']}/kcc"
            self.sites = {"MAIN": 1}
        self.secrets |= {password, base64.b64encode(f"khaos:{password}".encode()).decode()}
        file = self.folder / f"{name}.password"
        self.write_secret(file, password)
        self.adjust(name, kcc={"username": "khaos", "password_file": str(file), "company_class": "Web",
                               "sales_source": "WEB", "site": "MAIN", **settings})
        return self.kcc["public_url"]

    def adjust(self, name="web", **settings):
        """Changes settings of a channel; `None` takes a key away."""
        self.channels[name].update(settings)
        self.write()

    def write(self):
        text = render(self.daemon_table, self.channels, self.order_types, self.sites, self.kcc)
        self.config.write_text(text, encoding="utf-8")
        self.config.chmod(0o600)

    @staticmethod
    def write_secret(path, text):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")

    # -- commands

    def cli(self, *arguments, expect=0, timeout=60, told=None):
        """Runs a command; `expect` is its exit status, None for any; `told` is its standard input."""
        command = [str(BINARY), *map(str, arguments), "--config", str(self.config)]
        finished = subprocess.run(command, capture_output=True, text=True, timeout=timeout, cwd=self.folder,
                                  input=told or "", env={**os.environ, "TZ": "Europe/London", **self.environment})
        result = Result(arguments, finished)
        self.results.append(result)
        assert expect is None or result.code == expect, f"expected exit {expect}: {result!r}"
        return result

    def start(self, *arguments):
        """Starts a command and leaves it to the caller to wait for it."""
        command = [str(BINARY), *map(str, arguments), "--config", str(self.config)]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder,
                                stdin=subprocess.DEVNULL)

    def json(self, *arguments, **options):
        """A command's --json answer."""
        return json.loads(self.cli(*arguments, "--json", **options).out)

    def once(self, expect=0, **options):
        """One full cycle of every channel."""
        return self.cli("run", "--once", expect=expect, **options)

    def orders(self, *filters):
        """`orders list --json` as a dictionary by Shopify's name."""
        return {order["name"]: order for order in self.json("orders", "list", *filters)}

    def order(self, name, **options):
        return self.json("orders", "show", name, **options)

    def standing(self, name):
        """(state, reason) of an order; None for one that the store does not have."""
        found = self.orders().get(name)
        return found and (found["state"], found["reason"])

    def rule(self, name, rule):
        """One rule's outcome of `orders explain`."""
        rules = {each["rule"]: each for each in self.json("orders", "explain", name)["rules"]}
        return rules[rule]

    def export(self, *options):
        """`orders export` in JSON, as a dictionary by Shopify's name."""
        text = self.cli("orders", "export", "--format", "json", *options).out
        return {order["name"]: order for order in json.loads(text)}

    def status(self, channel="web"):
        channels = {each["name"]: each for each in self.json("status")["channels"]}
        return channels[channel]

    # -- the daemon and the database

    @contextlib.contextmanager
    def daemon(self, ready=True, stop=True, log=None):
        """A running daemon; its end by SIGTERM must be clean, unless the test ends it in another way."""
        daemon = Daemon(BINARY, self.config, log or self.folder / f"daemon-{len(self.logs)}.log", self.environment)
        self.logs.append(daemon.log_path)
        try:
            if ready:
                daemon.wait_ready()
            yield daemon
            self.evidence.look(self, daemon)
            if stop:
                daemon.stop()
        finally:
            daemon.kill()

    def query(self, sql, *arguments):
        """Reads the database without the program's help."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql, arguments).fetchall()

    def alter(self, sql, *arguments):
        """Writes to the database while no daemon runs: stands for time that passes."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            return connection.execute(sql, arguments).rowcount

    def everything_said(self):
        """All output of all commands and daemons so far."""
        logs = [path.read_text(errors="replace") for path in self.logs if path.exists()]
        return "\n".join([result.said for result in self.results] + logs)
