"""A minute of a believable shop: orders arrive, are decided, and are explained.

Starts the store simulator with a shop's history, runs the daemon against it while the shop goes on trading,
and ends with what an operator would look at.
"""

import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests/ShopifySimulator"), str(ROOT / "Tests/KCCStandIn")]

from kcc_standin.client import KCCStandIn  # noqa: E402
from simulator.catalogue import PRODUCTS  # noqa: E402
from simulator.client import Simulator  # noqa: E402

BINARY = ROOT / ".build/debug/kccsyncd"
STEPS = 10
PASSWORD = "correct-horse-battery"

CONFIGURATION = """\
[daemon]
database       = "{folder}/kccsyncd.sqlite"
control_socket = "{folder}/control.sock"

[[order_types]]
order_type = "epos"
site       = "SHOP1"

[sites]
SHOP1 = 4
MAIN  = 1

# KCC's cloud, or its stand-in here, calls this address.
[kcc]
listen     = "127.0.0.1:{link}"
public_url = "http://127.0.0.1:{link}/kcc"

[channels.web]
shop_url            = "http://demo.localhost:{port}"
access_token_file   = "{folder}/token"
download_pos_orders = "customer_details"
generic_customer    = "POSSALES"
channel_location    = "Main Warehouse"
order_ref_format    = "WEB{{0}}"
order_poll_interval = "5s"
tip_sku             = "TIP"

[channels.web.kcc]
username      = "khaos"
password_file = "{folder}/password"
company_class = "Web"
sales_source  = "WEB"
site          = "MAIN"
shop_address  = {{ line1 = "1 Market Street", town = "Hebden Bridge", postcode = "HX7 6EU", country = "GB" }}

[channels.web.stock]
# Half a minute by default: the demo is in a hurry, and the simulated shop's order search does not lag.
index_lag = "5s"
"""


def say(text):
    """A line of the demo's own, apart from the program's."""
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n## {text}", flush=True)


class Demo:
    """The folder, the daemon and the commands."""

    def __init__(self, folder, simulator, clouds):
        self.folder, self.simulator, self.clouds = pathlib.Path(folder), simulator, clouds
        token = self.folder / "token"
        token.write_text("shpat_demo\n")
        token.chmod(0o600)
        password = self.folder / "password"
        password.write_text(PASSWORD + "\n")
        password.chmod(0o600)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.link = probe.getsockname()[1]
        self.configuration = self.folder / "kccsyncd.toml"
        self.configuration.write_text(CONFIGURATION.format(folder=folder, port=simulator.port, link=self.link))
        self.configuration.chmod(0o600)

    def command(self, *words):
        """Runs a command as a person would, and shows it."""
        say("$ kccsyncd " + " ".join(words))
        subprocess.run([BINARY, *words, "--config", self.configuration], check=False)

    def answer(self, *words):
        """What a command prints, for the script itself."""
        done = subprocess.run([BINARY, *words, "--config", self.configuration], check=True, capture_output=True, text=True)
        return done.stdout

    def run(self):
        """Tells the story."""
        self.simulator.post("products", products=[
            {"sku": sku, "title": title, "price": price, "available": 30} for sku, title, _, price, _ in PRODUCTS])
        say("A shop with 40 orders of the last weeks. First, what the sysadmin checks:")
        self.command("check")
        say("Now the daemon runs, and the shop trades. What follows is its journal, and (>) what happens in the shop.")
        daemon = subprocess.Popen(
            [BINARY, "run", "--config", self.configuration], stderr=subprocess.PIPE, text=True)
        journal = Journal(daemon.stderr)
        journal.wait_for("ready:")
        journal.wait_for("orders imported")
        for _ in range(STEPS):
            before = journal.count
            step = self.simulator.post("demo/step")
            print(f"  > {step['said']}", flush=True)
            # The next poll is at most one interval away; a change that decides nothing anew says nothing.
            journal.wait_beyond(before, seconds=2.5)
        unpaid = self.orders("skipped", "unpaid")
        till = self.orders("imported", None, order_type="epos")
        journal.settle()
        self.command("status")
        self.command("orders", "list", "--since", step_day())
        if unpaid:
            say("Why is this order not here yet?")
            self.command("orders", "explain", unpaid)
        if till:
            say("And why is this one here?")
            self.command("orders", "explain", till)
        if till or unpaid:
            self.despatch(journal)
        self.circle(journal)
        say("The daemon is asked to stop (SIGTERM).")
        daemon.terminate()
        code = daemon.wait(timeout=30)
        journal.close()
        say(f"It ended with status {code}. That was kccsyncd's way in; `make test` shows that it holds.")
        return code

    def despatch(self, journal):
        """Two orders leave the warehouse, one of them in two parts, and the shop shows it."""
        open_orders = [o["name"] for o in json.loads(self.answer("orders", "list", "--state", "imported", "--json"))
                       if o["order_type"] == "online" and not o["reason"]]
        shown = {name: json.loads(self.answer("orders", "show", name, "--json")) for name in open_orders[-12:]}
        waiting = [name for name in shown if not self.shop(name)["fulfillments"] and self.shop(name)["cancelledAt"] is None
                   and self.shop(name)["fulfillmentOrders"]]
        several = next((n for n in waiting if len({line["sku"] for line in shown[n]["lines"] if line["sku"]}) > 1), None)
        whole = next((n for n in waiting if n != several), None)
        if not several or not whole:
            raise SystemExit("demo: the shop has no two orders left to be sent")
        first = next(line["sku"] for line in shown[several]["lines"] if line["sku"])
        say("Despatches come back from the warehouse: one order whole, one in two parts.")
        self.command("shipments", "add", whole, "--tracking", "JD0002210012", "--carrier", "RM24")
        self.command("shipments", "add", several, "--line", f"{first}=1", "--tracking", "15501712345678", "--carrier", "DPD UK")
        self.command("shipments", "add", several, "--tracking", "15501712345679", "--carrier", "DPD UK")
        journal.wait_for(f"fulfilment of {whole} sent")
        journal.wait_for("15501712345679")
        self.command("shipments", "list")
        say("And this is what the shop shows of them:")
        for name in (whole, several):
            for sent in self.shop(name)["fulfillments"]:
                units = sum(line["quantity"] for line in sent["fulfillmentLineItems"])
                numbers = ", ".join(f"{info['company']} {info['number']}" for info in sent["trackingInfo"])
                print(f"  {sent['name']}: {units} units, {numbers}", flush=True)

    def circle(self, journal):
        """KCC takes the orders, tells its stock, and despatches one; the shop shows both."""
        say("Khaos Control Cloud (a stand-in that checks every order against its contract) asks for the orders:")
        kcc = self.clouds.channel("web", f"http://127.0.0.1:{self.link}/kcc/web/config.xml", "khaos", PASSWORD,
                                  company="demo", fetch=False, stock_posts=False)
        kcc.poll(drain=True)
        books = kcc.books()
        if not books or kcc.violations():
            raise SystemExit(f"demo: KCC did not get the orders: {kcc.violations()}")
        for ref, order in list(books.items())[-5:]:
            print(f"  {ref}: {order['total']} {order['currency']}, {len(order['lines'])} lines", flush=True)
        print(f"  {len(books)} orders in KCC's books, each with the shop's total", flush=True)
        say("KCC tells its stock: 40 of each tea. Of what it took a moment ago it may not know yet, so that is held back:")
        teas = [sku for sku, *_ in PRODUCTS if sku.startswith("TEA-")]
        kcc.stock(**{sku: 40 for sku in teas})
        kcc.flush()
        journal.wait_for("stock levels sent", seconds=60)
        end = time.monotonic() + 60
        while any(row["state"] != "confirmed" for row in json.loads(self.answer("stock", "list", "--json")) if row["sku"] in teas):
            if time.monotonic() > end:
                raise SystemExit("demo: the levels did not all reach the shop")
            journal.wait_beyond(journal.count, seconds=1)
        held = next((sku for sku in teas
                     if json.loads(self.answer("stock", "explain", "web", sku, "--json"))["items"][0]["held_back"]), teas[0])
        self.command("stock", "explain", "web", held)
        available = self.simulator.get("stock", shop="demo")["available"]
        print("  the shop offers " + ", ".join(f"{sku}: {available[sku]}" for sku in teas), flush=True)
        known = {order["ref"]: order["name"] for order in self.imported()}
        ref = next(ref for ref in reversed(books) if ref in known and not self.shop(known[ref])["fulfillments"]
                   and self.shop(known[ref])["fulfillmentOrders"])
        say(f"KCC despatches {ref}:")
        kcc.despatch(ref, consignment="JD0009900017")
        kcc.flush()
        journal.wait_for("JD0009900017")
        self.command("orders", "explain", ref)

    def imported(self):
        """Imported orders, the oldest first."""
        return [o for o in json.loads(self.answer("orders", "list", "--state", "imported", "--json")) if not o["reason"]]

    def shop(self, name):
        """An order as the simulated store has it."""
        return self.simulator.get("order", shop="demo", id=name)["order"]

    def orders(self, state, reason, **wanted):
        """The name of one order in a state."""
        for order in json.loads(self.answer("orders", "list", "--state", state, "--json")):
            if (reason is None or order["reason"] == reason) and all(order[key] == value for key, value in wanted.items()):
                return order["name"].lstrip("#")
        return None


def step_day():
    """The day before today, for the list."""
    return time.strftime("%Y-%m-%d", time.localtime(time.time() - 86400))


class Journal(threading.Thread):
    """Shows the daemon's log as it comes, and lets the script wait for a line."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.lines, self.changed = stream, [], threading.Condition()
        self.start()

    def run(self):
        """Reads until the daemon ends."""
        for line in self.stream:
            with self.changed:
                self.lines.append(line.rstrip())
                print("  " + line.rstrip(), flush=True)
                self.changed.notify_all()

    @property
    def count(self):
        """Lines so far."""
        return len(self.lines)

    def wait_for(self, text, seconds=30):
        """Until a line holds the text."""
        with self.changed:
            if not self.changed.wait_for(lambda: any(text in line for line in self.lines), timeout=seconds):
                raise SystemExit(f"demo: the daemon did not say {text!r} within {seconds} s")

    def wait_beyond(self, count, seconds):
        """Until there is a further line, or the shop's next step is due."""
        with self.changed:
            self.changed.wait_for(lambda: len(self.lines) > count, timeout=seconds)

    def settle(self, quiet=6.5, most=30):
        """Until nothing was said for longer than a poll interval."""
        end = time.monotonic() + most
        count = self.count
        while time.monotonic() < end:
            self.wait_beyond(count, quiet)
            if self.count == count:
                return
            count = self.count

    def close(self):
        """The rest of the log."""
        self.join(timeout=5)


def main():
    """Sets the stage and cleans it up."""
    with tempfile.TemporaryDirectory(prefix="kccsyncd-demo-") as folder, Simulator.start("--demo") as simulator, KCCStandIn.start() as clouds:
        return Demo(folder, simulator, clouds).run()


if __name__ == "__main__":
    sys.exit(main())
