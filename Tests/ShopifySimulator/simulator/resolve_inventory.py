"""Fields of variants, inventory items and levels."""

from . import access, cursors
from .clock import to_iso
from .gids import gid, parse
from .resolve_common import bad_request, connection, page_size, slice_connection
from .resolve_shop import location_view
from .search_syntax import Group, parse as parse_query

NAMES = ("incoming", "on_hand", "available", "committed", "reserved", "damaged", "safety_stock", "quality_control")


class VariantSource:
    """A variant, its fields made when they are asked for: a page has 250 of them."""

    __slots__ = ("inventory", "item")

    def __init__(self, inventory, item):
        self.inventory, self.item = inventory, item

    def field(self, name):
        """The value of a field."""
        item = self.item
        if name == "inventoryItem":
            return ItemSource(self.inventory, item)
        if name == "id":
            return self.inventory.variant_id(item)
        if name == "inventoryQuantity":
            return sum(level.available for level in item.levels.values() if level.active)
        return {"sku": item.sku, "title": "Default Title", "displayName": f"{item.title} - Default Title", "price": item.price,
                "createdAt": to_iso(item.created), "legacyResourceId": self.inventory.variant_id(item).rpartition("/")[2]}[name]

    kind = "ProductVariant"


class ItemSource:
    """An inventory item."""

    __slots__ = ("inventory", "item")

    def __init__(self, inventory, item):
        self.inventory, self.item = inventory, item

    def field(self, name):
        """The value of a field."""
        item = self.item
        if name == "id":
            return self.inventory.item_id(item)
        if name == "sku":
            return item.sku
        if name == "tracked":
            return item.tracked
        return {"requiresShipping": True, "createdAt": to_iso(item.created), "updatedAt": to_iso(item.updated),
                "duplicateSkuCount": len(self.inventory.by_sku.get(item.sku, ())) - 1 if item.sku else 0,
                "legacyResourceId": self.inventory.item_id(item).rpartition("/")[2]}[name]

    kind = "InventoryItem"


def level_view(inventory, item, location):
    """An InventoryLevel."""
    level, place = item.levels[location], inventory.shop.locations[location]
    number, item_number = place["legacyResourceId"], inventory.item_id(item).rpartition("/")[2]
    return {"__typename": "InventoryLevel", "id": f"{gid('InventoryLevel', number)}?inventory_item_id={item_number}",
            "isActive": level.active, "createdAt": to_iso(level.created), "updatedAt": to_iso(level.updated),
            "item": ItemSource(inventory, item), "location": location_view(place), "_level": level, "_number": number}


def quantities(source, info, names):
    """Quantities by name, in the order asked for."""
    level, found = source["_level"], []
    for name in names:
        if name not in NAMES:
            raise bad_request(f"Invalid quantity name: {name}")
        quantity = {"available": level.available, "committed": level.committed,
                    "on_hand": level.available + level.committed}.get(name, 0)
        found.append({"__typename": "InventoryQuantity", "id": f"gid://shopify/InventoryQuantity/{source['_number']}?name={name}",
                      "name": name, "quantity": quantity, "updatedAt": source["updatedAt"]})
    return found


def level_of(source, info, locationId, includeInactive=False):
    """An item's level at one location."""
    place = info.context.shop.location(locationId)
    if place is None:
        return None
    level = source.item.levels.get(place["index"])
    if level is None or not (level.active or includeInactive):
        return None
    return level_view(source.inventory, source.item, place["index"])


def levels_of(source, info, includeInactive=False, query=None, **page):
    """An item's levels."""
    views = [level_view(source.inventory, source.item, location) for location, level in sorted(source.item.levels.items())
             if level.active or includeInactive]
    return slice_connection(views, info, **page)


def by_number(context, kind, number):
    """The item or variant of an id."""
    item = context.shop.inventory.by_number(kind, number)
    if item is None:
        return None
    return (ItemSource if kind == "InventoryItem" else VariantSource)(context.shop.inventory, item)


def item(_, info, id):
    """One inventory item."""
    found = parse(id)
    return by_number(info.context, "InventoryItem", found[1]) if found and found[0] == "InventoryItem" else None


def variant(_, info, id):
    """One variant."""
    found = parse(id)
    return by_number(info.context, "ProductVariant", found[1]) if found and found[0] == "ProductVariant" else None


def variants(_, info, query=None, reverse=False, first=None, after=None, last=None, before=None, sortKey="ID", **__):
    """A page of variants, by id; with a query those whose SKU the search finds."""
    inventory = info.context.shop.inventory
    count, backwards = page_size(info, first, last)
    if backwards or before is not None or reverse:
        raise bad_request("The simulator pages variants forwards only.")
    places, numbers = start(after), inventory.items
    if query:
        numbers = sorted(set(matching(info, inventory, parse_query(query))), key=lambda one: one.number)
    rows, more = [], False
    at = places if numbers is inventory.items else 0
    while at < len(numbers):
        one = numbers[at]
        at += 1
        if one is None or one.number < places:
            continue
        if len(rows) == count:
            more = True
            break
        rows.append(one)
    texts = [cursors.encode(one.number + 1, str(one.number + 1)) for one in rows]
    return connection([VariantSource(inventory, one) for one in rows], texts, after is not None, more)


def start(after):
    """The first place behind a cursor."""
    try:
        return 0 if after is None else cursors.decode(after)[0]
    except cursors.BadCursor as error:
        raise bad_request(f"`{after}` is not a valid cursor.") from error


def matching(info, inventory, tree):
    """Items that a query of `sku:` terms joined by OR finds; other fields are ignored with a warning."""
    if isinstance(tree, Group) and tree.kind == "or":
        return [found for part in tree.parts for found in matching(info, inventory, part)]
    if isinstance(tree, Group):
        sets = [set(matching(info, inventory, part)) for part in tree.parts]
        return set.intersection(*sets) if tree.kind == "and" else set()
    if tree.field == "sku":
        return inventory.search(tree.value)
    info.context.search_notes.append({"path": [info.path.key], "query": str(tree.value), "parsed": tree.parsed(), "warnings": [
        {"field": tree.field or "default", "message": "Invalid search field for this query.", "code": "invalid_field"}]})
    return [one for one in inventory.items if one is not None]


def may_read(context):
    """Whether the token reads products or stock."""
    return bool({"read_products", "read_inventory"} & context.token.allowed)


def require(context, field):
    """Raises Shopify's refusal for a token that reads neither."""
    if not may_read(context):
        raise access.denied(field, "read_products")
