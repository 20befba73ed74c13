"""Shopify's search syntax: terms `field:>='value'`, AND by default, OR, NOT or a leading minus, brackets.

The trap that matters: a value without quotes ends at the next colon, so `updated_at:>=2026-01-01T10:00:00Z` is a
date without its time, and a further term on the field `00`.
"""

import re
from dataclasses import dataclass

TOKEN = re.compile(r"""
    (?P<open>\()|(?P<close>\))
  | (?P<minus>-)?(?:(?P<field>[A-Za-z0-9_.]+):)?(?P<op>>=|<=|>|<)?
    (?:'(?P<single>(?:[^'\\]|\\.)*)'|"(?P<double>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s():'"]+))
""", re.VERBOSE)


@dataclass(frozen=True)
class Term:
    """field (None for free text), operator ("" for a match), value, whether it was quoted."""

    field: str | None
    op: str
    value: str
    quoted: bool

    def parsed(self):
        """As extensions.search shows it."""
        how = {"": "match_phrase" if self.quoted else "match_all", ">=": "range_gte", ">": "range_gt", "<=": "range_lte",
               "<": "range_lt"}[self.op]
        return {"field": self.field or "default", how: self.value}


@dataclass(frozen=True)
class Group:
    """"and", "or" or "not" over parts."""

    kind: str
    parts: tuple

    def parsed(self):
        """As extensions.search shows it."""
        return {self.kind: [part.parsed() for part in self.parts]}


def tokens(text):
    """Tokens, with what cannot be read skipped, as Shopify does."""
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        at = match.end()
        if match["open"] or match["close"]:
            yield match[0]
        else:
            quoted = match["bare"] is None
            value = re.sub(r"\\(.)", r"\1", match["single"] or match["double"] or "") if quoted else match["bare"]
            if not quoted and not match["field"] and not match["op"] and value in ("AND", "OR", "NOT") and not match["minus"]:
                yield value
            else:
                if match["minus"]:
                    yield "NOT"
                yield Term(match["field"], match["op"] or "", value, quoted)


class _Parser:
    def __init__(self, text):
        self.rest = list(tokens(text))

    def any_of(self):
        parts = [self.all_of()]
        while self.rest and self.rest[0] == "OR":
            self.rest.pop(0)
            parts.append(self.all_of())
        parts = [p for p in parts if p is not None]
        return parts[0] if len(parts) == 1 else Group("or", tuple(parts)) if parts else None

    def all_of(self):
        parts = []
        while self.rest and self.rest[0] not in ("OR", ")"):
            part = self.one()
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Group("and", tuple(parts)) if parts else None

    def one(self):
        token = self.rest.pop(0)
        if token == "AND":
            return None
        if token == "NOT":
            part = self.one() if self.rest else None
            return None if part is None else Group("not", (part,))
        if token == "(":
            part = self.any_of()
            if self.rest and self.rest[0] == ")":
                self.rest.pop(0)
            return part
        return token


def parse(text):
    """The query as Term or Group, or None when there is nothing in it."""
    parser = _Parser(text or "")
    found = parser.any_of()
    while parser.rest:  # a stray closing bracket
        parser.rest.pop(0)
        more = parser.any_of()
        if more is not None:
            found = more if found is None else Group("and", (found, more))
    return found
