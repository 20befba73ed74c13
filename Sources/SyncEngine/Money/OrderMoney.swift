/// The one currency in which all figures of an order are worked out.
package struct OrderMoney: Sendable, Equatable {
    /// Which of the order's two amounts counts.
    package let set: KCCSettings.MoneySet
    package let currency: String
    /// Digits of the currency's smallest coin.
    package let digits: Int
    /// Whether the customer paid in another currency than the shop's, so that one set was converted from the other.
    package let isConverted: Bool

    package init(of order: Order, _ set: KCCSettings.MoneySet) {
        self.set = set
        currency = set == .shop ? order.currency : order.presentmentCurrency
        digits = Currency.digits(of: currency)
        isConverted = order.currency != order.presentmentCurrency
    }

    /// The other set of the same order.
    package func other(of order: Order) -> OrderMoney {
        OrderMoney(of: order, set == .shop ? .presentment : .shop)
    }

    /// The set in words, for orders that have two.
    package var name: String {
        switch set {
        case .shop: "the shop's currency"
        case .presentment: "the customer's currency"
        }
    }

    /// One unit of the last digit.
    package var minor: Amount {
        var micros: Int64 = 1_000_000
        for _ in 0..<digits { micros /= 10 }
        return Amount(micros: micros)
    }

    package func of(_ bag: MoneyBag?) -> Amount {
        guard let bag else { return .zero }
        return set == .shop ? bag.shop : bag.presentment
    }

    /// A bag with an amount of this set; the other set's is known only where both are one currency.
    package func bag(_ amount: Amount) -> MoneyBag {
        guard isConverted else { return MoneyBag(shop: amount, presentment: amount) }
        return set == .shop
            ? MoneyBag(shop: amount, presentment: .zero) : MoneyBag(shop: .zero, presentment: amount)
    }

    package func sum(_ bags: some Sequence<MoneyBag>) -> Amount {
        bags.reduce(into: .zero) { $0 += of($1) }
    }

    /// The part that falls on some of several units, to the nearest coin; exact for all of them.
    package func share(_ amount: Amount, _ part: Int, of whole: Int) -> Amount {
        guard part != whole, whole > 0 else { return amount }
        let scaled = Int128(amount.micros) * Int128(part)
        let coin = Int128(whole) * Int128(minor.micros)
        let half = scaled < 0 ? -coin / 2 : coin / 2
        return Amount(micros: Int64(clamping: (scaled + half) / coin * Int128(minor.micros)))
    }

    /// The price of one unit, rounded up to a coin so that so many of them come to at least the amount.
    package func unitPrice(reaching amount: Amount, _ count: Int) -> Amount {
        let coin = Int128(count) * Int128(minor.micros)
        guard coin > 0 else { return amount }
        let coins = (Int128(amount.micros) + coin - 1) / coin
        return Amount(micros: Int64(clamping: coins * Int128(minor.micros)))
    }

    /// Whether an amount can be paid in the currency's coins.
    package func hasCoins(for amount: Amount) -> Bool { amount.micros % minor.micros == 0 }

    /// The number with the currency's digits.
    package func number(_ amount: Amount) -> String { amount.text(minimumDigits: digits) }

    /// The number after its currency, such as `GBP 48.20`.
    package func text(_ amount: Amount) -> String { "\(currency) \(number(amount))" }
}

extension ChannelSettings {
    /// The set of an order's amounts that the channel hands off.
    package var money: KCCSettings.MoneySet { kcc?.money ?? .shop }
}

extension Amount {
    /// The amount without its sign.
    package var magnitude: Amount { self < .zero ? .zero - self : self }
}
