/// The lines of an order that are the customer's tip.
///
/// Shopify states a tip for the whole order, and some tills add it as a line besides.
struct TipLines {
    /// Lines without a stock code of their own, by their place in the order.
    let places: Set<Int>
    /// Whether a line with a stock code is the tip.
    let hasCode: Bool

    /// Nil where no line can be the tip.
    init?(_ order: Order, _ money: OrderMoney, tip: Amount) {
        guard tip > .zero else { return nil }
        func value(_ place: Int) -> Amount {
            let line = order.lines[place]
            return money.of(line.total) - money.sum(line.allocations.map(\.amount))
        }
        func isTip(_ places: [Int]) -> Bool {
            let sum = places.reduce(into: Amount.zero) { $0 += value($1) }
            // Converted amounts are rounded one by one.
            let room = money.minor.times(money.isConverted ? max(1, places.count) : 0)
            return !places.isEmpty && (sum - tip).magnitude <= room
        }
        let bare = order.lines.indices.filter { !order.lines[$0].hasSKU }
        let named = bare.filter { order.lines[$0].title.lowercased().contains("tip") }
        let light = bare.filter { !order.lines[$0].requiresShipping }
        let single = (named + light + bare).first { isTip([$0]) }.map { [$0] } ?? []
        if let found = [named, single, light].first(where: isTip) {
            places = Set(found)
            hasCode = false
        } else if order.lines.indices.contains(where: { order.lines[$0].hasSKU && isTip([$0]) }) {
            places = []
            hasCode = true
        } else {
            return nil
        }
    }
}
