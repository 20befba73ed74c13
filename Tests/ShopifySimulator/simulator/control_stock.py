"""Control requests about variants and stock."""

from .clock import to_iso_micros
from .control_shops import shop_in
from .model import BadRequest, check_keys

PRODUCT = {"sku", "title", "price", "tracked", "available", "location", "active", "mutable"}


def shown(inventory, item):
    """A variant for the caller."""
    return {"sku": item.sku, "inventoryItemId": inventory.item_id(item), "variantId": inventory.variant_id(item), "tracked": item.tracked,
            "levels": {str(at): {"available": level.available, "committed": level.committed, "active": level.active}
                       for at, level in sorted(item.levels.items())}}


def products(app, args):
    """Variants one by one."""
    inventory, made = shop_in(app, args).inventory, []
    for given in args["products"]:
        check_keys(given, PRODUCT, "product")
        item = inventory.add(given.get("sku"), given.get("title"), given.get("price", "10.00"), given.get("tracked", True))
        item.mutable = given.get("mutable", True)
        available = given.get("available")
        places = available if isinstance(available, dict) else {} if available is None else {given.get("location", 0): available}
        for place, units in places.items():
            inventory.stock(item, int(place), units, given.get("active", True))
        made.append(shown(inventory, item))
    return {"products": made}


def seed(app, args):
    """Many variants in a row: PREFIX000001 and so on, each stocked at one location."""
    inventory, prefix = shop_in(app, args).inventory, args.get("prefix", "SKU-")
    first = int(args.get("first", 1))
    for number in range(first, first + int(args["count"])):
        item = inventory.add(f"{prefix}{number:06d}")
        if args.get("available") is not None:
            inventory.stock(item, int(args.get("location", 0)), int(args["available"]))
    inventory.changes.clear()
    return {"count": len(inventory.items)}


def change(app, args):
    """What may happen to a variant: another SKU, tracked or not, mutable or not, gone."""
    inventory = shop_in(app, args).inventory
    item = inventory.named(args["sku"])
    if args.get("delete"):
        inventory.delete(item)
        return {"deleted": args["sku"]}
    item.tracked, item.mutable = args.get("tracked", item.tracked), args.get("mutable", item.mutable)
    if "new_sku" in args:
        inventory.rename(item, args["new_sku"])
    return shown(inventory, item)


def set_stock(app, args):
    """A hand in the admin."""
    inventory = shop_in(app, args).inventory
    item, place = inventory.named(args["sku"]), int(args.get("location", 0))
    if "by" in args:
        args["available"] = item.levels[place].available + int(args["by"])
    available = args.get("available", item.levels[place].available if place in item.levels else 0)
    inventory.stock(item, place, int(available), args.get("active", True))
    return shown(inventory, item)


def stock(app, args):
    """One variant by SKU, or what is offered of all at one location."""
    inventory = shop_in(app, args).inventory
    if "sku" in args:
        return {"products": [shown(inventory, item) for item in inventory.by_sku.get(args["sku"], ())]}
    place = int(args.get("location", 0))
    return {"available": {item.sku: item.levels[place].available for item in inventory.items
                          if item is not None and place in item.levels and item.levels[place].active}}


def history(app, args):
    """Every change of what is offered, in order: when, of what, from, to, and by whom."""
    inventory = shop_in(app, args).inventory
    rows = list(inventory.changes)[int(args.get("offset", 0)):]
    return {"count": len(inventory.changes), "changes": [
        {"at": to_iso_micros(at), "sku": sku, "location": place, "from": old, "to": new, "cause": cause, **details}
        for at, sku, place, old, new, cause, details in rows if args.get("sku") in (None, sku)]}


def keys(app, args):
    """Makes Shopify say that a key is busy, or that its first run failed: of the newest key, or of all."""
    inventory, state = shop_in(app, args).inventory, args["state"]
    if state not in ("done", "IDEMPOTENCY_CONCURRENT_REQUEST", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"):
        raise BadRequest(f"unknown state: {state}")
    for entry in inventory.keys.values():
        entry["state"] = state
    return {"keys": len(inventory.keys)}


def lag(app, args):
    """How far the search by SKU is behind what is added."""
    shop_in(app, args).inventory.sku_lag = float(args["seconds"])
    return {"seconds": float(args["seconds"])}


ROUTES = {("POST", "products"): products, ("POST", "products/seed"): seed, ("POST", "products/change"): change,
          ("POST", "products/lag"): lag, ("GET", "stock"): stock, ("POST", "stock"): set_stock, ("GET", "stock/history"): history,
          ("POST", "stock/keys"): keys}
