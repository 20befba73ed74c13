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
            for row in page where !trouble || row.state.isTrouble {
                if json {
                    values.append(Self.value(row))
                } else {
                    table.add([
                        row.channel, row.sku, row.level.description, row.target.map(String.init) ?? "",
                        row.confirmed.map(String.init) ?? "", row.state.rawValue, row.reason,
                    ])
                }
            }
        } while last != nil
        if json { return try Answer(json: .array(values)) }
        return Answer(lines: table.isEmpty ? ["no levels"] : table.lines)
    }

    private static func value(_ row: StockRow) -> JSONValue {
        .object([
            "channel": .text(row.channel), "sku": .text(row.sku), "level": .text(row.level.description),
            "target": .number(row.target), "confirmed": .number(row.confirmed),
            "confirmed_at": .date(row.confirmedAt), "state": .text(row.state.rawValue),
            "reason": .text(row.reason),
        ])
    }

    /// Every term of what is told to Shopify of a SKU, by the very function that decides.
    func explanation(channel name: String, sku: String, _ json: Bool) async throws -> Answer {
        guard let settings = configuration.channels.first(where: { $0.name == name }) else {
            throw StoreError(.refused, "channel \(name): not configured")
        }
        guard let shop = try await queries.shop(domain: settings.shop.domain) else {
            throw StoreError(.refused, "channel \(name): its shop was never synced")
        }
        let places = try await queries.locations(shop: shop.id)
        guard let chosen = settings.channelLocation,
            let location = places.first(where: { $0.matches(chosen) })
        else {
            throw StoreError(
                .refused,
                "channel \(name): has no channel_location that is known, so its stock does not sync",
                remedy: "see: kccsyncd locations \(name)"
            )
        }
        let scope = StockScope(channel: name, shop: shop.id, location: location.id)
        guard let due = try await stock.find(sku, scope, now: now()), let entry = due.cases.first else {
            throw StoreError(.refused, "stock of \(sku): no level was ever told for channel \(name)")
        }
        var inquiry = StockInquiry(scope: scope, rules: settings.stock, locations: [:])
        for channel in configuration.channels where channel.shop.domain == settings.shop.domain {
            inquiry.locations[channel.name] =
                channel.channelLocation.flatMap { text in places.first { $0.matches(text) }?.id }
        }
        inquiry.linked = Set(configuration.channels.filter { $0.kcc != nil }.map(\.name))
        if let state = live.first(where: { $0.domain == settings.shop.domain }) {
            inquiry.polledAt = state.listedAt
            inquiry.skew = state.clockSkew
            inquiry.greatestLag = .seconds(state.indexLag)
            inquiry.linkSteadySince = state.linkSteadySince[name]
        }
        let items: [StockCase.Item?] = entry.items.isEmpty ? [nil] : entry.items
        let found = items.map { item in
            inquiry.explanation(of: entry, item, handingOff: due.handingOff, now: now())
        }
        if json {
            return try Answer(
                json: .object([
                    "channel": .text(name), "sku": .text(sku), "location": .text(location.id.gid),
                    "state": .text(entry.state.rawValue), "reason": .text(entry.reason),
                    "sent_for": .date(entry.sentFor),
                    "items": .array(zip(items, found).map { Self.value($0.0, $0.1) }),
                ])
            )
        }
        var lines = ["\(name), \(sku) at \(location.name)"]
        for (item, explanation) in zip(items, found) {
            if items.count > 1, let item { lines.append("variant \(item.id.gid)") }
            lines += Self.lines(explanation, settings, shop.zone)
        }
        let state = entry.state.rawValue + (entry.reason.isEmpty ? "" : ": \(entry.reason)")
        return Answer(lines: lines + ["state         \(state)"])
    }

    private static func lines(_ explanation: StockExplanation, _ settings: ChannelSettings, _ zone: TimeZone)
        -> [String]
    {
        var lines: [String] = []
        for level in explanation.levels {
            let site = level.site.isEmpty ? "" : " at \(level.site)"
            lines.append(
                "level         \(level.level)\(site), by \(level.source.rawValue), as of \(level.toldAt.shown(in: zone))"
            )
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
