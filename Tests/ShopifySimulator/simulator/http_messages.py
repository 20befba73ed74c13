"""HTTP requests as they come in, and responses as they go out, faults of the wire included."""

from http import HTTPStatus

REASONS = {430: "Shopify Security Rejection", 530: "Origin DNS Error", 540: "Temporarily Disabled", 783: "Unexpected Token"}


class Request:
    """One request."""

    __slots__ = ("method", "path", "query", "headers", "body", "keep_alive", "first")

    def __init__(self, method, target, headers, body, keep_alive, first):
        self.method, self.headers, self.body = method, headers, body
        self.path, _, self.query = target.partition("?")
        self.keep_alive, self.first = keep_alive, first


class Response:
    """One response. `wire` tells of mischief: how it is cut, dribbled or dropped."""

    __slots__ = ("status", "headers", "body", "wire")

    def __init__(self, status=200, body=b"", headers=None, content_type="application/json; charset=utf-8", wire=None):
        self.status, self.body, self.wire = status, body, wire
        self.headers = {"Content-Type": content_type, **(headers or {})}

    def head(self, date, keep_alive, length=None):
        """Status line and headers."""
        try:
            reason = REASONS.get(self.status) or HTTPStatus(self.status).phrase
        except ValueError:
            reason = "Unknown"
        lines = [f"HTTP/1.1 {self.status} {reason}", f"Date: {date}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"Content-Length: {len(self.body) if length is None else length}",
                  f"Connection: {'keep-alive' if keep_alive else 'close'}", "", ""]
        return "\r\n".join(lines).encode("latin-1", "replace")


class Wire:
    """Mischief on the wire."""

    __slots__ = ("drop", "reset", "cut", "honest", "chunk", "every", "hang")

    def __init__(self, drop=False, reset=False, cut=None, honest=False, chunk=0, every=0.0, hang=False):
        self.drop, self.reset, self.cut, self.honest = drop, reset, cut, honest
        self.chunk, self.every, self.hang = chunk, every, hang
