extension Order {
    /// Names what differs from an earlier version in a way that matters to whoever took that version.
    ///
    /// Tags, the closing date, fulfilments and Shopify's own bookkeeping are left out: they move on
    /// their own, and an ERP has no use for them.
    package func changes(since earlier: Order) -> [String] {
        var changed: [String] = []
        func compare(_ name: String, _ same: Bool) {
            if !same { changed.append(name) }
        }
        compare("name", name == earlier.name)
        compare("cancelled", cancelledAt == earlier.cancelledAt && cancelReason == earlier.cancelReason)
        compare(
            "payment",
            financialStatus == earlier.financialStatus && transactions == earlier.transactions
                && totals.received == earlier.totals.received
                && totals.outstanding == earlier.totals.outstanding
        )
        compare("refunds", refunds == earlier.refunds && totals.refunded == earlier.totals.refunded)
        compare("lines", lines == earlier.lines)
        compare("shipping", shippingLines == earlier.shippingLines)
        compare("discounts", discounts == earlier.discounts && discountCodes == earlier.discountCodes)
        compare("taxes", taxLines == earlier.taxLines && taxesIncluded == earlier.taxesIncluded)
        compare(
            "totals",
            totals.total == earlier.totals.total && totals.current == earlier.totals.current
                && totals.tip == earlier.totals.tip && totals.duties == earlier.totals.duties
                && totals.fees == earlier.totals.fees
        )
        compare(
            "customer",
            customer == earlier.customer && email == earlier.email && phone == earlier.phone
        )
        compare("billing_address", billingAddress == earlier.billingAddress)
        compare("shipping_address", shippingAddress == earlier.shippingAddress)
        compare("note", note == earlier.note && attributes == earlier.attributes)
        compare("po_number", poNumber == earlier.poNumber)
        return changed
    }
}
