import SyncEngine

/// An amount in whole coins, in the shop's currency and in the customer's.
struct Coins: Equatable {
    var shop: Int
    var customer: Int

    static let zero = Coins(shop: 0, customer: 0)

    static func + (left: Coins, right: Coins) -> Coins {
        Coins(shop: left.shop + right.shop, customer: left.customer + right.customer)
    }

    static func - (left: Coins, right: Coins) -> Coins {
        Coins(shop: left.shop - right.shop, customer: left.customer - right.customer)
    }

    static func += (left: inout Coins, right: Coins) { left = left + right }

    func times(_ count: Int) -> Coins { Coins(shop: shop * count, customer: customer * count) }

    /// So many parts of a whole, each side rounded half up.
    func share(_ part: Int, of whole: Int) -> Coins {
        func rounded(_ amount: Int) -> Int {
            whole == 0
                ? amount : Int((2 * Int128(amount) * Int128(part) + Int128(whole)) / (2 * Int128(whole)))
        }
        return Coins(shop: rounded(shop), customer: rounded(customer))
    }

    /// As much of each side as the same sides of two others are of each other.
    func share(_ part: Coins, of whole: Coins) -> Coins {
        Coins(
            shop: share(part.shop, of: whole.shop).shop,
            customer: share(part.customer, of: whole.customer).customer
        )
    }

    func of(_ set: KCCSettings.MoneySet) -> Int { set == .shop ? shop : customer }
}

/// How a shop's prices become those of a customer from elsewhere.
struct Exchange {
    enum Mode { case same, prices, amounts }

    var mode: Mode
    var currencies: (shop: String, customer: String)
    /// Coins of the customer's for a million of the shop's.
    var rate: Int

    /// What so many of the shop's coins are in both currencies.
    func price(_ shop: Int) -> Coins { Coins(shop: shop, customer: converted(shop)) }

    func converted(_ shop: Int) -> Int {
        mode == .same ? shop : Int((Int128(shop) * Int128(rate) + 500_000) / 1_000_000)
    }

    /// The amount as Shopify states it: converted by itself, where every amount is.
    func stated(_ coins: Coins) -> Coins {
        mode == .amounts ? Coins(shop: coins.shop, customer: converted(coins.shop)) : coins
    }

    func bag(_ coins: Coins) -> MoneyBag {
        let coins = stated(coins)
        return MoneyBag(
            shop: Amount(micros: Int64(coins.shop) * Self.coin(currencies.shop)),
            presentment: Amount(micros: Int64(coins.customer) * Self.coin(currencies.customer))
        )
    }

    /// Millionths in a coin; its own table, so that the program's is not trusted.
    static func coin(_ currency: String) -> Int64 {
        switch currency {
        case "JPY", "KRW": 1_000_000
        case "KWD", "BHD": 1_000
        default: 10_000
        }
    }
}
