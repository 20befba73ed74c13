"""How a delivered order becomes an order in KCC's books, or silently does not."""

import decimal

from .books import FAILED, IMPORTED, Line


def site_of(named, settings):
    """A SiteID out of a DataItem; None for a site that KCC does not have."""
    if not named:
        return settings.default_site
    text = named.get("ID") or named.get("Code") or named.get("Name")
    if text in settings.sites:
        return int(settings.sites[text])
    return int(text) if "ID" in named and text.isdigit() else (None if settings.sites else settings.default_site)


def lines_of(order, company, settings):
    """The order's lines in KCC's terms. An unknown code or site fails the whole order."""
    found = []
    for line in order["Items"]:
        item = company.find(line)
        if item is None and settings.stock_list:
            raise ValueError(f"unknown stock code {line['SKU']}")
        site = site_of(line.get("Site") or order["Header"]["Site"], settings)
        if site is None:
            raise ValueError("unknown site")
        found.append(Line(line["SKU"].strip(), item, decimal.Decimal(line["Quantity"]), site,
                          (line.get("ImportRef"), line.get("WebItemRef")), company.next_id("Q")))
    return found


def bring_in(booked, books, company, settings, invalid):
    """Imports one order. Returns the (item, site) pairs whose stock it consumed; a failure is only noted, as KCC does.

    An order that is in the books already stays as it is.
    """
    if booked.state == IMPORTED:
        return []
    if invalid and not settings.import_invalid:
        booked.state, booked.reason = FAILED, f"breaks the contract: {', '.join(invalid)}"
        return []
    try:
        lines = lines_of(booked.content, company, settings)
        books.enter(booked, lines, company, settings.tax[0])
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        booked.state, booked.reason = FAILED, str(error) if isinstance(error, ValueError) else repr(error)
        return []
    return assign(lines, -1, company)


def assign(lines, sign, company, quantities=None):
    """Takes stock for lines (-1) or gives it back (+1); the pairs that changed."""
    changed = []
    for place, line in enumerate(lines):
        if line.item is not None and line.item.controlled and not line.item.deleted:
            quantity = line.quantity if quantities is None else quantities[place]
            if quantity:
                company.set(line.item.code, line.site, by=sign * quantity)
                changed.append((line.item, line.site))
    return list(dict.fromkeys(changed))


def waiting(books):
    """Orders that are downloaded and not imported yet."""
    return list(books.pending.values())
