/// What an order costs now, in one currency, and whether that is what Shopify says.
///
/// The one arithmetic of money: the rule `totals`, the mapping to KCC, the exports, the explanations and the comparison of
/// revisions use it. It depends on the stored order and the set of its amounts alone; a channel's stock codes only decide
/// how the figures are written. Lines, delivery and duties that were taken back are off; money that was given back for
/// nothing lowers the payments and not the total.
package struct OrderFigures: Sendable, Equatable {
    /// A line with the units that are still wanted.
    package struct Line: Sendable, Equatable {
        package var id: ShopifyID
        /// Its place in the order's lines.
        package var place: Int
        package var quantity: Int
        /// Before the discount.
        package var unitPrice: Amount
        /// Off the whole line.
        package var discount: Amount
        package var tax: Amount
        /// Whether it is the customer's tip, which Shopify also states for the whole order.
        package var isTip = false
        /// Whether its value is a share of a larger one, which may be a coin off.
        package var isDivided = false

        package var value: Amount { unitPrice.times(quantity) - discount }
    }

    package let money: OrderMoney
    package let taxesIncluded: Bool
    package private(set) var lines: [Line]
    /// What delivery costs after discounts and refunds.
    package let delivery: Amount
    package let deliveryTax: Amount
    /// All tax, that of delivery included.
    package private(set) var tax: Amount
    /// The tip, as far as it is none of the lines.
    package private(set) var tip: Amount
    package private(set) var duties: Amount
    package private(set) var fees: Amount
    /// What cash rounding added to the payments.
    package let rounding: Amount
    /// Money given back for nothing that was taken back.
    package let goodwill: Amount
    /// Shopify's current total as it states it.
    package let stated: Amount
    /// What the order comes to: ``stated``, without goodwill and cash rounding where Shopify counts them.
    package private(set) var total: Amount
    /// ``total`` less the sum of the parts; zero where rounding explains it.
    package private(set) var difference: Amount
    package private(set) var tolerance: MoneyTolerance
    /// Whether Shopify's figures for what was taken back are known.
    package let isCurrent: Bool

    /// Works an order's figures out.
    ///
    /// - Parameter set: The money set of the channel, ``ChannelSettings/money``.
    package init(of order: Order, _ set: KCCSettings.MoneySet) {
        let money = OrderMoney(of: order, set)
        let parts = CurrentParts(order, money)
        self.money = money
        taxesIncluded = order.taxesIncluded
        isCurrent = order.statesCurrentFigures
        delivery = parts.delivery
        deliveryTax = parts.deliveryTax
        rounding = money.of(order.totals.paymentRounding)
        goodwill = parts.goodwill
        stated = money.of(order.totals.current)
        let reading = MoneyReading.best(parts, stated: stated, rounding: rounding)
        lines = reading.lines
        tax = reading.tax
        tip = reading.tip
        duties = reading.duties
        fees = reading.fees
        total = reading.total
        tolerance = reading.tolerance
        difference = .zero
        let rest = total - sum
        if rest.magnitude > tolerance.amount { difference = rest } else { absorb(rest) }
    }

    /// What is added to the lines' prices.
    package var addedTax: Amount { taxesIncluded ? .zero : tax }

    /// What the parts come to.
    package var sum: Amount {
        lines.reduce(delivery + addedTax + tip + duties + fees) { $0 + $1.value }
    }

    package var isBalanced: Bool { difference == .zero }

    /// Whether nothing is left to hand off: no unit is wanted, and no tip stays.
    package var isEmpty: Bool {
        lines.isEmpty && (tip <= goodwill || stated <= .zero)
    }

    /// Gives coins that dividing discounts has left over to the divided lines, from the last on.
    private mutating func absorb(_ rest: Amount) {
        var rest = rest
        for place in lines.indices.reversed() where lines[place].isDivided && rest != .zero {
            let line = lines[place]
            let discount = min(max(.zero, line.discount - rest), line.unitPrice.times(line.quantity))
            rest = rest - (line.discount - discount)
            lines[place].discount = discount
        }
    }
}

// MARK: - Words

extension OrderFigures {
    /// The sum with its parts, such as `lines 20.00 + delivery 3.50 = 23.50 GBP`.
    package var equation: String {
        var parts = [("lines", lines.reduce(.zero) { $0 + $1.value }), ("delivery", delivery)]
        parts += [("tax", addedTax), ("tip", tip), ("duties", duties), ("fees", fees)]
        let text = parts.enumerated().filter { $0.offset < 2 || $0.element.1 != .zero }
            .map { "\($0.element.0) \(money.number($0.element.1))" }.joined(separator: " + ")
        return "\(text) = \(money.number(sum)) \(money.currency)"
    }

    /// How the total that the parts are compared with follows from Shopify's, where it is another.
    package var reading: String {
        guard total != stated else { return "" }
        let less = [("goodwill", goodwill), ("cash rounding", rounding)].filter { $0.1 != .zero }
            .map { "\($0.0) \(money.number($0.1))" }.joined(separator: " and ")
        return "Shopify's current total of \(money.number(stated)) counts \(less)"
    }
}

extension Order {
    /// Whether Shopify's figures after refunds are stored with it; older versions did not ask for them.
    package var statesCurrentFigures: Bool { totals.currentTax != nil }
}
