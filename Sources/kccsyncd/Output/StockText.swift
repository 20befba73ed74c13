import Foundation
import Persistence
import SyncEngine

/// Levels and what became of them, for people and for programs.
struct StockText {
    let configuration: Configuration
    let database: OrderDatabase
    let stock: SQLiteStockStore
    let queries: OrderQueries
    let live: [LiveShop]
    let now: @Sendable () -> Date
    private let source: Answerer

    init(_ source: Answerer, database: OrderDatabase) {
        self.source = source
        configuration = source.configuration
        self.database = database
        stock = SQLiteStockStore(database)
        queries = source.queries
        live = source.live ?? []
        now = source.now
    }

    func summary() async throws -> [StockSummary] {
        try await stock.summary(try await shown(try await presence()))
            .map { summary in
                var summary = summary
                // What the pushes found of a channel that sends nothing any more is of no use.
                if configuration.channel(summary.channel)?.sendsStock != true { summary.problem = nil }
                return summary
            }
    }

    func presence() async throws(StoreError) -> ChannelPresence { try await ChannelPresence(source) }

    /// How states are derived: channels that cannot send may have other rules by now than those of their last decisions.
    func shown(_ presence: ChannelPresence) async throws -> StockStateColumn {
        var outdated: Set<String> = []
        let blocked = configuration.channels.filter { presence.obstacle($0.name) != nil }
        if !blocked.isEmpty {
            let digests = try await stock.digests()
            for settings in blocked {
                guard let digest = digests[settings.name],
                    let context = try await context(of: settings),
                    try context.fingerprint != digest
                else { continue }
                outdated.insert(settings.name)
            }
        }
        return StockStateColumn(now: now(), outdated: outdated)
    }

    /// What decides a channel's stock; nil where its shop was never synced, or its location is not known.
    func context(of settings: ChannelSettings) async throws -> StockContext? {
        guard let shop = try await queries.shop(domain: settings.shop.domain) else { return nil }
        return StockContext(
            channel: settings.name,
            of: configuration.channels,
            try await stock.records(shop: shop.id),
            signals(of: settings)
        )
    }

    /// - Parameter trouble: Only what an operator has to know of.
    func list(channel: String?, trouble: Bool, _ json: Bool) async throws -> Answer {
        var values: [JSONValue] = []
        var table = TextTable(
            ["CHANNEL", "SKU", "LEVEL", "TARGET", "CONFIRMED", "STATE", ""],
            rightAligned: [2, 3, 4]
        )
        let presence = try await presence()
        let shown = try await shown(presence)
        var last: StockRow?
        repeat {
            let page = try await stock.list(shown, channel: channel, after: last)
            last = page.last
            for row in page {
                let settings = configuration.channel(row.channel)
                let rules = settings?.stock
                let counted = rules.map { $0.counted(row.levels) } ?? row.levels
                let level = counted.reduce(Amount.zero) { $0 + $1.level }
                let left = row.levels.filter { !counted.contains($0) && $0.source != .kcc }
                let isGone = settings == nil && !configuration.isUnknown
                let obstacle = presence.obstacle(row.channel)
                let isStuck = row.state == .waiting && obstacle != nil
                guard !trouble || isGone || isStuck || row.state.isTrouble || !left.isEmpty else { continue }
                let reason = Self.reason(row, left, obstacle)
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
    ///
    /// - Parameter obstacle: Why nothing of the channel is sent; what the SKU waits for does not matter then.
    static func reason(_ row: StockRow, _ left: [StockLevel], _ obstacle: String?) -> String {
        let own = obstacle != nil && row.state == .waiting ? "" : row.reason
        let levels = left.map { "\($0.level) \($0.place)" }.joined(separator: ", ")
        let uncounted =
            row.state == .notCounted || left.isEmpty ? "" : "not counted for the channel: \(levels)"
        return [obstacle ?? "", own, uncounted].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private static func value(_ row: StockRow, _ level: Amount, _ reason: String) -> JSONValue {
        .object([
            "channel": .text(row.channel), "sku": .text(row.sku.text), "level": .text(level.description),
            "target": .number(row.target), "confirmed": .number(row.confirmed),
            "confirmed_at": .date(row.confirmedAt), "state": .text(row.state.rawValue),
            "reason": .text(reason),
        ])
    }
}
