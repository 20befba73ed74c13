"""An order shaped like GraphQL's Order: what documents are executed over, and what dumps and digests are made of."""

from .clock import to_iso
from .fulfilment_view import display_status, fulfilment_orders, fulfilments
from .gids import gid, part
from .money import rounded_share, show
from .payment_view import payments
from .refund_view import refunds
from .totals import both_sides

DISCOUNT_TYPES = {"code": "DiscountCodeApplication", "manual": "ManualDiscountApplication",
                  "automatic": "AutomaticDiscountApplication", "script": "ScriptDiscountApplication"}


class Builder:
    """Helpers shared by the parts of a view: both sides' sums, and money bags of them."""

    def __init__(self, record, shop):
        self.record, self.shop, self.model = record, shop, record.model
        self.sides = both_sides(self.model)
        self.currencies = (self.model["currency"], self.model["presentment"])

    def bag(self, shop_minor, customer_minor):
        """A MoneyBag of two amounts in minor units."""
        ours, theirs = self.currencies
        return {"shopMoney": {"amount": show(shop_minor, ours), "currencyCode": ours},
                "presentmentMoney": {"amount": show(customer_minor, theirs), "currencyCode": theirs}}

    def of(self, amount):
        """A MoneyBag of the same sum on both sides; `amount` picks it from a side."""
        return self.bag(amount(self.sides[0]), amount(self.sides[1]))

    def named(self, name):
        """A MoneyBag of one of the sides' totals."""
        return self.bag(getattr(self.sides[0], name), getattr(self.sides[1], name))

    def tax_lines(self, pick):
        """TaxLines from [(title, ppm, tax)] of both sides."""
        return [self.tax_line(title, ppm, ours, theirs)
                for (title, ppm, ours), (_, _, theirs) in zip(pick(self.sides[0]), pick(self.sides[1]))]

    def tax_line(self, title, ppm, ours, theirs):
        """One TaxLine."""
        return {"title": title, "rate": ppm / 1_000_000, "ratePercentage": ppm / 10_000,
                "priceSet": self.bag(ours, theirs), "channelLiable": False, "source": None}


def address_view(address, order_id, index):
    """A MailingAddress, or None."""
    if address is None:
        return None
    get = address.get
    name = " ".join(x for x in (get("firstName"), get("lastName")) if x) or None
    rows = [get("address1"), get("address2"), " ".join(x for x in (get("city"), get("zip")) if x), get("country")]
    return {"__typename": "MailingAddress", "id": gid("MailingAddress", part(order_id, index)),
            **{key: get(key) for key in ("firstName", "lastName", "company", "address1", "address2", "city", "province",
                                         "provinceCode", "zip", "country", "phone")},
            "countryCodeV2": get("countryCode"), "name": name, "coordinatesValidated": False, "latitude": None,
            "longitude": None, "formatted": [row for row in rows if row],
            "formattedArea": ", ".join(x for x in (get("city"), get("country")) if x) or None}


def customer_view(customer, model):
    """A Customer, or None."""
    if customer is None:
        return None
    get = customer.get
    name = " ".join(x for x in (get("firstName"), get("lastName")) if x)
    created = to_iso(customer.get("createdAt", model["createdAt"]))
    return {"__typename": "Customer", "id": gid("Customer", customer["id"]), "legacyResourceId": str(customer["id"]),
            "firstName": get("firstName"), "lastName": get("lastName"), "displayName": name or get("email") or "",
            "taxExempt": bool(get("taxExempt")), "note": get("note"), "tags": get("tags") or [], "locale": "en",
            "verifiedEmail": True, "createdAt": created, "updatedAt": created, "defaultAddress": None,
            "defaultEmailAddress": {"emailAddress": customer["email"]} if get("email") else None,
            "defaultPhoneNumber": {"phoneNumber": customer["phone"]} if get("phone") else None}


def discounts(build):
    """DiscountApplications."""
    found = []
    for index, discount in enumerate(build.model["discounts"]):
        values = [side.application_values[index] for side in build.sides]
        if "percent" in discount:
            value = {"__typename": "PricingPercentageValue", "percentage": float(discount["percent"])}
        else:
            value = {"__typename": "MoneyV2", "amount": show(values[1], build.currencies[1]),
                     "currencyCode": build.currencies[1]}
        title = discount.get("title", "Discount")
        found.append({"__typename": DISCOUNT_TYPES[discount.get("kind", "code")], "index": index, "value": value,
                      "allocationMethod": "ACROSS" if discount.get("lines") is None else "EACH",
                      "targetType": "SHIPPING_LINE" if discount.get("target") == "shipping" else "LINE_ITEM",
                      "targetSelection": "ALL" if discount.get("lines") is None else "EXPLICIT",
                      "code": title, "title": title, "description": None})
    return found


def allocations(build, pick, applications):
    """DiscountAllocations of a line; the sides may differ in which parts rounded to nothing."""
    ours, theirs = dict(pick(build.sides[0])), dict(pick(build.sides[1]))
    return [{"allocatedAmountSet": build.bag(ours.get(i, 0), theirs.get(i, 0)), "discountApplication": applications[i]}
            for i in sorted(ours.keys() | theirs.keys())]


def line_view(build, index, applications, unfulfilled):
    """One LineItem."""
    line, model, side = build.model["lines"][index], build.model, build.sides[0]
    quantity, current = line["quantity"], side.current[index]
    chosen = [p.get("lines") is not None for p in model["discounts"]]

    def own(s):
        return sum(a for i, a in s.line_allocations[index] if chosen[i])

    title, variant = line["title"], line.get("variantTitle")
    order_id = build.record.id
    return {
        "__typename": "LineItem", "id": gid("LineItem", part(order_id, index + 1)), "title": title, "variantTitle": variant,
        "name": f"{title} - {variant}" if variant else title, "sku": line.get("sku"), "quantity": quantity,
        "currentQuantity": current, "refundableQuantity": current, "unfulfilledQuantity": unfulfilled,
        "nonFulfillableQuantity": quantity - current, "requiresShipping": line.get("requiresShipping", True),
        "isGiftCard": line.get("giftCard", False), "taxable": line.get("taxable", True) and not line.get("giftCard"),
        "vendor": line.get("vendor"), "merchantEditable": True, "restockable": current > 0,
        "originalUnitPriceSet": build.of(lambda s: s.units[index]),
        "originalTotalSet": build.of(lambda s: s.gross[index]),
        "discountedTotalSet": build.of(lambda s: s.gross[index] - own(s)),
        "discountedUnitPriceSet": build.of(lambda s: (s.gross[index] - own(s)) // max(quantity, 1)),
        "discountedUnitPriceAfterAllDiscountsSet": build.of(lambda s: s.nets[index] // max(quantity, 1)),
        "totalDiscountSet": build.of(lambda s: s.line_discounts[index]),
        "customAttributes": line.get("attributes") or [],
        "taxLines": build.tax_lines(lambda s: s.line_taxes[index]),
        "discountAllocations": allocations(build, lambda s: s.line_allocations[index], applications),
        "duties": [{"id": gid("Duty", part(part(order_id, index + 1), 1)), "price": build.of(lambda s: s.duties[index]),
                    "countryCodeOfOrigin": "GB", "harmonizedSystemCode": None, "taxLines": []}]
        if side.duties[index] else []}


def shipping_view(build, index, applications):
    """One ShippingLine."""
    item = build.model["shipping"][index]
    return {"__typename": "ShippingLine", "id": gid("ShippingLine", part(build.record.id, index + 1)),
            "title": item["title"], "code": item.get("code", item["title"]), "carrierIdentifier": item.get("carrier"),
            "custom": False, "deliveryCategory": None, "isRemoved": False, "phone": None, "source": "shopify",
            "originalPriceSet": build.of(lambda s: s.shipping_gross[index]),
            "discountedPriceSet": build.of(lambda s: s.shipping_nets[index]),
            "currentDiscountedPriceSet": build.of(lambda s: s.current_shipping_nets[index]),
            "taxLines": build.tax_lines(lambda s: s.shipping_taxes[index]),
            "discountAllocations": allocations(build, lambda s: s.shipping_allocations[index], applications)}


def order_tax_lines(build, current):
    """The order's tax lines: its lines' and shipping's, added up by title and rate."""
    sums = []
    for side in build.sides:
        found = {}
        for index, taxes in enumerate(side.line_taxes):
            for title, ppm, tax in taxes:
                part_of = side.share(tax, index, side.current[index]) if current else tax
                found[title, ppm] = found.get((title, ppm), 0) + part_of
        for taxes in side.shipping_taxes:
            for title, ppm, tax in taxes:
                part_of = rounded_share(tax, side.current_shipping, side.shipping) if current else tax
                found[title, ppm] = found.get((title, ppm), 0) + part_of
        sums.append(found)
    return [build.tax_line(title, ppm, sums[0][title, ppm], sums[1].get((title, ppm), 0)) for title, ppm in sums[0]]


def build_view(record, shop):
    """The whole Order."""
    build = Builder(record, shop)
    model, named, order_id = build.model, build.named, record.id
    applications = discounts(build)
    fulfilled = [0] * len(model["lines"])
    for shipment in model["fulfilments"]:
        for item in shipment["lines"] if shipment.get("status", "SUCCESS") == "SUCCESS" else ():
            fulfilled[item["line"]] += item["quantity"]
    current = build.sides[0].current
    lines = [line_view(build, i, applications, max(current[i] - fulfilled[i], 0)) for i in range(len(current))]
    shipping = [shipping_view(build, i, applications) for i in range(len(model["shipping"]))]
    zero = build.bag(0, 0)
    shipping_address = address_view(model["shippingAddress"], order_id, 1)
    billing_address = address_view(model["billingAddress"], order_id, 2)
    codes = [d["title"] for d in model["discounts"] if d.get("kind", "code") == "code"]
    needs_shipping = any(line.get("requiresShipping", True) for line in model["lines"])
    total_duty = named("duty") if build.sides[0].duty else None
    paid = payments(build)
    view = {
        "__typename": "Order", "id": gid("Order", order_id), "legacyResourceId": str(order_id), "name": model["name"],
        "number": model["number"], "createdAt": to_iso(model["createdAt"]), "processedAt": to_iso(model["processedAt"]),
        "updatedAt": to_iso(record.updated), "cancelledAt": model["cancelledAt"] and to_iso(model["cancelledAt"]),
        "cancelReason": model["cancelReason"], "cancellation": {"staffNote": None} if model["cancelledAt"] else None,
        "closedAt": model["closedAt"] and to_iso(model["closedAt"]), "closed": bool(model["closedAt"]),
        "confirmed": True, "confirmationNumber": f"{order_id * 2654435761 % 2176782336:X}", "test": model["test"],
        "edited": model["edited"], "displayFulfillmentStatus": display_status(model),
        "sourceName": model["sourceName"], "sourceIdentifier": model["sourceIdentifier"],
        "app": {"id": gid("App", 580111), "name": "Point of Sale" if model["sourceName"] == "pos" else "Online Store"},
        "retailLocation": shop.location_stub(model["location"]), "currencyCode": model["currency"],
        "presentmentCurrencyCode": model["presentment"], "taxesIncluded": model["taxesIncluded"],
        "taxExempt": model["taxExempt"], "estimatedTaxes": False, "dutiesIncluded": False, "email": model["email"],
        "phone": model["phone"], "note": model["note"], "poNumber": model["poNumber"], "tags": sorted(model["tags"]),
        "customerLocale": model["customerLocale"], "customAttributes": model["attributes"], "clientIp": None,
        "customerAcceptsMarketing": False, "canNotifyCustomer": bool(model["email"]), "refundable": paid["net"] > 0,
        "restockable": any(current), "requiresShipping": needs_shipping, "returnStatus": "NO_RETURN",
        "customer": customer_view(model["customer"], model), "billingAddress": billing_address,
        "shippingAddress": shipping_address, "displayAddress": shipping_address or billing_address,
        "billingAddressMatchesShippingAddress": model["billingAddress"] == model["shippingAddress"],
        "subtotalLineItemsQuantity": sum(build.sides[0].quantities), "currentSubtotalLineItemsQuantity": sum(current),
        "totalPriceSet": named("total"), "originalTotalPriceSet": build.bag(*(model["originalTotal"] or
                                                                             [s.total for s in build.sides])),
        "currentTotalPriceSet": named("current_total"), "subtotalPriceSet": named("subtotal"),
        "currentSubtotalPriceSet": named("current_subtotal"), "totalTaxSet": named("tax"),
        "currentTotalTaxSet": named("current_tax"), "totalDiscountsSet": named("discounts"),
        "currentTotalDiscountsSet": named("current_discounts"),
        "totalShippingPriceSet": build.of(lambda s: sum(s.shipping_gross)),
        "currentShippingPriceSet": named("current_shipping"), "totalRefundedShippingSet": named("shipping_refunded"),
        "totalTipReceivedSet": named("tip"), "originalTotalDutiesSet": total_duty,
        "currentTotalDutiesSet": named("current_duty") if total_duty else None, "originalTotalAdditionalFeesSet": None,
        "currentTotalAdditionalFeesSet": None, "refundDiscrepancySet": zero,
        "totalCashRoundingAdjustment": {"paymentSet": build.of(lambda s: s.convert(model["cashRounding"])),
                                        "refundSet": zero},
        "taxLines": order_tax_lines(build, False), "currentTaxLines": order_tax_lines(build, True),
        "discountCode": codes[0] if codes else None, "discountCodes": codes, "discountApplications": applications,
        "shippingLines": shipping, "shippingLine": shipping[0] if shipping else None, "lineItems": lines,
        "nonFulfillableLineItems": [line for line, left in zip(lines, current) if not left],
        **paid["fields"], "refunds": refunds(build, lines, shipping, paid["fields"]["transactions"]),
        "fulfillmentOrders": fulfilment_orders(record, shop, lines), "fulfillments": fulfilments(record, shop, lines),
        "fulfillable": display_status(model) in ("UNFULFILLED", "PARTIALLY_FULFILLED")}
    view["fulfillmentsCount"] = {"count": len(view["fulfillments"]), "precision": "EXACT"}
    return lay_over(view, model["overrides"]) if model.get("overrides") else view


def lay_over(base, changes):
    """`base` with `changes` merged in, dictionaries by key, lists by place when both are lists of the same length."""
    if isinstance(base, dict) and isinstance(changes, dict):
        return {**base, **{k: lay_over(base.get(k), v) for k, v in changes.items()}}
    if isinstance(base, list) and isinstance(changes, list) and len(base) == len(changes):
        return [lay_over(b, c) for b, c in zip(base, changes)]
    return changes
