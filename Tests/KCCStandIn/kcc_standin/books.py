"""The orders that KCC has imported, failed to import, or has still to import."""

import hashlib
import json

from .ledger import now
from .totals import add_up

DOWNLOADED, IMPORTED, FAILED = "downloaded", "imported", "failed"


def digest(order):
    """Equal for equal contents, whatever the order of the keys."""
    return hashlib.sha256(json.dumps(order, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Line:
    """One line of an imported order."""

    def __init__(self, sku, item, quantity, site, refs, order_item_id):
        self.sku, self.item, self.quantity, self.site = sku, item, quantity, site
        self.import_ref, self.web_ref = refs
        self.order_item_id = order_item_id

    @property
    def code(self):
        """KCC's stock code, which need not be what the order said."""
        return self.sku if self.item is None else self.item.code


class Booked:
    """One order by its reference. A second delivery is counted, and is never a second order."""

    def __init__(self, ref):
        self.ref, self.state, self.reason = ref, DOWNLOADED, None
        self.content, self.deliveries, self.sums = None, [], {}
        self.order_id = self.order_code = None
        self.lines, self.shipments, self.cancelled = [], [], False
        self.due = None

    def deliver(self, order, page):
        """Notes a delivery."""
        found = digest(order)
        same = not self.deliveries or found == self.deliveries[-1]["digest"]
        self.deliveries.append({"page": page, "at": now(), "digest": found, "same": same, "state": self.state})
        if self.state != IMPORTED:
            self.content = order

    @property
    def custom_data(self):
        """What is to be echoed with every status."""
        return self.content["Header"].get("CustomData") if self.content else None

    def status(self):
        """The order's own status, out of what was despatched."""
        if self.cancelled:
            return "Cancelled"
        gone = sum(quantity for shipment in self.shipments if shipment.issued for quantity in shipment.quantities.values())
        if not self.shipments:
            return "Received"
        if gone >= sum(line.quantity for line in self.lines):
            return "Complete"
        return "PartialShip" if gone else "Shipping"

    def left(self, line):
        """How many of a line are in no shipment yet."""
        return self.lines[line].quantity - sum(each.quantities.get(line, 0) for each in self.shipments)

    def shown(self, full=False):
        """For the control interface. Amounts are decimal strings."""
        head = self.content.get("Header", {}) if isinstance(self.content, dict) else {}
        head = head if isinstance(head, dict) else {}
        lines = [{"sku": line.sku, "code": line.code, "quantity": int(line.quantity), "site": line.site,
                  "import_ref": line.import_ref, "web_ref": line.web_ref, "order_item_id": line.order_item_id}
                 for line in self.lines]
        payments = [{"kind": next((kind for kind in each if kind in ("Cash", "Cheque", "Card", "Voucher", "BACS")), None),
                     "amount": str(each.get("Amount"))} for each in self.content.get("Payments", [])] if self.sums else []
        sums = {name: None if value is None else str(value) for name, value in self.sums.items()}
        return {"ref": self.ref, "state": self.state, "reason": self.reason, "order_id": self.order_id,
                "order_code": self.order_code, "status": self.status(), "custom_data": head.get("CustomData"),
                "currency": (head.get("Currency") or {}).get("Code"), "sums": sums, "total": sums.get("total"),
                "lines": lines, "payments": payments, "deliveries": len(self.deliveries),
                "different": sum(not each["same"] for each in self.deliveries), "pages": self.deliveries,
                "shipments": [shipment.shipment_id for shipment in self.shipments],
                **({"order": self.content} if full else {})}


class Books:
    """All orders of one channel."""

    def __init__(self):
        self.orders, self.pending = {}, {}

    def take(self, ref, order, page):
        """A delivered order; the record of it."""
        booked = self.orders.setdefault(ref, Booked(ref))
        booked.deliver(order, page)
        return booked

    def put_off(self, booked, due):
        """The order is imported later, once the monotonic clock says so."""
        booked.state, booked.reason, booked.due = DOWNLOADED, None, due
        self.pending[booked.ref] = booked

    def get(self, ref):
        """The imported order of that reference; an error when there is none."""
        booked = self.orders.get(ref)
        if booked is None or booked.state != IMPORTED:
            raise ValueError(f"no imported order {ref}")
        return booked

    def enter(self, booked, lines, company, tax_rate):
        """Imports an order for good."""
        booked.lines, booked.state, booked.reason = lines, IMPORTED, None
        booked.sums = add_up(booked.content, tax_rate)
        booked.order_id = company.next_id()
        booked.order_code = f"SO{booked.order_id}"

    def counts(self):
        """How many there are of each state, and how many deliveries were more than the first."""
        found = {state: 0 for state in (DOWNLOADED, IMPORTED, FAILED)}
        for booked in self.orders.values():
            found[booked.state] += 1
        return {**found, "orders": len(self.orders),
                "redeliveries": sum(len(booked.deliveries) - 1 for booked in self.orders.values()),
                "different": sum(not each["same"] for booked in self.orders.values() for each in booked.deliveries)}
