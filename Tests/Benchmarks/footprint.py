"""How much room the daemon takes: the package, a start with a large store, and a day's work in fast motion."""

import collections
import os
import pathlib
import subprocess
import time

from growth import SMALL, multiply
from stock import SETTINGS
from stage import BINARY, ROOT, Simulator, Stage, memory, stop

SHOPS = 50
# A shop at the usual 15 s is polled so often in a day.
POLLS_A_DAY = 5760
LOOKS = 6
# Seconds until Dispatch has let go of the threads that it does not need.
REST = 20


def footprint(options):
    """Sizes, start, and growth."""
    package()
    start(options.orders)
    day(options.days)


def package():
    """What the package takes, packed and installed."""
    print(f"footprint: the program {BINARY.stat().st_size / 1e6:.1f} MB with its debugging information")
    found = sorted((ROOT / ".build/deb").glob("kccsyncd_*_amd64.deb"), key=lambda path: "~" in path.name)
    if not found:
        print("footprint: no package is there to look at: make deb")
        return
    field = subprocess.run(["dpkg-deb", "--field", found[0], "Installed-Size"], check=True, capture_output=True, text=True).stdout
    print(f"footprint: {found[0].name}: {found[0].stat().st_size / 1e6:.1f} MB, {int(field) / 1024:.0f} MiB installed")


def start(orders):
    """From the start of the process to READY."""
    with Simulator.start() as simulator:
        simulator.post("seed", count=SMALL, seed=1, days=50, mix="plain")
        with Stage(simulator) as stage:
            stage.once()
            multiply(stage.database, orders)
            took = []
            for _ in range(5):
                began = time.monotonic()
                daemon = stage.daemon(look=0.002)
                took.append(time.monotonic() - began)
                stop(daemon)
            size = stage.database.stat().st_size / 1e6
    print(f"footprint: ready {sorted(took)[2] * 1000:.0f} ms after its start, with a store of {orders:,} orders ({size:.0f} MB)")


def day(days):
    """A day's polls, 2,000 orders and changes, 2,000 levels and 400 shipments, as fast as the shortest interval allows."""
    names = [f"s{number}" for number in range(SHOPS)]
    with Simulator.start() as simulator:
        for name in names:
            simulator.post("shops", shop=name)
            simulator.post("products/seed", shop=name, count=40, available=1000)
        with Stage(simulator, shops=names, interval="5s", days=10, extra=SETTINGS) as stage:
            daemon = stage.daemon()
            process = pathlib.Path(f"/proc/{daemon.pid}")
            began, wanted = polls(simulator, names), int(POLLS_A_DAY * days)
            placed, due = 0, wanted / LOOKS
            while True:
                done = polls(simulator, names) - began
                if done >= due:
                    print(f"footprint: at work, after {done:5} polls and {placed:4} orders: {look(process, daemon.pid)}", flush=True)
                    if due == wanted / LOOKS:
                        at_rest(stage, process, daemon.pid)
                    due += wanted / LOOKS
                if done >= wanted:
                    break
                placed += work(simulator, stage, names, placed)
                time.sleep(0.5)
            at_rest(stage, process, daemon.pid)
            stop(daemon)


def at_rest(stage, process, pid):
    """The figures when nothing has been asked for a while, as in a shop's night; then it goes on.

    Dispatch starts a thread more whenever its threads are all busy, and ends one that had nothing to do for five seconds. As long as there is
    work each is woken in its turn, so that how many there are follows the load.
    """
    text = stage.configuration.read_text()
    for interval in ("1h", "5s"):
        stage.configuration.write_text(text.replace('order_poll_interval = "5s"', f'order_poll_interval = "{interval}"'))
        subprocess.run([BINARY, "reload", "--config", stage.configuration], check=True, capture_output=True)
        if interval == "1h":
            time.sleep(REST)
            print(f"footprint: at rest: {look(process, pid)} ({threads(process)})", flush=True)


def polls(simulator, names):
    """How often the shops were asked for orders."""
    return sum(simulator.get("ledger", shop=name, entries=0)["byOperation"].get("OrderList", {}).get("requests", 0) for name in names)


def work(simulator, stage, names, placed):
    """Some orders in a shop, levels of it, and a shipment."""
    name = names[placed // 4 % len(names)]
    simulator.post("orders/random", shop=name, count=4, mix="plain", seed=placed)
    levels = stage.folder / "levels.csv"
    levels.write_text("CHANNEL,STOCK_CODE,STOCK_LEVEL\n" + "".join(
        f"{name},SKU-{number:06d},{900 - placed % 800}\n" for number in range(1, 5)))
    subprocess.run([BINARY, "stock", "import", levels, "--config", stage.configuration], check=True, capture_output=True)
    rows = stage.rows("SELECT ref FROM \"order\" o WHERE channel = ? AND state = 'imported' AND NOT EXISTS "
                      "(SELECT 1 FROM shipment s WHERE s.order_id = o.id) ORDER BY id LIMIT 1", name)
    for (order,) in rows:
        subprocess.run([BINARY, "shipments", "add", order, "--tracking", f"T{placed}", "--config", stage.configuration],
                       check=True, capture_output=True)
    return 4


def look(process, pid):
    """The figures of a running process."""
    resident, anonymous = memory(pid)
    return (f"{resident:.1f} MiB resident, {anonymous:.1f} anonymous, {len(os.listdir(process / 'fd'))} descriptors, "
            f"{len(os.listdir(process / 'task'))} threads")


def threads(process):
    """Their names and how many have each."""
    names = collections.Counter((task / "comm").read_text().strip() for task in (process / "task").iterdir())
    return ", ".join(f"{count} {name}" for name, count in names.most_common())
