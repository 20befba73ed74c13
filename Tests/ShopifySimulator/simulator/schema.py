"""Our schema: the SDL files joined, with resolvers attached."""

import functools
import re
from pathlib import Path

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType, build_schema, get_named_type

from . import access, fulfilment_mutations, inventory_mutations, resolve_inventory, resolve_orders, resolve_shop
from .resolve_common import first_few, nested_connection, plain

SDL = Path(__file__).parent / "sdl"
ROOT = {
    "shop": resolve_shop.shop, "currentAppInstallation": resolve_shop.installation,
    "publicApiVersions": resolve_shop.public_versions, "location": resolve_shop.location,
    "locations": resolve_shop.locations, "orders": resolve_orders.orders, "ordersCount": resolve_orders.orders_count,
    "order": resolve_orders.order, "refund": resolve_orders.refund, "node": resolve_orders.node,
    "nodes": resolve_orders.nodes, "fulfillment": resolve_orders.fulfilment,
    "fulfillmentOrder": resolve_orders.fulfilment_order, "fulfillmentOrders": resolve_orders.all_fulfilment_orders,
    "inventoryItem": resolve_inventory.item, "productVariant": resolve_inventory.variant,
    "productVariants": resolve_inventory.variants}
MUTATIONS = {"fulfillmentCreate": fulfilment_mutations.create, "fulfillmentTrackingInfoUpdate": fulfilment_mutations.track,
             "fulfillmentOrderLineItemsPreparedForPickup": fulfilment_mutations.prepare,
             "inventoryActivate": inventory_mutations.activate, "inventoryAdjustQuantities": inventory_mutations.adjust_quantities,
             "inventorySetQuantities": inventory_mutations.set_quantities}
FIELDS = {
    ("InventoryItem", "inventoryLevel"): resolve_inventory.level_of, ("InventoryItem", "inventoryLevels"): resolve_inventory.levels_of,
    ("InventoryLevel", "quantities"): resolve_inventory.quantities, ("InventoryAdjustmentGroup", "changes"): plain,
    ("Order", "displayFulfillmentStatus"): resolve_orders.fulfilment_status,
    ("Order", "fulfillmentOrders"): resolve_orders.fulfilment_orders_of, ("Order", "retailLocation"): resolve_shop.location_of,
    ("FulfillmentOrderAssignedLocation", "location"): resolve_shop.location_of,
    ("Fulfillment", "location"): resolve_shop.location_of, ("RefundLineItem", "location"): resolve_shop.location_of,
    ("FulfillmentOrder", "order"): resolve_orders.order_of, ("Fulfillment", "order"): resolve_orders.order_of,
    ("Refund", "order"): resolve_orders.order_of, ("OrderTransaction", "order"): resolve_orders.order_of}


def sdl_text(version):
    """The SDL of one API version; 2026-10 added an enum value that the older ones lack."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SDL.glob("*.graphql")))
    if version >= "2026-10":
        text = re.sub(r"(enum OrderDisplayFulfillmentStatus \{)", r"\1 FULFILLMENT_NOT_REQUIRED", text)
    return text


def kind_of(value, info, abstract):
    """The concrete type of an object behind an interface or union."""
    return value["__typename"] if type(value) is dict else getattr(value, "kind", "Order")


def guarded(type_name, name, resolve):
    """A resolver that first asks whether the request may read the field."""
    def checked(source, info, **args):
        access.require(info.context, type_name, name)
        return resolve(source, info, **args)
    return checked


@functools.lru_cache(maxsize=None)
def schema_for(version):
    """The executable schema of an API version; versions without differences share one."""
    if version < "2026-10" and version != "2026-07":
        return schema_for("2026-07")
    schema = build_schema(sdl_text(version))
    for kind in schema.type_map.values():
        if isinstance(kind, (GraphQLInterfaceType, GraphQLUnionType)):
            kind.resolve_type = kind_of
        elif isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            attach(kind)
    return schema


def attach(kind):
    """Gives an object type's fields their resolvers."""
    for name, field in kind.fields.items():
        key = (kind.name, name)
        if kind.name == "QueryRoot":
            resolve = ROOT[name]
        elif kind.name == "Mutation":
            resolve = MUTATIONS[name]
        elif key in FIELDS:
            resolve = FIELDS[key]
        elif get_named_type(field.type).name.endswith("Connection"):
            resolve = nested_connection
        elif "first" in field.args:
            resolve = first_few
        else:
            resolve = None
        if kind.name == "QueryRoot" or key in access.FIELD_SCOPES or key in access.WITHHELD:
            resolve = guarded(kind.name, name, resolve or plain)
        field.resolve = resolve
