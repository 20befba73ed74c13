"""Shopify's leaky bucket of query cost points."""

import time


class Bucket:
    """Holds up to `maximum` points and regains `rate` of them a second."""

    def __init__(self, maximum, rate):
        self.maximum, self.rate = maximum, rate
        self.points, self.at = float(maximum), time.monotonic()

    def available(self):
        """Points there are now."""
        now = time.monotonic()
        self.points = min(float(self.maximum), self.points + (now - self.at) * self.rate)
        self.at = now
        return self.points

    def take(self, cost):
        """Takes the requested cost, or says no and takes nothing."""
        if self.available() < cost:
            return False
        self.points -= cost
        return True

    def give_back(self, points):
        """Refunds what the answer turned out not to cost."""
        self.points = min(float(self.maximum), self.points + points)

    def set(self, maximum=None, rate=None, available=None):
        """Changes size, rate or contents."""
        self.available()
        if maximum is not None:
            self.maximum, self.points = maximum, min(self.points, float(maximum))
            if available is None:
                self.points = float(maximum)
        if rate is not None:
            self.rate = rate
        if available is not None:
            self.points = float(available)

    def status(self):
        """throttleStatus."""
        return {"maximumAvailable": float(self.maximum), "currentlyAvailable": int(self.available()),
                "restoreRate": float(self.rate)}
