"""Root fields that reach orders and their parts, and the fields that lead from a part back to its order."""

from graphql import GraphQLError

from . import access, resolve_inventory
from .clock import to_iso
from .cursors import BadCursor
from .gids import owner, parse as parse_gid
from .listing import SIXTY_DAYS, SORTS, Lister
from .resolve_common import bad_request, connection, page_size, plain, slice_connection
from .resolve_shop import location_view

INPUT_LIMIT = 250
LISTS = {"LineItem": "lineItems", "ShippingLine": "shippingLines", "Refund": "refunds", "OrderTransaction": "transactions",
         "FulfillmentOrder": "fulfillmentOrders", "Fulfillment": "fulfillments"}


class LazyOrder:
    """An order in a list: id and times are known at once, the rest is made when a field asks for it."""

    __slots__ = ("context", "order_id", "record", "view")

    def __init__(self, context, order_id, record=None):
        self.context, self.order_id, self.record, self.view = context, order_id, record, None

    def field(self, name):
        """The value of a field."""
        if name == "id":
            return f"gid://shopify/Order/{self.order_id}"
        if self.view is None:
            if name == "updatedAt" and self.record is None:
                return to_iso(self.context.shop.orders.updated_of(self.order_id))
            record = self.record or self.context.shop.orders.get(self.order_id)
            self.view = self.context.views.view(record, self.context.shop)
        return self.view.get(name)


def visible(context, order_id):
    """Whether the order is there and inside the window of 60 days (or the app may see all)."""
    state = context.shop.orders.state(order_id)
    if state is None:
        return False
    return "read_all_orders" in context.token.allowed or state[1] >= context.now - SIXTY_DAYS


def order_view(context, order_id):
    """The order's view, or None when it is not to be seen."""
    if not visible(context, order_id):
        return None
    return context.views.view(context.shop.orders.get(order_id), context.shop)


def orders(_, info, sortKey="PROCESSED_AT", query=None, reverse=False, first=None, after=None, last=None, before=None, **__):
    """A page of orders from the search index."""
    context = info.context
    count, backwards = page_size(info, first, last)
    lister = make_lister(context, info, sortKey, query)
    try:
        page = lister.page(count, after, before, backwards, reverse)
    except BadCursor as error:
        raise bad_request(f"`{error}` is not a valid cursor.") from error
    store = context.shop.orders
    stale = bool(store.pending) and not store.fresh_nodes
    nodes = [LazyOrder(context, i, store.visible.get(i) if stale else None) for i, _ in page.rows]
    return connection(nodes, [page.cursor(row) for row in page.rows], page.has_previous, page.has_next)


def make_lister(context, info, sort_key, query):
    """The search, its warnings noted for the answer."""
    sort = SORTS.get(sort_key)
    if sort is None:
        raise bad_request(f"The simulator does not sort by {sort_key}.")
    lister = Lister(context.shop, context.version, sort, query, "read_all_orders" in context.token.allowed, context.now)
    note = lister.query.note([info.path.key])
    if note is not None:
        context.search_notes.append(note)
    return lister


def orders_count(_, info, query=None, limit=10_000, **__):
    """How many orders match."""
    sort = "UPDATED_AT" if "updated_at" in (query or "") else "CREATED_AT"
    count, exact = make_lister(info.context, info, sort, query).count(limit)
    return {"count": count, "precision": "EXACT" if exact else "AT_LEAST"}


def invalid_id(wanted):
    """Shopify's error for an id that is none."""
    return GraphQLError(f"Invalid global id '{wanted}'", extensions={"code": "argumentLiteralsIncompatible"})


def order(_, info, id):
    """One order, straight from the database."""
    return by_id(info.context, id, ("Order",))


def refund(_, info, id):
    """One refund."""
    return by_id(info.context, id, ("Refund",))


def fulfilment_order(_, info, id):
    """One fulfilment order."""
    return by_id(info.context, id, ("FulfillmentOrder",))


def fulfilment(_, info, id):
    """One fulfilment."""
    return by_id(info.context, id, ("Fulfillment",))


def node(_, info, id):
    """Anything by id."""
    return by_id(info.context, id, None)


def nodes(_, info, ids):
    """Things by ids, null for what is not there."""
    context = info.context
    if len(ids) > INPUT_LIMIT:
        raise GraphQLError(f"The input array size of {len(ids)} is greater than the maximum allowed of {INPUT_LIMIT}.",
                           extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"})
    return [by_id(context, i, None) for i in (ids if context.only_ids is None else context.only_ids)]


def by_id(context, wanted, kinds):
    """The object of a gid, or None; a text that is no gid is an error."""
    found = parse_gid(wanted)
    if found is None:
        raise invalid_id(wanted)
    kind, number = found
    if kinds is not None and kind not in kinds:
        return None
    if kind == "Location" and "read_locations" in context.token.allowed:
        place = context.shop.location(wanted)
        return None if place is None else location_view(place)
    if kind in ("InventoryItem", "ProductVariant") and kinds is None:
        resolve_inventory.require(context, "nodes")
        return resolve_inventory.by_number(context, kind, number)
    if "read_orders" not in context.token.allowed:
        if kinds is None and (kind == "Order" or owner(kind, number) is not None):
            raise access.denied("nodes", "read_orders")
        if kind != "FulfillmentOrder":
            return None
    if kind == "Order":
        return order_view(context, number)
    order_id = owner(kind, number)
    view = order_view(context, order_id) if order_id is not None and kind in LISTS else None
    if view is None:
        return None
    match = next((part for part in view[LISTS[kind]] if part["id"] == wanted), None)
    if match is not None and kind == "FulfillmentOrder" and not access.may_see_fulfilment_order(context, match):
        return None
    return match


def fulfilment_orders_of(source, info, query=None, displayable=False, **page):
    """An order's fulfilment orders, those that the scopes allow."""
    items = [fo for fo in plain(source, info) if access.may_see_fulfilment_order(info.context, fo)]
    return slice_connection(items, info, **page)


def all_fulfilment_orders(_, info, includeClosed=False, sortKey="ID", query=None, **page):
    """Fulfilment orders of the shop. Walks every order, so it is for small shops."""
    context = info.context
    found = []
    for order_id in context.shop.orders.ids():
        view = order_view(context, order_id)
        for item in view["fulfillmentOrders"] if view else ():
            if (includeClosed or item["status"] not in ("CLOSED", "CANCELLED")) and access.may_see_fulfilment_order(context, item):
                found.append(item)
    if sortKey == "UPDATED_AT":
        found.sort(key=lambda fo: (fo["updatedAt"], fo["id"]))
    return slice_connection(found, info, **page)


def fulfilment_status(source, info):
    """displayFulfillmentStatus; from 2026-10 an order with nothing left to send says so."""
    value = plain(source, info)
    if value == "UNFULFILLED" and info.context.version >= "2026-10":
        count = source.get if type(source) is dict else source.field
        if count("currentSubtotalLineItemsQuantity") == 0:
            return "FULFILLMENT_NOT_REQUIRED"
    return value


def order_of(source, info):
    """The order that a part belongs to."""
    kind, number = parse_gid(source["id"])
    return order_view(info.context, owner(kind, number))
