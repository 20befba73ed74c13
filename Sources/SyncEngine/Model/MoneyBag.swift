/// One amount in both of an order's currencies: the shop's own and the one the customer saw.
///
/// See <https://shopify.dev/docs/api/admin-graphql/latest/objects/MoneyBag>.
package struct MoneyBag: Hashable, Sendable {
    package var shop: Amount
    package var presentment: Amount

    package static let zero = MoneyBag(shop: .zero, presentment: .zero)

    package init(shop: Amount, presentment: Amount) {
        self.shop = shop
        self.presentment = presentment
    }

    package static func + (left: MoneyBag, right: MoneyBag) -> MoneyBag {
        MoneyBag(shop: left.shop + right.shop, presentment: left.presentment + right.presentment)
    }

    package static func - (left: MoneyBag, right: MoneyBag) -> MoneyBag {
        MoneyBag(shop: left.shop - right.shop, presentment: left.presentment - right.presentment)
    }

    /// The price of so many units; one beyond all bounds stays at their end, as sums do.
    package func times(_ quantity: Int) -> MoneyBag {
        MoneyBag(shop: shop.times(quantity), presentment: presentment.times(quantity))
    }

    package static func += (left: inout MoneyBag, right: MoneyBag) { left = left + right }
}

extension MoneyBag: Codable {
    private enum Key: String, CodingKey {
        case shop
        case presentment
    }

    /// One string where both amounts are the same figure, which they are in all orders of most shops; else an object
    /// with `shop` and `presentment`.
    package func encode(to encoder: any Encoder) throws {
        guard shop != presentment else { return try shop.encode(to: encoder) }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(shop, forKey: .shop)
        try container.encode(presentment, forKey: .presentment)
    }

    package init(from decoder: any Decoder) throws {
        if let amount = try? Amount(from: decoder) {
            self.init(shop: amount, presentment: amount)
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            shop: try container.decode(Amount.self, forKey: .shop),
            presentment: try container.decode(Amount.self, forKey: .presentment)
        )
    }
}
