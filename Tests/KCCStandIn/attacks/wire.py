"""A raw HTTP connection: sends any bytes, reads answers one by one, and never believes that there is one."""

import socket
import time

LARGEST = 64 << 20


class Reply:
    """One answer. `status` is None when none came: then `end` says whether the other side closed or was only silent."""

    def __init__(self, status=None, headers=None, body=b"", end=None):
        self.status, self.headers, self.body, self.end = status, headers or {}, body, end

    @property
    def key(self):
        """What it counts as."""
        return self.end if self.status is None else str(self.status)


class Wire:
    """One connection to the target."""

    def __init__(self, address, timeout=10.0):
        self.socket = socket.create_connection(address, timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout, self.buffer, self.finished = timeout, b"", False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends; False when the other side has closed meanwhile."""
        try:
            self.socket.sendall(data)
            return True
        except OSError:
            return False

    def _fill(self, end):
        """More bytes; '' or a word that says why there are none."""
        left = end - time.monotonic()
        if left <= 0:
            return "silent"
        self.socket.settimeout(left)
        try:
            data = self.socket.recv(1 << 16)
        except TimeoutError:
            return "silent"
        except OSError:
            data = b""
        self.buffer += data
        self.finished = not data
        return "" if data else "closed"

    def reply(self, method="GET", timeout=None, interim=False):
        """The next answer; 100 Continue is passed over unless `interim`."""
        end = time.monotonic() + (self.timeout if timeout is None else timeout)
        while True:
            while (place := self.buffer.find(b"\r\n\r\n")) < 0:
                if why := self._fill(end):
                    return Reply(end=why)
            head, self.buffer = self.buffer[:place].decode("latin-1").split("\r\n"), self.buffer[place + 4:]
            words = head[0].split(" ", 2)
            if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
                return Reply(end="garbage")
            status = int(words[1])
            headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            if status == 100 and not interim:
                continue
            if status < 200 or status in (204, 304) or method == "HEAD":
                return Reply(status, headers)
            body, why = self._body(headers, end)
            return Reply(status, headers, body, why)

    def _body(self, headers, end):
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunks(end)
        length = headers.get("content-length")
        wanted = int(length) if length is not None and length.isdigit() else None
        why = ""
        while (wanted is None or len(self.buffer) < wanted) and len(self.buffer) < LARGEST and not why:
            why = self._fill(end)
        cut = len(self.buffer) if wanted is None else wanted
        body, self.buffer = self.buffer[:cut], self.buffer[cut:]
        return body, "cut off" if wanted is not None and len(body) < wanted else None

    def _chunks(self, end):
        body = b""
        while True:
            while (place := self.buffer.find(b"\r\n")) < 0:
                if self._fill(end):
                    return body, "cut off"
            size = int(self.buffer[:place].split(b";")[0] or b"0", 16)
            while len(self.buffer) < place + 2 + size + 2:
                if self._fill(end):
                    return body, "cut off"
            body += self.buffer[place + 2:place + 2 + size]
            self.buffer = self.buffer[place + 2 + size + 2:]
            if size == 0:
                return body, None


def request(method, target, headers=None, body=None, host="127.0.0.1", version="HTTP/1.1"):
    """A request's bytes. Bytes in the target or a header travel as they are."""
    def raw(value):
        return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")

    given = {"Host": host, **(headers or {})}
    if body is not None and not {"Content-Length", "Transfer-Encoding"} & set(given):
        given["Content-Length"] = len(body)
    lines = [b" ".join((raw(method), raw(target), raw(version)))]
    lines += [raw(name) + b": " + raw(value) for name, value in given.items() if value is not None]
    return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")
