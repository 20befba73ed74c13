"""One HTTP call as KCC's cloud makes it, with Basic credentials, and with the ways in which it can go wrong."""

import base64
import http.client
import select
import time
from urllib.parse import urlsplit

AT_ONCE, UNREAD = "at_once", "unread"


class Answer:
    """What came back. `status` is None when nothing did; `error` says why."""

    def __init__(self, status=None, headers=None, body=b"", error=None, seconds=0.0):
        self.status, self.headers, self.body, self.error, self.seconds = status, headers or {}, body, error, seconds

    @property
    def said(self):
        """For the ledger."""
        return self.error if self.status is None else str(self.status)


def basic(user, password):
    """The value of the Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def call(method, url, headers, body=None, timeout=15.0, drop=None, chunked=False):
    """Makes one call on a connection of its own; never raises for what the other side or the line does.

    `drop` closes the connection without reading the answer: at once, or when the answer's first byte is there, by when the
    other side has done its work. Redirects are not followed.
    """
    started = time.monotonic()
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=timeout)

    def took():
        return round(time.monotonic() - started, 6)

    try:
        sent = (body[at:at + 8192] for at in range(0, len(body), 8192)) if chunked and body is not None else body
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, sent, headers, encode_chunked=chunked)
        if drop is not None:
            if drop == UNREAD:
                select.select([connection.sock], [], [], timeout)
            return Answer(error=f"dropped {drop}", seconds=took())
        response = connection.getresponse()
        found = response.read()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, found, None, took())
    except (OSError, http.client.HTTPException) as error:
        return Answer(error=f"{type(error).__name__}: {error}", seconds=took())
    finally:
        connection.close()
