import Foundation
internal import GRDB
import SyncEngine

/// What is known of KCC's items, each fact with the arrival that it is as of, inside a transaction.
///
/// A report that KCC repeats late is judged by its first arrival. So a newer fact does not take the place of one of another
/// kind: an item that was deleted and came back is known to have been deleted, however often its code was reported since.
struct KCCFactRows {
    let db: GRDB.Database
    let channel: String

    // MARK: Items

    /// What is known of an item; arrivals are 0 where there is none.
    struct Item {
        var code: SKU?
        /// The newest report, of a level or of the item, that named the code.
        var codeArrival: Int64 = 0
        /// The newest deletion: nothing that arrived before counts.
        var deletion: Int64 = 0
        /// The newest report of the item itself, with all its codes.
        var itemArrival: Int64 = 0

        /// The item's code now; nil where KCC has deleted it, or has not named it yet.
        var current: SKU? { codeArrival > deletion ? code : nil }

        /// Takes a report's code, unless a newer one is known.
        mutating func name(_ code: SKU, _ arrival: Int64) {
            guard arrival >= codeArrival else { return }
            self.code = code
            codeArrival = arrival
        }
    }

    func item(_ stockID: String) throws -> Item {
        try Row
            .fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT sku, arrival, deleted_arrival, item_arrival FROM kcc_item WHERE channel = ? AND stock_id = ?
                        """
                ),
                arguments: [channel, stockID]
            )
            .map { Item(code: $0[0], codeArrival: $0[1], deletion: $0[2], itemArrival: $0[3]) } ?? Item()
    }

    func save(_ item: Item, _ stockID: String) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO kcc_item (channel, stock_id, sku, arrival, deleted_arrival, item_arrival)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            channel, stockID, item.code, item.codeArrival, item.deletion, item.itemArrival,
        ])
    }

    // MARK: Levels that were removed here

    /// Whether an operator removed an item's level after its report arrived.
    ///
    /// - Parameter code: What the report called the item.
    func isRemoved(_ stockID: String, _ item: Item, told code: SKU, siteID: String, since arrival: Int64)
        throws -> Bool
    {
        // Of an item that had another code by then the level was not removed.
        let until = item.codeArrival > arrival && item.code != code ? item.codeArrival : .max
        return try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM stock_removal
                            WHERE channel = ?1 AND stock_id = ?2 AND site_id IN ('', ?4) AND arrival > ?5)
                        OR EXISTS (SELECT 1 FROM stock_removal
                            WHERE channel = ?1 AND stock_id = '' AND sku = ?3 AND site_id IN ('', ?4) AND arrival > ?5
                                AND arrival < ?6)
                    """
            ),
            arguments: [channel, stockID, code, siteID, arrival, until]
        ) ?? false
    }

    /// Remembers that an operator removed a SKU's levels: of the items that have the code, and of those not known yet.
    ///
    /// - Parameter siteID: KCC's; nil = at all sites.
    func remember(removalOf sku: SKU, siteID: String?, _ arrival: Arrival) throws {
        try Arrivals.note(arrival, db)
        let items = try String.fetchAll(
            db,
            sql: "SELECT stock_id FROM kcc_item WHERE channel = ? AND sku = ? AND arrival > deleted_arrival",
            arguments: [channel, sku]
        )
        for (item, code) in items.map({ ($0, SKU("")) }) + [("", sku)] {
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO stock_removal (channel, stock_id, sku, site_id, arrival) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [channel, item, code, siteID ?? "", arrival.number]
            )
        }
    }
}
