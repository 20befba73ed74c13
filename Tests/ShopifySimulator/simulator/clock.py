"""The simulator's clock, in microseconds since 1970, which tests may shift or stop."""

import time
from datetime import datetime, timedelta, timezone
from email.utils import formatdate

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Clock:
    """Wall time plus an offset, or a fixed instant."""

    def __init__(self):
        self.offset = 0
        self.frozen = None
        self.date_offset = 0
        self._last = 0

    def now(self):
        """Microseconds now."""
        if self.frozen is not None:
            return self.frozen
        return time.time_ns() // 1000 + self.offset

    def stamp(self):
        """A time for a new version: never the same twice, so that versions stay in order."""
        value = self.now()
        if self.frozen is None and value <= self._last < value + 1_000_000:
            value = self._last + 1
        self._last = value
        return value

    def http_date(self):
        """The Date header, which may be wrong on purpose by `date_offset` seconds."""
        return formatdate(self.now() / 1_000_000 + self.date_offset, usegmt=True)


def to_iso(micros):
    """As Shopify shows times: UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(micros // 1_000_000))


def to_iso_micros(micros):
    """With the fraction, for the control interface."""
    return (EPOCH + timedelta(microseconds=micros)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_cursor_text(micros):
    """As Shopify's cursors carry times."""
    return (EPOCH + timedelta(microseconds=micros)).strftime("%Y-%m-%d %H:%M:%S.%f")


def micros_of(moment):
    """Microseconds of an aware datetime, without a trip through binary floating point."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def parse_iso(text, zone=timezone.utc):
    """Microseconds of an ISO 8601 time or date; `zone` applies where the text names none."""
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return micros_of(moment)
