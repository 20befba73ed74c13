"""The check of a whole answer to the order download: the page, its matching rule, each of its orders."""

import decimal
import re

from .checking import check
from .order_rules import check_order
from .shapes import PAGE, CONFIG, Is, thing

MOST_ORDERS = 1000
API_VERSION = 1000
TOKEN = re.compile(r"[!-+\--~]+")          # visible ASCII without the comma


def ref_of(order):
    """An order's reference as far as it has one."""
    head = order.get("Header") if isinstance(order, dict) else None
    ref = head.get("AssociatedRef") if isinstance(head, dict) else None
    return ref if isinstance(ref, str) else None


def check_page(page, report, tax_rate=decimal.Decimal("0.2"), most_tax=decimal.Decimal("0.3")):
    """Checks a page. `report(code, path, detail, ref)`; returns its orders, [] when it is no page at all."""
    def plain(code, path, detail):
        report(code, path, detail, None)

    check(page, thing({**PAGE, "Orders": Is("raw_array", required=True)}), "", plain)
    if not isinstance(page, dict) or not isinstance(page.get("Orders"), list):
        return []
    orders = page["Orders"]
    if page.get("ApiVersion") != API_VERSION:
        report("api_version", "ApiVersion", f"{page.get('ApiVersion')!r} is not {API_VERSION}", None)
    if len(orders) > MOST_ORDERS:
        report("too_many", "Orders", f"{len(orders)} orders", None)
    seen = set()
    for place, order in enumerate(orders):
        ref = ref_of(order)
        check_order(order, lambda code, path, detail: report(code, f"Orders[{place}].{path}".rstrip("."), detail, ref),
                    tax_rate, most_tax)
        if ref is not None and ref in seen:
            report("duplicate_ref", f"Orders[{place}].Header.AssociatedRef", f"{ref} twice in one page", ref)
        seen.add(ref)
    matching(page, orders, report)
    return orders


def matching(page, orders, report):
    """CompanyCode stands alone and then every order has a URN; on other pages none has."""
    config = page.get("Config")
    rule = config.get("MatchCompanyOn") if isinstance(config, dict) else None
    if not isinstance(rule, list) or not all(name in config for name in CONFIG if CONFIG[name].required):
        return
    by_code = "CompanyCode" in rule
    if by_code and len(rule) > 1:
        report("company_code_alone", "Config.MatchCompanyOn", "CompanyCode beside other fields", None)
    for place, order in enumerate(orders):
        customer = order.get("Customer") if isinstance(order, dict) else None
        if isinstance(customer, dict) and ("URN" in customer) != by_code:
            said = "no URN on a page matched by it" if by_code else "a URN on a page matched by address"
            report("mixed_urn", f"Orders[{place}].Customer.URN", said, ref_of(order))


def check_envelope(answer, form, report):
    """The answer's headers: the type of its content, the continuation."""
    kind = answer.headers.get("content-type", "").lower().replace(" ", "")
    wanted = "application/json" if form == "JSON" else "application/xml"
    if not kind.startswith(wanted):
        report("content_type", "Content-Type", f"{kind!r} for {form}", None)
    elif "charset=" in kind and "charset=utf-8" not in kind:
        report("content_type", "Content-Type", f"{kind!r} is not UTF-8", None)


def check_continuation(given, sent, retry, report):
    """The continuation of an answer. One that only repeats what was sent is always good."""
    if given == sent:
        return
    if retry:
        if given is not None:
            report("continuation_on_retry", "Sirion-Continuation", "moved by a request for certain orders", None)
    elif given is None:
        report("continuation", "Sirion-Continuation", "missing", None)
    elif not TOKEN.fullmatch(given):
        report("continuation", "Sirion-Continuation", f"{given!r} is not visible ASCII without commas", None)
