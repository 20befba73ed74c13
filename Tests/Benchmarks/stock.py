"""What stock costs: requests, points and time for many changed levels, and the memory that a large file takes."""

import pathlib
import time
from datetime import datetime

from stage import BINARY, Simulator, Stage, costs, stop

SETTINGS = 'channel_location = "Main Warehouse"\n'
BUCKET, RATE = 2000, 100


def level_file(stage, count, level):
    """A file with one level for every SKU, as of half a minute ago or so."""
    path = stage.folder / "levels.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("STOCK_CODE,STOCK_LEVEL\n")
        file.writelines(f"SKU-{number:06d},{level}\n" for number in range(1, count + 1))
    return path


def tell(stage, path):
    """`stock import`; its wall seconds, processor seconds and peak memory in MiB."""
    return costs([BINARY, "stock", "import", path, "--config", stage.configuration])


def wait_confirmed(stage, count, level):
    """Until Shopify offers that level of every SKU."""
    deadline = time.monotonic() + 1800
    sql = "SELECT count(*) FROM stock_item WHERE state = 'confirmed' AND confirmed = ?"
    while stage.rows(sql, level)[0][0] < count:
        if time.monotonic() > deadline:
            raise SystemExit(f"stock: {stage.rows(sql, level)[0][0]} of {count} levels confirmed after half an hour")
        time.sleep(0.5)


def seconds_between(entries):
    """From the first to the last entry of the simulator's ledger."""
    times = [datetime.fromisoformat(entry["at"].replace("Z", "+00:00")) for entry in entries]
    return (max(times) - min(times)).total_seconds()


def stock(options):
    """Changed levels of mapped SKUs under Shopify's standard budget."""
    for count in options.skus:
        with Simulator.start() as simulator, Stage(simulator, extra=SETTINGS) as stage:
            simulator.post("products/seed", count=count, available=10)
            simulator.post("bucket", maximum=10**6, restore=10**6, available=10**6)
            daemon = stage.daemon()
            tell(stage, level_file(stage, count, 10))
            wait_confirmed(stage, count, 10)
            time.sleep(50)  # polled as far as the figures were read
            simulator.post("bucket", maximum=BUCKET, restore=RATE, available=BUCKET)
            simulator.post("ledger/reset")
            tell(stage, level_file(stage, count, 9))
            wait_confirmed(stage, count, 9)
            ledger = simulator.get("ledger")
            stop(daemon)
        sets = ledger["byOperation"]["InventorySet"]
        taken = seconds_between([entry for entry in ledger["entries"] if entry["operation"] == "InventorySet"])
        polls = [entry for entry in ledger["entries"] if entry["operation"] == "OrderList"]
        allowed = max(0, ledger["requested"] - BUCKET) / RATE
        print(
            f"stock, {count:,} changed levels: {sets['requests']} requests to set them, {sets['requested']} points; all requests "
            f"{ledger['requests']} and {ledger['requested']} points; {taken:.1f} s, the budget alone allows {allowed:.1f} s; "
            f"{sets['throttled']} throttled; {len(polls)} polls of orders meanwhile")


def csv(options):
    """A file of a million lines, told to the running daemon."""
    with Simulator.start() as simulator, Stage(simulator, extra=SETTINGS) as stage:
        daemon = stage.daemon()
        wall, cpu, peak = tell(stage, level_file(stage, options.lines, 7))
        marks = pathlib.Path(f"/proc/{daemon.pid}/status").read_text().splitlines()
        daemon_peak = next(int(mark.split()[1]) / 1024 for mark in marks if mark.startswith("VmHWM"))
        stored = stage.rows("SELECT count(*) FROM stock_level")[0][0]
        stop(daemon)
    print(
        f"csv: {stored:,} of {options.lines:,} lines taken in {wall:.0f} s ({cpu:.1f} s of the command's processor time), peak {peak:.0f} MiB "
        f"in the command, {daemon_peak:.0f} MiB in the daemon")
