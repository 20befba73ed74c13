package import Foundation
internal import GRDB
package import SyncEngine

/// Levels whose time lies ahead of the clock: it was wrong when they arrived, and has been put right since.
extension SQLiteStockStore {
    package func hasFuture(channel: String, now: Date) async throws(StoreError) -> Bool {
        try await read { db in
            try Bool.fetchOne(
                db.cachedStatement(
                    sql: "SELECT EXISTS (SELECT 1 FROM stock_level WHERE channel = ? AND told_at_ms > ?)"
                ),
                arguments: [channel, now.addingTimeInterval(1).milliseconds]
            ) ?? false
        }
    }

    package func forgetFuture(_ context: StockContext, now: Date) async throws(StoreError) {
        let signals = context.signals
        let channel = context.scope.channel
        // Orders placed later may be unknown still. A poll that lies ahead, too, was seen by the clock that was wrong.
        let polled = signals.polledAt?.addingTimeInterval(-signals.skew)
        guard let polled, polled <= now.addingTimeInterval(2) else { return }
        let seen = min(now, polled.addingTimeInterval(-context.indexLag))
        try await write { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT sku, site, arrival FROM stock_level WHERE channel = ? AND told_at_ms > ?
                    """,
                arguments: [channel, now.milliseconds]
            )
            for row in rows {
                let told = try Self.latest(row[0], arrival: row[2], seen: seen, skew: signals.skew, db)
                try db.cachedStatement(
                    sql: """
                        UPDATE stock_level SET told_at_ms = min(told_at_ms, ?4), figure_since_ms = min(figure_since_ms, ?5),
                            file_as_of_ms = CASE WHEN file_as_of_ms <= ?5 THEN file_as_of_ms END
                        WHERE channel = ?1 AND sku = ?2 AND site = ?3
                        """
                )
                .execute(arguments: [
                    channel, row[0] as SKU, row[1] as String, told.milliseconds, now.milliseconds,
                ])
                try StockRows(db: db).due(row[0], channel: channel)
            }
            let reports = try Row.fetchAll(
                db,
                sql:
                    "SELECT sku, stock_id, site_id, arrival FROM kcc_level WHERE channel = ? AND told_at_ms > ?",
                arguments: [channel, now.milliseconds]
            )
            for row in reports {
                let told = try Self.latest(row[0], arrival: row[3], seen: seen, skew: signals.skew, db)
                try db.cachedStatement(
                    sql:
                        "UPDATE kcc_level SET told_at_ms = ? WHERE channel = ? AND stock_id = ? AND site_id = ?"
                )
                .execute(arguments: [told.milliseconds, channel, row[1] as String, row[2] as String])
            }
            try db.execute(
                sql: "UPDATE \"order\" SET known_at_ms = ?1 WHERE known_at_ms > ?1",
                arguments: [now.milliseconds]
            )
            try db.execute(
                sql: """
                    UPDATE stock_item SET due_at_ms = 0, version = version + 1
                    WHERE channel = ? AND due_at_ms > ? AND job_id IS NULL
                    """,
                arguments: [channel, now.milliseconds]
            )
        }
    }

    /// When a level can have arrived at the latest, by our clock: before every order that came after it.
    ///
    /// An order that was placed before one that came before the level was placed before the level, however late it came.
    private static func latest(
        _ sku: SKU,
        arrival: Int64,
        seen: Date,
        skew: TimeInterval,
        _ db: GRDB.Database
    ) throws -> Date {
        func placed(_ what: String, _ comparison: String) throws -> Date? {
            try Int64.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT \(what)(o.created_at_ms) FROM stock_claim c CROSS JOIN "order" o
                        WHERE c.sku = ? AND c.kind IS NOT NULL AND o.id = c.order_id AND o.came_after \(comparison) ?
                        """
                ),
                arguments: [sku, arrival]
            )
            .map { Date(milliseconds: $0).addingTimeInterval(-skew) }
        }
        let after = try placed("min", ">=") ?? seen
        // Shopify's times are rounded down to the second.
        let before = try placed("max", "<").map { $0.addingTimeInterval(1) } ?? .distantPast
        return max(min(seen, after), min(seen, before))
    }
}
