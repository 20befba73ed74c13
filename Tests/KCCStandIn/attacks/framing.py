"""Phases about how it is said: bodies without end, requests that can be read in two ways, clients that crawl."""

import selectors
import time

from .wire import request

REFUSED = (400, 408, 411, 413, 414, 417, 431, 501, 503, 505, "closed")
GOOD = b'{"Statuses":[]}'


def oversized(target, _random, end, mib=256):
    """Bodies far beyond any real one. The answer may come before the end; memory is watched by the caller."""
    signed, path, block = {**target.signed, "Content-Type": "application/json"}, target.paths["stock"], b" " * (1 << 20)
    for name, headers in (("with its length", {"Content-Length": mib << 20}), ("chunked", {"Transfer-Encoding": "chunked"})):
        with target.open(20) as wire:
            wire.send(request("POST", path, {**signed, **headers}, None, target.host))
            chunked = "Transfer-Encoding" in headers
            for _ in range(mib):
                if time.monotonic() > end or not wire.send(b"100000\r\n" + block + b"\r\n" if chunked else block):
                    break
            target.expect(target.judge(wire.reply("POST"), f"{mib} MiB {name}"), f"{mib} MiB {name}", REFUSED)
    for length in ("99999999999999999999999", str(1 << 62), "4294967297"):
        with target.open(5) as wire:
            wire.send(request("POST", path, {**signed, "Content-Length": length}, None, target.host))
            # A listener may wait for the body that was promised; it must not find room for it.
            target.expect(target.judge(wire.reply("POST"), "a huge length"), f"a length of {length}", (*REFUSED, "silent"))
    without = request("POST", path, {"Content-Type": "application/json", "Content-Length": mib << 20}, None, target.host)
    with target.open(5) as wire:
        wire.send(without)
        target.expect(target.judge(wire.reply("POST"), "a large body without credentials"), "a large body without credentials",
                      (401, *REFUSED))


def two_ways(target, _random, _end):
    """Requests that two readers would cut in different places. The hidden request must never be answered."""
    hidden = request("GET", target.path("config.json"), target.signed, None, target.host)
    head, path = {**target.signed, "Content-Type": "application/json"}, target.paths["stock"]

    def post(*lines, body=b"", version=b"HTTP/1.1"):
        fixed = [b"POST " + path.encode() + b" " + version, b"Host: " + target.host.encode()]
        fixed += [f"{name}: {value}".encode() for name, value in head.items()]
        return b"\r\n".join([*fixed, *lines]) + b"\r\n\r\n" + body

    chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)
    length = b"Content-Length: %d" % len(GOOD)
    shapes = [
        ("length and chunked", post(b"Content-Length: 4", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + hidden)),
        ("chunked and length", post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=b"0\r\n\r\n" + hidden)),
        ("two lengths", post(length, b"Content-Length: 0", body=GOOD + hidden)),
        ("a list of lengths", post(b"Content-Length: %d, 0" % len(GOOD), body=GOOD + hidden)),
        ("two codings", post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=chunk + hidden)),
        ("unknown coding", post(b"Transfer-Encoding: xchunked", length, body=GOOD + hidden)),
        ("coding with a tab", post(b"Transfer-Encoding:\tchunked", length, body=chunk + hidden)),
        ("space before the colon", post(b"Transfer-Encoding : chunked", length, body=GOOD + hidden)),
        ("chunked in HTTP/1.0", post(b"Transfer-Encoding: chunked", length, body=chunk + hidden, version=b"HTTP/1.0")),
        *[(f"length {value}", post(b"Content-Length: " + value, body=GOOD + hidden))
          for value in (b"+15", b"-1", b"0x0f", b"15 15", b"1e1", b"", b"15a", b"\xd9\xa1\xd9\xa5")],
        *[(f"chunk size {size[:12]}", post(b"Transfer-Encoding: chunked", body=size + b"\r\n" + GOOD + b"\r\n0\r\n\r\n" + hidden))
          for size in (b"-f", b"+f", b"0xf", b"f f", b"g", b"", b"F" * 17, b"F" * 5000)],
        ("a long chunk extension", post(b"Transfer-Encoding: chunked", body=b"f;" + b"x" * 100_000 + chunk[1:])),
        ("chunk without its end", post(b"Transfer-Encoding: chunked", body=b"f\r\n" + GOOD + b"0\r\n\r\n" + hidden)),
        ("chunk ends with LF", post(b"Transfer-Encoding: chunked", body=b"f\n" + GOOD + b"\n0\n\n" + hidden)),
        ("folded header", post(b"X-A: 1\r\n Content-Length: 0", length, body=GOOD)),
        ("NUL in a header", post(b"X-A: a\x00b", length, body=GOOD)), ("no colon", post(b"Nonsense", length, body=GOOD)),
        ("bare CR", post(b"X-A: a\rContent-Length: 0", length, body=GOOD)), ("empty name", post(b": a", length, body=GOOD)),
        ("ten thousand headers", post(*[b"X-%d: 1" % n for n in range(10_000)], length, body=GOOD)),
        ("a header of a MiB", post(b"X-A: " + b"a" * (1 << 20), length, body=GOOD)),
        ("many trailers", post(b"Transfer-Encoding: chunked", body=chunk[:-2] + b"X-A: 1\r\n" * 10_000 + b"\r\n")),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 500),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("HTTP/9.9", b"GET / HTTP/9.9\r\n\r\n"), ("HTTP/0.9", b"GET /\r\n\r\n"), ("no words", b"\r\n" * 1000 + b"\r\n"),
        ("garbage", bytes(range(256)) * 100 + b"\r\n\r\n"), ("no host", b"GET / HTTP/1.1\r\n\r\n"),
        ("LF only", b"GET / HTTP/1.1\nHost: a\n\n")]
    # Nothing in them can be read as a second request: these may be answered in any way.
    harmless = ("folded header", "NUL in a header", "no colon", "bare CR", "empty name", "many trailers", "ten thousand headers",
                "a long chunk extension")
    for name, data in shapes:
        with target.open(3) as wire:
            wire.send(data)
            first = target.judge(wire.reply("POST"), name)
            second = wire.reply("GET", 0.5) if first.status is not None and hidden in data else None
        if second is not None and second.status == 200:
            target.fail(f"{name}: the hidden request was answered")
        if name not in harmless and first.status == 200 and hidden not in data:
            target.fail(f"{name} was answered 200")


def pipelined(target, _random, _end, count=200):
    """Many requests in one write are answered in their order, or the connection ends."""
    one = request("GET", target.path("config.json"), target.signed, None, target.host)
    other = request("GET", f"{target.prefix}/no-such/config.json", target.signed, None, target.host)
    with target.open(10) as wire:
        wire.send((one + other) * (count // 2))
        found = []
        while len(found) < count and (reply := target.judge(wire.reply(), "pipelined")).status is not None:
            found.append(reply.status)
    if not found or any((status == 200) != (place % 2 == 0) for place, status in enumerate(found) if status != 503):
        target.fail(f"pipelined requests were answered out of order: {found[:6]}")


def expecting(target, _random, _end):
    """Expect: 100-continue is granted before a body, and refused before one that is too large or not allowed."""
    head = {**target.signed, "Content-Type": "application/json", "Expect": "100-continue"}
    with target.open(5) as wire:
        wire.send(request("POST", target.paths["stock"], {**head, "Content-Length": len(GOOD)}, None, target.host))
        first = wire.reply("POST", interim=True)
        if first.status != 100:
            target.fail(f"Expect: 100-continue was answered {first.key}")
        wire.send(GOOD)
        target.expect(target.judge(wire.reply("POST"), "after 100"), "the body after 100", (200,))
    for name, more in (("a large body", {"Content-Length": 1 << 40}), ("no credentials", {"Content-Length": 5, "Authorization": None}),
                       ("another expectation", {"Content-Length": 0, "Expect": "coffee"})):
        with target.open(5) as wire:
            wire.send(request("POST", target.paths["stock"], {**head, **more}, None, target.host))
            reply = wire.reply("POST", interim=True)
            if reply.status == 100:
                wire.send(b"[" * 5)
                reply = wire.reply("POST", 3)
            target.expect(target.judge(reply, f"Expect with {name}"), f"Expect with {name}", (401, *REFUSED, "silent"))


def crawling(target, _random, _end, count=200, limit=30.0):
    """Connections that send a byte a second, half in the headers and half in the body, and some that say nothing.

    All must be closed within the limit, and right requests be answered meanwhile. Returns figures.
    """
    start = request("POST", target.paths["stock"], {**target.signed, "Content-Length": 100_000}, None, target.host)
    watch, opened, slowest = selectors.DefaultSelector(), {}, 0.0
    for number in range(count):
        try:
            wire = target.open(5)
        except OSError:
            target.counts["refused"] += 1
            continue
        opened[wire] = time.monotonic()
        if number % 4:
            wire.send(start if number % 4 == 1 else b"GET / HTTP/1.1\r\nX-Slow: ")
        wire.socket.setblocking(False)
        watch.register(wire.socket, selectors.EVENT_READ, (wire, number % 4 > 0))
    ages, end, tick, probe = [], time.monotonic() + limit, time.monotonic() + 1, time.monotonic()
    while opened and time.monotonic() < end:
        for key, _ in watch.select(0.2):
            wire = key.data[0]
            try:
                gone = not wire.socket.recv(1 << 16)
            except BlockingIOError:
                continue
            except OSError:
                gone = True
            if gone:
                ages.append(drop(watch, opened, wire))
        if time.monotonic() >= tick:
            tick += 1
            for key in list(watch.get_map().values()):
                if key.data[1] and not key.data[0].send(b"a"):
                    ages.append(drop(watch, opened, key.data[0]))
        if time.monotonic() >= probe:
            probe += 2
            slowest = max(slowest, target.healthy() or 0.0)
    if opened:
        target.fail(f"{len(opened)} of {count} crawling connections were still open after {limit:g} s")
    figures = {"crawling": count, "closed": len(ages), "oldest_s": round(max(ages, default=0.0), 1),
               "answer_meanwhile_ms": round(slowest * 1000, 1)}
    for wire in list(opened):
        drop(watch, opened, wire)
    return figures


def drop(watch, opened, wire):
    """Forgets a connection; how old it became."""
    watch.unregister(wire.socket)
    wire.socket.close()
    return time.monotonic() - opened.pop(wire)
