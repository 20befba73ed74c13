/// What was paid for an order where that is more than it comes to, which KCC does not take.
package struct Overpayment: Sendable, Equatable {
    /// All of it.
    package var paid: Amount
    /// What of it operators entered here.
    package var entered: Amount
}

extension OrderFigures {
    /// Shopify's payments, and what is reserved of what is still missing.
    package func ledger(of order: Order, entered payments: [EnteredPayment]) -> PaymentLedger {
        let entered = order.standing(payments).reduce(.zero) { $0 + $1.amount }
        return PaymentLedger(order, money, total: total, entered: entered)
    }

    /// Whether an order's payments are more than it comes to; nil where they are not.
    ///
    /// Cash rounding is part of a payment, and money that was converted payment by payment is rounded each time.
    ///
    /// - Parameter payments: What operators entered, whether or not it still counts.
    package func overpaid(by order: Order, entered payments: [EnteredPayment]) -> Overpayment? {
        let ledger = ledger(of: order, entered: payments)
        let conversion = money.isConverted ? money.minor.times(max(1, order.transactions.count)) : .zero
        guard ledger.paid > total + max(.zero, rounding) + conversion else { return nil }
        return Overpayment(paid: ledger.paid, entered: ledger.entered)
    }

    /// Such as `payments of GBP 25.02 are more than its total of GBP 25.00`.
    package func text(_ found: Overpayment) -> String {
        let share = found.entered > .zero ? " (\(money.text(found.entered)) of them entered here)" : ""
        return "payments of \(money.text(found.paid))\(share) are more than its total of \(money.text(total))"
    }

    /// What ends it; a refund in Shopify takes nothing off what was entered here.
    package func remedy(_ found: Overpayment, _ reference: String) -> String {
        found.entered > .zero
            ? "run: kccsyncd orders release \(reference)"
            : "refund the difference in Shopify, or run: kccsyncd orders release \(reference)"
    }
}
