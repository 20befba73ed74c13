"""Pictures of the status page: a fresh installation, a busy one, one in trouble, one whose store cannot be read; wide and
narrow, light and dark.

Starts the store simulator and the daemon, brings them into each situation over the same ways that Shopify and KCC use,
and says what does not fit: a page that is wider than the window.
"""

import argparse
import base64
import datetime
import http.client
import json
import pathlib
import random
import socket
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests/Scenarios"), str(ROOT / "Tests/ShopifySimulator")]

from harness import Box  # noqa: E402
from headless import Browser  # noqa: E402
from simulator.catalogue import PRODUCTS  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from stores import Store, ago, stamp  # noqa: E402
from waiting import wait_until  # noqa: E402

DAYS = 14
PASSWORD = "only-for-the-pictures"
# (name, width, height, pixels of the picture for one of the page)
WINDOWS = [("wide", 1400, 900, 1), ("narrow", 390, 844, 2)]
# Widths at which nothing may stick out, between and below those of the pictures.
WIDTHS = [320, 360, 480, 700, 820, 1000, 1200]


class Shop(Store):
    """A simulated shop under a name that a merchant could have given it."""

    def __init__(self, simulator, name):
        super().__init__(simulator)
        self.name, self.token = name, f"shpat_{name}"
        self.facts = simulator.post("shops", shop=name, token=self.token, locations=[{"name": "Main Warehouse"}])
        self.domain = f"{name}.localhost:{simulator.port}"
        self.url = f"http://{self.domain}"


class Scene:
    """One daemon with its KCC link, and the shops that it serves."""

    def __init__(self, folder, simulator, name):
        self.box, self.simulator, self.name = Box(pathlib.Path(folder) / name), simulator, name
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.box.kcc = {"listen": f"127.0.0.1:{self.port}", "public_url": f"http://127.0.0.1:{self.port}/kcc"}
        self.box.sites = {"MAIN": 1}
        self.box.write_secret(self.box.folder / "kcc.token", PASSWORD)
        self.url = f"http://127.0.0.1:{self.port}/"

    def channel(self, channel, shop, **more):
        """A channel of the shop, linked to KCC."""
        link = {"username": "khaos", "password_file": str(self.box.folder / "kcc.token"), "company_class": "Web",
                "sales_source": "WEB", "site": "MAIN"}
        settings = {"start_date": ago(days=DAYS + 6).date(), "channel_location": "Main Warehouse", "kcc": link,
                    "stock": {"index_lag": "1s"}, **more}
        self.box.channel(channel, shop, **settings)

    def kcc(self, path, body=None, headers=None):
        """One call of KCC's: the answer's head."""
        token = base64.b64encode(f"khaos:{PASSWORD}".encode()).decode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST" if body is not None else "GET", f"/kcc/{path}", body,
                           {"Authorization": f"Basic {token}", "Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def take_orders(self, channel):
        """KCC asks for orders until it has them all."""
        position = None
        while True:
            sent = {"Sirion-Continuation": position} if position else {}
            last, position = position, self.kcc(f"{channel}/orders", headers=sent).getheader("Sirion-Continuation")
            if position == last:
                return

    def levels(self, channel, levels):
        """KCC tells stock levels."""
        rows = [{"StockCode": sku, "StockID": str(number), "SiteID": 1, "Levels": {"Available": units, "OnOrder": 0}}
                for number, (sku, units) in enumerate(levels.items(), 1)]
        self.kcc(f"{channel}/stock", json.dumps({"Statuses": rows}))

    def count(self, channel="web"):
        return sum(self.box.status(channel)["orders"].values())


def orders(rng, least, most, unpaid=0.06, bare=0, prefix=""):
    """Two weeks of a shop's orders, fewer at weekends; `bare` of them with a line without a SKU.

    Shops whose orders have a prefix of their own can be told apart by an order's name.
    """
    placed = []
    for day in range(DAYS):
        date = ago(days=day)
        count = rng.randint(least, most) * (6 if date.weekday() > 4 else 10) // 10
        for _ in range(count if day else count // 3):
            moment = date - datetime.timedelta(minutes=rng.randint(1, 600) if day else rng.randint(1, 60))
            sku, title, _, price, rate = rng.choice(PRODUCTS)
            line = {"sku": sku, "title": title, "price": price, "taxRate": rate, "quantity": rng.randint(1, 3)}
            placed.append({"createdAt": stamp(moment), "lines": [line],
                           "payment": "pending" if rng.random() < unpaid else "paid"})
    for partial in rng.sample(placed, bare):
        partial["lines"][0]["sku"], partial["payment"] = None, "paid"
    placed.sort(key=lambda partial: partial["createdAt"])
    for number, partial in enumerate(placed, 1001):
        partial["name"] = f"#{prefix}{number}"
    return placed


def empty(scene):
    """Just installed: one shop without orders, and KCC has not called."""
    scene.channel("web", Shop(scene.simulator, "hebden-tea"))
    with scene.box.daemon():
        wait_until(lambda: scene.box.status()["last_poll_at"], "the first poll")
        yield


def busy(scene):
    """A good day: two shops, despatches on their way, KCC calls."""
    rng = random.Random(7)
    web, outlet = (Shop(scene.simulator, name) for name in ("hebden-tea-co", "hebden-outlet"))
    levels = {sku: rng.randint(3, 90) for sku, *_ in PRODUCTS}
    for shop in (web, outlet):
        shop.products(*({"sku": sku, "available": 5} for sku in levels))
    names = web.place_many(orders(rng, 30, 80))
    others = outlet.place_many(orders(rng, 8, 24, prefix="OUT"))
    scene.channel("web", web)
    scene.channel("outlet", outlet)
    with scene.box.daemon(stop=False):
        wait_until(lambda: scene.count() == len(names) and scene.count("outlet") == len(others), "all orders", 90)
        scene.box.cli("orders", "ignore", *names[40:44])
        for channel in ("web", "outlet"):
            scene.take_orders(channel)
            scene.levels(channel, levels)
        wait_until(lambda: all(row["state"] == "confirmed" for row in scene.box.json("stock", "list")), "all levels", 90)
        sent = [order["name"] for order in scene.box.json("orders", "list", "--channel", "web", "--state", "imported")][:9]
        web.place_many([{"createdAt": stamp(ago(minutes=minute)), "name": f"#{len(names) + 1005 - minute}"} for minute in (4, 3, 2)])
        wait_until(lambda: scene.count() == len(names) + 3, "the latest orders", 30)
        web.fault("delay", seconds=20, operation="FulfilmentView", times=-1)
        for name in sent:
            scene.box.cli("shipments", "add", name, "--tracking", f"JD000{rng.randint(10**8, 10**9)}", "--carrier", "Royal Mail")
        yield
        web.clear_faults()


def trouble(scene):
    """A bad day: a token refused, failures, a parked despatch, and KCC says things that cannot be understood."""
    rng = random.Random(11)
    web, outlet, archive = (Shop(scene.simulator, name) for name in ("hebden-tea-shop", "hebden-bargains", "hebden-trade"))
    web.products(*({"sku": sku, "available": 5} for sku, *_ in PRODUCTS))
    names = web.place_many(orders(rng, 20, 45, bare=6))
    outlet.place_many(orders(rng, 4, 9, prefix="B"))
    archive.place_many(orders(rng, 1, 3, unpaid=0, prefix="T"))
    scene.channel("web", web)
    scene.channel("outlet", outlet)
    scene.channel("trade", archive, download_orders=False)
    with scene.box.daemon() as daemon:
        wait_until(lambda: scene.count() == len(names) and scene.count("outlet") and scene.count("trade"), "all orders", 90)
        scene.box.cli("orders", "ignore", *names[90:93])
        scene.take_orders("web")
        scene.levels("web", {"TEA-EB-250": 12, "TEA-EG-125": 8, "NO-SUCH-SKU": 4})
        taken = next(o["name"] for o in scene.box.json("orders", "list", "--channel", "web", "--state", "imported"))
        web.change(taken, "cancel")
        scene.box.cli("shipments", "add", taken, "--tracking", "JD0002210012")
        stranger = {"OrderCode": "SO90210", "OrderID": "90210", "Status": "Shipping", "AssociatedRef": "88123", "Shipments": []}
        scene.kcc("web/statuses", json.dumps({"Statuses": [stranger]}))
        scene.kcc("web/statuses", "<html>502 Bad Gateway</html>")
        scene.simulator.post("tokens/revoke", shop=outlet.name)
        wait_until(lambda: scene.box.status("outlet")["paused"], "the token is refused", 60)
        wait_until(lambda: scene.box.status()["queue"]["parked"] == 1, "the despatch is parked", 60)
        wait_until(lambda: scene.box.status()["stock"]["unknown_sku"] == 1, "the SKU is unknown", 60)
        daemon.wait_log("paused")
        yield


def broken(scene):
    """The order store cannot be read."""
    scene.channel("web", Shop(scene.simulator, "hebden-teas"))
    with scene.box.daemon(stop=False):
        wait_until(lambda: scene.box.status()["last_poll_at"], "the first poll")
        scene.box.alter("ALTER TABLE push_job RENAME TO elsewhere")
        yield


def main():
    """Takes every picture, and says where they are and what does not fit."""
    parser = argparse.ArgumentParser(description="Pictures of the status page.")
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / ".build/screenshots")
    parser.add_argument("--only", choices=["empty", "busy", "trouble", "broken"], help="one situation")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    misfits = []
    with tempfile.TemporaryDirectory(prefix="kccsyncd-pictures-") as work, Simulator.start() as simulator, Browser() as browser:
        for situation in (empty, busy, trouble, broken):
            name = situation.__name__
            if options.only not in (None, name):
                continue
            scene = Scene(work, simulator, name)
            for _ in situation(scene):
                for window, width, height, scale in WINDOWS:
                    for scheme in ("light", "dark"):
                        path = options.folder / f"{name}-{window}-{scheme}.png"
                        found, _ = browser.picture(scene.url, path, width, height, scheme, scale)
                        print(path, flush=True)
                        if found > width:
                            misfits.append(f"{path.name}: the page is {found} wide")
                for width in WIDTHS:
                    found, _ = browser.open(scene.url, width, 800)
                    if found > width:
                        misfits.append(f"{name}: at a width of {width} the page is {found} wide")
    for misfit in misfits:
        print(f"screenshots: {misfit}", file=sys.stderr)
    return 1 if misfits else 0


if __name__ == "__main__":
    sys.exit(main())
