"""What an order costs, in one currency's minor units.

The same sums run once per currency, on prices converted first, so that lines, discounts, shipping, taxes, tips and
duties add up to the total exactly in the shop's money and in the customer's.
"""

from decimal import Decimal

from .money import allocate, rounded_share, to_minor

MILLION = 1_000_000


def tax_rates(item):
    """[(title, parts per million)] of a line or shipping line."""
    if "taxes" in item:
        return [(t["title"], int(Decimal(t["rate"]) * MILLION)) for t in item["taxes"]]
    return [(item.get("taxTitle", "VAT"), int(Decimal(item.get("taxRate", "0.2")) * MILLION))]


def taxes_on(net, item, included, exempt):
    """[(title, ppm, tax)] on a net amount; included taxes are taken out of it."""
    if exempt or not item.get("taxable", True) or item.get("giftCard"):
        return []
    rates = tax_rates(item)
    base = MILLION + (sum(ppm for _, ppm in rates) if included else 0)
    return [(title, ppm, rounded_share(net, ppm, base)) for title, ppm in rates]


class Side:
    """All amounts of one order in one currency."""

    def __init__(self, order, currency, rate=None):
        self.currency = currency
        self.convert = lambda amount: to_minor(amount, currency, rate)
        self.included = order["taxesIncluded"]
        exempt = order["taxExempt"]
        lines, shipping = order["lines"], order["shipping"]
        self.units = [self.convert(line["price"]) for line in lines]
        self.quantities = [line["quantity"] for line in lines]
        self.current = [line["quantity"] - line.get("gone", 0) for line in lines]
        self.gross = [u * q for u, q in zip(self.units, self.quantities)]
        self.shipping_gross = [self.convert(s["price"]) for s in shipping]
        self.line_allocations = [[] for _ in lines]
        self.shipping_allocations = [[] for _ in shipping]
        self.application_values = []
        for index, discount in enumerate(order["discounts"]):
            self._discount(index, discount)
        self.line_discounts = [sum(a for _, a in parts) for parts in self.line_allocations]
        self.nets = [g - d for g, d in zip(self.gross, self.line_discounts)]
        self.shipping_nets = [g - sum(a for _, a in parts)
                              for g, parts in zip(self.shipping_gross, self.shipping_allocations)]
        self.line_taxes = [taxes_on(n, line, self.included, exempt) for n, line in zip(self.nets, lines)]
        self.shipping_taxes = [taxes_on(n, s, self.included, exempt) for n, s in zip(self.shipping_nets, shipping)]
        self.duties = [self.convert(line.get("duty", "0")) for line in lines]
        self.tip = self.convert(order["tip"])
        self._sum_up(order)

    def _discount(self, index, discount):
        """Allocates one discount over what the earlier ones left."""
        if discount.get("target", "lines") == "shipping":
            allocations, gross = self.shipping_allocations, self.shipping_gross
        else:
            allocations, gross = self.line_allocations, self.gross
        chosen = discount.get("lines")
        places = [i for i in range(len(gross)) if chosen is None or i in chosen]
        left = [gross[i] - sum(a for _, a in allocations[i]) for i in places]
        if "percent" in discount:
            ppm = int(Decimal(discount["percent"]) * 10_000)
            if chosen is None:
                parts = allocate(rounded_share(sum(left), ppm, MILLION), left)
            else:
                parts = [rounded_share(amount, ppm, MILLION) for amount in left]
            self.application_values.append(None)
        else:
            amount = self.convert(discount["amount"])
            parts = allocate(min(amount, sum(left)), left)
            self.application_values.append(amount)
        for place, part in zip(places, parts):
            if part:
                allocations[place].append((index, part))

    def share(self, amount, line, units):
        """What `units` of a line carry of an amount that belongs to all of its quantity."""
        return rounded_share(amount, units, self.quantities[line])

    def removed_share(self, amount, line, before, units):
        """What leaves when `units` go after `before` units went: differences of shares, so nothing is lost."""
        left = self.quantities[line] - before
        return self.share(amount, line, left) - self.share(amount, line, left - units)

    def line_tax(self, line):
        """All tax of a line."""
        return sum(tax for _, _, tax in self.line_taxes[line])

    def _sum_up(self, order):
        count = range(len(self.units))
        tax_of = [self.line_tax(i) for i in count]
        self.shipping_tax = sum(t for taxes in self.shipping_taxes for _, _, t in taxes)
        self.subtotal = sum(self.nets)
        self.discounts = sum(self.line_discounts) + sum(a for p in self.shipping_allocations for _, a in p)
        self.shipping = sum(self.shipping_nets)
        self.tax = sum(tax_of) + self.shipping_tax
        self.duty = sum(self.duties)
        extra = 0 if self.included else self.tax
        self.total = self.subtotal + self.shipping + extra + self.tip + self.duty
        shipping_back = [r["shipping"] for r in order["refunds"] if r.get("shipping")]
        self.shipping_refunded = min(sum(self.convert(s) for s in shipping_back), self.shipping)
        self.current_subtotal = sum(self.share(self.nets[i], i, self.current[i]) for i in count)
        self.current_discounts = (sum(self.share(self.line_discounts[i], i, self.current[i]) for i in count)
                                  + self.discounts - sum(self.line_discounts))
        self.current_shipping = self.shipping - self.shipping_refunded
        self.current_shipping_nets, rest = [], self.shipping_refunded
        for net in self.shipping_nets:
            back = min(rest, net)
            self.current_shipping_nets.append(net - back)
            rest -= back
        self.current_shipping_tax = rounded_share(self.shipping_tax, self.current_shipping, self.shipping)
        self.current_tax = sum(self.share(tax_of[i], i, self.current[i]) for i in count) + self.current_shipping_tax
        duties_back = sum(self.convert(r["duties"]) for r in order["refunds"] if r.get("duties"))
        self.current_duty = max(0, sum(self.share(self.duties[i], i, self.current[i]) for i in count) - duties_back)
        self.current_total = (self.current_subtotal + self.current_shipping
                              + (0 if self.included else self.current_tax) + self.tip + self.current_duty)


def both_sides(order):
    """(shop side, presentment side) of an order."""
    shop = Side(order, order["currency"])
    if order["presentment"] == order["currency"]:
        return shop, shop
    return shop, Side(order, order["presentment"], Decimal(order["rate"]))
