"""Phases about what is said: bodies, credentials, paths and methods.

What a listener shows at `/` to people on its own machine is not KCC's business, and no part of this.
"""

import base64
import concurrent.futures
import socket
import threading
import time

from . import bodies
from .target import basic
from .wire import request

KINDS = ("statuses", "stock", "items")
NOT_IN = (400, 401, 403, 404, 405, 414, 429, 431, 501, 503, "closed")


class Canary:
    """A port that nobody may ever connect to: an XML reader that follows addresses would."""

    def __init__(self):
        self.socket, self.visits = socket.create_server(("127.0.0.1", 0)), 0
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/canary"
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self):
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.visits += 1


def hand_made_bodies(target, _random, _end):
    """Each hand-made body to each upload."""
    canary = Canary()
    for kind in KINDS:
        for name, body, allowed in bodies.fixed(kind, canary.url):
            content = "application/xml" if body.lstrip(b"\xef\xbb\xbf \n").startswith(b"<") else "application/json"
            # What is judged is the answer: the largest take several seconds in the debug build, and more on a busy machine.
            reply = target.ask("POST", target.paths[kind], {**target.signed, "Content-Type": content}, body, timeout=180)
            target.expect(reply, f"{kind}, {name}", allowed)
    if canary.visits:
        target.fail("an address in an XML document was followed")
    canary.socket.close()


def random_bodies(target, random, end):
    """Random ones until the time is up, on kept connections."""
    wire = target.open()
    while time.monotonic() < end:
        kind, body = bodies.mutated(random)
        wire.send(request("POST", target.paths[kind], {**target.signed, "Content-Type": "application/json"}, body, target.host))
        reply = target.judge(wire.reply("POST"), f"random {kind}")
        target.expect(reply, f"random {kind} {body!r:.200}", bodies.ANY)
        if reply.status is None or wire.finished or reply.headers.get("connection", "").lower() == "close":
            wire.socket.close()
            wire = target.open()
    wire.socket.close()


def wrong_credentials(target, random, end, count=3000):
    """Thousands of wrong passwords, and headers of all bad shapes. Never a 200, and the right one works afterwards.

    Very many at once: a listener may take its time with each refusal, and has to say no at once where too many wait for one.
    """
    user, password = target.user, target.password
    right = base64.b64encode(f"{user}:{password}".encode()).decode()
    shapes = [None, "", "Basic", "Basic ", "Basic !!!!", "Basic =", "Bearer " + right, right, "Basic" + right, "Digest username=a",
              "Basic " + right[:-3], "Basic " + right + ", Basic " + right, "Basic " + base64.b64encode(b"nocolon").decode(),
              "Basic " + base64.b64encode(b"\xff\xfe:\x00").decode(), "Basic " + "QQ" * 10_000, b"Basic \xff\xfe", b"Basic \x00",
              basic("", ""), basic(user, ""), basic("", password), basic(password, user), basic(user.swapcase() + "_", password),
              basic(user, password + " "), basic(user, password[:-1]), basic(user, password + "\0"), basic(user + "\0", password),
              basic(user + ":", password), basic(user, ":" + password), basic(user * 500, password)]

    def shape(value, path):
        reply = target.ask("GET", path, {"Authorization": value}, timeout=30)
        target.expect(reply, f"credentials {value!r:.40}", NOT_IN)
        if reply.status == 401 and not reply.headers.get("www-authenticate", "").lower().startswith("basic realm="):
            target.fail("a 401 without a Basic challenge")

    def guess(number, password):
        if time.monotonic() < end:
            header = {"Authorization": basic(user if number % 2 else f"u{number}", password)}
            if number % 4:
                # As a proxy tells of callers from everywhere: what a listener remembers of each must not pile up.
                header["X-Forwarded-For"] = f"203.0.{number // 250 % 250}.{number % 250}"
            target.expect(target.ask("GET", target.path("config.json"), header, timeout=30), "a wrong password", NOT_IN)

    words = ["".join(random.choices("abcdefghijklmnop:", k=12)) for _ in range(count)]
    with concurrent.futures.ThreadPoolExecutor(150) as pool:
        tries = [pool.submit(shape, value, path) for value in shapes for path in (target.path("config.json"), target.paths["orders"])]
        tries += [pool.submit(guess, number, word) for number, word in enumerate(words)]
        for done in tries:
            done.result()
    for scheme in ("basic ", "BASIC "):
        target.expect(target.ask("GET", target.path("config.json"), {"Authorization": scheme + right}), f"scheme {scheme!r}", (200,))


def paths_and_methods(target, _random, _end):
    """Channels that are not there, paths that try to get around, methods that do not belong, the neighbour's credentials."""
    own, prefix = target.channel, target.prefix
    nowhere = [f"{prefix}/no-such/config.json", f"{prefix}/{own}x/config.json", f"{prefix}/{own}", f"{prefix}/", "*",
               "/../../../../etc/passwd", f"{prefix}/{own}/../../../etc/passwd", f"{prefix}/{own}/%2e%2e/%2e%2e/etc/passwd",
               f"{prefix}/{own}/..%2f..%2fetc%2fpasswd", f"{prefix}/{own}/..%5c..%5cwin.ini", f"{prefix}/{own}/config.json%00.html",
               f"{prefix}/{own}/config.json\x00", f"{prefix}/{own}/config.json/", f"{prefix}/{own}/" + "a" * 7_000,
               f"{prefix}/{own}/" + "a" * 200_000, f"{prefix}/{own}/" + "../" * 2_000, f"{prefix}/{own}/" + "%2e%2e%2f" * 2_000,
               f"{prefix}/%ff%fe/config.json", f"{prefix}/%/config.json", f"{prefix}/%zz/config.json", f"{prefix}/{own}%/config.json",
               f"{prefix}/{own.upper() + 'X'}/config.json", f"http://example.org{prefix}/no-such/config.json",
               "//example.org/", f"{prefix}/{own}/config.json;x=1", f"{prefix}/{own}/\u00e9", f"{prefix}/'{own}'--/config.json"]
    for path in nowhere:
        target.expect(target.ask("GET", path, target.signed), f"path {path!r:.60}", NOT_IN)
    around = [f"{prefix}//{own}/config.json", f"//{prefix.strip('/')}/{own}/config.json", f"{prefix}/./{own}/config.json",
              f"{prefix}/{own}/%63onfig.json", f"{prefix}/x/../{own}/config.json", f"{prefix}/x/%2e%2e/{own}/config.json",
              f"{prefix}/{own}%2fconfig.json", f"{prefix}/{own}/config.json?a=b&c=%00", f"{prefix}/{own}/config.json#x"]
    for path in around:
        # Whether these are read as the plain path is the listener's choice; without credentials none may work.
        target.expect(target.ask("GET", path), f"path without credentials {path!r:.60}", NOT_IN)
        target.expect(target.ask("GET", path, target.signed), f"path {path!r:.60}", (200, *NOT_IN))
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND", "X" * 5_000, "G\x00T"):
        for path in (target.path("config.json"), target.paths["stock"]):
            target.expect(target.ask(method, path, target.signed, b""), f"method {method:.20}", NOT_IN)
    for method, path in [("POST", target.path("config.json")), ("POST", target.paths["orders"])] + [
            ("GET", target.paths[kind]) for kind in KINDS]:
        reply = target.ask(method, path, target.signed, b"{}" if method == "POST" else None)
        target.expect(reply, f"{method} {path}", NOT_IN)
        if reply.status == 405 and "allow" not in reply.headers:
            target.fail("a 405 without Allow")
    target.expect(target.ask("HEAD", target.path("config.json"), target.signed), "HEAD", (200, *NOT_IN))
    if target.other is not None:
        neighbour(target)


def neighbour(target):
    """Nothing of the other channel for this one's credentials, nor the other way round, by whichever path."""
    channel, user, password = target.other
    mine, theirs = target.signed, {"Authorization": basic(user, password)}
    for name in ("config.json", "config.xml", "orders", "stock"):
        own, prefix = target.channel, target.prefix
        ways = [f"{prefix}/{channel}/{name}", f"{prefix}/{own}/../{channel}/{name}", f"{prefix}/{own}/%2e%2e/{channel}/{name}",
                f"{prefix}//{channel}/{name}", f"{prefix}/{own}/..%2f{channel}/{name}", f"{prefix}/{channel}/./{name}",
                f"{prefix}/{channel.upper()}/{name}", f"{prefix}/{own}%2f..%2f{channel}/{name}"]
        for path in ways:
            target.expect(target.ask("GET", path, mine), f"the other channel's {path}", NOT_IN)
        target.expect(target.ask("GET", target.path(name), theirs), f"the other's credentials at {name}", NOT_IN)
    for kind in KINDS:
        path = target.paths[kind].replace(f"/{target.channel}/", f"/{channel}/")
        target.expect(target.ask("POST", path, mine, b'{"Statuses":[]}'), f"an upload to {path}", NOT_IN)
    both = {"Authorization": basic(user, target.password)}
    target.expect(target.ask("GET", target.path("config.json"), both), "a mixture of both credentials", NOT_IN)
