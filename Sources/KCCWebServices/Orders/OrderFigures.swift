import SyncEngine

/// The lines and sums of one order in KCC's terms, and the proof that they come to Shopify's total.
///
/// Quantities are those still wanted. What Shopify's record leaves open is settled by what adds up: whether a tip is
/// among the lines already, whether cash rounding is part of the total, and whether money that was given back without
/// goods has lowered the total. Such money lowers the payments in KCC, never the invoice.
struct OrderFigures {
    /// A line as KCC gets it.
    struct Line {
        var code: String
        var quantity: Int
        /// Before the discount.
        var unitPrice: Amount
        /// Off the whole line.
        var discount = Amount.zero
        /// Replaces KCC's own text.
        var text: String?
        /// "ImportRef" and "WebItemRef".
        var refs: (long: String, short: String)
        /// Whether its discount is a part of Shopify's, which may be a coin off.
        var isDivided = false

        var value: Amount { unitPrice.times(quantity) - discount }
    }

    private(set) var lines: [Line] = []
    let delivery: Amount
    let deliveryTax: Amount
    /// Off the whole order.
    private(set) var discount = Amount.zero
    private(set) var total = Amount.zero
    /// Given back for no line of the order.
    let goodwill: Amount

    private let order: Order
    private let channel: ChannelSettings
    private let money: OrderMoney
    /// What KCC adds to the lines' prices.
    private let addedTax: Amount

    init(
        of order: Order,
        _ channel: ChannelSettings,
        _ money: OrderMoney,
        released: Bool,
        findings: inout MappingFindings
    ) throws(MappingProblem) {
        self.order = order
        self.channel = channel
        self.money = money
        delivery = money.sum(order.shippingLines.map(\.discountedPrice))
        let shippingTax = money.sum(order.shippingLines.flatMap(\.taxLines).map(\.amount))
        deliveryTax = delivery == .zero ? .zero : shippingTax
        goodwill = Self.goodwill(of: order, money)
        addedTax = order.taxesIncluded ? .zero : Self.currentTax(of: order, money)
        lines = try orderedLines(&findings)
        try balance(released: released, findings)
    }

    private func orderedLines(_ findings: inout MappingFindings) throws(MappingProblem) -> [Line] {
        var lines: [Line] = []
        var nameless: [Substring] = []
        for line in order.lines where line.currentQuantity > 0 {
            let code = line.sku?.asCode
            guard let sent = code ?? channel.missingSKU?.asCode else {
                nameless.append(line.id.number)
                continue
            }
            var mapped = priced(line, code: sent)
            if code == nil { mapped.text = line.name.oneLine ?? line.title.oneLine ?? "Item without code" }
            lines.append(mapped)
        }
        if !nameless.isEmpty {
            throw findings.problem(
                "line_without_sku",
                "no SKU on line \(nameless.joined(separator: ", "))",
                remedy: "give the product a SKU and refetch the order, or set missing_sku of the channel"
            )
        }
        if lines.isEmpty {
            throw findings.problem(
                "nothing_left",
                "every unit was refunded or removed",
                remedy: "nothing needs to be sent"
            )
        }
        return lines
    }

    /// A line with its price and its share of the discounts.
    private func priced(_ line: OrderLine, code: String) -> Line {
        let (left, ordered) = (line.currentQuantity, line.quantity)
        var unit = money.of(line.unitPrice)
        let whole = money.of(line.total)
        let allocated = money.sum(line.allocations.map(\.amount))
        let multiplies = unit.times(ordered) == whole
        let value = multiplies ? unit.times(left) : money.share(whole, left, of: ordered)
        // In a converted currency prices are rounded for one unit and for all of them apart. What the rounding took
        // off the line is told as a discount of a few coins, since KCC only multiplies.
        if unit.times(left) < value || !unit.micros.isMultiple(of: 100) {
            unit = money.unitPrice(reaching: value, left)
        }
        return Line(
            code: code,
            quantity: left,
            unitPrice: unit,
            discount: money.share(allocated, left, of: ordered) + unit.times(left) - value,
            refs: (line.id.gid, String(line.id.number)),
            isDivided: left != ordered && (allocated != .zero || !multiplies)
        )
    }
}

// MARK: - What adds up

extension OrderFigures {
    /// One of Shopify's figures that may or may not be in its total.
    private struct Extra {
        var name: String
        var code: String?
        var amount: Amount
    }

    private var sum: Amount {
        lines.reduce(delivery + addedTax) { $0 + $1.value }
    }

    /// Brings lines and total together, or says why not.
    private mutating func balance(released: Bool, _ findings: MappingFindings) throws(MappingProblem) {
        let extras = [
            Extra(name: "tip", code: channel.tipSKU?.asCode, amount: money.of(order.totals.tip)),
            Extra(name: "duty", code: channel.dutySKU?.asCode, amount: money.of(order.totals.duties)),
        ]
        .filter { $0.amount > .zero }
        let (chosen, reading, rest) = closest(extras)
        if rest.magnitude <= tolerance {
            for extra in chosen {
                guard let code = extra.code else {
                    throw findings.problem(
                        "no_\(extra.name)_sku",
                        "the order has a \(extra.name) of \(money.text(extra.amount)), and no code carries it",
                        remedy: "set \(extra.name)_sku of the channel"
                    )
                }
                add(extra.name, code, extra.amount)
            }
            total = reading
            absorb(rest)
            return
        }
        for extra in extras {
            if let code = extra.code { add(extra.name, code, extra.amount) }
        }
        total = money.of(order.totals.current)
        let missing = total - sum
        if let code = channel.adjustmentSKU?.asCode {
            if missing > .zero { add("adjustment", code, missing) } else { discount = .zero - missing }
        } else if !released {
            throw findings.problem(
                "totals_differ",
                "the parts come to \(money.text(sum)), Shopify's total is \(money.text(total))",
                remedy: "look at the order in Shopify; `orders release` sends it as it is"
            )
        }
    }

    /// The reading of Shopify's figures that leaves the least unexplained; the plainest one among equals.
    private func closest(_ extras: [Extra]) -> (extras: [Extra], total: Amount, rest: Amount) {
        let current = money.of(order.totals.current)
        let rounding = money.of(order.totals.paymentRounding)
        var totals = [current]
        if goodwill != .zero { totals.append(current + goodwill) }
        if rounding != .zero { totals += totals.map { $0 - rounding } }
        let choices = [extras] + (extras.count > 1 ? extras.map { [$0] } : []) + (extras.isEmpty ? [] : [[]])
        var best = (extras: extras, total: current, rest: Amount(micros: .max))
        for choice in choices {
            let parts = choice.reduce(sum) { $0 + $1.amount }
            for total in totals where (total - parts).magnitude < best.rest.magnitude {
                best = (choice, total, total - parts)
            }
        }
        return best
    }

    /// How far rounding may carry parts and total apart.
    private var tolerance: Amount {
        let divided = lines.count(where: \.isDivided)
        guard !order.taxesIncluded else { return money.minor.times(1 + divided) }
        let taxed =
            order.lines.filter { $0.currentQuantity > 0 && money.sum($0.taxLines.map(\.amount)) != .zero }
            .count
            + order.shippingLines.filter { money.sum($0.taxLines.map(\.amount)) != .zero }.count
        return money.minor.times(max(1, taxed) + divided)
    }

    /// Gives coins that dividing discounts has left over to the divided ones, from the last line on.
    private mutating func absorb(_ rest: Amount) {
        var rest = rest
        for place in lines.indices.reversed() where lines[place].isDivided && rest != .zero {
            let line = lines[place]
            let discount = min(max(.zero, line.discount - rest), line.unitPrice.times(line.quantity))
            rest = rest - (line.discount - discount)
            lines[place].discount = discount
        }
    }

    private mutating func add(_ name: String, _ code: String, _ amount: Amount) {
        let ref = DespatchDecision.ownReference + name
        lines.append(Line(code: code, quantity: 1, unitPrice: amount, refs: (ref, ref)))
    }
}
