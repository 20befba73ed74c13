"""The sending threads of a channel: one upload at a time each, until it is taken."""

import time

from .calling import AT_ONCE, UNREAD
from .writing import CONTENT_TYPES, write

ENDPOINTS = {"statuses": "OrderStatusUpload", "stock": "StockStatusUpload", "items": "StockUpload"}
DROPS = {"post_drop_at_once": AT_ONCE, "post_drop_unread": UNREAD}
LONGEST_NAP = 0.5


class Uploading:
    """Sends what the outbox has. A 200 takes an upload off; anything else puts it back."""

    def __init__(self, channel):
        self.channel = channel

    def run(self, place):
        """A sending thread's life; it ends when the settings want fewer of them."""
        channel = self.channel
        while True:
            with channel.lock:
                if channel.closed or place >= channel.settings.senders:
                    return
                message = channel.outbox.next(time.monotonic())
                if message is None:
                    nap = channel.outbox.pause(time.monotonic())
                    channel.lock.wait(LONGEST_NAP if nap is None else min(LONGEST_NAP, max(nap, 0.001)))
                    continue
                fault = channel.faults.first(*DROPS)
            try:
                self._send(message, fault)
            except Exception as error:
                # A thread that ended here would leave the upload under way for ever.
                self._finish(message, None, f"{type(error).__name__}: {error}")
                raise

    def _send(self, message, fault):
        channel = self.channel
        endpoint = channel.downloading.endpoint(ENDPOINTS[message.kind])
        if endpoint is None:
            message.attempts += 1
            self._finish(message, None, "no endpoint")
            return
        if message.body is None:
            message.form, message.body = endpoint.form, write(message.kind, message.payload, endpoint.form)
        headers = {"Content-Type": CONTENT_TYPES[message.form]}
        if channel.settings.expect_continue:
            headers["Expect"] = "100-continue"
        message.attempts += 1
        answer = channel.call(message.kind, "POST", endpoint.url, headers, message.body, DROPS.get(fault), message=message.number,
                              attempt=message.attempts, fault=fault, sent=len(message.body))
        self._finish(message, answer.status, answer.said)

    def _finish(self, message, status, said):
        channel = self.channel
        with channel.lock:
            if status == 200:
                channel.outbox.take(message, said, channel.faults.strikes("post_twice"), time.monotonic())
            else:
                channel.outbox.back(message, said, time.monotonic())
            channel.lock.notify_all()
