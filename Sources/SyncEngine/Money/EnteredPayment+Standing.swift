extension EnteredPayment {
    /// Whether payments that were entered for an order still count, by its status in Shopify: not once Shopify's own
    /// transactions have covered it.
    ///
    /// A refund presupposes a payment, so an order that is partly refunded was covered, too.
    package static func count(atStatus financialStatus: String?) -> Bool {
        switch financialStatus {
        case "PAID", "PARTIALLY_REFUNDED", "REFUNDED": false
        default: true
        }
    }
}

extension Order {
    /// Those of the payments entered for it that count besides Shopify's own.
    package func standing(_ entered: [EnteredPayment]) -> [EnteredPayment] {
        EnteredPayment.count(atStatus: financialStatus) ? entered.filter { $0.amount > .zero } : []
    }
}
