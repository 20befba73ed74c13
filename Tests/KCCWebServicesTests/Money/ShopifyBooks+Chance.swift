import TestSupport

/// Orders by chance.
extension ShopifyBooks {
    static let currencies = ["GBP", "EUR", "USD", "AUD", "CHF", "SEK", "JPY", "KRW", "KWD", "BHD"]

    /// - Parameter mode: How the customer's amounts come about; nil = by chance.
    init(_ chance: inout SeededGenerator, mode: Exchange.Mode? = nil, lines count: Int? = nil) {
        let shop = Self.currencies.randomElement(using: &chance) ?? "GBP"
        var mode = mode ?? [.same, .same, .prices, .amounts].randomElement(using: &chance) ?? .same
        let other = Self.currencies.filter { $0 != shop }.randomElement(using: &chance) ?? "EUR"
        if shop == other { mode = .same }
        exchange = Exchange(
            mode: mode,
            currencies: (shop, mode == .same ? shop : other),
            rate: Self.rate(shop, other, &chance)
        )
        taxesIncluded = chance.one(in: 2)
        kinds = [taxesIncluded ? .taxIn : .taxOut]
        if mode != .same { kinds.insert(mode == .prices ? .foreign : .converted) }
        for _ in 0..<(count ?? Int.random(in: 1...8, using: &chance)) { addLine(&chance) }
        if chance.one(in: 3) { discountAcross(&chance) }
        if chance.one(in: 5) { kinds.insert(.noDelivery) } else { addDelivery(&chance) }
        if chance.one(in: 12) { addDelivery(&chance) }
        for place in lines.indices { lines[place].tax = taxed(lines[place].net, lines[place].rate) }
        for place in deliveries.indices {
            deliveries[place].tax = taxed(deliveries[place].net, deliveries[place].rate)
        }
        if chance.one(in: 8) { addTip(&chance) }
        if chance.one(in: 8) {
            duties = exchange.price(Int.random(in: 50...5_000, using: &chance))
            kinds.insert(.duties)
        }
        if chance.one(in: 16) {
            cashRounding = exchange.price(Int.random(in: 1...4, using: &chance))
                .times(chance.one(in: 2) ? 1 : -1)
            kinds.insert(.cash)
        }
        change(&chance)
        if kinds.count == 1 { kinds.insert(.plain) }
    }

    /// About as many coins as are worth the same, with digits behind.
    private static func rate(_ shop: String, _ other: String, _ chance: inout SeededGenerator) -> Int {
        func worth(_ currency: String) -> Int {
            switch currency {
            case "JPY": 5_300
            case "KRW": 530
            case "KWD", "BHD": 2_400
            case "SEK": 7_200
            default: 80_000
            }
        }
        // Coins of two, none and three decimals: a yen is a coin, and so is a fils.
        return worth(shop) * Int.random(in: 900_000...1_100_000, using: &chance) / worth(other)
    }

    private func taxed(_ net: Coins, _ rate: Int) -> Coins {
        net.share(rate, of: 10_000 + (taxesIncluded ? rate : 0))
    }

    private mutating func addLine(_ chance: inout SeededGenerator) {
        let isGift = chance.one(in: 25)
        var line = Line(
            quantity: Int.random(in: 1...5, using: &chance),
            left: 0,
            unit: exchange.price(Int.random(in: chance.one(in: 20) ? 0...0 : 99...20_000, using: &chance)),
            rate: isGift ? 0 : [0, 500, 725, 2_000].randomElement(using: &chance) ?? 0,
            isGiftCard: isGift
        )
        line.left = line.quantity
        if isGift { kinds.insert(.giftCard) }
        if chance.one(in: 4) {
            kinds.insert(.lineDiscount)
            // By a code, by hand or automatic: a percentage of each, or an amount off one.
            let part =
                chance.one(in: 2)
                ? line.before.share(Int.random(in: 1...100, using: &chance), of: 100)
                : capped(exchange.price(Int.random(in: 1...900, using: &chance)), line.before)
            line.allocations.append((lines.count, part))
        }
        lines.append(line)
    }

    private func capped(_ amount: Coins, _ most: Coins) -> Coins {
        Coins(shop: min(amount.shop, most.shop), customer: min(amount.customer, most.customer))
    }

    /// Spread over the lines so that no coin is lost, as Shopify does it.
    private mutating func discountAcross(_ chance: inout SeededGenerator) {
        let whole = lines.reduce(Coins.zero) { $0 + $1.net }
        let isPercent = chance.one(in: 2)
        kinds.insert(isPercent ? .percentAcross : .amountAcross)
        let off =
            isPercent
            ? whole.share(Int.random(in: 1...100, using: &chance), of: 100)
            : capped(exchange.price(Int.random(in: 1...3_000, using: &chance)), whole)
        var (left, rest) = (whole, off)
        for place in lines.indices {
            let net = lines[place].net
            let part = rest.share(net, of: left)
            left = left - net
            rest = rest - part
            if part != .zero { lines[place].allocations.append((100, part)) }
        }
    }

    private mutating func addDelivery(_ chance: inout SeededGenerator) {
        var delivery = Delivery(
            price: exchange.price(Int.random(in: 100...2_500, using: &chance)),
            rate: [0, 2_000].randomElement(using: &chance) ?? 0
        )
        if chance.one(in: 4) {
            let percent = chance.one(in: 2) ? 100 : Int.random(in: 1...99, using: &chance)
            delivery.discount = delivery.price.share(percent, of: 100)
            kinds.insert(percent == 100 ? .freeDelivery : .deliveryDiscount)
        }
        deliveries.append(delivery)
    }

    private mutating func addTip(_ chance: inout SeededGenerator) {
        tip = exchange.price(Int.random(in: 50...2_000, using: &chance))
        tipIsLine = chance.one(in: 2)
        kinds.insert(tipIsLine ? .tipLine : .tip)
        if tipIsLine { lines.append(Line(quantity: 1, left: 1, unit: tip, rate: 0, isTip: true)) }
    }
}
