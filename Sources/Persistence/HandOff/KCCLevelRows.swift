import Foundation
internal import GRDB
import SyncEngine

/// Takes KCC's levels, inside a transaction: as KCC tells them, by its ids, and as the channel's levels.
struct KCCLevelRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    let now: Date

    private var notices: NoticeRows { NoticeRows(db: db, channel: channel, now: now) }
    private var repetitions: RepetitionRows { RepetitionRows(db: db, channel: channel.name) }

    /// Takes one level, unless something newer is known of it: a body that KCC repeats counts from its first arrival.
    func take(_ row: LevelReportRow, _ arrival: Arrival, _ outcome: inout ReportOutcome) throws {
        guard let code = try code(of: row, arrival, &outcome) else {
            outcome.levels.older += 1
            return
        }
        guard let level = row.level else {
            return try notices.raise(
                .levelMissing,
                subject: code.text,
                row.found.map {
                    "KCC reports \"\($0.prefix(40))\" as the level of stock code \(code), and expected is a number such as 12.5; its last level stays"
                } ?? "KCC reports no figure for stock code \(code); its last level stays",
                "see in KCC whether the item is stock controlled",
                &outcome
            )
        }
        let known = try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT arrival FROM kcc_level WHERE channel = ? AND stock_id = ? AND site_id = ?"
            ),
            arguments: [channel.name, row.stockID, row.siteID]
        )
        let site = channel.site(withID: row.siteID)
        let isRemoved = try repetitions.isRemoved(code, at: site ?? row.siteID, since: arrival.number)
        if isRemoved || known.map({ $0 > arrival.number }) ?? false {
            outcome.levels.older += 1
            return
        }
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO kcc_level (channel, stock_id, site_id, sku, level_micros, told_at_ms, arrival, named)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            channel.name, row.stockID, row.siteID, code, level.micros, arrival.at.milliseconds,
            arrival.number, site != nil,
        ])
        guard let site else {
            // So that it is listed, and says why it counts for nothing.
            try StockRows(db: db).touch(code, channel: channel.name, now: now)
            return try notices.raise(
                .siteUnmapped,
                subject: row.siteID,
                "KCC reports stock for site \(row.siteID), which is not in [sites]; it is stored but not used",
                "add the site to [sites], and to the channel's stock sites if it is to count",
                &outcome
            )
        }
        try set(code, site, level, arrival, &outcome.levels)
    }

    /// The code that a reported level belongs to: the report's, unless KCC has renamed the item since.
    ///
    /// - Returns: Nil where KCC has deleted the item since.
    private func code(of row: LevelReportRow, _ arrival: Arrival, _ outcome: inout ReportOutcome) throws
        -> SKU?
    {
        if let known = try repetitions.code(of: row.stockID), known.arrival > arrival.number {
            return known.sku
        }
        try rename(row.stockID, to: row.stockCode, arrival, &outcome)
        return row.stockCode
    }

    /// Reads all of KCC's levels into the channel's again, after `[sites]` changed.
    func remap() throws {
        try db.execute(
            sql: "DELETE FROM stock_level WHERE channel = ? AND source = 'kcc'",
            arguments: [channel.name]
        )
        try db.execute(
            sql: "UPDATE stock_item SET due_at_ms = 0, version = version + 1 WHERE channel = ?",
            arguments: [channel.name]
        )
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT sku, site_id, level_micros, told_at_ms, arrival, stock_id FROM kcc_level WHERE channel = ?
                ORDER BY arrival
                """,
            arguments: [channel.name]
        )
        var report = LevelReport()
        for row in rows {
            let site = channel.site(withID: row[1])
            try db.cachedStatement(
                sql: "UPDATE kcc_level SET named = ? WHERE channel = ? AND stock_id = ? AND site_id = ?"
            )
            .execute(arguments: [site != nil, channel.name, row[5] as String, row[1] as String])
            guard let site else {
                try StockRows(db: db).touch(row[0], channel: channel.name, now: now)
                continue
            }
            try set(row[0], site, Amount(micros: row[2]), Self.arrival(row[4], row[3]), &report)
        }
        for id in channel.sites.values {
            try notices.settle(.siteUnmapped, subject: String(id))
        }
    }

    /// The codes that one item has been told under.
    static let codesSQL = "SELECT sku FROM kcc_level WHERE channel = ? AND stock_id = ?"

    /// Forgets the levels of an item that KCC has no longer, or has under another code.
    ///
    /// What Shopify offers of the old code is left as it is: nobody has said that there is none.
    func forget(_ stockID: String, exceptCode code: SKU?) throws -> [SKU] {
        // Told apart here: for DISTINCT SQLite would walk the codes of all items.
        let told = try SKU.fetchAll(
            db.cachedStatement(sql: Self.codesSQL),
            arguments: [channel.name, stockID]
        )
        let codes = Set(told).filter { $0 != code }.sorted()
        for old in codes {
            // Another item may carry the code by now.
            try db.cachedStatement(
                sql: """
                    DELETE FROM stock_level WHERE channel = ?1 AND sku = ?2 AND source = 'kcc' AND NOT EXISTS
                        (SELECT 1 FROM kcc_level WHERE channel = ?1 AND sku = ?2 AND stock_id <> ?3)
                    """
            )
            .execute(arguments: [channel.name, old, stockID])
            try db.cachedStatement(
                sql: """
                    DELETE FROM stock_item WHERE channel = ?1 AND sku = ?2
                        AND NOT EXISTS (SELECT 1 FROM stock_level WHERE channel = ?1 AND sku = ?2)
                        AND NOT EXISTS (SELECT 1 FROM kcc_level WHERE channel = ?1 AND sku = ?2 AND stock_id <> ?3)
                    """
            )
            .execute(arguments: [channel.name, old, stockID])
            try StockRows(db: db).due(old, channel: channel.name)
        }
        return codes
    }

    /// Gives an item's levels to its new code.
    func rename(_ stockID: String, to code: SKU, _ arrival: Arrival, _ outcome: inout ReportOutcome) throws {
        let old = try forget(stockID, exceptCode: code)
        guard !old.isEmpty else { return }
        try repetitions.remember(code, of: stockID, arrival)
        let rows = try Row.fetchAll(
            db,
            sql:
                "SELECT site_id, level_micros, told_at_ms, arrival FROM kcc_level WHERE channel = ? AND stock_id = ?",
            arguments: [channel.name, stockID]
        )
        try db.execute(
            sql: "UPDATE kcc_level SET sku = ? WHERE channel = ? AND stock_id = ?",
            arguments: [code, channel.name, stockID]
        )
        for row in rows {
            guard let site = channel.site(withID: row[0]) else { continue }
            try set(code, site, Amount(micros: row[1]), Self.arrival(row[3], row[2]), &outcome.levels)
        }
        try notices.raise(
            .codeRenamed,
            subject: code.text,
            "KCC has renamed stock code \(old.map(\.text).joined(separator: ", ")) to \(code); levels go to \(code) from now on, and what Shopify offers of the old one stays as it is",
            "give the product in Shopify the new SKU, or set the old one to zero there; then dismiss this",
            &outcome
        )
    }

    private static func arrival(_ number: Int64, _ at: Int64) -> Arrival {
        Arrival(number: number, at: Date(milliseconds: at))
    }

    private func set(
        _ sku: SKU,
        _ site: String,
        _ level: Amount,
        _ arrival: Arrival,
        _ report: inout LevelReport
    ) throws {
        let level = StockLevel(
            channel: channel.name,
            sku: sku,
            site: site,
            level: level,
            arrival: arrival.number,
            toldAt: arrival.at,
            source: .kcc
        )
        try SQLiteStockStore.set(level, now: now, db, &report)
    }
}
