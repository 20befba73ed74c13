"""Attacks a listener of the KCC link, and says whether it stood.

    python hostile.py --base-url http://127.0.0.1:8484/kcc --channel web --user U --password-file F --pid PID --seconds 60

After each phase the process must live, a right request must be answered in time, and memory must not have grown beyond the
limit. No answer may be a 5xx other than 503 (501 and 505 are let pass: they are HTTP's words for a method, coding or version
that is not spoken), and none may hold a marker of another channel. Figures are printed, one line of JSON for each phase; the
exit status is 1 if anything failed. Loopback only.
"""

import argparse
import json
import random
import sys
import threading
import time
from pathlib import Path

from attacks import framing, phases
from attacks.target import Target

# (name, phase, share of the time that can be shared out)
PHASES = (("bodies by hand", phases.hand_made_bodies, 0), ("random bodies", phases.random_bodies, 5),
          ("credentials", phases.wrong_credentials, 2), ("paths and methods", phases.paths_and_methods, 0),
          ("two ways to read", framing.two_ways, 0), ("pipelining", framing.pipelined, 0), ("expectations", framing.expecting, 0),
          ("oversized", framing.oversized, 2), ("crawling", framing.crawling, 0))


class Scale:
    """Samples the size of the process all the time."""

    def __init__(self, target):
        self.target, self.peak, self.stopping = target, 0.0, threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while not self.stopping.wait(0.05):
            self.peak = max(self.peak, self.target.size())

    def take(self):
        """The peak since the last time."""
        peak, self.peak = max(self.peak, self.target.size()), 0.0
        return peak


def attack(target, seconds=60, seed=1, growth_limit=256.0, say=print, only=None, **options):
    """Runs the phases; True when the listener stood. `options` = {phase name: {argument: value}}."""
    target.read_config()
    target.healthy()
    begin, scale = target.size(), Scale(target)
    chosen = [each for each in PHASES if only is None or each[0] in only]
    shares = sum(share for _, _, share in chosen) or 1
    for number, (name, phase, share) in enumerate(chosen):
        target.phase, before = name, dict(target.counts)
        started, known = time.monotonic(), len(target.failures)
        end = started + (seconds * share / shares if share else seconds)
        more = None
        try:
            more = phase(target, random.Random(seed * 100 + number), end, **options.get(name, {}))
        except (OSError, ValueError) as error:
            target.fail(f"not to be spoken with: {type(error).__name__}: {error}")
        took = time.monotonic() - started
        if not target.alive():
            target.fail("the process is gone")
        answered = target.healthy() if target.alive() else None
        peak = scale.take()
        if peak - begin > growth_limit:
            target.fail(f"memory rose by {peak - begin:.0f} MiB")
        counts = {key: value - before.get(key, 0) for key, value in sorted(target.counts.items()) if value > before.get(key, 0)}
        say(json.dumps({"phase": name, "seconds": round(took, 1), "answers": counts, "rss_mib": round(target.size(), 1),
                        "peak_mib": round(peak, 1), "right_request_ms": None if answered is None else round(answered * 1000, 1),
                        "failures": len(target.failures) - known, **(more or {})}))
        if not target.alive():
            break
    scale.stopping.set()
    say(json.dumps({"phase": "all", "answers": dict(sorted(target.counts.items())), "rss_before_mib": round(begin, 1),
                    "rss_after_mib": round(target.size(), 1), "failures": len(target.failures)}))
    return not target.failures


def secret(path):
    """A password out of a file."""
    return Path(path).read_text(encoding="utf-8").strip("\r\n")


def main():
    """Reads the options and attacks."""
    parser = argparse.ArgumentParser(description="Attacks a listener of the KCC link on loopback.")
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--channel", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=60, help="for what is bounded by time; the crawling comes on top")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--other-channel", help="another channel of the same listener, with the next two")
    parser.add_argument("--other-user")
    parser.add_argument("--other-password-file")
    parser.add_argument("--marker", action="append", default=[], help="text that only the other channel's answers hold")
    parser.add_argument("--answer-limit", type=float, default=2.0, help="seconds within which a right request is answered")
    parser.add_argument("--growth-limit", type=float, default=256.0, help="MiB of memory above the start")
    parser.add_argument("--slow-limit", type=float, default=45.0, help="seconds after which crawling connections must be closed")
    parser.add_argument("--slow-connections", type=int, default=200)
    parser.add_argument("--wrong-credentials", type=int, default=3000)
    parser.add_argument("--big-mib", type=int, default=256)
    parser.add_argument("--only", action="append", help=f"some phases: {', '.join(name for name, _, _ in PHASES)}")
    options = parser.parse_args()
    other = (options.other_channel, options.other_user, secret(options.other_password_file)) if options.other_channel else None
    target = Target(options.base_url, options.channel, options.user, secret(options.password_file), options.pid, options.marker, other,
                    options.answer_limit)
    stood = attack(target, options.seconds, options.seed, options.growth_limit, only=options.only, **{
        "credentials": {"count": options.wrong_credentials}, "oversized": {"mib": options.big_mib},
        "crawling": {"count": options.slow_connections, "limit": options.slow_limit}})
    for line in target.failures:
        print(f"FAILED {line}")
    print("stood" if stood else f"{len(target.failures)} failures")
    sys.exit(0 if stood else 1)


if __name__ == "__main__":
    main()
