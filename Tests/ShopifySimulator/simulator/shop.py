"""One shop: identity, locations, tokens, plan, cost buckets, orders."""

import random
import zlib

from . import scopes
from .bucket import Bucket
from .catalogue import LOCATIONS
from .gids import ORDER_FIRST, ORDERS_PER_SHOP, gid
from .effects import Effects
from .inventory import Inventory
from .ledger import Ledger
from .store import Store

PLANS = {"basic": "Basic", "standard": "Grow", "advanced": "Advanced", "plus": "Shopify Plus"}


class Token:
    """An access token with its scopes; each app of a shop has its own bucket."""

    def __init__(self, text, granted, app="main", expires=None):
        self.text, self.app, self.expires = text, app, expires
        self.set_scopes(granted)

    def set_scopes(self, granted):
        """Replaces what the token may do."""
        self.granted = list(granted)
        self.allowed = scopes.implied(granted)


class Shop:
    """State of one store."""

    def __init__(self, key, number, clock, seed):
        self.key, self.number, self.clock = key, number, clock
        self.id = gid("Shop", 60_000_000_000 + number)
        self.name = "Calder & Wren" if key == "demo" else key.replace("-", " ").title()
        self.domain = f"{key}.myshopify.com"
        self.currency, self.timezone, self.plan = "GBP", "Europe/London", "standard"
        self.customer_data = "full"
        self.created = clock.now() - 700 * 86_400_000_000
        self.client_id, self.client_secret = f"client-{key}", f"secret-{key}"
        self.installed, self.expires_in = True, 86399
        self.scopes = list(scopes.EVERYTHING)
        self.tokens = {}
        self.add_token(f"shpat_{key}", self.scopes)
        self.bucket_size, self.restore_rate = 2000, 100
        self.buckets = {}
        self.locations = []
        for place in LOCATIONS:
            self.add_location(**place)
        self.orders = Store(clock, ORDER_FIRST + number * ORDERS_PER_SHOP)
        self.inventory = Inventory(self)
        self.orders.on_commit = self.inventory.follow
        self.ledger = Ledger(clock)
        self.effects = Effects(clock)
        self.random = random.Random(f"{seed}:{key}")
        self.story = None
        self.access_stamp = 0

    # access
    def add_token(self, text, granted, app="main", expires=None):
        """Makes a token valid."""
        self.tokens[text] = Token(text, granted, app, expires)
        return self.tokens[text]

    def token(self, text):
        """The living token of that text, or None."""
        found = self.tokens.get(text)
        if found is not None and found.expires is not None and found.expires <= self.clock.now():
            return None
        return found

    def bucket(self, app):
        """The cost bucket of one app in this shop."""
        if app not in self.buckets:
            self.buckets[app] = Bucket(self.bucket_size, self.restore_rate)
        return self.buckets[app]

    # places and people
    def add_location(self, name, address1=None, city=None, postcode=None, zip=None, is_active=True, is_service=False):
        """A place; returns it with its "index"."""
        number = 88_000_000_000 + self.number * 1000 + len(self.locations) + 1
        place = {"__typename": "Location", "id": gid("Location", number), "legacyResourceId": str(number), "name": name,
                 "index": len(self.locations), "isActive": is_active, "isFulfillmentService": is_service,
                 "fulfillsOnlineOrders": is_active, "hasActiveInventory": is_active, "hasUnfulfilledOrders": False,
                 "shipsInventory": is_active, "activatable": not is_active, "deactivatable": is_active,
                 "created": self.created,
                 "address": {"address1": address1, "address2": None, "city": city, "country": "United Kingdom",
                             "countryCode": "GB", "province": "England", "provinceCode": "ENG", "zip": zip or postcode,
                             "phone": None, "latitude": None, "longitude": None,
                             "formatted": [x for x in (address1, city, zip, "United Kingdom") if x]}}
        self.locations.append(place)
        self.access_stamp = getattr(self, "access_stamp", 0) + 1
        return place

    def location_stub(self, index):
        """{"id"} of a location by place, or None."""
        return None if index is None else {"id": self.locations[index]["id"]}

    def location(self, wanted):
        """A location by gid, or None."""
        return next((p for p in self.locations if p["id"] == wanted), None)

    def customer_number(self, customer):
        """A number that the same e-mail or name always gets."""
        text = customer.get("email") or f"{customer.get('firstName')} {customer.get('lastName')}"
        return 7_000_000_000_000 + zlib.crc32(text.casefold().encode())
