"""Root fields about the shop itself: identity, installation, versions, locations."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from .clock import to_iso
from .gids import gid
from .resolve_common import slice_connection
from .shop import PLANS
from .versions import SUPPORTED


def shop(_, info):
    """The shop."""
    here = info.context.shop
    moment = datetime.fromtimestamp(here.clock.now() / 1_000_000, timezone.utc).astimezone(ZoneInfo(here.timezone))
    minutes = int(moment.utcoffset().total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    mail = f"hello@{here.key}.example.com"
    return {"__typename": "Shop", "id": here.id, "name": here.name, "myshopifyDomain": here.domain,
            "currencyCode": here.currency, "ianaTimezone": here.timezone, "createdAt": to_iso(here.created), "email": mail,
            "contactEmail": mail, "enabledPresentmentCurrencies": [here.currency], "orderNumberFormatPrefix": "#",
            "orderNumberFormatSuffix": "", "taxShipping": True, "taxesIncluded": True,
            "timezoneAbbreviation": moment.tzname(), "timezoneOffsetMinutes": minutes,
            "timezoneOffset": f"{sign}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}", "url": f"https://{here.domain}",
            "plan": {"publicDisplayName": PLANS.get(here.plan, here.plan), "partnerDevelopment": False,
                     "shopifyPlus": here.plan == "plus"}}


def installation(_, info):
    """The app's installation, with the scopes of the token in use."""
    return {"__typename": "AppInstallation", "id": gid("AppInstallation", 5001),
            "app": {"id": gid("App", 5000), "title": "kccsyncd", "handle": "kccsyncd"},
            "accessScopes": [{"handle": scope, "description": scope.replace("_", " ")} for scope in info.context.token.granted]}


def public_versions(_, info):
    """Supported versions, the release candidate and the unstable one."""
    found = [{"handle": v, "displayName": v, "supported": True} for v in SUPPORTED]
    return found + [{"handle": "2027-01", "displayName": "2027-01 (Release candidate)", "supported": False},
                    {"handle": "unstable", "displayName": "unstable", "supported": False}]


def location_view(place):
    """A Location."""
    created = to_iso(place["created"])
    return {**place, "createdAt": created, "updatedAt": created}


def location(_, info, id=None):
    """One location; the first without an id."""
    places = info.context.shop.locations
    place = places[0] if id is None else info.context.shop.location(id)
    return None if place is None else location_view(place)


def location_of(source, info):
    """A location that another object names by a stub."""
    stub = source.get(info.field_name) if type(source) is dict else source.field(info.field_name)
    place = stub and info.context.shop.location(stub["id"])
    return None if not place else location_view(place)


def locations(_, info, includeLegacy=False, includeInactive=False, sortKey="NAME", query=None, **page):
    """Locations by name, without fulfilment services and closed ones unless asked for."""
    places = [location_view(p) for p in info.context.shop.locations
              if (includeInactive or p["isActive"]) and (includeLegacy or not p["isFulfillmentService"])]
    places.sort(key=lambda p: (p["name"].casefold(), p["id"]) if sortKey == "NAME" else p["id"])
    return slice_connection(places, info, **page)
