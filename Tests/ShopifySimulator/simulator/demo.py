"""The story that the demo tells, one step at a time."""

from . import changes
from .catalogue import PRODUCTS
from .gids import gid
from .model import BadRequest
from .money import show
from .placing import place, place_random
from .totals import both_sides


def _line(place_in_list, quantity=1):
    sku, title, variant, price, tax = PRODUCTS[place_in_list]
    return {"sku": sku, "title": title, "variantTitle": variant, "price": price, "quantity": quantity, "taxRate": tax}


def _who(first, last, street, town, postcode):
    mail = f"{first}.{last}@example.com".lower()
    address = {"firstName": first, "lastName": last, "address1": street, "city": town, "zip": postcode, "phone": None}
    return {"email": mail, "customer": {"firstName": first, "lastName": last, "email": mail}, "shippingAddress": address,
            "billingAddress": address}


class Story:
    """Steps that place, pay, edit, cancel and refund; after the last, orders simply keep coming."""

    def __init__(self, shop):
        self.shop, self.number, self.cast = shop, 0, {}
        self.steps = [self.web_order, self.unpaid_order, self.till_sale, self.payment, self.extra_line, self.new_address,
                      self.trade_order, self.refund, self.cancellation, self.anonymous_sale]

    def step(self):
        """Tells the next part."""
        act = self.steps[self.number] if self.number < len(self.steps) else self.another
        self.number += 1
        said, record = act()
        return {"step": self.number, "said": said, "id": gid("Order", record.id), "name": record.model["name"]}

    def _new(self, role, partial):
        record = place(self.shop, partial)
        if role:
            self.cast[role] = record.id
        return record

    def _change(self, role, **args):
        if role not in self.cast:
            raise BadRequest("the story was not told from its start")
        return changes.apply(self.shop, self.cast[role], args)

    def web_order(self):
        """A plain order."""
        record = self._new("ada", {**_who("Ada", "Marsh", "14 Mill Lane", "Hebden Bridge", "HX7 8AB"),
                                   "lines": [_line(1, 2), _line(9)], "discounts": [{"kind": "code", "title": "WELCOME10", "percent": "10"}]})
        return f"Ada Marsh orders tea and a Brown Betty, with WELCOME10: {record.model['name']}, paid by card", record

    def unpaid_order(self):
        """One that waits for its money."""
        record = self._new("imran", {**_who("Imran", "Iqbal", "3 Wharf Road", "Leeds", "LS6 3QT"), "payment": "pending",
                                     "gateway": "bank_transfer", "lines": [_line(15), _line(20)]})
        return f"Imran Iqbal orders a tea set and will pay by bank transfer: {record.model['name']}", record

    def till_sale(self):
        """In the shop, to somebody known."""
        record = self._new("till", {"sourceName": "pos", "location": 1, "sourceIdentifier": "1-2041", "shippingAddress": None,
                                    "billingAddress": None, "lines": [_line(12, 2), _line(23)],
                                    "customer": {"firstName": "Niamh", "lastName": None, "email": "niamh.doyle@example.com"},
                                    "email": "niamh.doyle@example.com", "gateway": "cash"})
        return f"Two mugs and honey go over the counter of the High Street Shop: {record.model['name']}", record

    def payment(self):
        """The bank transfer arrives."""
        record = self._change("imran", change="pay")
        return f"Imran's bank transfer arrives: {record.model['name']} is paid", record

    def extra_line(self):
        """An edit."""
        record = self._change("ada", change="edit", add=[_line(16)])
        return f"Ada asks for a strainer too: {record.model['name']} is edited", record

    def new_address(self):
        """A new delivery address."""
        record = self._change("imran", change="address", shippingAddress={"address1": "9 Harbour View", "city": "Falmouth", "zip": "TR11 3QG"})
        return f"Imran has moved: {record.model['name']} goes to Falmouth", record

    def trade_order(self):
        """A trade customer with a purchase order number."""
        record = self._new("trade", {**_who("Harriet", "Shaw", "The Copper Kettle, 2 Church Street", "York", "YO31 7PB"),
                                     "lines": [_line(7, 24), _line(13, 12)], "poNumber": "CK-1187", "tags": ["wholesale"],
                                     "note": "Deliver to the back door before ten, please.",
                                     "discounts": [{"kind": "manual", "title": "Trade terms", "percent": "25"}]})
        return f"The Copper Kettle sends its purchase order CK-1187: {record.model['name']}", record

    def refund(self):
        """Part of an order comes back."""
        record = self._change("ada", change="refund", lines=[{"line": 1, "quantity": 1, "restock": "RETURN"}],
                              note="Lid chipped in the post")
        return f"Ada's teapot came with a chipped lid: refunded on {record.model['name']}", record

    def cancellation(self):
        """The trade order is called off."""
        record = self._change("trade", change="cancel", reason="CUSTOMER")
        return f"The Copper Kettle calls {record.model['name']} off", record

    def anonymous_sale(self):
        """In the shop, to nobody known."""
        record = self._new(None, {"sourceName": "pos", "location": 1, "sourceIdentifier": "1-2042", "shippingAddress": None,
                                  "billingAddress": None, "customer": None, "email": None, "lines": [_line(24, 3)], "gateway": "cash"})
        return f"Somebody buys shortbread at the till and leaves no name: {record.model['name']}", record

    def another(self):
        """More of the same."""
        record = place_random(self.shop)
        total = show(both_sides(record.model)[0].total, self.shop.currency)
        return f"{record.model['name']} comes in by {record.model['sourceName']}: £{total}", record
