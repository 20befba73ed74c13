import SyncEngine

extension OrderMoney {
    /// An amount as it is written to KCC: with the currency's digits.
    func value(_ amount: Amount) -> WireValue {
        .decimal(amount, digits: digits)
    }
}
