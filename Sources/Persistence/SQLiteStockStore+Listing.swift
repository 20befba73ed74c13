package import Foundation
internal import GRDB
package import SyncEngine

extension SQLiteStockStore {
    /// The SKUs that have levels, a page at a time, by channel and SKU.
    ///
    /// - Parameters:
    ///   - shown: As of when, and of which channels the last decisions are out of date.
    ///   - channel: Nil = every channel's.
    ///   - after: The last row of the page before; nil begins.
    package func list(
        _ shown: StockStateColumn,
        channel: String? = nil,
        after: StockRow? = nil,
        limit: Int = 1000
    ) async throws(StoreError) -> [StockRow] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(StockRow.columns) FROM stock_item
                    WHERE (channel, sku) > (:channel, :sku) AND (:only IS NULL OR channel = :only)
                    ORDER BY channel, sku LIMIT :limit
                    """,
                arguments: shown.arguments
                    + [
                        "channel": after?.channel ?? "", "sku": after?.sku ?? "", "only": channel,
                        "limit": limit,
                    ]
            )
            .map { try StockRow($0, db) }
        }
    }

    /// One SKU's row of that list; nil where no level is stored.
    package func row(of sku: SKU, channel: String, _ shown: StockStateColumn) async throws(StoreError)
        -> StockRow?
    {
        try await read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT \(StockRow.columns) FROM stock_item WHERE channel = :channel AND sku = :sku",
                arguments: shown.arguments + ["channel": channel, "sku": sku]
            )
            .map { try StockRow($0, db) }
        }
    }

    /// SKUs of a channel that have levels, none of which counts by its rules.
    ///
    /// - Returns: How many, and the first few.
    package func uncounted(_ rules: StockRules, channel: String) async throws(StoreError) -> (
        count: Int, first: [SKU]
    ) {
        try await read { db in
            var count = 0
            var first: [SKU] = []
            let rows = try Row.fetchCursor(
                db,
                sql:
                    "SELECT sku, json_group_array(site) FROM stock_level WHERE channel = ? GROUP BY sku ORDER BY sku",
                arguments: [channel]
            )
            while let row = try rows.next() {
                let sku: SKU = row[0]
                guard rules.covers(sku) else { continue }
                let sites = try JSONDecoder().decode([String].self, from: Data((row[1] as String).utf8))
                guard !sites.contains(where: rules.counts) else { continue }
                count += 1
                if first.count < 3 { first.append(sku) }
            }
            return (count, first)
        }
    }

    /// What the decisions of each channel were last made by: ``StockContext/fingerprint``.
    package func digests() async throws(StoreError) -> [String: String] {
        try await read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT channel, digest FROM stock_channel")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    /// Everything that is stored about one SKU of a channel; nil where no level is stored.
    ///
    /// ``StockContext`` makes explanations of it.
    package func find(_ sku: SKU, _ context: StockContext, now: Date) async throws(StoreError) -> StockCase? {
        try await read { db in try StockFactRows(db: db, context: context, now: now).entry(sku) }
    }
}

extension StockRow {
    fileprivate static let columns =
        "channel, sku, \(StockStateColumn.state), \(StockStateColumn.why), target, confirmed, confirmed_at_ms"

    fileprivate init(_ row: Row, _ db: GRDB.Database) throws {
        self.init(
            channel: row[0],
            sku: row[1],
            state: StockState(rawValue: row[2]) ?? .waiting,
            reason: row[3]
        )
        target = row[4]
        confirmed = row[5]
        confirmedAt = (row[6] as Int64?).map { Date(milliseconds: $0) }
        levels = try StockFactRows.levels(of: sku, channel: channel, db)
    }
}
