"""Attacks the running daemon's KCC link, and says whether it stood.

    python hostile_run.py --seconds 60 --seed 1

Fuzzed bodies, wrong passwords by the thousand, crawling clients, oversized bodies, odd framing and paths: the phases of
`Tests/KCCStandIn/hostile.py`, whose figures are printed. A second channel has an order of which nothing may come to light.
"""

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ShopifySimulator"), str(HERE.parent / "KCCStandIn")]

import hostile  # noqa: E402
from attacks.target import Target  # noqa: E402
from audit import findings  # noqa: E402
from harness import Box  # noqa: E402
from running import CRASHED  # noqa: E402
from simulator.client import Simulator  # noqa: E402
from stores import Store  # noqa: E402
from waiting import wait_until  # noqa: E402

MARKER = "Marker-of-the-other-channel"


def attack(simulator, folder, seconds, seed, say, only=None):
    """(whether it stood, what failed)."""
    box, web, other = Box(folder), Store(simulator), Store(simulator)
    box.channel("web", web, order_ref_format="WEB{0}")
    box.channel("other", other, order_ref_format="OTHER{0}")
    base = box.link("web")
    box.link("other", password="another-long-password")
    web.place_many([{}] * 20)
    other.place(note=MARKER)
    with box.daemon(stop=False) as daemon:
        wait_until(lambda: len(box.json("orders", "list")) == 21, "the orders are imported")
        target = Target(base, "web", "khaos", "correct-horse-battery", daemon.process.pid, (MARKER, "OTHER"))
        stood = hostile.attack(target, seconds=seconds, seed=seed, say=say, only=only)
        failures = list(target.failures)
    said = box.everything_said()
    failures += [f"the daemon said {words!r}" for words in CRASHED if words in said]
    failures += findings(box, [web, other])[0]
    return stood and not failures, failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with Simulator.start() as simulator, tempfile.TemporaryDirectory(prefix="kccsyncd-hostile-") as folder:
        stood, failures = attack(simulator, Path(folder), options.seconds, options.seed, lambda line: print(line, flush=True))
    for failure in failures[:20]:
        print("FAILED: " + failure)
    print("it stood" if stood else "it did not stand")
    return 0 if stood else 1


if __name__ == "__main__":
    sys.exit(main())
