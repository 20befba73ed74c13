import Foundation
import SyncEngine

extension StatusPage {
    /// A card for each channel.
    var channelSection: HTML {
        let heading = report.channels.count == 1 ? "Channel" : "Channels"
        return """
            <section aria-labelledby="channels">
            <h2 id="channels">\(heading)</h2>
            <div class="cards">
            \(report.channels.map(card))</div>
            </section>

            """
    }

    private func card(_ channel: StatusReport.Channel) -> HTML {
        let name = channel.settings.name
        return """
            <article class="card" aria-labelledby="channel-\(name)">
            <div class="head">
            <h3 id="channel-\(name)">\(name)</h3>
            <p class="state \(Self.tone(channel.state).rawValue)">\(Glyph.of(channel.state)) \(channel.state.rawValue)</p>
            <p class="shop quiet">\(channel.settings.shop.domain)</p>
            </div>
            \(why(channel))\(orders(channel))\(reasons(channel))<div class="tables">
            <table>
            <caption>Shopify</caption>
            \(shopify(channel))</table>
            <table>
            <caption>KCC</caption>
            \(kcc(channel))</table>
            </div>
            </article>

            """
    }

    private func why(_ channel: StatusReport.Channel) -> HTML {
        guard let halt = report.halt(of: channel) else { return "" }
        return "<p class=\"why\">\(Self.sentence(halt.fact))\(since(halt))</p>\n"
    }

    static func tone(_ state: StatusReport.State) -> Tone {
        switch state {
        case .well: .good
        case .off, .notPolled: .calm
        case .trouble, .paused: .bad
        }
    }

    // MARK: Traffic

    private func shopify(_ channel: StatusReport.Channel) -> [HTML] {
        [
            Self.fact("Last poll", ago(channel.health.lastPollAt, in: channel.zone)),
            Self.fact("Queue", queue(channel.queue, channel.zone)),
            Self.fact("Parked", Self.number(channel.queue.parked, "job")),
            Self.fact("Stock", Self.stock(channel.stock)),
        ]
    }

    private func kcc(_ channel: StatusReport.Channel) -> [HTML] {
        let calls =
            channel.link.map { link in
                [
                    Self.fact("Asked for orders", ago(link.ordersAt, in: channel.zone)),
                    Self.fact("Last report", ago(link.reportsAt, in: channel.zone)),
                ]
            } ?? [Self.fact("Link", Self.quiet("not set up"))]
        return calls + [Self.fact("Waiting for KCC", Self.number(channel.waiting, "order"))]
    }

    private static func fact(_ name: HTML, _ words: HTML) -> HTML {
        "<tr><th scope=\"row\">\(name)</th><td>\(words)</td></tr>\n"
    }

    private static func quiet(_ words: String) -> HTML { "<span class=\"quiet\">\(words)</span>" }

    private static func number(_ count: Int, _ noun: String) -> HTML {
        count == 0 ? quiet("none") : "\(Spoken.count(count)) \(count == 1 ? noun : noun + "s")"
    }

    private func queue(_ depth: QueueDepth, _ zone: TimeZone) -> HTML {
        let open = depth.waiting + depth.running
        guard open > 0 else { return Self.quiet("empty") }
        let oldest = depth.oldest.map { "<br>oldest \(ago($0, in: zone))" as HTML } ?? ""
        return "\(Self.number(open, "job"))\(oldest)"
    }

    private static func stock(_ stock: StockSummary?) -> HTML {
        let total = stock?.counts.values.reduce(0, +) ?? 0
        guard let stock, total > 0 else { return quiet("no levels told yet") }
        var lines: [HTML] = []
        func add(_ count: Int, _ words: HTML) {
            if count > 0 { lines.append("\(Spoken.count(count)) \(words)") }
        }
        add(stock.counts[.confirmed, default: 0], "confirmed")
        add(stock.counts[.waiting, default: 0], "waiting")
        add(stock.counts[.notListed, default: 0], "not listed")
        add(stock.inTrouble, stock.inTrouble == 1 ? "needs a look" : "need a look")
        return lines.dropFirst().reduce(lines[0]) { "\($0)<br>\($1)" }
    }

    // MARK: Orders

    private func orders(_ channel: StatusReport.Channel) -> HTML {
        let heads = OrderState.shown.map { "<th scope=\"col\">\($0.word)</th>" as HTML }
        let cells = OrderState.shown.map { state -> HTML in
            let count = channel.count(state)
            return count == 0 ? "<td class=\"quiet\">0</td>" : "<td>\(Spoken.count(count))</td>"
        }
        return """
            <table class="strip">
            <caption class="unseen">Orders by state</caption>
            <thead><tr>\(heads)</tr></thead>
            <tbody><tr>\(cells)</tr></tbody>
            </table>

            """
    }

    /// `Skipped: 412 unpaid, 5 test order`: what each state's orders are in it for.
    private func reasons(_ channel: StatusReport.Channel) -> HTML {
        let lines = OrderState.shown.compactMap { state -> HTML? in
            let counts = channel.counts
                .filter { $0.state == state && $0.count > 0 && $0.reason != state.rawValue }
                .sorted { ($1.count, $0.reason ?? "") < ($0.count, $1.reason ?? "") }
            let words = counts.compactMap { count in
                count.reason.map { "\(Spoken.count(count.count)) \($0.replacing("_", with: " "))" }
            }
            return words.isEmpty ? nil : "<li>\(state.word): \(words.joined(separator: ", "))</li>\n"
        }
        return lines.isEmpty ? "" : "<ul class=\"reasons quiet\">\n\(lines)</ul>\n"
    }
}

extension OrderState {
    /// From what went well to what did not.
    static let shown: [OrderState] = [.imported, .skipped, .ignored, .pending, .failed]

    /// `Imported`.
    var word: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
