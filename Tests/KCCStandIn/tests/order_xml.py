"""Orders in XML as a third party writes them, made from their JSON twins."""

from xml.sax.saxutils import escape, quoteattr

CHILDREN = {"Orders": "SalesOrder", "Items": "OrderItem", "Payments": "OrderPayment", "AlternateMapping": "ItemMapping"}
DATA_ITEMS = ("CompanyClass", "Currency", "Country", "Site", "SalesSource", "Courier", "Brand")


def page_xml(orders, page):
    """A whole page."""
    inside = one("Orders", orders) + one("ApiVersion", page["ApiVersion"])
    config = "".join(f"<{name}>{word}</{name}>" for name, found in page["Config"].items() for word in found)
    return f"<?xml version='1.0' encoding='UTF-8'?><SalesOrderImport>{inside}<Config>{config}</Config></SalesOrderImport>".encode()


def one(name, value):
    """One element."""
    if name in DATA_ITEMS:
        attributes = "".join(f" {key}={quoteattr(each)}" for key, each in value.items())
        return f"<{name}{attributes}>{escape(value.get('Name', ''))}</{name}>"
    if isinstance(value, dict):
        return f"<{name}>{''.join(one(key, each) for key, each in value.items())}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(one(CHILDREN.get(name, 'string'), each) for each in value)}</{name}>"
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(said)}</{name}>"
