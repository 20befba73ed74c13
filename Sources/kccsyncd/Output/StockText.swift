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

    init(_ source: Answerer, database: OrderDatabase) {
        configuration = source.configuration
        self.database = database
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
        let presence = try await ChannelPresence(configuration, database)
        var last: StockRow?
        repeat {
            let page = try await stock.list(channel: channel, after: last)
            last = page.last
            for row in page {
                let settings = configuration.channel(row.channel)
                let rules = settings?.stock
                let counted = rules.map { $0.counted(row.levels) } ?? row.levels
                let level = counted.reduce(Amount.zero) { $0 + $1.level }
                let left = row.levels.filter { !counted.contains($0) && $0.source != .kcc }
                let isGone = settings == nil && !configuration.isUnknown
                guard !trouble || isGone || row.state.isTrouble || !left.isEmpty else { continue }
                let reason = Self.reason(row, left, presence.obstacle(row.channel))
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
    private static func reason(_ row: StockRow, _ left: [StockLevel], _ obstacle: String?) -> String {
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
