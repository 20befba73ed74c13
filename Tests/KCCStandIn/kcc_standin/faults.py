"""What goes wrong on KCC's side, as often as told: a given number of times, or by chance."""

import random

KINDS = (
    "poll_drop_at_once",     # the connection is closed as soon as the request is out
    "poll_drop_unread",      # the answer is there, and is not read
    "poll_drop_after",       # the answer was read, and KCC dies before it keeps anything of it
    "poll_die_between",      # the orders are imported, the continuation is not stored
    "post_drop_at_once", "post_drop_unread",
    "post_twice",            # what was taken is sent once more, as if KCC had not noticed
)


class Faults:
    """Draws whether a fault strikes; the same seed draws the same."""

    def __init__(self, settings, seed):
        self.settings, self.random = settings, random.Random(seed)
        self.ordered, self.struck = {}, {}

    def order(self, kind, times):
        """The next `times` occasions are struck."""
        if kind not in KINDS:
            raise ValueError(f"no fault {kind}; there are {', '.join(KINDS)}")
        self.ordered[kind] = self.ordered.get(kind, 0) + times

    def clear(self):
        """No more faults, ordered or by chance."""
        self.ordered.clear()
        self.settings.values["faults"] = {}

    def strikes(self, kind):
        """Whether this one happens now."""
        if self.ordered.get(kind, 0) > 0:
            self.ordered[kind] -= 1
        elif not self.random.random() < self.settings.faults.get(kind, 0.0):
            return False
        self.struck[kind] = self.struck.get(kind, 0) + 1
        return True

    def first(self, *kinds):
        """The first of the kinds that strikes, or None."""
        return next((kind for kind in kinds if self.strikes(kind)), None)
