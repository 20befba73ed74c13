import Foundation
internal import GRDB
import SyncEngine

/// Takes KCC's levels, inside a transaction: as KCC tells them, by its ids.
///
/// What a report is worth follows from the arrivals of the facts that are known, in whatever order they come: a level is
/// its item's unless the item was deleted, or the level removed or told, later than it arrived. ``settle(_:_:)`` makes the
/// channel's levels of it.
struct KCCLevelRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    let now: Date

    /// What a body has changed, for the channel's levels and for people.
    struct Changes {
        /// Codes whose levels have to be derived again.
        var codes: Set<SKU> = []
        /// Codes that items had before, by KCC's id of them.
        var renamed: [String: Set<SKU>] = [:]
        /// Codes of items that KCC has deleted.
        var deleted: Set<SKU> = []
    }

    private var notices: NoticeRows { NoticeRows(db: db, channel: channel, now: now) }
    private var facts: KCCFactRows { KCCFactRows(db: db, channel: channel.name) }
    private var levels: KCCLevelSums { KCCLevelSums(db: db, channel: channel, now: now) }

    /// Takes one level, unless something newer is known of it: a body that KCC repeats counts from its first arrival.
    func take(
        _ row: LevelReportRow,
        _ arrival: Arrival,
        _ changes: inout Changes,
        _ outcome: inout ReportOutcome
    ) throws {
        var item = try facts.item(row.stockID)
        guard arrival.number > item.deletion else {
            outcome.levels.older += 1
            return
        }
        item.name(row.stockCode, arrival.number)
        try facts.save(item, row.stockID)
        let code = item.current ?? row.stockCode
        try rename(row.stockID, to: code, &changes)
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
        let isRemoved = try facts.isRemoved(
            row.stockID,
            item,
            told: row.stockCode,
            siteID: row.siteID,
            since: arrival.number
        )
        if isRemoved || known.map({ $0 > arrival.number }) ?? false {
            outcome.levels.older += 1
            return
        }
        let isNamed = channel.site(withID: row.siteID) != nil
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO kcc_level (channel, stock_id, site_id, sku, level_micros, told_at_ms, arrival, named)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            channel.name, row.stockID, row.siteID, code, level.micros, arrival.at.milliseconds,
            arrival.number, isNamed,
        ])
        changes.codes.insert(code)
        guard !isNamed else { return }
        try notices.raise(
            .siteUnmapped,
            subject: row.siteID,
            "KCC reports stock for site \(row.siteID), which is not in [sites]; it is stored but not used",
            "add the site to [sites], and to the channel's stock sites if it is to count",
            &outcome
        )
    }

    /// The codes that one item's levels are stored under.
    static let codesSQL = "SELECT sku FROM kcc_level WHERE channel = ? AND stock_id = ?"

    private func codes(of stockID: String) throws -> Set<SKU> {
        // Told apart here: for DISTINCT SQLite would walk the codes of all items.
        Set(try SKU.fetchAll(db.cachedStatement(sql: Self.codesSQL), arguments: [channel.name, stockID]))
    }

    /// Gives an item's levels to its new code.
    func rename(_ stockID: String, to code: SKU, _ changes: inout Changes) throws {
        let old = try codes(of: stockID).subtracting([code])
        guard !old.isEmpty else { return }
        try db.execute(
            sql: "UPDATE kcc_level SET sku = ? WHERE channel = ? AND stock_id = ?",
            arguments: [code, channel.name, stockID]
        )
        changes.codes.formUnion(old.union([code]))
        changes.renamed[stockID, default: []].formUnion(old)
    }

    /// Removes an item's levels that arrived before KCC deleted it.
    ///
    /// - Parameter isGone: Whether the item is still deleted: nothing newer was reported of it.
    func delete(_ stockID: String, _ arrival: Arrival, isGone: Bool, _ changes: inout Changes) throws {
        let codes = try codes(of: stockID)
        guard !codes.isEmpty else { return }
        try db.execute(
            sql: "DELETE FROM kcc_level WHERE channel = ? AND stock_id = ? AND arrival <= ?",
            arguments: [channel.name, stockID, arrival.number]
        )
        changes.codes.formUnion(codes)
        if isGone { changes.deleted.formUnion(codes) }
    }

    /// Makes the channel's levels of what a body has changed, and says what a person should know of it.
    ///
    /// What Shopify offers of a code without levels is left as it is: nobody has said that there is none.
    func settle(_ changes: Changes, _ outcome: inout ReportOutcome) throws {
        for code in changes.codes.sorted() { try levels.derive(code, &outcome.levels) }
        for stockID in changes.renamed.keys.sorted() {
            // Another item may carry the old code by now.
            let old = try changes.renamed[stockID, default: []].sorted().filter { try !levels.isTold($0) }
            guard let code = try facts.item(stockID).current, !old.isEmpty else { continue }
            try notices.raise(
                .codeRenamed,
                subject: code.text,
                "KCC has renamed stock code \(old.map(\.text).joined(separator: ", ")) to \(code); levels go to \(code) from now on, and what Shopify offers of the old one stays as it is",
                "give the product in Shopify the new SKU, or set the old one to zero there; then dismiss this",
                &outcome
            )
        }
        for code in changes.deleted.sorted() where try !levels.hasAny(code) {
            try notices.raise(
                .itemDeleted,
                subject: code.text,
                "KCC has deleted stock code \(code); its levels are not sent any more, and what Shopify offers of it stays as it is",
                "take it off sale in Shopify if it is gone, then dismiss this",
                &outcome
            )
        }
    }
}
