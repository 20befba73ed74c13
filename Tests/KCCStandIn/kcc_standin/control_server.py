"""The control interface's HTTP: JSON in, JSON out, a thread for each connection, loopback only."""

import decimal
import json
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class Handler(BaseHTTPRequestHandler):
    """One control connection."""

    protocol_version = "HTTP/1.1"

    def setup(self):
        """Answers are small: they go out at once."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self):
        """Asks for something."""
        self._answer(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self):
        """Does something."""
        try:
            args = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        except ValueError as error:
            return self._send(400, {"error": f"no JSON: {error}"})
        if not isinstance(args, dict):
            return self._send(400, {"error": "the body must be a JSON object"})
        return self._answer(args)

    def _answer(self, args):
        name = urlsplit(self.path).path.removeprefix("/control/").rstrip("/")
        action = self.server.routes.get((self.command, name))
        if action is None:
            return self._send(404, {"error": f"no such request: {self.command} /control/{name}"})
        try:
            return self._send(200, action(args))
        except ConnectionError:
            raise
        except (ValueError, KeyError, TypeError, IndexError, ArithmeticError, AttributeError) as error:
            return self._send(400, {"error": str(error) if type(error) is ValueError else repr(error)})

    def _send(self, status, found):
        body = json.dumps(found, ensure_ascii=False, default=plain).encode("utf-8", "surrogatepass")
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


def plain(value):
    """What JSON has no word for: exact decimals become strings."""
    if isinstance(value, decimal.Decimal):
        return str(value)
    raise TypeError(f"no JSON: {value!r}")


class ControlServer(ThreadingHTTPServer):
    """Serves the routes {(method, name): action}."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port, routes):
        super().__init__(("127.0.0.1", port), Handler)
        self.routes = routes

    def handle_error(self, request, client_address):
        """A caller that hung up is no error."""
