"""Shipments, and the order statuses that tell of them."""

import decimal

from .ledger import now

LIFE = ("Received", "Released", "Picking", "Packing", "Shipping", "Invoicing", "Issue", "Archived")
COURIER = {"ID": "7", "Code": "RM24", "Name": "Royal Mail 24"}
# From here on an invoice is issued; before it, packages have no number yet.
ISSUED, NUMBERED, PACKED = ("Issue", "Archived"), ("Shipping", "Invoicing", "Processing", "Issue", "Archived"), ("Packing",)


class Shipment:
    """One shipment. Its ID and its lines' IDs stay, whatever else changes."""

    def __init__(self, company, order, quantities, consignments, courier):
        self.shipment_id, self.code = company.next_id("S"), company.next_id("INV")
        self.order, self.company, self.status, self.issued = order, company, "Released", False
        self.quantities, self.item_ids = {}, {}
        self.consignments, self.courier, self.date = consignments, courier, None
        self.set(quantities)

    def set(self, quantities):
        """Absolute quantities by line; a line that was there keeps its ID."""
        for line, quantity in quantities.items():
            if not 0 <= line < len(self.order.lines):
                raise ValueError(f"order {self.order.ref} has no line {line}")
            self.quantities[line] = decimal.Decimal(str(quantity))
            self.item_ids.setdefault(line, self.company.next_id("P"))

    def become(self, status):
        """Moves to a status; forwards or back."""
        self.status = status
        if status in ISSUED:
            self.issued, self.date = True, self.date or now()[:19]

    def payload(self, settings):
        """As KCC uploads it."""
        return {"ID": self.shipment_id, "Code": self.code, "Status": self.status,
                "Items": [self._item(line, settings) for line, quantity in self.quantities.items() if quantity > 0],
                "Packages": self._packages()}

    def _item(self, line, settings):
        ordered = self.order.lines[line]
        made = {"OrderItemID": ordered.order_item_id, "ShipmentItemID": self.item_ids[line], "SKU": ordered.code,
                "Quantity": float(self.quantities[line])}
        cut = settings.import_ref_length or None
        if "ImportRef" in settings.echo and ordered.import_ref is not None:
            made["ImportRef"] = ordered.import_ref[:cut]
        if "WebsiteItemRef" in settings.echo and ordered.web_ref is not None:
            made["WebsiteItemRef"] = ordered.web_ref
        return made

    def _packages(self):
        if self.status in PACKED:
            return [{"ConsignmentRef": "", "Courier": self.courier}]
        if self.status not in NUMBERED and not self.issued:
            return []
        dated = {} if self.date is None else {"ShipmentDate": self.date}
        return [{**({"ConsignmentRef": number} if number else {}), "Courier": self.courier, **dated}
                for number in self.consignments or [None]]

    def shown(self):
        """For the control interface."""
        return {"id": self.shipment_id, "code": self.code, "ref": self.order.ref, "status": self.status, "issued": self.issued,
                "quantities": {str(line): int(quantity) for line, quantity in self.quantities.items()},
                "items": {str(line): each for line, each in self.item_ids.items()},
                "consignments": self.consignments, "courier": self.courier}


def order_status(booked, channel_id, settings, shipments=None, status=None):
    """One entry of an order status upload; all shipments of the order, or those named."""
    made = {"OrderCode": booked.order_code, "OrderID": booked.order_id, settings.status_field: status or booked.status()}
    if "AssociatedRef" in settings.echo:
        made["AssociatedRef"] = booked.ref
    made["ChannelID"] = channel_id
    if "CustomData" in settings.echo and booked.custom_data is not None:
        made["CustomData"] = booked.custom_data
    made["Shipments"] = [each.payload(settings) for each in (booked.shipments if shipments is None else shipments)]
    return made


def quantities_for(booked, lines):
    """{line: quantity} out of `[{"line": 0, "quantity": 1}, {"sku": "TEA"}]`; None = all that is left."""
    if lines is None:
        return {place: booked.left(place) for place in range(len(booked.lines)) if booked.left(place) > 0}
    found = {}
    for each in lines:
        place = each["line"] if "line" in each else next(
            (at for at, line in enumerate(booked.lines) if each["sku"] in (line.sku, line.code)), -1)
        if not 0 <= place < len(booked.lines):
            raise ValueError(f"order {booked.ref} has no such line: {each}")
        found[place] = each.get("quantity", booked.left(place))
    return found
