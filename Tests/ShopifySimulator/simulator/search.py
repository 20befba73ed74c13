"""What a search query means for orders: a range of the sorted index to walk, and a test for each row."""

import functools
import re
from zoneinfo import ZoneInfo

from .clock import parse_iso, to_iso
from .gids import parse as parse_gid
from .payment_view import financial_status
from .search_syntax import Group, parse
from .totals import both_sides

TIMES = {"created_at": "created", "processed_at": "processed", "updated_at": "updated"}
FIELDS = {"id", "name", "financial_status", "test", "source_name", "status", "tag", "tag_not", "email", "po_number",
          "location_id"} | set(TIMES)
SECOND = 1_000_000
END = 1 << 60
DATE = re.compile(r"\d{4}-\d\d-\d\d")


@functools.lru_cache(maxsize=256)
def parsed(text):
    """parse(), remembered: a poll asks the same thing page after page."""
    return parse(text)


class Query:
    """One search over one shop, under the rules of one API version."""

    def __init__(self, text, shop, version, sort):
        self.text, self.shop, self.version, self.sort = text, shop, version, sort
        self.warnings = []
        self.low, self.high = 0, END
        self.tree = parsed(text) if text else None
        tests = []
        top = self.tree.parts if isinstance(self.tree, Group) and self.tree.kind == "and" else (self.tree,)
        for part in top:
            if part is not None:
                self._top(part, tests)
        self.tests = tests

    def _top(self, part, tests):
        """A part that must hold: narrows the range when it speaks of the sort's own time, else becomes a test."""
        if not isinstance(part, Group) and TIMES.get(part.field) == self.sort:
            limits = self.limits(part)
            if limits is not None:
                self.low, self.high = max(self.low, limits[0]), min(self.high, limits[1])
            return
        test = self.test(part)
        if test is not None:
            tests.append(test)

    def warn(self, field, message, code):
        """Notes what was ignored."""
        self.warnings.append({"field": field, "message": message, "code": code})

    def limits(self, term):
        """[low, high) in microseconds of a term on a time, or None (with a warning) when it is no time.

        Times are stored in microseconds but shown in seconds. Up to 2026-07 `>` acted like `>=`; from 2026-10 it
        leaves the whole second out, and `<=` takes the whole second in.
        """
        zone = ZoneInfo(self.shop.timezone)
        text = term.value
        try:
            if not term.quoted and DATE.match(text):
                text = text[:10]
            moment = parse_iso(text, zone)
        except ValueError:
            self.warn(term.field, "Invalid timestamp for this query.", "invalid_value")
            return None
        late = self.version >= "2026-10"
        if term.op == ">=" or (term.op == ">" and not late):
            return moment, END
        if term.op == ">":
            return moment - moment % SECOND + SECOND, END
        if term.op == "<=":
            return 0, (moment - moment % SECOND + SECOND) if late else moment + 1
        if term.op == "<":
            return 0, moment if late else moment + 1
        if len(text) == 10:
            return moment, moment + 86_400 * SECOND
        return moment, moment + SECOND

    def test(self, part):
        """A function (seen, times) -> bool for a part, or None when it says nothing; `seen()` gives the record."""
        if isinstance(part, Group):
            return self._group(part)
        if part.field in TIMES:
            limits, sort = self.limits(part), TIMES[part.field]
            return None if limits is None else lambda seen, times: limits[0] <= times[sort] < limits[1]
        if part.field is None:
            return functools.partial(_text_matches, part.value.casefold())
        if part.field not in FIELDS:
            self.warn(part.field, "Invalid search field for this query.", "invalid_field")
            return None
        return self._field(part)

    def _group(self, part):
        tests = [self.test(p) for p in part.parts]
        if part.kind == "not":
            test = tests[0]
            return None if test is None else lambda seen, times: not test(seen, times)
        if part.kind == "or":
            if any(t is None for t in tests):
                return None
            return lambda seen, times: any(t(seen, times) for t in tests)
        known = [t for t in tests if t is not None]
        return (lambda seen, times: all(t(seen, times) for t in known)) if known else None

    def _field(self, term):
        field, value = term.field, term.value
        low = value.casefold()
        if field == "id":
            return self._number(term)
        if field == "name":
            return lambda seen, _: seen().model["name"].lstrip("#").casefold() == low.lstrip("#")
        if field == "test":
            return lambda seen, _: seen().model["test"] == (low == "true")
        if field == "tag":
            return lambda seen, _: any(t.casefold() == low for t in seen().model["tags"])
        if field == "tag_not":
            return lambda seen, _: all(t.casefold() != low for t in seen().model["tags"])
        if field == "location_id":
            return lambda seen, _: low in str((self.shop.location_stub(seen().model["location"]) or {}).get("id")).split("/")
        if field == "financial_status":
            wanted = low.upper()
            return lambda seen, _: financial_status(seen().model, both_sides(seen().model)[0]) == wanted
        if field == "status":
            return self._status(low)
        key = {"source_name": "sourceName", "email": "email", "po_number": "poNumber"}[field]
        return lambda seen, _: (seen().model[key] or "").casefold() == low

    def _number(self, term):
        found = parse_gid(term.value)
        try:
            number = found[1] if found else int(term.value)
        except ValueError:
            self.warn("id", "Invalid id for this query.", "invalid_value")
            return None
        compare = {"": int.__eq__, ">": int.__gt__, ">=": int.__ge__, "<": int.__lt__, "<=": int.__le__}[term.op]
        return lambda seen, _: compare(seen().id, number)

    def _status(self, value):
        if value not in ("open", "closed", "cancelled", "not_closed"):
            self.warn("status", "Invalid value for this query.", "invalid_value")
            return None

        def test(seen, _):
            model = seen().model
            closed, cancelled = bool(model["closedAt"]), bool(model["cancelledAt"])
            return {"open": not closed and not cancelled, "closed": closed, "cancelled": cancelled,
                    "not_closed": not closed}[value]
        return test

    def note(self, path):
        """The extensions.search entry, or None when all was understood."""
        if not self.warnings:
            return None
        shown = self.tree.parsed()
        for term in shown.get("and", [shown]):
            for key, value in term.items():
                if key.startswith("range_") and term.get("field") in TIMES and DATE.match(str(value)):
                    term[key] = self._shown_date(value)
        return {"path": path, "query": self.text, "parsed": shown, "warnings": self.warnings}

    def _shown_date(self, value):
        try:
            return to_iso(parse_iso(value[:10] if "'" not in value else value, ZoneInfo(self.shop.timezone)))
        except ValueError:
            return value


def _text_matches(wanted, seen, _):
    """Free text looks at name, e-mail, customer and tags."""
    model = seen().model
    customer = model["customer"] or {}
    values = [model["name"], model["email"], customer.get("firstName"), customer.get("lastName"), *model["tags"]]
    return any(wanted in value.casefold() for value in values if value)
