"""Faults that tests inject: which one hits a request, and what it does to it."""

import random

from .answers import dumps
from .http_messages import Response, Wire
from .model import BadRequest

BEFORE = {"status", "delay", "drop_before", "html", "not_json", "wrong_json", "empty", "huge", "throttled", "redirect", "bad_gzip",
          "errors_as_string", "hang", "rejected"}
AFTER = {"drop_after", "truncated", "slow", "internal_error", "access_denied", "null_node", "search_warning", "fall_forward", "node_error",
         "content_type", "no_cost"}
KEYS = {"kind", "shop", "operation", "times", "after", "probability", "status", "body", "headers", "execute", "seconds", "reset",
        "fraction", "honest", "bytes", "every", "mib", "available", "data", "path", "index", "all", "location", "version", "value", "match"}
TEXTS = {
    400: "Bad Request", 401: "[API] Invalid API key or access token (unrecognized login or wrong password)",
    402: "Payment Required: this shop is frozen", 403: "Forbidden: this action requires merchant approval for a scope",
    404: "Not Found", 406: "Not Acceptable", 423: "Locked", 429: "Exceeded 2 calls per second for api client. Reduce request "
    "rates to resume uninterrupted service.", 430: "Shopify Security Rejection", 500: "Internal Server Error",
    502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}
INTERNAL = "Internal error. Looks like something went wrong on our end.\nRequest ID: 00000000-0000-4000-8000-000000000000 (include this in support requests)."


class Fault:
    """One fault with its counters."""

    def __init__(self, number, given):
        unknown = sorted(set(given) - KEYS)
        if unknown:
            raise BadRequest(f"unknown fault key: {', '.join(unknown)}")
        if given.get("kind") not in BEFORE | AFTER:
            raise BadRequest(f"unknown fault kind: {given.get('kind')}")
        self.id, self.given, self.kind = number, given, given["kind"]
        self.seen = self.fired = 0

    def get(self, key, default=None):
        """A parameter."""
        return self.given.get(key, default)

    def hits(self, shop, operation, rng, variables=""):
        """Counts a request that matches; True when the fault is to be applied to it. `match` = a text among its variables."""
        if self.get("match", "") not in variables:
            return False
        if self.get("shop", shop) != shop or self.get("operation", operation) != operation:
            return False
        if self.get("operation") is None and operation == "oauth":
            return False
        times = self.get("times", 1)
        if 0 <= times <= self.fired:
            return False
        self.seen += 1
        if self.seen <= self.get("after", 0) or rng.random() >= self.get("probability", 1.0):
            return False
        self.fired += 1
        return True

    def shown(self):
        """For the control interface."""
        return {**self.given, "id": self.id, "seen": self.seen, "fired": self.fired}


class Faults:
    """All faults, in the order they were added."""

    def __init__(self, seed):
        self.seed = seed
        self.clear()

    def clear(self, number=None):
        """Takes one out, or all."""
        if number is None:
            self.list, self.next, self.random = [], 1, random.Random(self.seed)
        else:
            self.list = [f for f in self.list if f.id != number]

    def add(self, given):
        """Adds one; returns its number."""
        fault = Fault(self.next, given)
        self.next += 1
        self.list.append(fault)
        return fault.id

    def take(self, shop, operation, variables=""):
        """The fault that hits this request, or None."""
        for fault in self.list:
            if fault.hits(shop, operation, self.random, variables):
                return fault
        return None


def instead(fault):
    """The response that stands in place of the true one, or None for faults that need the true answer."""
    kind, body = fault.kind, fault.get("body")
    if kind == "status" and not fault.get("execute"):
        return with_status(fault)
    if kind == "drop_before":
        return Response(wire=Wire(drop=True, reset=fault.get("reset", False)))
    if kind == "hang":
        return Response(wire=Wire(hang=True))
    if kind == "html":
        page = body or "<!DOCTYPE html><html><head><title>Something went wrong</title></head><body>We'll be back.</body></html>"
        return Response(200, page.encode(), content_type="text/html; charset=utf-8")
    if kind == "not_json":
        return Response(200, (body or '{"data":{"orders":').encode())
    if kind == "wrong_json":
        return Response(200, dumps(fault.given.get("body", {"data": {"orders": [1, 2, 3], "nodes": "none", "shop": 7}})))
    if kind == "empty":
        return Response(200, b"")
    if kind == "huge":
        size = int(fault.get("mib", 64) * 1024 * 1024)
        return Response(200, b'{"data":{"filler":"' + b"x" * max(size - 22, 0) + b'"}}')
    if kind == "redirect":
        return Response(fault.get("status", 302), b"", {"Location": fault.get("location", "https://elsewhere.example.com/")})
    if kind == "bad_gzip":
        return Response(200, b"\x1f\x8b\x08\x00this is not gzip at all", {"Content-Encoding": "gzip"})
    if kind == "rejected":
        # A whole request rejected: GraphQL errors in place of data, nothing executed.
        return Response(200, dumps(body or {"errors": [{"message": "Variable $fulfillment of type FulfillmentInput! was provided "
                                                        "invalid value", "extensions": {"code": "INVALID_VARIABLE"}}]}))
    if kind == "errors_as_string":
        return Response(200, dumps({"errors": body or "Something is not right"}))
    return None


def with_status(fault):
    """A plain HTTP error; by default with Shopify's string for it."""
    status, body = fault.get("status", 503), fault.get("body")
    kind = "application/json; charset=utf-8"
    if body is None:
        body = dumps({"errors": TEXTS.get(status, "Error")})
    elif isinstance(body, str):
        kind = "text/html; charset=utf-8" if body.lstrip().startswith("<") else kind
        body = body.encode()
    else:
        body = dumps(body)
    headers = {name: str(value) for name, value in (fault.get("headers") or {}).items()}
    return Response(status, body, headers, kind)


def nodes_in(data):
    """[(path, list)] of the root's node lists."""
    found = []
    for key, value in (data or {}).items():
        if isinstance(value, list):
            found.append(([key], value))
        elif isinstance(value, dict) and isinstance(value.get("nodes"), list):
            found.append(([key, "nodes"], value["nodes"]))
    return found


def change_answer(fault, answer):
    """Faults inside the GraphQL answer."""
    if fault.kind not in ("internal_error", "access_denied", "null_node", "node_error", "search_warning", "no_cost"):
        return
    answer.materialise()
    if fault.kind == "no_cost":
        answer.extensions = {}
    elif fault.kind == "search_warning":
        warning = {"field": "updated_at", "message": "Invalid search field for this query.", "code": "invalid_field"}
        answer.extensions["search"] = [{"path": [next(iter(answer.data or {"orders": 0}))], "query": "", "parsed": {},
                                        "warnings": [warning]}]
    elif fault.kind == "internal_error":
        internal_error(fault, answer)
    elif fault.kind == "node_error":
        node_error(fault, answer)
    elif fault.kind == "access_denied":
        access_denied(fault, answer)
    else:
        for _, items in nodes_in(answer.data):
            for place in range(len(items)) if fault.get("all") else [fault.get("index", 0)]:
                if place < len(items):
                    items[place] = None


def internal_error(fault, answer):
    """INTERNAL_SERVER_ERROR beside part of the data, null, or no data at all."""
    answer.errors.append({"message": INTERNAL, "extensions": {"code": "INTERNAL_SERVER_ERROR"}})
    if fault.get("data", "partial") == "none":
        from .answers import ABSENT
        answer.data = ABSENT
    elif fault.get("data") == "null":
        answer.data = None
    else:
        for _, items in nodes_in(answer.data):
            del items[len(items) // 2:]


def node_error(fault, answer):
    """INTERNAL_SERVER_ERROR for single nodes, which are null: those whose id holds `value`, or the one at `index`."""
    for path, items in nodes_in(answer.data):
        for place, item in enumerate(items):
            wanted = fault.get("value")
            if (place == fault.get("index", 0)) if wanted is None else (item is not None and wanted in item.get("id", "")):
                items[place] = None
                answer.errors.append({"message": INTERNAL, "path": [*path, place, "fulfillmentOrders"],
                                      "extensions": {"code": "INTERNAL_SERVER_ERROR"}})


def access_denied(fault, answer):
    """A field below each node refused, or the root."""
    field = fault.get("path", "customer")
    scope = "`read_orders` access scope." if field is None else f"`read_{field}s` access scope."
    extensions = {"code": "ACCESS_DENIED", "documentation": "https://shopify.dev/api/usage/access-scopes", "requiredAccess": scope}
    if field is None:
        root = next(iter(answer.data or {"orders": 0}))
        answer.data = None
        answer.errors = [{"message": f"Access denied for {root} field. Required access: {scope}", "path": [root],
                          "locations": [{"line": 1, "column": 1}], "extensions": extensions}]
        return
    for path, items in nodes_in(answer.data):
        for place, item in enumerate(items):
            if isinstance(item, dict) and field in item:
                item[field] = None
                answer.errors.append({"message": f"Access denied for {field} field. Required access: {scope}",
                                      "path": [*path, place, field], "locations": [{"line": 1, "column": 1}],
                                      "extensions": extensions})


def change_response(fault, response):
    """Faults of headers and wire on the true answer."""
    kind = fault.kind
    if kind == "drop_after":
        response.wire = Wire(drop=True, reset=fault.get("reset", False))
    elif kind == "truncated":
        response.wire = Wire(cut=fault.get("fraction", 0.5), honest=fault.get("honest", False))
    elif kind == "slow":
        response.wire = Wire(chunk=int(fault.get("bytes", 64)), every=float(fault.get("every", 0.05)))
    elif kind == "fall_forward":
        response.headers["X-Shopify-API-Version"] = fault.get("version", "2026-01")
    elif kind == "content_type":
        response.headers["Content-Type"] = fault.get("value", "text/html")
    elif kind == "status" and fault.get("execute"):
        return with_status(fault)
    return response


