"""Waiting for something to become true: an event with a deadline, never a fixed sleep."""

import time


class TooLate(AssertionError):
    """The condition did not come true in time."""


def wait_until(condition, what, deadline=20.0, every=0.05):
    """Asks until `condition()` is true and returns its value; fails with `what` and the last value seen."""
    end = time.monotonic() + deadline
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise TooLate(f"{what}: not within {deadline:g} s; last seen: {found!r}")
        time.sleep(every)
