import Foundation
internal import GRDB
import SyncEngine

/// The units that orders claim, as rows beside the orders.
struct ClaimRows {
    let db: GRDB.Database

    /// Writes an order's claims, and makes its SKUs due.
    ///
    /// - Parameter replacing: Whether there may be older ones.
    func write(_ claims: [ClaimedUnits], of order: Int64, replacing: Bool) throws {
        if replacing {
            // A SKU that the order no longer names is due as well.
            try db.cachedStatement(
                sql: """
                    UPDATE stock_item SET due_at_ms = 0, version = version + 1
                    WHERE sku IN (SELECT sku FROM stock_claim WHERE order_id = ?)
                    """
            )
            .execute(arguments: [order])
            try db.cachedStatement(sql: "DELETE FROM stock_claim WHERE order_id = ?")
                .execute(arguments: [order])
        }
        guard !claims.isEmpty else { return }
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO stock_claim (order_id, position, sku, location, units, reductions, ended_at_ms, edited_at_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for (position, claim) in claims.enumerated() {
            try insert.execute(arguments: [
                order, position, claim.sku, claim.location?.gid, claim.current, Self.text(claim.reductions),
                claim.endedAt?.milliseconds, claim.editedAt?.milliseconds,
            ])
        }
        // The trigger that follows every change of an order puts the new rows into their ranges.
        try db.cachedStatement(sql: "UPDATE \"order\" SET gone = gone WHERE id = ?")
            .execute(arguments: [order])
    }

    /// `UNITS@MILLISECONDS`, separated by blanks.
    private static func text(_ reductions: [ClaimedUnits.Reduction]) -> String {
        reductions.map { "\($0.units)@\($0.at.milliseconds)" }.joined(separator: " ")
    }

    static func reductions(_ text: String) -> [ClaimedUnits.Reduction] {
        text.split(separator: " ")
            .compactMap { part in
                let numbers = part.split(separator: "@").compactMap { Int64($0) }
                guard numbers.count == 2 else { return nil }
                return ClaimedUnits.Reduction(units: Int(numbers[0]), at: Date(milliseconds: numbers[1]))
            }
    }
}
