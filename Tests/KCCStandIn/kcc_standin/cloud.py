"""The whole stand-in: companies, their channels, and the one lock that guards them."""

import threading
import time

from .channel import Channel
from .company import Company

FIRST_CONTACT = "2025-06-30 12:00:00Z"


class Cloud:
    """All channels of the process."""

    def __init__(self, seed=1):
        self.lock = threading.Condition(threading.RLock())
        self.seed, self.made = seed, 0
        self.channels, self.companies = {}, {}
        self.stopping = threading.Event()

    def channel(self, name):
        """A channel by name; the only one when nobody says which."""
        if name is None and len(self.channels) == 1:
            return next(iter(self.channels.values()))
        if name not in self.channels:
            raise ValueError(f"no channel {name}; there are {', '.join(self.channels) or 'none'}")
        return self.channels[name]

    def add(self, name, config_url, user, password, company=None, continuation=FIRST_CONTACT, settings=None):
        """Makes a channel and starts it."""
        with self.lock:
            if name in self.channels:
                raise ValueError(f"there is a channel {name}")
            firm = company or name
            self.companies.setdefault(firm, Company(firm))
            self.made += 1
            channel = Channel(self, name, self.companies[firm], config_url, user, password, continuation, settings or {},
                              self.seed * 1000 + self.made)
            self.channels[name] = channel
        channel.start()
        return channel

    def remove(self, name):
        """Ends a channel. A company without channels goes with its last one."""
        channel = self.channel(name)
        channel.close()
        with self.lock:
            del self.channels[channel.name]
            if not channel.company.channels:
                del self.companies[channel.company.name]

    def reset(self):
        """Ends all channels."""
        for name in list(self.channels):
            self.remove(name)

    def wait_idle(self, channels, timeout):
        """Waits until the channels have nothing to do; what they still have, {} when idle."""
        end = time.monotonic() + timeout
        with self.lock:
            while True:
                busy = {channel.name: found for channel in channels if (found := channel.busy())}
                left = end - time.monotonic()
                if not busy or left <= 0 or self.stopping.is_set():
                    return busy
                self.lock.wait(min(left, 0.5))
