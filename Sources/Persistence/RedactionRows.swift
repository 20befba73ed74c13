import Foundation
internal import GRDB
import SyncEngine

/// Takes personal data out of orders and of what hangs on them, inside a transaction.
struct RedactionRows {
    let db: GRDB.Database
    let now: Date

    /// Orders that KCC has yet to get are never touched: without a name and an address it could do nothing with them.
    static let unfinished = "hand_off IN ('waiting', 'held')"

    /// Takes it out of one order.
    ///
    /// - Returns: False where it was done before, or the order waits for its hand-off by now.
    /// - Throws: `DecodingError` for a stored text that is damaged.
    func redact(_ row: Int64) throws -> Bool {
        let found = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT o.snapshot, o.customer_id, coalesce(c.generic, 0) FROM "order" o
                        LEFT JOIN customer c ON c.id = o.customer_id
                    WHERE o.id = ? AND o.redacted_at_ms IS NULL AND NOT o.\(Self.unfinished)
                    """
            ),
            arguments: [row]
        )
        guard let found else { return false }
        let snapshot = try Snapshot(of: Snapshot.order(found[0]).withoutPersonalData)
        let customer: Int64? = found[1]
        let isGeneric: Bool = found[2]
        try redactRevisions(of: row)
        try db.cachedStatement(
            sql: """
                UPDATE "order" SET snapshot = ?, snapshot_hash = ?, customer_id = ?, redacted_at_ms = ? WHERE id = ?
                """
        )
        .execute(arguments: [
            snapshot.text, snapshot.hash, isGeneric ? customer : nil, now.milliseconds, row,
        ])
        // Whoever entered a payment by hand may have written a name there.
        try db.cachedStatement(sql: "UPDATE order_payment SET reference = NULL WHERE order_id = ?")
            .execute(arguments: [row])
        try OrderOperations.note(db, row, now: now, what: "personal data removed")
        if let customer, !isGeneric { try drop(customer: customer, imported: false) }
        return true
    }

    /// Forgets a customer that no order uses any more.
    ///
    /// - Parameter imported: Whether one of KCC's own list goes as well.
    func drop(customer: Int64, imported: Bool) throws {
        let unused = "NOT EXISTS (SELECT 1 FROM \"order\" o WHERE o.customer_id = ?1)"
        try db.cachedStatement(sql: "DELETE FROM customer_link WHERE customer_id = ?1 AND \(unused)")
            .execute(arguments: [customer])
        try db.cachedStatement(
            sql: """
                DELETE FROM customer WHERE id = ?1 AND generic = 0 AND (source = 'order' OR (?2 AND source = 'import'))
                    AND \(unused)
                """
        )
        .execute(arguments: [customer, imported])
    }

    /// What was served, and what later versions are compared with, loses the same fields: so nothing looks changed.
    private func redactRevisions(of row: Int64) throws {
        let revisions = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT revision, why, snapshot FROM order_revision WHERE order_id = ?"),
            arguments: [row]
        )
        for revision in revisions {
            let snapshot = try Snapshot(of: Snapshot.order(revision[2]).withoutPersonalData)
            try db.cachedStatement(
                sql: """
                    UPDATE order_revision SET snapshot = ?, snapshot_hash = ?
                    WHERE order_id = ? AND revision = ? AND why = ?
                    """
            )
            .execute(arguments: [
                snapshot.text, snapshot.hash, row, revision[0] as Int, revision[1] as String,
            ])
        }
    }
}
