"""Rendered nodes: the JSON of one order for one document, kept until the order's next version.

A poll reads orders in batches of ids that are never the same twice, so whole answers cannot be kept; single elements
can. A cold element always comes out of graphql-core; here it is only remembered.
"""

import zlib


def deflate(data):
    """Raw deflate blocks that end on a byte and look back at nothing, so that any of them can be joined."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)


COMMA = deflate(b",")
GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
DEFLATE_END = b"\x03\x00"


class Entry:
    """One element: its JSON, errors (paths from the element on), cost, and its deflated form once asked for."""

    __slots__ = ("version", "data", "errors", "cost", "packed")

    def __init__(self, version, data, errors, cost):
        self.version, self.data, self.errors, self.cost, self.packed = version, data, errors, cost, None

    def deflated(self):
        """The element as joinable deflate blocks."""
        if self.packed is None:
            self.packed = deflate(self.data)
        return self.packed


NULL = Entry(0, b"null", (), 0)


class Rendered:
    """Elements by family (shop, document, variables, version, access) and id."""

    def __init__(self, room):
        self.room, self.used, self.families = room, 0, {}

    def family(self, key):
        """The elements of one family, by id."""
        found = self.families.get(key)
        if found is None:
            found = self.families[key] = {}
        return found

    def put(self, family, wanted, entry):
        """Keeps an element, at the cost of the oldest ones when there is no room."""
        old = family.pop(wanted, None)
        if old is not None:
            self.used -= len(old.data)
        family[wanted] = entry
        self.used += len(entry.data)
        while self.used > self.room and self.families:
            name, oldest = next(iter(self.families.items()))
            if not oldest:
                del self.families[name]
                continue
            self.used -= len(oldest.pop(next(iter(oldest))).data)

    def clear(self):
        """Forgets them all."""
        self.families.clear()
        self.used = 0


def gzip_joined(head, entries, tail, plain):
    """A gzip body made of elements deflated before; `plain` is the same body as it is."""
    parts = [GZIP_HEAD, deflate(head)]
    for place, entry in enumerate(entries):
        if place:
            parts.append(COMMA)
        parts.append(entry.deflated())
    parts += [deflate(tail), DEFLATE_END, zlib.crc32(plain).to_bytes(4, "little"), (len(plain) & 0xFFFFFFFF).to_bytes(4, "little")]
    return b"".join(parts)
