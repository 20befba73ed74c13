"""The simulator as a whole: which shop a request is for, who sends it, and what it gets."""

import asyncio
import json
import re
import uuid
from urllib.parse import parse_qs

from .answers import dumps
from .faults import TEXTS, Faults, change_answer, change_response, instead
from .engine import Engine, throttled
from .http_messages import Response
from .shop import Shop
from .versions import answering
from .clock import Clock

GRAPHQL = re.compile(r"^/admin/api/([^/]+)/graphql\.json$")
OPERATION = re.compile(r"\b(?:query|mutation)\s+([A-Za-z_]\w*)")
GZIP_FROM = 400


def plain_error(status, text=None):
    """Shopify's HTTP-level error: `errors` is a string."""
    return Response(status, dumps({"errors": text or TEXTS.get(status, "Error")}))


class App:
    """Shops, faults, options and the request paths."""

    def __init__(self, seed=1, shops=1, gzip=True, cache_bytes=600 << 20):
        self.seed, self.first_shops, self.first_gzip = seed, shops, gzip
        self.engine = Engine(cache_bytes)
        self.clock = Clock()
        self.control = None
        self.shops = {}
        self.stopping = None
        self.reset()

    def reset(self):
        """Back to the start-up state."""
        self.clock.__init__()
        self.gzip = self.first_gzip
        self.engine.caching = True
        self.engine.views.clear()
        self.engine.rendered.clear()
        self.faults = Faults(self.seed)
        self.shops.clear()
        for number in range(self.first_shops):
            self.add_shop("demo" if number == 0 else f"shop{number + 1}")

    def add_shop(self, key):
        """A new shop."""
        shop = self.shops[key] = Shop(key, len(self.shops), self.clock, self.seed)
        return shop

    def shop_of(self, host):
        """The shop that a Host header names; loopback without a name is the default shop."""
        name = host.partition(":")[0].lower()
        if name in ("", "localhost") or name[0].isdigit():
            name = "demo"
        return self.shops.get(name.partition(".")[0])

    async def handle(self, request):
        """The response to any request."""
        path = request.path
        if path.startswith("/control/"):
            return await self.control(request)
        shop = self.shop_of(request.headers.get("host", ""))
        if shop is None:
            return plain_error(404)
        shop.ledger.connections += request.first
        if path == "/admin/oauth/access_token" and request.method == "POST":
            return await self.grant(shop, request)
        match = GRAPHQL.match(path)
        if match is None:
            return plain_error(404)
        if request.method != "POST":
            return plain_error(405, "Method Not Allowed")
        response = await self.graphql(shop, request, match[1])
        response.headers.setdefault("X-Shopify-API-Version", answering(match[1]))
        response.headers["X-Request-Id"] = str(uuid.uuid4())
        return response

    async def graphql(self, shop, request, wanted):
        """A GraphQL request."""
        try:
            payload = json.loads(request.body)
        except ValueError:
            payload = None
        query = payload.get("query") if isinstance(payload, dict) else None
        name = None
        if isinstance(query, str):
            match = OPERATION.search(query)
            name = payload.get("operationName") or (match and match[1])
        fault = self.faults.take(shop.key, name, json.dumps((payload or {}).get("variables")) if isinstance(payload, dict) else "")
        kind = fault.kind if fault else None
        if fault is not None:
            if kind == "delay":
                await asyncio.sleep(float(fault.get("seconds", 1)))
            elif kind == "throttled":
                bucket = shop.bucket("main")
                points = self.engine.price(answering(wanted), payload) if isinstance(query, str) else 0
                bucket.set(available=fault.get("available", 0))
                shop.ledger.note(name, outcome="throttled", fault=kind)
                return Response(200, throttled(points, bucket).body())
            response = instead(fault)
            if response is not None:
                shop.ledger.note(name, status=response.status, outcome="fault", fault=kind)
                return response
        refusal = self.refusal(shop, request, payload, query)
        if refusal is not None:
            shop.ledger.note(name, status=refusal.status, outcome="refused", fault=kind)
            return refusal
        token = shop.token(request.headers.get("x-shopify-access-token"))
        answer = await self.engine.run(shop, token, answering(wanted), payload)
        shop.ledger.note(name, answer.requested, answer.actual, 200, answer.nodes, answer.outcome, kind)
        if fault is not None:
            change_answer(fault, answer)
        response = self.respond(request, answer)
        return response if fault is None else change_response(fault, response)

    @staticmethod
    def refusal(shop, request, payload, query):
        """The HTTP-level error for a request that does not get to GraphQL, or None."""
        if shop.token(request.headers.get("x-shopify-access-token", "")) is None:
            return plain_error(401)
        if "json" not in request.headers.get("content-type", ""):
            return plain_error(400, "Content-Type must be application/json")
        if not isinstance(payload, dict):
            return plain_error(400, "The request body is no valid JSON")
        if not isinstance(query, str) or not isinstance(payload.get("variables") or {}, dict):
            return Response(400, dumps({"errors": {"query": "Required parameter missing or invalid"}}))
        return None

    def respond(self, request, answer):
        """The HTTP response of an answer, compressed when the client takes it."""
        if self.gzip and "gzip" in request.headers.get("accept-encoding", ""):
            body = answer.body(compressed=True)
            return Response(200, body, {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
        return Response(200, answer.body())

    async def grant(self, shop, request):
        """The client credentials grant."""
        fault = self.faults.take(shop.key, "oauth")
        if fault is not None:
            if fault.kind == "delay":
                await asyncio.sleep(float(fault.get("seconds", 1)))
            response = instead(fault)
            if response is not None:
                shop.ledger.note("oauth", status=response.status, outcome="fault", fault=fault.kind)
                return response
        try:
            if "json" in request.headers.get("content-type", ""):
                given = json.loads(request.body)
            else:
                given = {k: v[0] for k, v in parse_qs(request.body.decode()).items()}
        except ValueError:
            given = {}
        if given.get("grant_type") != "client_credentials":
            shop.ledger.note("oauth", status=400, outcome="refused")
            return Response(400, dumps({"error": "unsupported_grant_type"}))
        if not shop.installed or (given.get("client_id"), given.get("client_secret")) != (shop.client_id, shop.client_secret):
            shop.ledger.note("oauth", status=401, outcome="refused")
            return Response(401, dumps({"error": "invalid_client"}))
        text = f"shpat_{uuid.UUID(int=shop.random.getrandbits(128)).hex}"
        shop.add_token(text, shop.scopes, "main", self.clock.now() + shop.expires_in * 1_000_000)
        shop.ledger.note("oauth")
        response = Response(200, dumps({"access_token": text, "scope": ",".join(shop.scopes), "expires_in": shop.expires_in}))
        return response if fault is None else change_response(fault, response)
