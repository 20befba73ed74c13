import SyncEngine

/// The one currency in which all figures of an order are told to KCC.
struct OrderMoney: Sendable {
    let currency: String
    /// Digits of the currency's smallest coin.
    let digits: Int
    private let set: KCCSettings.MoneySet

    init(of order: Order, _ set: KCCSettings.MoneySet) {
        self.set = set
        currency = set == .shop ? order.currency : order.presentmentCurrency
        digits = Currency.digits(of: currency)
    }

    /// One unit of the last digit.
    var minor: Amount {
        var micros: Int64 = 1_000_000
        for _ in 0..<digits { micros /= 10 }
        return Amount(micros: micros)
    }

    func of(_ bag: MoneyBag?) -> Amount {
        guard let bag else { return .zero }
        return set == .shop ? bag.shop : bag.presentment
    }

    func sum(_ bags: some Sequence<MoneyBag>) -> Amount {
        bags.reduce(into: .zero) { $0 += of($1) }
    }

    /// The part that falls on some of several units, to the nearest coin; exact for all of them.
    func share(_ amount: Amount, _ part: Int, of whole: Int) -> Amount {
        guard part != whole, whole > 0 else { return amount }
        let scaled = Int128(amount.micros) * Int128(part)
        let coin = Int128(whole) * Int128(minor.micros)
        let half = scaled < 0 ? -coin / 2 : coin / 2
        return Amount(micros: Int64(clamping: (scaled + half) / coin * Int128(minor.micros)))
    }

    /// The price of one unit, rounded up to a coin so that so many of them come to at least the amount.
    func unitPrice(reaching amount: Amount, _ count: Int) -> Amount {
        let coin = Int128(count) * Int128(minor.micros)
        guard coin > 0 else { return amount }
        let coins = (Int128(amount.micros) + coin - 1) / coin
        return Amount(micros: Int64(clamping: coins * Int128(minor.micros)))
    }

    /// As it is written to KCC: with the currency's digits.
    func value(_ amount: Amount) -> WireValue {
        .decimal(amount, digits: digits)
    }

    /// As people read it.
    func text(_ amount: Amount) -> String {
        "\(currency) \(amount.text(minimumDigits: digits))"
    }
}
