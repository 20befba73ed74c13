/// Whether an order's parts add up to the total that Shopify states.
package enum TotalsCheck {
    /// Shopify's total less the sum of the parts, in both currencies; zero where they agree.
    ///
    /// Parts are lines and delivery before discounts, less the discounts allocated to them, plus taxes
    /// where prices do not include them, tips, duties and fees. All quantities count, also those
    /// refunded since: `totalPriceSet` is the price before returns. Shopify's reference leaves open
    /// whether additional fees contain the duties, and whether cash rounding is part of the total, so
    /// a total that either reading explains is right.
    package static func difference(of order: Order) -> MoneyBag {
        let totals = order.totals
        var sum = MoneyBag.zero
        for line in order.lines {
            sum += line.total
            for allocation in line.allocations { sum = sum - allocation.amount }
        }
        for line in order.shippingLines {
            sum += line.price
            for allocation in line.allocations { sum = sum - allocation.amount }
        }
        if !order.taxesIncluded {
            for tax in order.taxLines { sum += tax.amount }
        }
        sum += totals.tip ?? .zero
        let duties = totals.duties ?? .zero
        let fees = totals.fees ?? .zero
        let rounding = totals.paymentRounding ?? .zero
        let plain = totals.total - sum - duties - fees
        let readings = [plain, plain + duties, plain - rounding, plain + duties - rounding]
        // The second and fourth reading are only meant for orders that have fees at all.
        let sensible = fees == .zero ? [readings[0], readings[2]] : readings
        return sensible.contains(.zero) ? .zero : plain
    }
}
