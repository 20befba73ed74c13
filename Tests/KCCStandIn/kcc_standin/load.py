"""python -m kcc_standin.load: a steady stream of uploads, or the time that full pages of orders take. For benchmarks.

    python -m kcc_standin.load --config-url URL --user U --password-file F stock --rate 100 --seconds 20
    python -m kcc_standin.load --config-url URL --user U --password-file F orders --calls 5

Connections are kept alive. The stream is open-loop: a call that is late is sent as soon as a connection is free, and its
latency counts from when it should have been sent, so that a stall cannot hide itself.
"""

import argparse
import http.client
import json
import queue
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from .calling import basic, call
from .cloud import FIRST_CONTACT
from .config_file import form_of, read_config
from .writing import CONTENT_TYPES, write


class Line:
    """One connection, opened again when it was lost."""

    def __init__(self, url, headers):
        self.parts, self.headers, self.connection = urlsplit(url), headers, None
        self.opened = 0

    def ask(self, method, body=None, more=None):
        """(status, headers, body); status None when the line broke."""
        kind = http.client.HTTPSConnection if self.parts.scheme == "https" else http.client.HTTPConnection
        for again in (False, True):
            fresh = self.connection is None
            if fresh:
                self.connection = kind(self.parts.hostname, self.parts.port, timeout=60)
                self.opened += 1
            try:
                self.connection.request(method, self.parts.path, body, {**self.headers, **(more or {})})
                response = self.connection.getresponse()
                return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
            except (OSError, http.client.HTTPException):
                self.connection.close()
                self.connection = None
                # A kept connection may have been closed meanwhile; a fresh one that breaks is the other side's fault.
                if fresh or again:
                    break
        return None, {}, b""


def endpoints(options):
    """The configuration file's endpoints, and the headers of every call."""
    password = Path(options.password_file).read_text(encoding="utf-8").strip("\r\n")
    signed = {"Authorization": basic(options.user, password)}
    answer = call("GET", options.config_url, signed)
    problems = []
    found = read_config(answer.body, form_of(options.config_url) or "JSON", lambda *all_of_it: problems.append(all_of_it)) \
        if answer.status == 200 else {}
    if not found:
        sys.exit(f"no configuration: {answer.said} {problems}")
    if options.rewrite:
        public, _, real = options.rewrite.partition("=")
        for endpoint in found.values():
            endpoint.url = endpoint.url.replace(public, real, 1)
    return found, signed


def stock_body(number, options, form):
    """A different upload each time: other codes, other levels."""
    rows = [{"StockCode": f"{options.prefix}{at % options.codes + 1:06}", "StockID": str(1000 + at % options.codes),
             "SiteID": options.site, "Levels": {"Available": float(number % 500), "OnOrder": 0.0}}
            for at in range(number * options.rows, (number + 1) * options.rows)]
    return write("stock", {"Statuses": rows}, form)


def stream(options):
    """Sends stock levels at a rate; the figures."""
    found, signed = endpoints(options)
    endpoint, due = found["StockStatusUpload"], queue.SimpleQueue()
    headers = {**signed, "Content-Type": CONTENT_TYPES[endpoint.form]}
    latencies, statuses, lines, lock = [], {}, [], threading.Lock()

    def work():
        line = Line(endpoint.url, headers)
        lines.append(line)
        while (job := due.get()) is not None:
            moment, body = job
            status = line.ask("POST", body)[0]
            with lock:
                latencies.append(time.monotonic() - moment)
                statuses[status] = statuses.get(status, 0) + 1

    threads = [threading.Thread(target=work, daemon=True) for _ in range(options.connections)]
    for thread in threads:
        thread.start()
    started = time.monotonic()
    count = max(1, int(options.rate * options.seconds))
    for number in range(count):
        moment = started + number / options.rate
        body = stock_body(number, options, endpoint.form)
        time.sleep(max(0.0, moment - time.monotonic()))
        due.put((moment, body))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    took, ordered = time.monotonic() - started, sorted(latencies)
    return {"calls": count, "seconds": round(took, 3), "calls_per_second": round(count / took, 1),
            "rows_per_second": round(count * options.rows / took, 1), **percentiles(ordered),
            "not_200": count - statuses.get(200, 0), "statuses": {str(key): value for key, value in statuses.items()},
            "connections": sum(line.opened for line in lines)}


def percentiles(ordered):
    """In milliseconds."""
    places = {"p50": 0.50, "p90": 0.90, "p99": 0.99, "max": 1.0}
    return {f"{name}_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000, 2) for name, part in places.items()}


def pages(options):
    """Times downloads of one and the same page; the figures."""
    found, signed = endpoints(options)
    line, seconds, sizes, statuses, orders = Line(found["OrderDownload"].url, signed), [], [], {}, 0
    for _ in range(options.calls):
        started = time.monotonic()
        status, _, body = line.ask("GET", None, {"Sirion-Continuation": options.continuation})
        seconds.append(time.monotonic() - started)
        sizes.append(len(body))
        statuses[str(status)] = statuses.get(str(status), 0) + 1
        orders = body.count(b'"AssociatedRef"') or body.count(b"<AssociatedRef>")
    return {"calls": options.calls, "orders": orders, "bytes": max(sizes), "first_ms": round(seconds[0] * 1000, 2),
            **percentiles(sorted(seconds)), "not_200": options.calls - statuses.get("200", 0), "statuses": statuses}


def main():
    """Reads the options and prints one line of JSON."""
    parser = argparse.ArgumentParser(prog="kcc_standin.load", description="Loads a listener as KCC would.")
    parser.add_argument("--config-url", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-file", required=True)
    parser.add_argument("--rewrite", help="PUBLIC=REAL: addresses in the configuration that begin with PUBLIC are called at REAL")
    kinds = parser.add_subparsers(required=True, metavar="stock|orders")
    stock = kinds.add_parser("stock", help="stock uploads at a steady rate")
    stock.add_argument("--rate", type=float, default=100, help="uploads a second")
    stock.add_argument("--seconds", type=float, default=20)
    stock.add_argument("--rows", type=int, default=1, help="entries in each upload, at most 100")
    stock.add_argument("--connections", type=int, default=4)
    stock.add_argument("--codes", type=int, default=10_000, help="how many stock codes the entries go round")
    stock.add_argument("--prefix", default="SKU-")
    stock.add_argument("--site", type=int, default=1)
    stock.set_defaults(run=stream)
    orders = kinds.add_parser("orders", help="downloads of a full page")
    orders.add_argument("--calls", type=int, default=5)
    orders.add_argument("--continuation", default=FIRST_CONTACT)
    orders.set_defaults(run=pages)
    options = parser.parse_args()
    print(json.dumps(options.run(options)))


if __name__ == "__main__":
    main()
