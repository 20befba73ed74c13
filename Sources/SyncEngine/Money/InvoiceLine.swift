/// A line as it is handed off, with one of the channel's stock codes where Shopify has none.
package struct InvoiceLine: Sendable, Equatable {
    /// What a line stands for.
    package enum Kind: Sendable, Equatable {
        /// A line of the order, by its place in it.
        case ordered(place: Int)
        case tip
        case duties
        case fees
        /// What is missing of Shopify's total.
        case adjustment
    }

    package var kind: Kind
    /// Nil where neither Shopify nor the channel has one.
    package var code: SKU?
    /// Whether the code is the channel's and not the product's.
    package var isStandIn: Bool
    package var quantity: Int
    package var unitPrice: Amount
    /// Off the whole line.
    package var discount: Amount
    package var tax: Amount

    package var value: Amount { unitPrice.times(quantity) - discount }
}

extension ChannelSettings {
    /// The stock code that a line goes with; nil where there is none.
    func code(of line: OrderLine, isTip: Bool) -> SKU? {
        if let own = line.stockCode { return own }
        return (isTip ? SKU(given: tipSKU) : nil) ?? SKU(given: missingSKU)
    }
}

extension OrderFigures {
    /// The lines that carry these figures, and what is taken off the whole order instead.
    ///
    /// Parts and total that differ are brought together by the channel's adjustment code, where it has one.
    package func invoice(of order: Order, _ settings: ChannelSettings?) -> (
        lines: [InvoiceLine], discount: Amount
    ) {
        var found = lines.map { line in
            let ordered = order.lines[line.place]
            return InvoiceLine(
                kind: .ordered(place: line.place),
                code: settings?.code(of: ordered, isTip: line.isTip) ?? ordered.stockCode,
                isStandIn: !ordered.hasSKU,
                quantity: line.quantity,
                unitPrice: line.unitPrice,
                discount: line.discount,
                tax: line.tax
            )
        }
        var missing = difference
        for (kind, code, amount) in [
            (InvoiceLine.Kind.tip, settings?.tipSKU, tip), (.duties, settings?.dutySKU, duties),
            (.fees, settings?.adjustmentSKU, fees),
        ] where amount > .zero {
            let code = SKU(given: code)
            if code != nil || isBalanced {
                found.append(.ours(kind, code, amount))
            } else {
                missing += amount
            }
        }
        guard !isBalanced, let code = SKU(given: settings?.adjustmentSKU) else { return (found, .zero) }
        guard missing > .zero else { return (found, .zero - missing) }
        return (found + [.ours(.adjustment, code, missing)], .zero)
    }
}

extension InvoiceLine {
    fileprivate static func ours(_ kind: Kind, _ code: SKU?, _ amount: Amount) -> InvoiceLine {
        InvoiceLine(
            kind: kind,
            code: code,
            isStandIn: true,
            quantity: 1,
            unitPrice: amount,
            discount: .zero,
            tax: .zero
        )
    }
}
