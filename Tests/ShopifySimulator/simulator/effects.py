"""What was really done to a shop: the truth that a client's exactly-once is measured by."""

from .clock import to_iso_micros


class Effects:
    """Executed mutations in their order, and the mails that went out."""

    def __init__(self, clock):
        self.clock, self.entries, self.mails, self.replays = clock, [], {}, 0

    def note(self, kind, subject, notified, **details):
        """Keeps one effect; a notified one is a mail to the customer."""
        self.entries.append({"seq": len(self.entries) + 1, "at": to_iso_micros(self.clock.now()), "kind": kind, "id": subject,
                             "notified": notified, **details})
        if notified:
            self.mails[subject] = self.mails.get(subject, 0) + 1

    def shown(self):
        """For the control interface."""
        return {"entries": self.entries, "mails": self.mails, "replays": self.replays}
