import Foundation
import KCCWebServices
import SyncEngine

extension StatusReport {
    /// What a person has to know or do, with the remedy.
    ///
    /// What keeps a channel from being polled is not among it: see ``halt(of:)``.
    var troubles: [Trouble] {
        var troubles = storeTroubles
        for channel in channels {
            let name = channel.settings.name
            troubles += channel.missingScopes.map { Trouble(name, $0.text, remedy: ScopeNeed.remedy) }
            troubles += channel.health.warnings.map { Trouble(name, $0) }
            troubles += channel.shownProblems.filter { $0.kind != .rests }
                .map { Trouble(name, $0.text, remedy: $0.remedy) }
            if channel.settings.enabled, channel.personalData.isWithheld || channel.withheld > 0 {
                troubles.append(
                    Trouble(
                        name,
                        "Shopify withholds names, e-mails and addresses: such orders fail as customer_data_withheld",
                        remedy: "\(PersonalDataSight.remedy) REF"
                    )
                )
            }
            if channel.fading > 0 {
                troubles.append(
                    Trouble(
                        name,
                        "\(Spoken.count(channel.fading, "order that is", "orders that are")) not imported yet will be 60 days old within 10 days",
                        remedy:
                            "Shopify hides them then; add the scope read_all_orders to the app and reinstall it"
                    )
                )
            }
            if let error = channel.pushError { troubles.append(Trouble(name, "pushes wait: \(error)")) }
            if channel.queue.parked > 0 {
                troubles.append(
                    Trouble(
                        name,
                        "\(Spoken.count(channel.queue.parked, "job is parked and waits", "jobs are parked and wait")) for you",
                        remedy: "see: kccsyncd queue list"
                    )
                )
            }
            troubles += Self.stockTroubles(channel)
            troubles += linkTroubles(channel)
            let pending = channel.count(.pending)
            if pending > 0 {
                var news = Trouble(
                    name,
                    "\(Spoken.count(pending, "order", "orders")) pending: download_orders is off"
                )
                news.isNews = true
                troubles.append(news)
            }
        }
        return troubles + leftovers.map(ChannelText.leftover) + failures + changes
    }

    /// Why a channel is not polled, or was not the last time; nil while it is.
    func halt(of channel: Channel) -> Trouble? {
        guard channel.settings.enabled else { return nil }
        guard let error = channel.health.error else {
            return channel.problems.first { $0.kind == .rests }
                .map { Trouble(channel.settings.name, $0.text, remedy: $0.remedy) }
        }
        var remedy = channel.health.remedy ?? ""
        // Setup checks by itself.
        if !remedy.contains("kccsyncd setup ") {
            remedy += "\(remedy.isEmpty ? "" : "; ")run kccsyncd check \(channel.settings.name)"
        }
        var halt = Trouble(channel.settings.name, error, remedy: remedy)
        halt.since = channel.health.errorSince
        halt.zone = channel.zone
        return halt
    }

    /// What is the matter with the order store itself.
    private var storeTroubles: [Trouble] {
        var troubles: [Trouble] = []
        if damage > 0 {
            troubles.append(
                Trouble(
                    nil,
                    "the order store is damaged: \(Spoken.count(damage, "problem was", "problems were")) found",
                    remedy:
                        "see: kccsyncd db check; then stop the daemon and restore the last backup: kccsyncd db restore FILE"
                )
            )
        }
        let doubted = channels.reduce(0) { sum, channel in
            sum
                + channel.counts.reduce(0) {
                    $1.reason == ReasonCode.maybeHandedOff.rawValue ? $0 + $1.count : $0
                }
        }
        if let restoration {
            var trouble = Trouble(
                nil,
                "the order store was restored (\(restoration.recognition)): levels wait to be told again, and shipments are compared with Shopify first",
                remedy: "when all is right run: kccsyncd db confirm"
            )
            trouble.since = restoration.at
            trouble.zone = zone
            troubles.append(trouble)
        }
        if doubted > 0 {
            troubles.append(
                Trouble(
                    nil,
                    "\(Spoken.count(doubted, "order", "orders")) may have been handed over before the store was restored, and \(doubted == 1 ? "is" : "are") held",
                    remedy:
                        "look in KCC, then run kccsyncd orders ack or kccsyncd orders resend; see: kccsyncd orders list --reason maybe_handed_off"
                )
            )
        }
        return troubles
    }

    private var failures: [Trouble] {
        Dictionary(grouping: failed, by: { $0.standing.reason?.rawValue ?? "unknown" })
            .sorted { $0.key < $1.key }
            .map { reason, orders in
                let names =
                    orders.prefix(3).map(\.name).joined(separator: ", ") + (orders.count > 3 ? ", …" : "")
                let noun = Spoken.count(orders.count, "order", "orders")
                var trouble = Trouble(
                    nil,
                    "\(noun) failed: \(reason) (\(names))",
                    remedy: "kccsyncd orders explain \(OrderName.plain(orders[0].name))"
                )
                trouble.joint = ". "
                return trouble
            }
    }

    private var changes: [Trouble] {
        guard changed > 0 else { return [] }
        return [
            Trouble(
                nil,
                "\(Spoken.count(changed, "order changed after its", "orders changed after their")) hand-off",
                remedy: "see: kccsyncd orders list --state imported"
            )
        ]
    }

    private static func stockTroubles(_ channel: Channel) -> [Trouble] {
        guard let stock = channel.stock else { return [] }
        let name = channel.settings.name
        var troubles: [Trouble] = []
        if let problem = stock.problem {
            let parts = problem.text.split(separator: "; ", maxSplits: 1).map(String.init)
            var trouble = Trouble(name, parts[0], remedy: parts.count > 1 ? parts[1] : nil)
            trouble.since = problem.since
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

    /// How long KCC may keep silent before it is worth a line: three of its intervals, and not for a short break.
    static func longestSilence(_ link: LinkSettings) -> TimeInterval {
        max(3 * link.frequency.seconds, 1800)
    }

    private func linkTroubles(_ channel: Channel) -> [Trouble] {
        guard let standing = channel.link, let link else { return [] }
        let name = channel.settings.name
        func some(_ orders: LinkStanding.Some) -> String {
            let names =
                orders.names.joined(separator: ", ") + (orders.count > orders.names.count ? ", …" : "")
            return "\(Spoken.count(orders.count, "order", "orders")) (\(names))"
        }
        var troubles: [Trouble] = []
        func add(_ fact: String, _ remedy: String) { troubles.append(Trouble(name, fact, remedy: remedy)) }
        if let last = standing.ordersAt {
            if channel.settings.enabled, at.timeIntervalSince(last) > Self.longestSilence(link) {
                add(
                    "KCC asked for orders \(Spoken.ago(last, now: at)), and should every \(TimeSpan.text(link.frequency))",
                    "look at its channel screen and at the proxy"
                )
            }
        } else {
            add(
                "KCC has never asked for orders",
                "enter \(link.configurationURL(of: name)) in its channel screen"
            )
        }
        if standing.unmapped.count > 0 {
            add(
                "\(some(standing.unmapped)) cannot be sent to KCC as \(standing.unmapped.count == 1 ? "it is" : "they are")",
                "see: kccsyncd orders explain \(OrderName.plain(standing.unmapped.names[0]))"
            )
        }
        if standing.beforeStart > 0, let start = standing.start {
            add(
                "\(Spoken.count(standing.beforeStart, "order waits that was placed", "orders wait that were placed")) before KCC's start, \(start.shown(in: channel.zone))",
                "set an earlier date in KCC, or run: kccsyncd orders ack"
            )
        }
        if standing.requested.count > 0 {
            add(
                "KCC asked again for \(some(standing.requested)) by name and has not confirmed since",
                "see its list of failed imports, or run: kccsyncd orders resend"
            )
        }
        if standing.unconfirmed.count > 0 {
            add(
                "\(some(standing.unconfirmed)) taken by KCC long ago, and no status has named them",
                "KCC may have failed to import them: see its list of imported orders"
            )
        }
        for notice in standing.notices.prefix(10) {
            add(notice.text, "\(notice.remedy) (kccsyncd kcc dismiss \(notice.id))")
        }
        if standing.notices.count > 10 {
            add("\(standing.notices.count - 10) more", "see: kccsyncd kcc list")
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
