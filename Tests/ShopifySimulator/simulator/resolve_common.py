"""Resolvers that every type shares: plain fields, connections over lists, and sliced lists."""

from graphql import GraphQLError

from . import cursors
from .gids import parse as parse_gid

PAGE_LIMIT = 250


def plain(source, info, **_):
    """A field of a dictionary, or of an order that makes its body only when asked for it."""
    if type(source) is dict:
        return source.get(info.field_name)
    return source.field(info.field_name)


def bad_request(message):
    """An argument that Shopify refuses when the field runs."""
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def page_size(info, first, last):
    """(count, whether from the end); exactly one of first and last must be there, and at most 250."""
    if first is None and last is None:
        raise bad_request(f"you must provide one of first or last on {info.field_name}")
    if first is not None and last is not None:
        raise bad_request("providing both first and last is not supported")
    count = last if first is None else first
    if not 0 <= count <= PAGE_LIMIT:
        name = "last" if first is None else "first"
        raise bad_request(f"{name} must be between 0 and {PAGE_LIMIT}, got {count}")
    return count, first is None


def row_cursor(place, item):
    """Cursor of a row of a nested list."""
    found = parse_gid(item.get("id")) if type(item) is dict else None
    return cursors.encode(found[1] if found else place + 1, str(place))


def connection(nodes, cursor_texts, has_previous, has_next):
    """A connection's value."""
    return {"nodes": nodes, "edges": [{"cursor": c, "node": n} for c, n in zip(cursor_texts, nodes)],
            "pageInfo": {"hasNextPage": has_next, "hasPreviousPage": has_previous,
                         "startCursor": cursor_texts[0] if cursor_texts else None,
                         "endCursor": cursor_texts[-1] if cursor_texts else None}}


def position(cursor):
    """Place in a nested list that a cursor names."""
    try:
        return int(cursors.decode(cursor)[1])
    except (cursors.BadCursor, ValueError, TypeError) as error:
        raise bad_request(f"`{cursor}` is not a valid cursor.") from error


def slice_connection(items, info, first=None, after=None, last=None, before=None, reverse=False, **_):
    """A page of a list that is wholly there."""
    count, backwards = page_size(info, first, last)
    places = range(len(items))
    if reverse:
        places = places[::-1]
    if after is not None:
        at = position(after)
        places = [p for p in places if (p < at if reverse else p > at)]
    if before is not None:
        at = position(before)
        places = [p for p in places if (p > at if reverse else p < at)]
    chosen = places[max(len(places) - count, 0):] if backwards else places[:count]
    chopped = len(chosen) < len(places)
    return connection([items[p] for p in chosen], [row_cursor(p, items[p]) for p in chosen],
                      chopped if backwards else after is not None, before is not None if backwards else chopped)


def nested_connection(source, info, **args):
    """A connection field whose whole list is in the view."""
    return slice_connection(plain(source, info) or [], info, **args)


def first_few(source, info, first=None, **_):
    """A plain list with a `first` argument."""
    items = plain(source, info)
    return items if first is None else items[:first]
