package import Foundation
internal import GRDB
package import SyncEngine

extension SQLiteStockStore {
    /// The SKUs that have levels, a page at a time, by channel and SKU.
    ///
    /// - Parameters:
    ///   - channel: Nil = every channel's.
    ///   - after: The last row of the page before; nil begins.
    package func list(
        channel: String? = nil,
        after: StockRow? = nil,
        limit: Int = 1000
    ) async throws(StoreError) -> [StockRow] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(StockRow.columns) FROM stock_item
                    WHERE (channel, sku) > (?1, ?2) AND (?3 IS NULL OR channel = ?3)
                    ORDER BY channel, sku LIMIT ?4
                    """,
                arguments: [after?.channel ?? "", after?.sku ?? "", channel, limit]
            )
            .map { try StockRow($0, db) }
        }
    }

    /// One SKU's row of that list; nil where no level is stored.
    package func row(of sku: SKU, channel: String) async throws(StoreError) -> StockRow? {
        try await read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT \(StockRow.columns) FROM stock_item WHERE channel = ? AND sku = ?",
                arguments: [channel, sku]
            )
            .map { try StockRow($0, db) }
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
    fileprivate static let columns = "channel, sku, state, reason, target, confirmed, confirmed_at_ms"

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
