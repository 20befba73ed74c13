import SyncEngine

/// What returns before the hand-off have changed.
extension OrderFigures {
    /// Money that was given back beyond the price of the units taken back.
    ///
    /// A refunded delivery charge is among it: the stored order does not tell one from the other.
    static func goodwill(of order: Order, _ money: OrderMoney) -> Amount {
        order.refunds.reduce(into: .zero) { sum, refund in
            var rest = money.of(refund.total)
            for line in refund.lines {
                rest = rest - money.of(line.subtotal)
                if !order.taxesIncluded { rest = rest - money.of(line.tax) }
            }
            if rest > .zero { sum += rest }
        }
    }

    /// The tax on what is still wanted: Shopify's tax less that of the units taken back.
    static func currentTax(of order: Order, _ money: OrderMoney) -> Amount {
        var tax = money.sum(order.taxLines.map(\.amount))
        let returned = Dictionary(grouping: order.refunds.flatMap(\.lines), by: \.line)
        for line in order.lines where line.currentQuantity != line.quantity {
            let gone = line.quantity - line.currentQuantity
            let refunds = returned[line.id] ?? []
            if refunds.reduce(0, { $0.saturatingAdd($1.quantity) }) == gone {
                tax = tax - money.sum(refunds.map(\.tax))
            } else {
                // Units removed by an edit need not have a refund; their tax is as much as the others'.
                tax = tax - money.share(money.sum(line.taxLines.map(\.amount)), gone, of: line.quantity)
            }
        }
        return tax
    }
}

extension Amount {
    /// The amount without its sign.
    var magnitude: Amount { self < .zero ? .zero - self : self }
}
