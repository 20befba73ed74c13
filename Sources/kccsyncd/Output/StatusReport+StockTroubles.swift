import Foundation
import SyncEngine

extension StatusReport {
    static func stockTroubles(_ channel: Channel) -> [Trouble] {
        guard let stock = channel.stock else { return [] }
        let name = channel.settings.name
        var troubles: [Trouble] = []
        if let problem = stock.problem {
            let parts = problem.text.split(separator: "; ", maxSplits: 1).map(String.init)
            var trouble = Trouble(name, parts[0], remedy: parts.count > 1 ? parts[1] : nil)
            trouble.since = problem.since
            trouble.zone = channel.zone
            troubles.append(trouble)
        }
        let states = StockState.allCases.filter { $0.isTrouble && stock.counts[$0, default: 0] > 0 }
        if !states.isEmpty {
            let parts = states.map { "\(Spoken.count(stock.counts[$0, default: 0])) \($0.rawValue)" }
            troubles.append(
                Trouble(
                    name,
                    "\(Spoken.count(stock.inTrouble, "SKU has", "SKUs have")) a problem (\(parts.joined(separator: ", ")))",
                    remedy: "see: kccsyncd stock list --trouble"
                )
            )
        }
        if channel.settings.stock.oversellGuard, channel.handsOff, stock.stalled.orders > 0 {
            troubles.append(
                Trouble(
                    name,
                    "\(Spoken.count(stock.stalled.units, "unit is", "units are")) held back from Shopify's stock for orders that nobody has taken for more than a day: \(Spoken.count(stock.stalled.orders))",
                    remedy: "see: kccsyncd orders list --state imported"
                )
            )
        }
        if channel.settings.stock.oversellGuard, !channel.handsOff, !stock.counts.isEmpty {
            var news = Trouble(
                name,
                "KCC has never confirmed an order, so each stock level is assumed to include all orders placed before it"
            )
            news.isNews = true
            troubles.append(news)
        }
        return troubles
    }
}

extension StockSummary {
    /// SKUs that an operator has to know of.
    var inTrouble: Int {
        counts.reduce(0) { $0 + ($1.key.isTrouble ? $1.value : 0) }
    }
}
