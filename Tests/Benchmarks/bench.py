"""Measures the program against floors and budgets; prints figures, judges nothing.

    python bench.py                 everything
    python bench.py import --orders 10000
    python bench.py idle --shops 1 50 1000 --seconds 60
    python bench.py latency --changes 60
    python bench.py growth --orders 1000000
    python bench.py stock --skus 10000 50000 200000
    python bench.py csv --lines 1000000
    python bench.py footprint       package, start with a million orders, a day's work in fast motion
    python bench.py kcc             the link: a page of 1,000 orders, 100 stock posts a second
"""

import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from footprint import footprint  # noqa: E402
from growth import growth  # noqa: E402
from kcc import kcc  # noqa: E402
from stock import csv, stock  # noqa: E402
from stage import Simulator, Stage, costs, document, memory, processor_seconds, raise_file_limit, stop  # noqa: E402


def import_speed(options):
    """Orders per second into an empty store, beside the floor: the same bytes by curl, the same rows by sqlite3."""
    with Simulator.start() as simulator:
        simulator.post("seed", count=options.orders, seed=1, days=50, mix="web")
        simulator.post("bucket", maximum=10**9, restore=10**6, available=10**9)
        with Stage(simulator) as stage:
            # Executes every order's GraphQL once; from then on the simulator answers from what it recorded.
            stage.once()
            floor_seconds(simulator, stage)
        print(f"import: {options.orders} orders from recorded answers")
        ratios = []
        for _ in range(options.runs):
            simulator.post("ledger/reset")
            with Stage(simulator) as stage:
                wall, cpu, peak = stage.once()
                stored = stage.rows('SELECT count(*) FROM "order"')[0][0]
                if stored != options.orders:
                    raise SystemExit(f"import: {stored} of {options.orders} orders stored")
                ledger = simulator.get("ledger")
                floor = floor_seconds(simulator, stage)
            print(
                f"  {options.orders / wall:7.0f} orders/s in {wall:.2f} s ({cpu:.2f} s of processor), peak {peak:.0f} MiB; "
                f"floor {options.orders / sum(floor):.0f} orders/s (curl {floor[0]:.2f} s + sqlite3 {floor[1]:.2f} s); "
                f"ratio {sum(floor) / wall:.2f}")
            ratios.append(sum(floor) / wall)
        per = 1000 / options.orders
        print(
            f"  per 1,000 orders: {ledger['requests'] * per:.1f} requests, {ledger['requested'] * per:.0f} points asked, "
            f"{ledger['actual'] * per:.0f} charged")
        print(f"  ratio to the floor, median of {options.runs}: {statistics.median(ratios):.2f}")


def floor_seconds(simulator, stage):
    """The least that fetching these bytes and inserting these rows can take with the programs made for it."""
    ids = [row[0] for row in stage.rows('SELECT gid FROM "order" ORDER BY updated_at_ms')]
    url = f"http://demo.localhost:{simulator.port}/admin/api/2026-07/graphql.json"
    lines = []
    for start in range(0, len(ids), 250):
        body = stage.folder / f"body-{start}.json"
        body.write_text(json.dumps({"query": document("OrderRead"), "variables": {"ids": ids[start:start + 250], "both": False}}))
        lines += ["next"] if lines else []
        lines += [
            f'url = "{url}"', f'data = "@{body}"', 'header = "Content-Type: application/json"', "compressed",
            'header = "X-Shopify-Access-Token: shpat_demo"', 'output = "/dev/null"', "silent"]
    script = stage.folder / "curl.conf"
    script.write_text("\n".join(lines) + "\n")
    fetch = costs(["curl", "--config", script])[0]
    dump = subprocess.run(["sqlite3", stage.database, ".dump"], check=True, capture_output=True).stdout
    rows = stage.folder / "rows.sql"
    rows.write_bytes(b"PRAGMA journal_mode = WAL;\nPRAGMA synchronous = FULL;\n" + dump)
    with rows.open() as text:
        insert = costs(["sqlite3", stage.folder / "floor.sqlite"], stdin=text)[0]
    return fetch, insert


def idle(options):
    """What a quiet daemon costs, and its share of each shop's API budget."""
    raise_file_limit()
    for count in options.shops:
        names = [f"s{number}" for number in range(count)]
        with Simulator.start() as simulator:
            for name in names:
                simulator.post("shops", shop=name)
                simulator.post("seed", shop=name, count=5, seed=1, days=5, mix="plain")
            with Stage(simulator, shops=names, interval="15s", days=10) as stage:
                daemon = stage.daemon()
                deadline = time.monotonic() + 120
                while stage.rows('SELECT count(*) FROM "order"')[0][0] < 5 * count and time.monotonic() < deadline:
                    time.sleep(0.2)
                time.sleep(16)  # the first polls are no quiet ones
                for name in names:
                    simulator.post("ledger/reset", shop=name)
                before, began = processor_seconds(daemon.pid), time.monotonic()
                time.sleep(options.seconds)
                used, lasted = processor_seconds(daemon.pid) - before, time.monotonic() - began
                rss, anonymous = memory(daemon.pid)
                ledger = simulator.get("ledger", shop=names[0])
                stop(daemon)
        share = ledger["requested"] / (100 * lasted)
        print(
            f"idle, {count} shops: {100 * used / lasted:.2f} % of one processor, {rss:.0f} MiB resident ({anonymous:.0f} anonymous), "
            f"{ledger['requests'] / lasted * 60:.1f} requests and {share:.2%} of a standard budget per shop a minute")


def latency(options):
    """From an order's change in the shop to its row here, at the default interval."""
    with Simulator.start("--demo") as simulator, Stage(simulator) as stage:
        daemon = stage.daemon()
        names = [order["id"] for order in simulator.get("dump")["orders"]]
        delays, chance = [], random.Random(1)
        for number in range(options.changes):
            order = chance.choice(names)
            time.sleep(chance.uniform(0, 15))  # any moment between two polls
            simulator.change(order, "note", value=f"change {number}")
            changed = time.monotonic()
            while not stage.rows('SELECT 1 FROM "order" WHERE gid = ? AND instr(snapshot, ?)', order, f"change {number}\""):
                if time.monotonic() - changed > 120:
                    raise SystemExit("latency: a change did not arrive within 2 minutes")
                time.sleep(0.02)
            delays.append(time.monotonic() - changed)
        stop(daemon)
    delays.sort()
    print(
        f"latency at 15 s: median {statistics.median(delays):.1f} s, 95th percentile {delays[int(len(delays) * 0.95)]:.1f} s "
        f"of {len(delays)} changes")


def main():
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["import", "idle", "latency", "growth", "stock", "csv", "kcc", "footprint"])
    parser.add_argument("--orders", type=int)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--shops", type=int, nargs="+", default=[1, 50, 1000])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--changes", type=int, default=40)
    parser.add_argument("--skus", type=int, nargs="+", default=[10_000, 50_000, 200_000])
    parser.add_argument("--days", type=float, default=1, help="how much of a day's work the footprint is looked at for")
    parser.add_argument("--lines", type=int, default=1_000_000)
    options = parser.parse_args()
    given = options.orders
    for name, measure, orders in [
            ("import", import_speed, 10_000), ("idle", idle, 0), ("latency", latency, 0), ("growth", growth, 1_000_000),
            ("stock", stock, 0), ("csv", csv, 0), ("kcc", kcc, 0),
            ("footprint", footprint, 1_000_000)]:
        if options.what in (None, name):
            options.orders = given or orders
            measure(options)


if __name__ == "__main__":
    main()
