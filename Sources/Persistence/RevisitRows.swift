import Foundation
internal import GRDB
import SyncEngine

/// The orders of one shop that are to be read again.
struct RevisitRows {
    let db: GRDB.Database
    let shop: Int64

    func find(_ order: ShopifyID) throws -> Revisit? {
        let statement = try db.cachedStatement(
            sql: "SELECT why, due_at_ms, attempt, since_ms FROM revisit WHERE shop_id = ? AND gid = ?"
        )
        guard let row = try Row.fetchOne(statement, arguments: [shop, order.gid]),
            let why = Revisit.Why(rawValue: row[0])
        else { return nil }
        return Revisit(
            why: why,
            dueAt: Date(milliseconds: row[1]),
            attempt: row[2],
            since: Date(milliseconds: row[3])
        )
    }

    /// Plans the next look at an order; nil plans none.
    func save(_ revisit: Revisit?, for order: ShopifyID) throws {
        guard let revisit else {
            try db.cachedStatement(sql: "DELETE FROM revisit WHERE shop_id = ? AND gid = ?")
                .execute(arguments: [shop, order.gid])
            return
        }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO revisit VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [
                shop, order.gid, revisit.why.rawValue, revisit.dueAt.milliseconds, revisit.attempt,
                revisit.since.milliseconds,
            ])
    }
}
