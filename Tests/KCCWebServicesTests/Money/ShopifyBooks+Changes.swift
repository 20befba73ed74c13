import TestSupport

/// What happens to an order before its hand-off.
extension ShopifyBooks {
    mutating func change(_ chance: inout SeededGenerator) {
        if chance.one(in: 8) { edit(&chance) }
        for place in lines.indices.dropFirst() where chance.one(in: 6) && !lines[place].isTip {
            takeBack(place, units: Int.random(in: 1...lines[place].quantity, using: &chance), &chance)
        }
        if chance.one(in: 6) { giveBackDelivery(&chance) }
        if duties != .zero, chance.one(in: 2) { giveBackDuties(&chance) }
        if chance.one(in: 10), current.shop > 20 {
            goodwill = current.share(1, of: Int.random(in: 2...9, using: &chance))
            goodwillCounts = chance.one(in: 3)
            givenBack.append(GivenBack(money: goodwill))
            kinds.insert(.goodwill)
        }
    }

    private func added(_ tax: Coins) -> Coins { taxesIncluded ? .zero : tax }

    /// Units of a line come back; those of a line in parts are what is left of it before and after.
    private mutating func takeBack(_ place: Int, units: Int, _ chance: inout SeededGenerator) {
        guard lines[place].left == lines[place].quantity, units <= lines[place].left else { return }
        kinds.insert(.returned)
        var given = GivenBack(money: .zero)
        // In two refunds, now and then.
        for part in chance.one(in: 4) && units > 1 ? [1, units - 1] : [units] {
            let line = lines[place]
            let after = line.left - part
            let value =
                line.net.share(line.left, of: line.quantity) - line.net.share(after, of: line.quantity)
            let tax = line.tax.share(line.left, of: line.quantity) - line.tax.share(after, of: line.quantity)
            lines[place].left = after
            lines[place].back += value
            lines[place].taxBack += tax
            given = GivenBack(money: value + added(tax), lines: [(place, part, value, tax)])
            givenBack.append(given)
        }
    }

    private mutating func giveBackDelivery(_ chance: inout SeededGenerator) {
        for place in deliveries.indices
        where deliveries[place].net.shop > 0 && deliveries[place].net.customer > 0 {
            let before = deliveries[place]
            let isWhole = chance.one(in: 2)
            let part =
                isWhole ? before.net : before.net.share(Int.random(in: 1...99, using: &chance), of: 100)
            guard part != .zero else { continue }
            deliveries[place].back = part
            let tax = before.tax - deliveries[place].taxNow
            givenBack.append(GivenBack(money: part + added(tax)))
            kinds.insert(isWhole ? .deliveryBack : .deliveryPart)
        }
    }

    private mutating func giveBackDuties(_ chance: inout SeededGenerator) {
        let isWhole = chance.one(in: 2)
        dutiesBack = isWhole ? duties : duties.share(Int.random(in: 1...99, using: &chance), of: 100)
        givenBack.append(GivenBack(money: dutiesBack))
        kinds.insert(isWhole ? .dutiesBack : .dutiesPart)
    }

    private mutating func edit(_ chance: inout SeededGenerator) {
        isEdited = true
        if chance.one(in: 2) {
            var line = Line(
                quantity: 1,
                left: 1,
                unit: exchange.price(Int.random(in: 100...9_000, using: &chance)),
                rate: 2_000
            )
            line.tax = line.unit.share(line.rate, of: 10_000 + (taxesIncluded ? line.rate : 0))
            lines.append(line)
            kinds.insert(.added)
        }
        guard let place = lines.indices.first(where: { lines[$0].quantity > 1 && !lines[$0].isTip }) else {
            return
        }
        let before = current
        lines[place].isDivided = true
        lines[place].left -= 1
        // What was paid too much goes back as money alone.
        givenBack.append(GivenBack(money: before - current))
        kinds.insert(.removed)
    }
}
