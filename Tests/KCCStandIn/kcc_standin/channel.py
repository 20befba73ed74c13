"""One KCC channel: its settings, its threads, its books; the halves that download and upload are modules of their own."""

import sys
import threading
import time
import traceback

from . import importing
from .books import Books
from .calling import basic, call
from .despatch import order_status
from .downloading import Downloading
from .faults import Faults
from .ledger import Ledger
from .outbox import Outbox
from .settings import Settings
from .uploading import Uploading

ROWS_PER_CALL = 100
LONGEST_NAP = 0.5


class Channel:
    """Everything of one channel. State is touched under the cloud's lock, calls are made outside it."""

    def __init__(self, cloud, name, company, config_url, user, password, continuation, settings, seed):
        self.cloud, self.name, self.company = cloud, name, company
        self.config_url, self.user, self.password = config_url, user, password
        self.channel_id = company.next_id()
        self.settings = Settings(settings)
        self.faults = Faults(self.settings, seed)
        self.ledger, self.books = Ledger(), Books()
        self.outbox = Outbox(self.settings, self.faults.random)
        self.continuation = continuation
        self.downloading, self.uploading = Downloading(self), Uploading(self)
        self.shipments, self.invalid = {}, {}
        self.closed, self.threads = False, []
        company.channels.append(self)

    @property
    def lock(self):
        """The cloud's condition: held for state, told about every event."""
        return self.cloud.lock

    def start(self):
        """Begins to work."""
        self._thread(self._clerk)
        self.grow_senders()

    def grow_senders(self):
        """As many sending threads as the settings want; those too many end by themselves."""
        running = sum(thread.name.startswith("sender") and thread.is_alive() for thread in self.threads)
        for place in range(running, self.settings.senders):
            self._thread(lambda place=place: self.uploading.run(place), f"sender {place}")

    def _thread(self, work, name="clerk"):
        def guarded():
            try:
                work()
            except Exception:
                traceback.print_exc(file=sys.stderr)

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        self.threads.append(thread)
        thread.start()

    def close(self):
        """Ends the threads; what waits is forgotten."""
        with self.lock:
            self.closed = True
            if self in self.company.channels:
                self.company.channels.remove(self)
            self.lock.notify_all()

    # -- calls

    def call(self, what, method, url, headers=None, body=None, drop=None, **more):
        """One call with credentials, in the ledger. KCC may send them only once it was asked for them."""
        for public, real in self.settings.rewrite.items():
            if url.startswith(public):
                url = real + url[len(public):]
        headers, chunked = dict(headers or {}), self.settings.chunked and body is not None
        signed = {**headers, "Authorization": basic(self.user, self.password)}
        if self.settings.challenge:
            asked = call(method, url, headers, body, self.settings.timeout, chunked=chunked)
            with self.lock:
                self.ledger.note(what, method, url, asked, challenge=True)
                if asked.status == 401 and not asked.headers.get("www-authenticate", "").startswith("Basic realm="):
                    self.ledger.violation("challenge", url, "a 401 without a challenge")
            if asked.status != 401:
                return asked
        answer = call(method, url, signed, body, self.settings.timeout, drop, chunked)
        with self.lock:
            self.ledger.note(what, method, url, answer, **more)
            self.lock.notify_all()
        return answer

    # -- the clerk: polls by the clock, imports what is due

    def _clerk(self):
        next_poll = 0.0
        while not self.closed:
            with self.lock:
                self.import_due()
                frequency = self.downloading.frequency()
                polling = self.settings.polling and not self.closed
            now = time.monotonic()
            if polling and now >= next_poll:
                self.downloading.poll()
                next_poll = now + (1.0 if frequency is None else frequency * 60 / self.settings.compression)
            with self.lock:
                dues = [booked.due - time.monotonic() for booked in importing.waiting(self.books)]
                if polling:
                    dues.append(next_poll - time.monotonic())
                if not self.closed:
                    self.lock.wait(max(0.001, min([LONGEST_NAP, *dues])))

    def import_due(self, everything=False):
        """Imports the downloaded orders whose time has come."""
        now, changed, fresh = time.monotonic(), [], []
        for booked in importing.waiting(self.books):
            if everything or booked.due <= now:
                booked.due = None
                del self.books.pending[booked.ref]
                changed += importing.bring_in(booked, self.books, self.company, self.settings, self.invalid.get(booked.ref))
                if booked.state == importing.IMPORTED:
                    fresh.append(booked)
        if changed:
            self.stock_changed(changed)
        if fresh and self.settings.report_import:
            self.post_statuses([order_status(booked, self.channel_id, self.settings) for booked in fresh])
        if changed or fresh:
            self.lock.notify_all()

    # -- what is posted

    def stock_changed(self, pairs):
        """Tells every channel of the company."""
        for channel in self.company.channels:
            if channel.settings.stock_posts:
                channel.post_stock(pairs)

    def post_stock(self, pairs, per_call=ROWS_PER_CALL):
        """Queues stock levels as they are now, at most 100 in a call; no pairs = an empty call."""
        rows = self.company.rows(list(dict.fromkeys(pairs)))
        return [self.queue("stock", {"Statuses": rows[at:at + per_call]}) for at in range(0, max(len(rows), 1), per_call)]

    def post_statuses(self, entries, per_call=1000):
        """Queues order statuses."""
        return [self.queue("statuses", {"Statuses": entries[at:at + per_call]}) for at in range(0, max(len(entries), 1), per_call)]

    def post_items(self, payloads):
        """Queues stock items."""
        return [self.queue("items", payload) for payload in payloads]

    def queue(self, kind, payload):
        message = self.outbox.add(kind, payload)
        self.lock.notify_all()
        return message.number

    # -- quiet

    def busy(self):
        """What is still to be done: [] when the channel is idle."""
        found = [f"{len(self.outbox.waiting)} uploads"] if self.outbox.waiting else []
        orders = importing.waiting(self.books)
        found += [f"{len(orders)} orders to import"] if orders else []
        return found + (["a poll"] if self.downloading.under_way else [])

    def shown(self):
        """For the control interface."""
        return {"name": self.name, "channel_id": self.channel_id, "company": self.company.name, "config_url": self.config_url,
                "continuation": self.continuation, "endpoints": self.downloading.shown(), "settings": self.settings.values,
                "orders": self.books.counts(), "waiting": len(self.outbox.waiting), "taken": self.outbox.taken,
                "violations": self.ledger.by_code, "faults": self.faults.struck, "busy": self.busy()}
