"""python -m kcc_standin: works until SIGTERM, SIGINT or the parent's end."""

import argparse
import os
import signal
import threading

from .cloud import Cloud
from .control import Control
from .control_server import ControlServer


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


def main():
    """Reads the options and works."""
    parser = argparse.ArgumentParser(prog="kcc_standin", description="Stands in for Khaos Control Cloud.")
    parser.add_argument("--control-port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random")
    parser.add_argument("--parent-pid", type=int, help="end when this process is gone")
    options = parser.parse_args()
    cloud = Cloud(options.seed)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: cloud.stopping.set())
    server = ControlServer(options.control_port, Control(cloud).routes)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    while not cloud.stopping.wait(0.5):
        if options.parent_pid and not is_alive(options.parent_pid):
            break
    cloud.stopping.set()
    cloud.reset()
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    main()
