import SyncEngine
import TestSupport

/// The order as Shopify's API tells it.
extension ShopifyBooks {
    /// - Parameter wrong: What its current total is off by, in coins of each side.
    func order(_ number: Int, wrong: Coins) -> Order {
        var order = Order.paid(number)
        order.currency = exchange.currencies.shop
        order.presentmentCurrency = exchange.currencies.customer
        order.taxesIncluded = taxesIncluded
        order.edited = isEdited
        order.lines = lines.enumerated().map { self.line($1, $0) }
        order.shippingLines = deliveries.enumerated().map { delivery($1, $0) }
        order.taxLines = [TaxLine(title: "VAT", ratePercent: nil, amount: bag(tax))]
        order.totals = OrderTotals(total: bag(original), current: bag(stated, off: wrong))
        order.totals.tax = bag(tax)
        order.totals.currentTax = bag(taxNow)
        if tip != .zero { order.totals.tip = bag(tip) }
        if duties != .zero {
            order.totals.duties = bag(duties)
            order.totals.currentDuties = bag(duties - dutiesBack)
        }
        if cashRounding != .zero { order.totals.paymentRounding = bag(cashRounding) }
        order.refunds = givenBack.enumerated().map { refund($1, $0) }
        pay(&order)
        return order
    }

    /// Shopify's current total.
    var stated: Coins { goodwillCounts ? current - goodwill : current }

    private func bag(_ coins: Coins) -> MoneyBag { exchange.bag(coins) }

    private func bag(_ coins: Coins, off: Coins) -> MoneyBag {
        let right = exchange.stated(coins)
        var exact = exchange
        exact.mode = .prices
        return exact.bag(right + off)
    }

    private func line(_ line: Line, _ place: Int) -> OrderLine {
        var found = OrderLine(
            id: ShopifyID(kind: "LineItem", number: String(place + 1)),
            title: line.isTip ? "Tip" : "Thing",
            sku: line.isTip ? nil : "SKU-\(place + 1)",
            quantity: line.quantity,
            currentQuantity: line.left,
            unitPrice: bag(line.unit),
            total: bag(line.before)
        )
        found.requiresShipping = !line.isTip && !line.isGiftCard
        found.isGiftCard = line.isGiftCard
        found.taxable = line.rate > 0
        found.allocations = line.allocations.map {
            DiscountAllocation(discount: $0.discount, amount: bag($0.amount))
        }
        if line.rate > 0 { found.taxLines = [TaxLine(title: "VAT", ratePercent: nil, amount: bag(line.tax))] }
        return found
    }

    private func delivery(_ delivery: Delivery, _ place: Int) -> ShippingLine {
        var found = ShippingLine(
            id: ShopifyID(kind: "ShippingLine", number: String(place + 1)),
            title: "Standard",
            price: bag(delivery.price),
            discountedPrice: bag(delivery.net)
        )
        found.currentPrice = bag(delivery.now)
        if delivery.rate > 0 {
            found.taxLines = [TaxLine(title: "VAT", ratePercent: nil, amount: bag(delivery.tax))]
        }
        return found
    }

    private func refund(_ given: GivenBack, _ place: Int) -> Refund {
        var refund = Refund(id: ShopifyID(kind: "Refund", number: String(place + 1)), total: bag(given.money))
        refund.lines = given.lines.map { line, units, value, tax in
            RefundLine(
                line: ShopifyID(kind: "LineItem", number: String(line + 1)),
                quantity: units,
                subtotal: bag(value),
                tax: bag(tax)
            )
        }
        return refund
    }

    /// Paid in full by card, or in cash where that was rounded; refunds go back the same way.
    private func pay(_ order: inout Order) {
        let gateway = cashRounding == .zero ? "shopify_payments" : "cash"
        order.transactions = [
            .of("SALE", "0", 1, gateway: gateway) { $0.amount = bag(original + cashRounding) }
        ]
        for (place, given) in givenBack.enumerated() where given.money != .zero {
            order.transactions.append(
                .of("REFUND", "0", 10 + place, gateway: gateway, parent: 1) { $0.amount = bag(given.money) }
            )
        }
        if !givenBack.isEmpty { order.financialStatus = "PARTIALLY_REFUNDED" }
    }
}
