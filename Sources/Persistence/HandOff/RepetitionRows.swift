import Foundation
internal import GRDB
import SyncEngine

/// Remembers what happened to items and levels after a report arrived that KCC may repeat, inside a transaction.
///
/// A repeated report counts from its first arrival: what is newer than that is neither undone nor brought back, even where no
/// row of a level is left to say so.
struct RepetitionRows {
    let db: GRDB.Database
    let channel: String

    // MARK: Items

    /// An item's code as KCC last said it.
    struct Code {
        /// Nil where KCC has deleted the item.
        var sku: SKU?
        var arrival: Int64
    }

    /// The newest word on an item's code; nil where none is remembered.
    ///
    /// A level names its item's code as well.
    func code(of stockID: String) throws -> Code? {
        let stated =
            try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT sku, arrival FROM kcc_item WHERE channel = ? AND stock_id = ?"
                ),
                arguments: [channel, stockID]
            )
            .map { Code(sku: $0[0], arrival: $0[1]) }
        let level =
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT sku, arrival FROM kcc_level WHERE channel = ? AND stock_id = ? ORDER BY arrival DESC LIMIT 1
                        """
                ),
                arguments: [channel, stockID]
            )
            .map { Code(sku: $0[0], arrival: $0[1]) }
        guard let stated else { return level }
        guard let level, level.arrival > stated.arrival else { return stated }
        return level
    }

    /// - Parameter code: Nil where KCC has deleted the item.
    func remember(_ code: SKU?, of stockID: String, _ arrival: Arrival) throws {
        try db.cachedStatement(
            sql:
                "INSERT OR REPLACE INTO kcc_item (channel, stock_id, sku, arrival, at_ms) VALUES (?, ?, ?, ?, ?)"
        )
        .execute(arguments: [channel, stockID, code, arrival.number, arrival.at.milliseconds])
    }

    // MARK: Levels

    /// Whether a level was removed here after a report arrived.
    ///
    /// - Parameter site: KCC's SiteID where `[sites]` does not name it.
    func isRemoved(_ sku: SKU, at site: String, since arrival: Int64) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM stock_removal
                        WHERE channel = ? AND sku = ? AND site IN ('', ?) AND arrival > ?)
                    """
            ),
            arguments: [channel, sku, site, arrival]
        ) ?? false
    }

    /// Remembers that an operator removed a SKU's levels.
    ///
    /// - Parameters:
    ///   - site: Nil = at all sites.
    ///   - items: KCC's items whose levels went: a repetition may come under a code that they had before.
    func remember(removalOf sku: SKU, at site: String?, items: [String], _ arrival: Arrival) throws {
        try Arrivals.note(arrival, db)
        try db.execute(
            sql:
                "INSERT OR REPLACE INTO stock_removal (channel, sku, site, arrival, at_ms) VALUES (?, ?, ?, ?, ?)",
            arguments: [channel, sku, site ?? "", arrival.number, arrival.at.milliseconds]
        )
        for item in items { try remember(sku, of: item, arrival) }
    }

    /// Forgets what no report that may be repeated is older than.
    ///
    /// - Parameter before: Reports that arrived earlier are not recognised any more.
    func prune(before: Date) throws {
        for table in ["kcc_item", "stock_removal"] {
            try db.execute(
                sql: """
                    DELETE FROM \(table) WHERE channel = ?1 AND at_ms < ?2 AND NOT EXISTS
                        (SELECT 1 FROM kcc_undelivered u WHERE u.channel = ?1 AND u.arrival < \(table).arrival)
                    """,
                arguments: [channel, before.milliseconds]
            )
        }
    }
}
