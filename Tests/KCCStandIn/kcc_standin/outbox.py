"""Uploads that wait for their 200. Anything else, or nothing, and the same bytes go out again later."""

import itertools
import time

WAITING, SENDING, TAKEN = "waiting", "sending", "taken"
KEPT = 5000


class Message:
    """One upload. Its body is made at the first attempt and is the same at every later one."""

    def __init__(self, number, kind, payload):
        self.number, self.kind, self.payload = number, kind, payload
        self.body = self.form = self.answer = None
        self.attempts, self.state, self.due, self.again = 0, WAITING, 0.0, False
        self.made, self.answers = time.monotonic(), []

    def shown(self):
        """For the control interface."""
        return {"id": self.number, "kind": self.kind, "state": self.state, "attempts": self.attempts, "answer": self.answer,
                "answers": self.answers[-20:], "bytes": None if self.body is None else len(self.body),
                "rows": len(self.payload.get("Statuses", self.payload.get("Items", [])))}


class Outbox:
    """The uploads of one channel. All calls are made under the cloud's lock; waiting and sending are the channel's."""

    def __init__(self, settings, random):
        self.settings, self.random = settings, random
        self.numbers = itertools.count(1)
        self.waiting, self.done = {}, {}
        self.taken = 0

    def add(self, kind, payload):
        """Queues an upload."""
        message = Message(next(self.numbers), kind, payload)
        self.waiting[message.number] = message
        return message

    def next(self, now):
        """An upload whose time has come, marked as under way; or None."""
        if self.settings.hold:
            return None
        due = [message for message in self.waiting.values() if message.state == WAITING and message.due <= now]
        if not due:
            return None
        message = self.random.choice(due) if self.settings.shuffle else due[0]
        message.state = SENDING
        return message

    def pause(self, now):
        """Seconds until the next one is due; None when nothing waits for a time."""
        if self.settings.hold:
            return None
        times = [message.due for message in self.waiting.values() if message.state == WAITING]
        return max(0.0, min(times) - now) if times else None

    def back(self, message, said, now):
        """It was not taken: later again, each time a little later."""
        self._note(message, said)
        wait = self.settings.backoff_first * self.settings.backoff_factor ** min(message.attempts - 1, 30)
        message.state, message.due = WAITING, now + min(wait, self.settings.backoff_most)

    def take(self, message, said, again, now):
        """It was taken. `again` = KCC thinks otherwise and will send it once more."""
        self._note(message, said)
        if again and not message.again:
            message.again, message.state, message.due = True, WAITING, now + self.settings.backoff_first
            return
        message.state = TAKEN
        del self.waiting[message.number]
        self.done[message.number] = message
        self.taken += 1
        if len(self.done) > KEPT:
            del self.done[next(iter(self.done))]

    def hurry(self):
        """Everything is due now."""
        for message in self.waiting.values():
            message.due = 0.0

    def _note(self, message, said):
        message.answer = said
        message.answers.append(said)

    def shown(self, done=False):
        """For the control interface."""
        return {"waiting": [message.shown() for message in self.waiting.values()], "taken": self.taken,
                **({"done": [message.shown() for message in self.done.values()]} if done else {})}
