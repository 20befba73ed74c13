/// What of an order's transactions counts as payments: money that came and stayed, and money still reserved.
package struct PaymentLedger {
    package struct Entry {
        package var transaction: Transaction
        package var amount: Amount
        /// Authorised and not yet taken.
        package var reserved = false
    }

    package private(set) var entries: [Entry] = []
    /// What was entered here besides them, and counts.
    package let entered: Amount

    /// - Parameters:
    ///   - total: What the order comes to; no more than is missing of it counts as reserved.
    ///   - entered: What was entered here, and counts.
    package init(_ order: Order, _ money: OrderMoney, total: Amount, entered: Amount = .zero) {
        self.entered = entered
        let real = order.transactions.filter { $0.status == "SUCCESS" && (!$0.test || order.test) }
        let captures = real.filter { $0.kind == "CAPTURE" }
        entries = real.filter { $0.kind == "SALE" || $0.kind == "CAPTURE" }
            .map { Entry(transaction: $0, amount: money.of($0.amount)) }
        for transaction in real where transaction.kind == "CHANGE" || transaction.kind == "REFUND" {
            subtract(money.of(transaction.amount).magnitude, transaction)
        }
        entries.removeAll { $0.amount <= .zero }
        // What expired or was voided as a whole is reserved no more, whatever transactions say.
        guard order.financialStatus != "EXPIRED", order.financialStatus != "VOIDED" else { return }
        var missing = total - sum - entered
        for transaction in real
        where transaction.kind == "AUTHORIZATION" || transaction.kind == "EMV_AUTHORIZATION" {
            guard !real.contains(where: { $0.kind == "VOID" && $0.parent == transaction.id }) else {
                continue
            }
            let taken = money.sum(captures.filter { $0.parent == transaction.id }.map(\.amount))
            let amount = min(money.of(transaction.amount) - taken, missing)
            guard amount > .zero else { continue }
            entries.append(Entry(transaction: transaction, amount: amount, reserved: true))
            missing = missing - amount
        }
    }

    /// Lowers Shopify's last payments until all of them together, with what was entered, are no more than a sum.
    ///
    /// - Parameter most: KCC takes no more than an order comes to (web-services §11.6), and money that was converted payment by
    ///   payment may be a coin above it.
    package mutating func cap(at most: Amount) {
        var rest = paid - most
        for place in entries.indices.reversed() where rest > .zero {
            let part = min(rest, entries[place].amount)
            entries[place].amount = entries[place].amount - part
            rest = rest - part
        }
        entries.removeAll { $0.amount <= .zero }
    }

    /// All that was paid.
    package var paid: Amount { sum + entered }

    private var sum: Amount {
        entries.reduce(into: .zero) { $0 += $1.amount }
    }

    /// Takes money back: from the payment it belongs to, then from the same gateway's, then from any; late ones first.
    private mutating func subtract(_ amount: Amount, _ transaction: Transaction) {
        func distance(_ entry: Entry) -> Int {
            let parent = transaction.parent
            if let parent, entry.transaction.id == parent || entry.transaction.parent == parent { return 0 }
            return entry.transaction.gateway == transaction.gateway ? 1 : 2
        }
        var rest = amount
        for wanted in 0...2 {
            for place in entries.indices.reversed() where distance(entries[place]) == wanted {
                let part = min(rest, entries[place].amount)
                guard part > .zero else { continue }
                entries[place].amount = entries[place].amount - part
                rest = rest - part
            }
        }
    }
}
