import Foundation
import KCCWebServices
import SyncEngine

extension StatusReport {
    /// What a person has to know or do, a line each, with the remedy.
    var troubles: [String] {
        var lines: [String] = []
        for channel in channels {
            for warning in channel.health.warnings { lines.append("\(channel.settings.name): \(warning)") }
            if channel.fading > 0 {
                lines.append(
                    "\(channel.settings.name): \(Spoken.count(channel.fading)) orders that are not imported yet will be 60 days old within 10 days; Shopify then hides them, for want of the scope read_all_orders"
                )
            }
            if let error = channel.pushError {
                lines.append("\(channel.settings.name): pushes wait: \(error)")
            }
            if channel.queue.parked > 0 {
                lines.append(
                    "\(channel.settings.name): \(Spoken.count(channel.queue.parked)) jobs are parked and wait for you; see: kccsyncd queue list"
                )
            }
            lines += Self.stockLines(channel)
            lines += linkLines(channel)
            let pending = channel.count(.pending)
            if pending > 0 {
                lines.append(
                    "\(channel.settings.name): \(Spoken.count(pending)) orders pending: download_orders is off"
                )
            }
        }
        for (reason, orders) in Dictionary(
            grouping: failed,
            by: { $0.standing.reason?.rawValue ?? "unknown" }
        )
        .sorted(
            by: { $0.key < $1.key })
        {
            let names = orders.prefix(3).map(\.name).joined(separator: ", ") + (orders.count > 3 ? ", …" : "")
            let noun = orders.count == 1 ? "1 order" : "\(Spoken.count(orders.count)) orders"
            lines.append("\(noun) failed: \(reason) (\(names)). kccsyncd orders explain \(orders[0].name)")
        }
        if changed > 0 {
            lines.append(
                "\(Spoken.count(changed)) orders changed after their hand-off; see: kccsyncd orders list --state imported"
            )
        }
        return lines
    }

    private static func stockLines(_ channel: Channel) -> [String] {
        guard let stock = channel.stock else { return [] }
        var lines: [String] = []
        let trouble = StockState.allCases.filter { $0.isTrouble && stock.counts[$0, default: 0] > 0 }
        if !trouble.isEmpty {
            let total = trouble.reduce(0) { $0 + stock.counts[$1, default: 0] }
            let parts = trouble.map { "\(Spoken.count(stock.counts[$0, default: 0])) \($0.rawValue)" }
            lines.append(
                "\(channel.settings.name): \(Spoken.count(total)) SKUs need a look: \(parts.joined(separator: ", ")); see: kccsyncd stock list --trouble"
            )
        }
        if channel.settings.stock.oversellGuard, stock.handsOff, stock.stalled.orders > 0 {
            lines.append(
                "\(channel.settings.name): \(Spoken.count(stock.stalled.units)) units are held back from Shopify's stock for orders that nobody has taken for more than a day: \(Spoken.count(stock.stalled.orders)); see: kccsyncd orders list --state imported"
            )
        }
        if channel.settings.stock.oversellGuard, !stock.handsOff {
            lines.append(
                "\(channel.settings.name): no order was ever acknowledged, so a level is taken to know the orders placed before it, and none after"
            )
        }
        return lines
    }

    /// How long KCC may keep silent before it is worth a line: three of its intervals, and not for a short break.
    static func longestSilence(_ link: LinkSettings) -> TimeInterval {
        max(3 * link.frequency.seconds, 1800)
    }

    private func linkLines(_ channel: Channel) -> [String] {
        guard let standing = channel.link, let link else { return [] }
        let name = channel.settings.name
        func some(_ orders: LinkStanding.Some) -> String {
            let names =
                orders.names.joined(separator: ", ") + (orders.count > orders.names.count ? ", …" : "")
            return "\(orders.count == 1 ? "1 order" : "\(Spoken.count(orders.count)) orders") (\(names))"
        }
        var lines: [String] = []
        if let last = standing.ordersAt {
            if channel.settings.enabled, Date().timeIntervalSince(last) > Self.longestSilence(link) {
                lines.append(
                    "\(name): KCC asked for orders \(Spoken.ago(last)), and should every \(TimeSpan.text(link.frequency)); look at its channel screen and at the proxy"
                )
            }
        } else {
            lines.append(
                "\(name): KCC has never asked for orders; enter \(link.configurationURL(of: name)) in its channel screen"
            )
        }
        if standing.unmapped.count > 0 {
            lines.append(
                "\(name): \(some(standing.unmapped)) cannot be sent to KCC as they are; see: kccsyncd orders explain \(standing.unmapped.names[0])"
            )
        }
        if standing.beforeStart > 0, let start = standing.start {
            lines.append(
                "\(name): \(Spoken.count(standing.beforeStart)) orders wait that were placed before KCC's start, \(Spoken.time(start)); set an earlier date in KCC, or run: kccsyncd orders ack"
            )
        }
        if standing.requested.count > 0 {
            lines.append(
                "\(name): KCC asked again for \(some(standing.requested)) by name and has not confirmed since; see its list of failed imports, or run: kccsyncd orders resend"
            )
        }
        if standing.unconfirmed.count > 0 {
            lines.append(
                "\(name): \(some(standing.unconfirmed)) taken by KCC long ago, and no status has named them; KCC may have failed to import them: see its list of imported orders"
            )
        }
        for notice in standing.notices.prefix(10) {
            lines.append("\(name): \(notice.text); \(notice.remedy) (kccsyncd kcc dismiss \(notice.id))")
        }
        if standing.notices.count > 10 {
            lines.append("\(name): \(standing.notices.count - 10) more; see: kccsyncd kcc list")
        }
        return lines
    }
}
