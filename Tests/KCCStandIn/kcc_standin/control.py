"""The control interface's requests on channels: what each does and answers."""

import os
import time

from .control_despatch import DespatchControl
from .control_stock import StockControl

LONGEST_WAIT = 60.0


def truth(value):
    """A flag out of a query string or a JSON body."""
    return value not in (False, None, "", "0", "false", 0)


class Control:
    """All routes."""

    def __init__(self, cloud):
        self.cloud = cloud
        get = {"health": self.health, "channels": self.channels, "channel": self.channel, "books": self.books, "order": self.order,
               "violations": self.violations, "ledger": self.ledger, "outbox": self.outbox}
        post = {"reset": self.reset, "shutdown": self.shutdown, "channels": self.add, "channels/remove": self.remove,
                "settings": self.settings, "credentials": self.credentials, "config": self.config, "poll": self.poll,
                "retry": self.retry, "import": self.import_now, "continuation": self.continuation, "faults": self.faults,
                "faults/clear": self.clear_faults, "flush": self.flush, "idle": self.idle, "outbox/drop": self.drop_outbox,
                "ledger/reset": self.reset_ledger}
        self.routes = {**{("GET", name): action for name, action in get.items()},
                       **{("POST", name): action for name, action in post.items()},
                       **DespatchControl(cloud).routes, **StockControl(cloud).routes}

    def _channel(self, args):
        return self.cloud.channel(args.get("channel"))

    # -- the whole

    def health(self, _args):
        return {"ok": True, "pid": os.getpid(), "channels": list(self.cloud.channels)}

    def reset(self, _args):
        self.cloud.reset()
        return {"ok": True}

    def shutdown(self, _args):
        self.cloud.stopping.set()
        return {"ok": True}

    # -- channels

    def channels(self, _args):
        with self.cloud.lock:
            return {"channels": [channel.shown() for channel in self.cloud.channels.values()]}

    def channel(self, args):
        with self.cloud.lock:
            return self._channel(args).shown()

    def add(self, args):
        """A channel; its configuration file is read at once unless `fetch` is false."""
        given = dict(args)
        fetch, name = truth(given.pop("fetch", True)), given.pop("channel")
        channel = self.cloud.add(name, **given)
        found = channel.downloading.configure() if fetch else None
        with self.cloud.lock:
            return {**channel.shown(), "config": found}

    def remove(self, args):
        self.cloud.remove(args.get("channel"))
        return {"ok": True}

    def settings(self, args):
        with self.cloud.lock:
            channel = self._channel(args)
            channel.settings.change({name: value for name, value in args.items() if name != "channel"})
            channel.grow_senders()
            self.cloud.lock.notify_all()
            return {"settings": channel.settings.values}

    def credentials(self, args):
        with self.cloud.lock:
            channel = self._channel(args)
            channel.user, channel.password = args.get("user", channel.user), args.get("password", channel.password)
            channel.config_url = args.get("config_url", channel.config_url)
        return {"ok": True}

    def config(self, args):
        return self._channel(args).downloading.configure()

    # -- orders

    def poll(self, args):
        """One poll, or with `drain` as many as it takes until an empty page or one that was not taken."""
        channel, polls = self._channel(args), []
        most = int(args.get("most", 10_000)) if truth(args.get("drain")) else int(args.get("times", 1))
        while len(polls) < most:
            polls.append(channel.downloading.poll())
            if truth(args.get("drain")) and not (polls[-1]["taken"] and polls[-1]["orders"]):
                break
        return {**polls[-1], "polls": polls}

    def retry(self, args):
        """An operator retries downloads: those named, or all that failed."""
        channel = self._channel(args)
        with self.cloud.lock:
            failed = [booked.ref for booked in channel.books.orders.values() if booked.state == "failed"]
        refs = args.get("refs", failed)
        return channel.downloading.poll(only=refs) if refs else {"status": None, "error": "nothing to retry", "orders": 0}

    def import_now(self, args):
        """Imports what is downloaded, whatever the delay."""
        with self.cloud.lock:
            channel = self._channel(args)
            channel.import_due(everything=True)
            return channel.books.counts()

    def continuation(self, args):
        """Sets what the next poll sends; null = no header at all."""
        with self.cloud.lock:
            channel = self._channel(args)
            before, channel.continuation = channel.continuation, args["value"]
        return {"before": before, "after": args["value"]}

    def books(self, args):
        with self.cloud.lock:
            channel, full = self._channel(args), truth(args.get("full"))
            orders = [booked for booked in channel.books.orders.values() if args.get("state", booked.state) == booked.state]
            return {"counts": channel.books.counts(), "orders": [booked.shown(full) for booked in orders]}

    def order(self, args):
        with self.cloud.lock:
            booked = self._channel(args).books.orders.get(args["ref"])
            if booked is None:
                raise ValueError(f"no order {args['ref']}")
            return booked.shown(full=True)

    # -- watching

    def violations(self, args):
        with self.cloud.lock:
            return self._channel(args).ledger.shown_violations()

    def ledger(self, args):
        with self.cloud.lock:
            return self._channel(args).ledger.shown(truth(args.get("entries", True)))

    def reset_ledger(self, args):
        with self.cloud.lock:
            self._channel(args).ledger.reset()
        return {"ok": True}

    def outbox(self, args):
        with self.cloud.lock:
            return self._channel(args).outbox.shown(truth(args.get("done")))

    def drop_outbox(self, args):
        """KCC gives up on what waits and is not under way."""
        with self.cloud.lock:
            waiting = self._channel(args).outbox.waiting
            gone = [number for number, message in waiting.items() if message.state == "waiting"]
            for number in gone:
                del waiting[number]
            self.cloud.lock.notify_all()
        return {"dropped": gone}

    def faults(self, args):
        with self.cloud.lock:
            channel = self._channel(args)
            channel.faults.order(args["kind"], int(args.get("times", 1)))
            return {"struck": channel.faults.struck}

    def clear_faults(self, args):
        with self.cloud.lock:
            self._channel(args).faults.clear()
        return {"ok": True}

    # -- waiting for events

    def flush(self, args):
        """Everything that waits is due now; waits until it has been taken."""
        return self._quiet(args, hurry=True)

    def idle(self, args):
        """Waits until uploads are taken, orders imported and polls over."""
        return self._quiet(args, hurry=False)

    def _quiet(self, args, hurry):
        channels = [self._channel(args)] if args.get("channel") else list(self.cloud.channels.values())
        started = time.monotonic()
        with self.cloud.lock:
            for channel in channels if hurry else ():
                channel.outbox.hurry()
            self.cloud.lock.notify_all()
        busy = self.cloud.wait_idle(channels, min(float(args.get("timeout", 20)), LONGEST_WAIT))
        return {"idle": not busy, "busy": busy, "seconds": round(time.monotonic() - started, 3)}
