import Foundation
internal import GRDB
import SyncEngine

/// That the store was restored, inside a transaction.
struct RestorationRows {
    let db: GRDB.Database

    /// The restoration that nobody has confirmed yet; nil in a store that goes on undisturbed.
    var current: Restoration? {
        get throws {
            try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT at_ms, why, arrival FROM restoration WHERE confirmed_at_ms IS NULL"
                )
            )
            .map { row in
                Restoration(
                    at: Date(milliseconds: row[0]),
                    // The schema's CHECK admits no other.
                    sign: Restoration.Sign(rawValue: row[1]) ?? .command,
                    arrival: row[2]
                )
            }
        }
    }

    /// Makes the store one whose memory is not trusted.
    ///
    /// What waited for KCC may have been handed over, what was being told to Shopify may have been told, and every level may
    /// have been replaced. Doing it twice moves the moment, and that is all.
    func begin(_ sign: Restoration.Sign, now: Date) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO restoration (id, at_ms, why, arrival) VALUES (1, ?, ?, ?)",
            arguments: [now.milliseconds, sign.rawValue, try Arrivals.stored(db)]
        )
        try KCCPositionRows.startGeneration(db)
        try doubtHandOffs(now)
        try dropStockJobs(now)
        // Each shipment is compared anew, and a level that comes again is a new one.
        try db.execute(sql: "UPDATE shipment SET compared = 0 WHERE completed_at_ms IS NULL")
        try db.execute(sql: "DELETE FROM kcc_undelivered")
    }

    /// Ends it: an operator has looked.
    ///
    /// - Returns: Whether there was one.
    func confirm(now: Date) throws -> Bool {
        try db.execute(
            sql: "UPDATE restoration SET confirmed_at_ms = ? WHERE confirmed_at_ms IS NULL",
            arguments: [now.milliseconds]
        )
        guard db.changesCount > 0 else { return false }
        try db.execute(
            sql: "UPDATE kcc_notice SET open = 0 WHERE kind = ?",
            arguments: [Notice.Kind.positionAhead.rawValue]
        )
        // What waited for a new level goes by the one it has.
        try db.execute(sql: "UPDATE stock_item SET due_at_ms = 0, version = version + 1 WHERE job_id IS NULL")
        return true
    }

    private func doubtHandOffs(_ now: Date) throws {
        let orders = try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM "order" INDEXED BY order_to_hand_off
                WHERE hand_off IN ('waiting', 'held') AND maybe_handed_off = 0
                """
        )
        let rows = HandOffRows(db: db, now: now)
        for order in orders {
            try rows.change(order) { state, _ in
                state.doubt()
                return []
            }
            try OrderOperations.note(db, order, now: now, what: "imported maybe_handed_off held")
        }
    }

    /// A batch of levels that was on its way is sent by nobody any more, and what Shopify offers is read first.
    private func dropStockJobs(_ now: Date) throws {
        try db.execute(
            sql: """
                UPDATE push_job SET state = 'cancelled', claimed_at_ms = NULL, finished_at_ms = ?, intent = NULL,
                    last_error = 'the store was restored'
                WHERE kind = 'stock' AND state NOT IN ('done', 'cancelled')
                """,
            arguments: [now.milliseconds]
        )
        try db.execute(
            sql: """
                UPDATE stock_view SET origin = 'unknown', base_quantity = NULL, base_at_ms = NULL, base_left_at_ms = NULL
                """
        )
        try db.execute(
            sql:
                "UPDATE stock_item SET job_id = NULL, sent_arrival = NULL, due_at_ms = 0, version = version + 1"
        )
    }
}
