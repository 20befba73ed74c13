"""Control requests about shops: identity, access, cost, lag."""

from . import scopes
from .model import BadRequest, check_keys


def shop_in(app, args):
    """The shop that a request speaks of."""
    shop = app.shops.get(args.get("shop", "demo"))
    if shop is None:
        raise BadRequest(f"no shop {args.get('shop')}")
    return shop


def shown(app, shop):
    """A shop for the caller."""
    port = getattr(app, "port", 0)
    return {"shop": shop.key, "id": shop.id, "name": shop.name, "domain": shop.domain, "url": f"http://{shop.key}.localhost:{port}",
            "token": next(iter(shop.tokens), None), "clientId": shop.client_id, "clientSecret": shop.client_secret,
            "scopes": shop.scopes, "plan": shop.plan, "currency": shop.currency, "timezone": shop.timezone,
            "locations": [{"id": p["id"], "name": p["name"]} for p in shop.locations], "orders": len(shop.orders)}


def list_shops(app, args):
    """All shops."""
    return {"shops": [shown(app, shop) for shop in app.shops.values()]}


def create(app, args):
    """A new shop."""
    check_keys(args, {"shop", "name", "currency", "timezone", "plan", "scopes", "locations", "token"}, "shop")
    key = args["shop"]
    if key in app.shops:
        raise BadRequest(f"shop {key} exists")
    shop = app.add_shop(key)
    shop.name, shop.currency = args.get("name", shop.name), args.get("currency", shop.currency)
    shop.timezone = args.get("timezone", shop.timezone)
    if "plan" in args:
        set_plan(app, args)
    if "locations" in args:
        shop.locations = []
        for place in args["locations"]:
            add_location(shop, place)
    if "token" in args:
        shop.tokens.clear()
        shop.add_token(args["token"], shop.scopes)
    if "scopes" in args:
        set_scopes(app, {"shop": key, "scopes": args["scopes"]})
    return shown(app, shop)


def add_location(shop, given):
    """A place out of JSON."""
    check_keys(given, {"shop", "name", "isActive", "isFulfillmentService", "address1", "city", "zip"}, "location")
    return shop.add_location(given["name"], given.get("address1"), given.get("city"), None, given.get("zip"),
                             given.get("isActive", True), given.get("isFulfillmentService", False))


def locations(app, args):
    """Adds or changes a location."""
    shop = shop_in(app, args)
    if "id" not in args and "index" not in args:
        place = add_location(shop, args)
        return {"id": place["id"], "index": place["index"]}
    place = shop.location(args["id"]) if "id" in args else shop.locations[args["index"]]
    if place is None:
        raise BadRequest("no such location")
    for key in ("name", "isActive", "isFulfillmentService"):
        if key in args:
            place[key] = args[key]
    shop.access_stamp += 1
    return {"id": place["id"], "index": place["index"]}


def set_plan(app, args):
    """The plan, and whether customer data are withheld."""
    shop = shop_in(app, args)
    shop.plan = args.get("plan", shop.plan)
    data = args.get("customer_data", "withheld" if shop.plan == "basic" else "full")
    if data not in ("full", "withheld", "refused"):
        raise BadRequest(f"unknown customer_data: {data}")
    shop.customer_data = data
    return {"plan": shop.plan, "customer_data": data}


def set_scopes(app, args):
    """What tokens may do."""
    shop = shop_in(app, args)
    granted = args.get("scopes")
    if granted is None:
        granted = [s for s in scopes.EVERYTHING if s not in args.get("without", ())]
    if "token" in args:
        if args["token"] not in shop.tokens:
            raise BadRequest("no such token")
        shop.tokens[args["token"]].set_scopes(granted)
    else:
        shop.scopes = list(granted)
        for token in shop.tokens.values():
            token.set_scopes(granted)
    return {"scopes": list(granted)}


def add_token(app, args):
    """One more token."""
    shop = shop_in(app, args)
    expires = None if args.get("expires_in") is None else shop.clock.now() + int(float(args["expires_in"]) * 1_000_000)
    shop.add_token(args["token"], args.get("scopes", shop.scopes), args.get("app", "main"), expires)
    return {"token": args["token"]}


def revoke(app, args):
    """A token, or all of them, is valid no more."""
    shop = shop_in(app, args)
    if "token" in args:
        shop.tokens.pop(args["token"], None)
    else:
        shop.tokens.clear()
    return {"tokens": list(shop.tokens)}


def oauth(app, args):
    """The client credentials of the app."""
    shop = shop_in(app, args)
    shop.client_id, shop.client_secret = args.get("client_id", shop.client_id), args.get("client_secret", shop.client_secret)
    shop.expires_in, shop.installed = int(args.get("expires_in", shop.expires_in)), bool(args.get("installed", shop.installed))
    return {"client_id": shop.client_id, "expires_in": shop.expires_in, "installed": shop.installed}


def bucket(app, args):
    """Size, rate and contents of every app's bucket."""
    shop = shop_in(app, args)
    shop.bucket_size, shop.restore_rate = args.get("maximum", shop.bucket_size), args.get("restore", shop.restore_rate)
    shop.bucket("main")
    for one in shop.buckets.values():
        one.set(args.get("maximum"), args.get("restore"), args.get("available"))
    return shop.bucket("main").status()


def lag(app, args):
    """How far search is behind."""
    store = shop_in(app, args).orders
    store.lag = float(args.get("seconds", 0))
    store.fresh_nodes = bool(args.get("fresh_nodes", False))
    store.settle(everything=store.lag == 0)
    return {"seconds": store.lag, "fresh_nodes": store.fresh_nodes}


ROUTES = {("GET", "shops"): list_shops, ("POST", "shops"): create, ("POST", "locations"): locations, ("POST", "plan"): set_plan,
          ("POST", "scopes"): set_scopes, ("POST", "tokens"): add_token, ("POST", "tokens/revoke"): revoke,
          ("POST", "oauth"): oauth, ("POST", "bucket"): bucket, ("POST", "lag"): lag}
