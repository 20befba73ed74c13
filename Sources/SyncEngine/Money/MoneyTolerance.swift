/// How far rounding may carry an order's parts from Shopify's total, and why.
package struct MoneyTolerance: Sendable, Equatable {
    package let amount: Amount
    package let reason: String

    /// One coin, and one more for each line whose value had to be divided.
    ///
    /// - Parameters:
    ///   - divided: Lines of which units went without a refund that says what they were worth.
    ///   - taxes: Lines whose tax had to be divided in the same way.
    init(_ money: OrderMoney, divided: Int = 0, taxes: Int = 0) {
        amount = money.minor.times(1 + divided + taxes)
        let extra = [
            (divided, "line that was divided", "lines that were divided"),
            (taxes, "tax that was divided", "taxes that were divided"),
        ]
        .filter { $0.0 > 0 }.map { "one for \(Counted.text($0.0, $0.1, $0.2))" }
        reason = (["one coin for rounding"] + extra).joined(separator: ", ")
    }
}
