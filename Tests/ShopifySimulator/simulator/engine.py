"""Runs GraphQL requests: prepares, prices, throttles, executes, and counts what came back."""

import asyncio
import sys
import time
import traceback

from graphql import GraphQLError, execute
from graphql.execution.values import get_variable_values

from . import access
from .answers import Answer, dumps
from .cost import inside
from .documents import Documents
from .rendered import NULL, Entry, Rendered
from .resolve_common import plain
from .resolve_orders import visible
from .schema import schema_for
from .views import Views

SINGLE_LIMIT = 1000
CHUNK = 8
SLOW_ELEMENT = 0.005
ORDER_PREFIX = "gid://shopify/Order/"
LIMITS_PAGE = "https://shopify.dev/api/usage/rate-limits"


def never(_value):
    """No resolver of ours is a coroutine; graphql-core need not look."""
    return False


def order_number(wanted):
    """An order's number from its gid, or None for anything else."""
    digits = wanted[len(ORDER_PREFIX):]
    return int(digits) if wanted.startswith(ORDER_PREFIX) and digits.isascii() and digits.isdigit() else None


class Context:
    """What resolvers know of the request."""

    __slots__ = ("shop", "token", "version", "now", "views", "search_notes", "only_ids")

    def __init__(self, shop, token, version, views):
        self.shop, self.token, self.version, self.views = shop, token, version, views
        self.now = shop.clock.now()
        self.search_notes, self.only_ids = [], None


def throttled(cost, bucket):
    """Shopify's answer to a request that the bucket cannot pay for."""
    answer = Answer(errors=[{"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": LIMITS_PAGE}}],
                    outcome="throttled")
    answer.requested = cost
    answer.extensions = {"cost": {"requestedQueryCost": cost, "actualQueryCost": None, "throttleStatus": bucket.status()}}
    return answer


class Engine:
    """One per simulator; shops share prepared documents, views and rendered elements."""

    def __init__(self, cache_bytes):
        self.documents, self.views, self.rendered = Documents(), Views(), Rendered(cache_bytes)
        self.caching = True

    async def run(self, shop, token, version, payload):
        """The answer to one request."""
        schema = schema_for(version)
        variables = payload.get("variables") or {}
        operation = self.documents.get(schema, payload["query"], payload.get("operationName") or None)
        if operation.errors:
            return Answer(errors=operation.errors, outcome="invalid")
        definitions = operation.operation.variable_definitions
        values = get_variable_values(schema, definitions, variables) if definitions else {}
        if isinstance(values, list):
            return Answer(errors=[self._bad_variable(e, variables) for e in values], outcome="invalid")
        requested = operation.requested(values)
        if requested > SINGLE_LIMIT:
            return self._too_dear(requested)
        bucket = shop.bucket(token.app)
        if not bucket.take(requested):
            return throttled(requested, bucket)
        context = Context(shop, token, version, self.views)
        ids = None
        if operation.batch_key and "read_orders" in token.allowed and shop.customer_data != "refused":
            ids = operation.ids_literal if operation.ids_variable is None else values[operation.ids_variable]
        # Only orders are worth keeping one by one.
        if ids and order_number(ids[0]) is not None:
            answer = await self._batch(schema, operation, context, values, variables, ids)
        else:
            answer = self._whole(schema, operation, context, variables)
        answer.requested = requested
        answer.actual = min(answer.actual, requested)
        bucket.give_back(requested - answer.actual)
        answer.extensions["cost"] = {"requestedQueryCost": requested, "actualQueryCost": answer.actual,
                                     "throttleStatus": bucket.status()}
        if context.search_notes:
            answer.extensions["search"] = context.search_notes
        return answer

    def _execute(self, schema, operation, context, variables):
        result = execute(schema, operation.document, context_value=context, variable_values=variables,
                         operation_name=operation.name, field_resolver=plain, is_awaitable=never)
        for error in result.errors or ():
            if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
                traceback.print_exception(error.original_error, file=sys.stderr)
        return result

    def price(self, version, payload):
        """Requested cost of a request that is not to be executed; 0 for one that does not hold together."""
        schema = schema_for(version)
        operation = self.documents.get(schema, payload["query"], payload.get("operationName") or None)
        if operation.errors:
            return 0
        definitions = operation.operation.variable_definitions
        values = get_variable_values(schema, definitions, payload.get("variables") or {}) if definitions else {}
        return 0 if isinstance(values, list) else operation.requested(values)

    def _whole(self, schema, operation, context, variables):
        """One execution of the document as it stands."""
        result = self._execute(schema, operation, context, variables)
        errors = [error.formatted for error in result.errors or ()]
        answer = Answer(result.data, errors, outcome="errors" if errors and result.data is None else "ok")
        answer.actual = inside(operation.costs, result.data) if result.data else 0
        for value in (result.data or {}).values():
            rows = value.get("nodes") if isinstance(value, dict) else value
            answer.nodes += len(rows) if isinstance(rows, list) else 0
        return answer

    async def _batch(self, schema, operation, context, values, variables, ids):
        """`nodes(ids:)`: elements seen before are joined, the others executed a few at a time."""
        if len(ids) > 250:
            return self._whole(schema, operation, context, variables)
        others = dumps({k: v for k, v in values.items() if k != operation.ids_variable})
        family = self.rendered.family((context.shop.key, operation.serial, others, context.version, access.fingerprint(context)))
        state, found, missing = context.shop.orders.state, {}, []
        for wanted in dict.fromkeys(ids):
            number = order_number(wanted)
            if number is not None:
                entry = family.get(wanted)
                if not visible(context, number):
                    found[wanted] = NULL
                elif entry is not None and entry.version == state(number)[0]:
                    found[wanted] = entry
                else:
                    missing.append(wanted)
            else:
                missing.append(wanted)
        at, size = 0, 2
        while at < len(missing):
            if at:
                await asyncio.sleep(0)
            chunk, start = missing[at:at + size], time.monotonic()
            entries, failed = self._render(schema, operation, context, variables, chunk)
            at += size
            size = 1 if (time.monotonic() - start) / len(chunk) > SLOW_ELEMENT else CHUNK
            if failed is not None:
                return failed
            for wanted, entry in zip(chunk, entries):
                found[wanted] = entry
                if self.caching and entry.version:
                    self.rendered.put(family, wanted, entry)
        entries = [found[wanted] for wanted in ids]
        errors = []
        for place, entry in enumerate(entries):
            for error in entry.errors:
                errors.append({**error, "path": [operation.batch_key, place, *error["path"]]})
        answer = Answer(errors=errors, batch=(operation.batch_key, entries))
        answer.data = None
        answer.nodes = sum(entry is not NULL for entry in entries)
        answer.actual = 1 + max((entry.cost for entry in entries), default=0)
        return answer

    def _render(self, schema, operation, context, variables, ids):
        """([Entry of each id], None), or (None, an Answer) when the whole field failed."""
        state = context.shop.orders.state
        context.only_ids = ids
        versions = [None if number is None else state(number) for number in map(order_number, ids)]
        result = self._execute(schema, operation, context, variables)
        context.only_ids = None
        if result.data is None:
            answer = Answer(None, [error.formatted for error in result.errors or ()], outcome="errors")
            answer.actual = 0
            return None, answer
        below = [[] for _ in ids]
        for error in result.errors or ():
            shown = error.formatted
            below[shown["path"][1]].append({**shown, "path": shown["path"][2:]})
        merged = operation.costs[0].merged
        return [Entry(version[0] if version else 0, dumps(node), errors, inside(merged, node) if node else 0)
                for version, node, errors in zip(versions, result.data[operation.batch_key], below)], None

    @staticmethod
    def _bad_variable(error, variables):
        """INVALID_VARIABLE for a variable that does not fit its type."""
        message = error.message
        name = message.partition("$")[2].partition("'")[0].partition(" ")[0].partition('"')[0]
        return {"message": f"Variable ${name} was provided invalid value: {message}",
                "locations": [{"line": p.line, "column": p.column} for p in error.locations or ()],
                "extensions": {"code": "INVALID_VARIABLE", "value": variables.get(name),
                               "problems": [{"path": [], "explanation": message}]}}

    @staticmethod
    def _too_dear(cost):
        message = f"Query cost is {cost}, which exceeds the single query max cost limit ({SINGLE_LIMIT})."
        answer = Answer(errors=[{"message": message, "extensions": {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": SINGLE_LIMIT,
                                                                    "documentation": LIMITS_PAGE}}], outcome="too_dear")
        answer.requested = cost
        return answer

