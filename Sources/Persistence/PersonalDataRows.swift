import Foundation
internal import GRDB
import SyncEngine

/// What a shop's stored orders have shown of personal data.
struct PersonalDataRows {
    let db: GRDB.Database
    let shop: Int64

    /// - Parameter order: One that is not to be counted.
    func sight(besides order: ShopifyID? = nil) throws -> PersonalDataSight {
        let seenAt = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT personal_data_at_ms FROM shop WHERE id = ?"),
            arguments: [shop]
        )
        // Blank orders fail for one of two reasons, whichever was decided when they were read.
        let failed = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT snapshot FROM "order" WHERE channel IN (SELECT name FROM channel WHERE shop_id = ?1)
                        AND state = 'failed' AND reason IN ('\(ReasonCode.customerMissing.rawValue)', '\(ReasonCode.customerDataWithheld.rawValue)')
                        AND shop_id = ?1 AND redacted_at_ms IS NULL AND gid <> ?2 AND read_at_ms > ?3
                    LIMIT 100
                    """
            ),
            arguments: [shop, order?.gid ?? "", seenAt ?? 0]
        )
        var sight = PersonalDataSight(seen: seenAt != nil, blank: 0)
        while !sight.isWithheld, let row = try failed.next() {
            if let found = try? Snapshot.order(row[0]), found.isBlank { sight.blank += 1 }
        }
        return sight
    }

    /// Records that an order was read that shows personal data.
    ///
    /// Orders that failed while none did are read again: Shopify may show now what they lacked.
    func seen(at readAt: Date, now: Date) throws {
        let sight = try sight()
        try db.execute(
            sql: """
                UPDATE shop SET personal_data_at_ms = max(coalesce(personal_data_at_ms, 0), ?) WHERE id = ?
                """,
            arguments: [readAt.milliseconds, shop]
        )
        guard sight.isWithheld else { return }
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO revisit (shop_id, gid, why, due_at_ms, attempt, since_ms)
                SELECT shop_id, gid, 'second_read', ?2, 0, ?2 FROM "order"
                WHERE channel IN (SELECT name FROM channel WHERE shop_id = ?1) AND state = 'failed'
                    AND reason IN ('\(ReasonCode.customerMissing.rawValue)', '\(ReasonCode.customerDataWithheld.rawValue)')
                    AND shop_id = ?1 AND redacted_at_ms IS NULL
                """,
            arguments: [shop, now.milliseconds]
        )
    }
}
