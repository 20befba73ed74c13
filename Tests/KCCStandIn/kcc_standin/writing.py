"""Bodies as KCC writes them: JSON, and XML in its own style.

That style: a byte-order mark, namespaces nobody uses on the root, indented text, `True` and `False`, lists as a wrapper with
typed children, and records named by attributes with the name as text.
"""

import json
from xml.sax.saxutils import escape, quoteattr

ROOTS = {
    "statuses": ("OrderStatuses", {"Statuses": "SalesOrderStatus", "Shipments": "Shipment", "Items": "ShipmentItem",
                                   "Packages": "ShipmentPackage"}),
    "stock": ("StockStatuses", {"Statuses": "StockStatus"}),
    "items": ("StockItems", {"Items": "StockItem", "Deleted": "DeletedItem", "Barcodes": "StockBarcode",
                             "Images": "StockImage", "SupplierInfo": "Supplier"})}
DATA_ITEMS = {"Courier", "StockType1", "StockType2", "StockType3", "StockType4", "Manufacturer", "TaxRate"}
NOISE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
CONTENT_TYPES = {"JSON": "application/json; charset=utf-8", "XML": "application/xml; charset=utf-8"}


def write(kind, payload, form):
    """The body of one upload."""
    if form == "JSON":
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    root, children = ROOTS[kind]
    lines = ['<?xml version="1.0" encoding="utf-8"?>', f"<{root} {NOISE}>"]
    for name, value in payload.items():
        element(name, value, children, "  ", lines)
    lines.append(f"</{root}>")
    return b"\xef\xbb\xbf" + "\r\n".join(lines).encode()


def element(name, value, children, indent, lines):
    """One element and what is in it."""
    if name in DATA_ITEMS and isinstance(value, dict):
        attributes = "".join(f" {key}={quoteattr(str(value[key]))}" for key in ("ID", "Code") if key in value)
        lines.append(f"{indent}<{name}{attributes}>{escape(value['Name'])}</{name}>" if "Name" in value
                     else f"{indent}<{name}{attributes} />")
    elif isinstance(value, dict):
        nest(name, value.items(), children, indent, lines)
    elif isinstance(value, list):
        nest(name, ((children.get(name, "string"), each) for each in value), children, indent, lines)
    else:
        said = str(value) if not isinstance(value, bool) else ("True" if value else "False")
        lines.append(f"{indent}<{name}>{escape(said)}</{name}>" if said else f"{indent}<{name} />")


def nest(name, inside, children, indent, lines):
    """An element with elements in it; an empty one is closed at once."""
    inner = []
    for each, value in inside:
        element(each, value, children, indent + "  ", inner)
    lines.extend([f"{indent}<{name}>", *inner, f"{indent}</{name}>"] if inner else [f"{indent}<{name} />"])
