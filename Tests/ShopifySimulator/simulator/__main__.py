"""python -m simulator: serves until SIGTERM, SIGINT or the parent's end."""

import argparse
import asyncio
import os
import signal

from .app import App
from .control import Control
from .http_server import listen


def is_alive(pid):
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except (OSError, IndexError):
        return True


async def watch_parent(pid, stop):
    """Ends the simulator when the process that wanted it is gone."""
    while is_alive(pid):
        await asyncio.sleep(0.5)
    stop.set()


async def serve(options):
    """Runs until told to stop."""
    app = App(options.seed, options.shops, not options.no_gzip, options.cache_mib << 20)
    app.stopping = asyncio.Event()
    control = Control(app, options.demo)
    app.control = control.handle
    if options.demo:
        control.fill_demo()
    server = await listen(app.handle, app.clock, options.port)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app.stopping.set)
    watch = loop.create_task(watch_parent(options.parent_pid, app.stopping)) if options.parent_pid else None
    app.port = server.sockets[0].getsockname()[1]
    print(f"listening on http://127.0.0.1:{app.port}", flush=True)
    await app.stopping.wait()
    server.close()
    if watch is not None:
        watch.cancel()


def main():
    """Reads the options and serves."""
    parser = argparse.ArgumentParser(prog="simulator", description="Simulates Shopify stores.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--demo", action="store_true", help="fill the shop demo with believable orders")
    parser.add_argument("--shops", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-gzip", action="store_true")
    parser.add_argument("--parent-pid", type=int)
    parser.add_argument("--cache-mib", type=int, default=600)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
