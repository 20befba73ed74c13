package import Foundation
internal import GRDB
package import SyncEngine

/// Counts for `status`, its page and the metrics.
extension OrderQueries {
    /// Counts and health of every shop that was ever synced.
    package func status() async throws(StoreError) -> [ShopStatus] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM shop ORDER BY id")
                .map { row in
                    let record = ShopRecord(row)
                    let counts =
                        try Row.fetchAll(
                            db,
                            sql: """
                                SELECT channel, state, reason, count(*) FROM "order" INDEXED BY order_state WHERE shop_id = ?
                                GROUP BY channel, state, reason
                                """,
                            arguments: [record.id]
                        )
                        .compactMap { row in
                            OrderState(rawValue: row[1])
                                .map {
                                    OrderCount(channel: row[0], state: $0, reason: row[2], count: row[3])
                                }
                        }
                    let waiting = try Row.fetchAll(
                        db,
                        sql: """
                            SELECT channel, count(*) FROM "order"
                            WHERE offer_position IS NOT NULL AND hand_off = 'waiting' AND shop_id = ? GROUP BY channel
                            """,
                        arguments: [record.id]
                    )
                    return ShopStatus(
                        record: record,
                        health: try (row["health"] as String?)
                            .map {
                                try SQLiteOrderStore.value(ShopHealth.self, json: $0)
                            } ?? ShopHealth(),
                        counts: counts,
                        waiting: Dictionary(waiting.map { ($0[0] as String, $0[1] as Int) }) { first, _ in
                            first
                        },
                        personalData: try PersonalDataRows(db: db, shop: record.id).sight()
                    )
                }
        }
    }

    /// How many orders are stored, or were placed since an instant.
    package func orderCount(since: Date? = nil) async throws(StoreError) -> Int {
        try await store.read { db in
            if let since {
                return try Int.fetchOne(
                    db,
                    sql: "SELECT count(*) FROM \"order\" WHERE placed_at_ms >= ?",
                    arguments: [since.milliseconds]
                ) ?? 0
            }
            // Rows are never deleted one by one, so the greatest number is the count, and costs nothing.
            return try Int.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM \"order\"") ?? 0
        }
    }

    /// Orders placed on each of the last days of a zone, by day and state; the oldest day first.
    package func daily(days: Int, now: Date, in zone: TimeZone) async throws(StoreError) -> [DailyOrders] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let midnight = calendar.startOfDay(for: now)
        let starts = (0..<days).reversed()
            .compactMap { calendar.date(byAdding: .day, value: -$0, to: midnight) }
        return try await store.read { db in
            try starts.enumerated()
                .map { index, start in
                    let end = index + 1 < starts.count ? starts[index + 1] : .distantFuture
                    let rows = try Row.fetchAll(
                        db.cachedStatement(
                            sql: """
                                SELECT state, count(*) FROM "order" INDEXED BY order_placed
                                WHERE placed_at_ms >= ? AND placed_at_ms < ? GROUP BY state
                                """
                        ),
                        arguments: [start.milliseconds, end.milliseconds]
                    )
                    return DailyOrders(
                        day: start,
                        counts: rows.reduce(into: [:]) { counts, row in
                            if let state = OrderState(rawValue: row[0]) { counts[state] = row[1] }
                        }
                    )
                }
        }
    }

    /// How many orders of a shop still wait for something in Shopify and were placed in a span.
    package func waitingInShopify(shop: Int64, from: Date, to: Date) async throws(StoreError) -> Int {
        try await store.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM "order"
                    WHERE placed_at_ms BETWEEN ? AND ? AND shop_id = ? AND gone = 0
                        AND (state IN ('failed', 'pending') OR reason IN ('unpaid', 'location_unknown'))
                    """,
                arguments: [from.milliseconds, to.milliseconds, shop]
            ) ?? 0
        }
    }

    /// How many orders changed after their hand-off and are not settled.
    package func changedAfterHandOff() async throws(StoreError) -> Int {
        try await store.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM \"order\" WHERE changed_fields <> '[]'") ?? 0
        }
    }
}
