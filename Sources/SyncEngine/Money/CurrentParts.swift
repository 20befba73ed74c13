/// The parts of an order's price as they are now, before it is decided which of them Shopify's total holds.
struct CurrentParts {
    let money: OrderMoney
    let taxesIncluded: Bool
    let isCurrent: Bool
    /// Lines by what refunds say of the units that went, else by their share of the units.
    let lines: [OrderFigures.Line]
    /// Lines by their share of the units alone; nil where that is the same.
    let sharedLines: [OrderFigures.Line]?
    let delivery: Amount
    let deliveryTax: Amount
    /// Shopify's current tax; nil where it is not stored.
    let statedTax: Amount?
    /// The taxes charged less those of what was taken back.
    let derivedTax: Amount
    /// Lines whose tax is known as a share alone.
    let dividedTaxes: Int
    let tip: Amount
    let tipLines: TipLines?
    let duties: Amount
    let fees: Amount
    let goodwill: Amount

    /// What refunds gave beyond what was taken back, rounding included.
    private let given: Amount
    /// Amounts of refunds that were converted each by itself.
    private let converted: Int

    /// - Parameter besidesOther: Whether the other money set is looked at where rounding leaves something open.
    init(_ order: Order, _ money: OrderMoney, besidesOther: Bool = true) {
        let totals = order.totals
        self.money = money
        taxesIncluded = order.taxesIncluded
        isCurrent = order.statesCurrentFigures
        tip = max(.zero, money.of(totals.tip))
        tipLines = TipLines(order, money, tip: tip)
        let remainders = LineRemainders(order, money)
        lines = remainders.lines(byRefunds: true)
        let shared = remainders.lines(byRefunds: false)
        sharedLines = shared.map(\.value) == lines.map(\.value) ? nil : shared
        let full = money.sum(order.shippingLines.map(\.discountedPrice))
        delivery = money.sum(order.shippingLines.map(\.current))
        let shippingTaxes = order.shippingLines.map { line in
            let tax = money.sum(line.taxLines.map(\.amount))
            return (whole: tax, now: money.share(tax, of: line, money))
        }
        deliveryTax = delivery == .zero ? .zero : shippingTaxes.reduce(into: .zero) { $0 += $1.now }
        let charged = money.sum(order.taxLines.map(\.amount))
        let shippingTaxGone = shippingTaxes.reduce(into: Amount.zero) { $0 += $1.whole - $1.now }
        derivedTax = charged - remainders.taxGone - shippingTaxGone
        dividedTaxes = remainders.dividedTaxes
        statedTax = totals.currentTax.map(money.of)
        duties = money.of(totals.dutiesNow)
        fees = money.of(totals.feesNow)
        let taxGone = order.taxesIncluded ? .zero : charged - (statedTax ?? derivedTax)
        let gone =
            remainders.valueGone + taxGone + (full - delivery) + (money.of(totals.duties) - duties)
            + (money.of(totals.fees) - fees)
        given = money.sum(order.refunds.map(\.total)) - gone
        // What was divided may be a coin off, and so may each amount that was converted.
        converted = money.isConverted ? order.refunds.reduce(1) { $0.saturatingAdd(1 + $1.lines.count) } : 0
        let isMoney = given > money.minor.times(converted + lines.count(where: \.isDivided))
        // Rounding can look like it in one of two currencies, and not in both.
        var isSure = true
        if isMoney, money.isConverted, besidesOther {
            let other = CurrentParts(order, money.other(of: order), besidesOther: false)
            isSure = other.given > other.money.minor.times(other.lines.count(where: \.isDivided))
        }
        goodwill = isMoney && isSure ? given : .zero
    }
}

extension CurrentParts {
    /// Whether two ways to the same amount mean different things, and are not only rounded differently.
    func differs(_ one: Amount, _ other: Amount) -> Bool {
        let coins = 2 + lines.count
        return (one - other).magnitude
            > money.minor.times(money.isConverted ? 4 * (coins + converted) : coins)
    }
}

extension OrderMoney {
    /// The tax on what a delivery charge is now.
    fileprivate func share(_ tax: Amount, of line: ShippingLine, _ money: OrderMoney) -> Amount {
        let (now, whole) = (money.of(line.current).micros, money.of(line.discountedPrice).micros)
        guard whole > 0, now >= 0, now < whole else { return tax }
        return share(tax, Int(now), of: Int(whole))
    }
}

/// What is left of an order's lines, and what went.
private struct LineRemainders {
    private struct Remainder {
        var place: Int
        var line: OrderLine
        /// Units still wanted.
        var left: Int
        /// Value and tax of the units that went, where refunds name every one of them.
        var refunded: (value: Amount, tax: Amount)?
        /// What all units cost before and after discounts, and their tax.
        var before: Amount
        var after: Amount
        var tax: Amount
    }

    private let money: OrderMoney
    private let remainders: [Remainder]

    init(_ order: Order, _ money: OrderMoney) {
        self.money = money
        let refunds = Dictionary(grouping: order.refunds.flatMap(\.lines), by: \.line)
        remainders = order.lines.enumerated()
            .map { place, line in
                let left = max(0, line.currentQuantity)
                let gone = max(0, line.quantity.saturatingAdd(-left))
                let named = refunds[line.id] ?? []
                let before = money.of(line.total)
                let after = before - money.sum(line.allocations.map(\.amount))
                var refunded: (value: Amount, tax: Amount)?
                if gone > 0, named.reduce(0, { $0.saturatingAdd($1.quantity) }) == gone {
                    let value = money.sum(named.map(\.subtotal))
                    // A refund that claims more than the line cost says nothing of what is left.
                    if value >= .zero, value <= after { refunded = (value, money.sum(named.map(\.tax))) }
                }
                return Remainder(
                    place: place,
                    line: line,
                    left: left,
                    refunded: refunded,
                    before: before,
                    after: after,
                    tax: money.sum(line.taxLines.map(\.amount))
                )
            }
    }

    /// What the units that went cost, after discounts.
    var valueGone: Amount {
        remainders.reduce(into: .zero) { sum, one in
            if one.left == one.line.quantity { return }
            sum += one.refunded?.value ?? one.after - money.share(one.after, one.left, of: one.line.quantity)
        }
    }

    /// The tax on the units that went.
    var taxGone: Amount {
        remainders.reduce(into: .zero) { $0 += $1.tax - tax(of: $1) }
    }

    var dividedTaxes: Int {
        remainders.count {
            $0.left != $0.line.quantity && $0.refunded == nil && $0.left > 0 && $0.tax != .zero
        }
    }

    private func tax(of one: Remainder) -> Amount {
        guard one.left != one.line.quantity else { return one.tax }
        return one.refunded.map { one.tax - $0.tax } ?? money.share(one.tax, one.left, of: one.line.quantity)
    }

    /// The lines that are still wanted.
    func lines(byRefunds: Bool) -> [OrderFigures.Line] {
        remainders.filter { $0.left > 0 }.map { line(of: $0, byRefunds: byRefunds) }
    }

    private func line(of one: Remainder, byRefunds: Bool) -> OrderFigures.Line {
        let (left, ordered) = (one.left, one.line.quantity)
        var unit = money.of(one.line.unitPrice)
        let multiplies = unit.times(ordered) == one.before
        let before = multiplies ? unit.times(left) : money.share(one.before, left, of: ordered)
        // In a converted currency prices are rounded for one unit and for all of them apart. What the rounding took
        // off the line is sent as a discount of a few coins, since KCC only multiplies.
        if unit.times(left) < before || !unit.micros.isMultiple(of: 100) {
            unit = money.unitPrice(reaching: before, left)
        }
        let share = before - money.share(one.before - one.after, left, of: ordered)
        var value = share
        let known = byRefunds ? one.refunded.map { one.after - $0.value } : nil
        if let known {
            value = known
            if unit.times(left) < known { unit = money.unitPrice(reaching: known, left) }
        }
        let isExact =
            left == ordered || known != nil || one.before == one.after && multiplies
        return OrderFigures.Line(
            id: one.line.id,
            place: one.place,
            quantity: left,
            unitPrice: unit,
            discount: unit.times(left) - value,
            tax: tax(of: one),
            isDivided: !isExact
        )
    }
}
