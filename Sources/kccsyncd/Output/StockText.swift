import Foundation
import Persistence
import SyncEngine

/// Levels and what became of them, for people and for programs.
struct StockText {
    private let configuration: Configuration
    private let stock: SQLiteStockStore
    private let queries: OrderQueries
    private let live: [LiveShop]
    private let now: @Sendable () -> Date

    init(_ source: Answerer, database: OrderDatabase) {
        configuration = source.configuration
        stock = SQLiteStockStore(database)
        queries = source.queries
        live = source.live ?? []
        now = source.now
    }

    func summary() async throws -> [StockSummary] { try await stock.summary(now: now()) }

    /// - Parameter trouble: Only what an operator has to know of.
    func list(channel: String?, trouble: Bool, _ json: Bool) async throws -> Answer {
        var values: [JSONValue] = []
        var table = TextTable(
            ["CHANNEL", "SKU", "LEVEL", "TARGET", "CONFIRMED", "STATE", ""],
            rightAligned: [2, 3, 4]
        )
        var last: StockRow?
        repeat {
            let page = try await stock.list(channel: channel, after: last)
            last = page.last
            for row in page {
                let rules = configuration.channels.first { $0.name == row.channel }?.stock
                let counted = rules.map { $0.counted(row.levels) } ?? row.levels
                let level = counted.reduce(Amount.zero) { $0 + $1.level }
                let left = row.levels.filter { !counted.contains($0) && $0.source != .kcc }
                guard !trouble || row.state.isTrouble || !left.isEmpty else { continue }
                let reason = Self.reason(row, left)
                if json {
                    values.append(Self.value(row, level, reason))
                } else {
                    table.add([
                        row.channel, row.sku.text, level.description, row.target.map(String.init) ?? "",
                        row.confirmed.map(String.init) ?? "", row.state.rawValue, reason,
                    ])
                }
            }
        } while last != nil
        if json { return try Answer(json: .array(values)) }
        return Answer(lines: table.isEmpty ? ["no levels"] : table.lines)
    }

    /// Why a SKU stands as it does, and which levels somebody sent that do not count.
    private static func reason(_ row: StockRow, _ left: [StockLevel]) -> String {
        guard row.state != .notCounted, !left.isEmpty else { return row.reason }
        let levels = left.map { "\($0.level) \($0.place)" }.joined(separator: ", ")
        let note = "not counted for the channel: \(levels)"
        return row.reason.isEmpty ? note : "\(row.reason); \(note)"
    }

    private static func value(_ row: StockRow, _ level: Amount, _ reason: String) -> JSONValue {
        .object([
            "channel": .text(row.channel), "sku": .text(row.sku.text), "level": .text(level.description),
            "target": .number(row.target), "confirmed": .number(row.confirmed),
            "confirmed_at": .date(row.confirmedAt), "state": .text(row.state.rawValue),
            "reason": .text(reason),
        ])
    }

    /// How the figure of a SKU is calculated, by the very function that decides.
    func explanation(channel name: String, sku: SKU, _ json: Bool) async throws -> Answer {
        guard let settings = configuration.channels.first(where: { $0.name == name }) else {
            throw StoreError(.refused, "channel \(name): not configured")
        }
        guard let shop = try await queries.shop(domain: settings.shop.domain) else {
            throw StoreError(.refused, "channel \(name): its shop was never synced")
        }
        guard
            let context = StockContext(
                channel: name,
                of: configuration.channels,
                try await stock.records(shop: shop.id),
                signals(of: settings)
            )
        else {
            throw StoreError(
                .refused,
                "channel \(name): has no channel_location that is known, so its stock does not sync",
                remedy: "see: kccsyncd locations \(name)"
            )
        }
        guard let entry = try await stock.find(sku, context, now: now()) else {
            throw StoreError(.refused, "stock of \(sku): no level was ever received for channel \(name)")
        }
        let unnamed = try await stock.unnamed(sku, channel: name)
        let items: [StockCase.Item?] = entry.items.isEmpty ? [nil] : entry.items
        let found = items.map { context.explanation(of: entry, $0, now: now()) }
        if json {
            return try Answer(
                json: .object([
                    "channel": .text(name), "sku": .text(sku.text),
                    "location": .text(context.location.id.gid),
                    "state": .text(entry.state.rawValue), "reason": .text(entry.reason),
                    "sent_for": .date(entry.levels.first { $0.arrival == entry.sentFor }?.toldAt),
                    "items": .array(zip(items, found).map { Self.value($0.0, $0.1) }),
                    "unnamed_sites": .array(
                        unnamed.map {
                            .object(["site_id": .text($0.site), "level": .text($0.level.description)])
                        }
                    ),
                ])
            )
        }
        var lines = ["\(name), \(sku) at \(context.location.name)"]
        for (item, explanation) in zip(items, found) {
            if items.count > 1, let item { lines.append("variant \(item.id.gid)") }
            lines += Self.lines(explanation, settings, shop.zone)
        }
        for level in unnamed {
            lines.append("not counted   \(level.level) at KCC's site \(level.site), which is not in [sites]")
        }
        let state = entry.state.rawValue + (entry.reason.isEmpty ? "" : ": \(entry.reason)")
        return Answer(lines: lines + ["state         \(state)"])
    }

    private func signals(of settings: ChannelSettings) -> StockSignals {
        var signals = StockSignals()
        guard let state = live.first(where: { $0.domain == settings.shop.domain }) else { return signals }
        signals.polledAt = state.listedAt
        signals.skew = state.clockSkew
        signals.indexLag = .seconds(state.indexLag)
        signals.linkSteadySince = state.linkSteadySince[settings.name]
        return signals
    }

    private static func lines(_ explanation: StockExplanation, _ settings: ChannelSettings, _ zone: TimeZone)
        -> [String]
    {
        var lines: [String] = []
        for level in explanation.levels {
            let site = level.site.isEmpty ? "" : " \(level.place)"
            lines.append(
                "level         \(level.level)\(site), by \(level.source.rawValue), as of \(level.toldAt.shown(in: zone))"
            )
        }
        for level in explanation.uncounted {
            lines.append("not counted   \(level.level) \(level.place), by \(level.source.rawValue)")
        }
        if explanation.levels.count > 1 { lines.append("sum           \(explanation.level)") }
        lines.append("by the rules  \(explanation.offered)")
        if settings.stock.oversellGuard {
            lines.append("held back     \(explanation.heldBack)")
            for term in explanation.terms {
                lines.append("    \(term.counts ? "" : "not ")\(term.units) of \(term.order): \(term.why)")
            }
        } else {
            lines.append("held back     nothing: oversell_guard is off")
        }
        lines.append("target        \(explanation.target)")
        if let view = explanation.view {
            let figure = view.quantity.map(String.init) ?? "not stocked there"
            let how = view.origin == .unknown ? ", not certain" : ", \(view.origin.rawValue)"
            lines.append("at Shopify    \(figure)\(how) at \(view.answeredAt.shown(in: zone))")
        } else {
            lines.append("at Shopify    never read")
        }
        lines.append("next          \(explanation.verdict.text)")
        return lines
    }

    private static func value(_ item: StockCase.Item?, _ explanation: StockExplanation) -> JSONValue {
        .object([
            "item": .text(item?.id.gid), "level": .text(explanation.level.description),
            "levels": .array(
                explanation.levels.map {
                    .object([
                        "site": .text($0.site), "level": .text($0.level.description),
                        "as_of": .date($0.toldAt), "source": .text($0.source.rawValue),
                    ])
                }
            ),
            "not_counted": .array(
                explanation.uncounted.map {
                    .object(["site": .text($0.site), "level": .text($0.level.description)])
                }
            ),
            "by_rules": .number(explanation.offered), "held_back": .number(explanation.heldBack),
            "orders": .array(
                explanation.terms.map {
                    .object([
                        "order": .text($0.order), "channel": .text($0.channel), "units": .number($0.units),
                        "counts": .bool($0.counts), "why": .text($0.why),
                    ])
                }
            ),
            "target": .number(explanation.target), "offered": .number(explanation.view?.quantity),
            "offered_at": .date(explanation.view?.answeredAt),
            "next": .text(explanation.verdict.text),
        ])
    }
}
