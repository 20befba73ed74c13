import Foundation
internal import GRDB
import SyncEngine

/// Derives a channel's levels from what KCC has told of its items, inside a transaction.
///
/// A SKU's level at a site is the newest of the items that have the code now. It is derived from the rows that there are,
/// whatever has changed them, so that no level of an item stays behind that has gone or has another code.
struct KCCLevelSums {
    let db: GRDB.Database
    let channel: LinkedChannel
    let now: Date

    /// Derives all levels again after `[sites]` changed.
    func deriveAll() throws {
        let sites = try String.fetchAll(
            db,
            sql: "SELECT DISTINCT site_id FROM kcc_level WHERE channel = ?",
            arguments: [channel.name]
        )
        for id in sites {
            try db.execute(
                sql: "UPDATE kcc_level SET named = ? WHERE channel = ? AND site_id = ?",
                arguments: [channel.site(withID: id) != nil, channel.name, id]
            )
        }
        try db.execute(
            sql: "UPDATE stock_item SET due_at_ms = 0, version = version + 1 WHERE channel = ?",
            arguments: [channel.name]
        )
        let codes = try SKU.fetchAll(
            db,
            sql: """
                SELECT sku FROM kcc_level WHERE channel = ?1
                UNION SELECT sku FROM stock_level WHERE channel = ?1 AND source = 'kcc'
                """,
            arguments: [channel.name]
        )
        var report = LevelReport()
        for code in codes { try derive(code, &report) }
        let notices = NoticeRows(db: db, channel: channel, now: now)
        for id in channel.sites.values { try notices.settle(.siteUnmapped, subject: String(id)) }
    }

    /// Derives a SKU's levels at all sites.
    ///
    /// Levels of files and commands stay unless KCC's arrived later.
    func derive(_ sku: SKU, _ report: inout LevelReport) throws {
        let (derived, isUnnamed) = try newest(sku)
        for known in try StockFactRows.levels(of: sku, channel: channel.name, db) where known.source == .kcc {
            let level = derived[known.site]
            if let level, level.arrival >= known.arrival { continue }
            try db.cachedStatement(
                sql: "DELETE FROM stock_level WHERE channel = ? AND sku = ? AND site = ?"
            )
            .execute(arguments: [channel.name, sku, known.site])
            try StockRows(db: db).due(sku, channel: channel.name)
        }
        let known = try StockFactRows.levels(of: sku, channel: channel.name, db)
        for (site, level) in derived.sorted(by: { $0.key < $1.key }) {
            let at = known.first { $0.site == site }
            if let at, at.arrival > level.arrival || (at.arrival == level.arrival && at.level == level.level)
            {
                continue
            }
            try SQLiteStockStore.set(level, now: now, db, &report)
        }
        // So that it is listed, and says why it counts for nothing.
        if isUnnamed { try StockRows(db: db).touch(sku, channel: channel.name, now: now) }
        guard try !hasAny(sku) else { return }
        try db.cachedStatement(sql: "DELETE FROM stock_item WHERE channel = ? AND sku = ?")
            .execute(arguments: [channel.name, sku])
    }

    /// The newest level at each site with a name, and whether there are others.
    private func newest(_ sku: SKU) throws -> (levels: [String: StockLevel], isUnnamed: Bool) {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT site_id, level_micros, told_at_ms, arrival FROM kcc_level WHERE channel = ? AND sku = ?
                    ORDER BY arrival, stock_id
                    """
            ),
            arguments: [channel.name, sku]
        )
        var levels: [String: StockLevel] = [:]
        var isUnnamed = false
        for row in rows {
            guard let site = channel.site(withID: row[0]) else {
                isUnnamed = true
                continue
            }
            levels[site] = StockLevel(
                channel: channel.name,
                sku: sku,
                site: site,
                level: Amount(micros: row[1]),
                arrival: row[3],
                toldAt: Date(milliseconds: row[2]),
                source: .kcc
            )
        }
        return (levels, isUnnamed)
    }

    /// Whether KCC tells a level of some item with this code.
    func isTold(_ sku: SKU) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM kcc_level WHERE channel = ? AND sku = ?)"),
            arguments: [channel.name, sku]
        ) ?? false
    }

    /// Whether there is any level of a SKU, from wherever it came.
    func hasAny(_ sku: SKU) throws -> Bool {
        try isTold(sku) || !StockFactRows.levels(of: sku, channel: channel.name, db).isEmpty
    }
}
