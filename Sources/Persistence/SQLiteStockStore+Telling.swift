package import Foundation
internal import GRDB
package import SyncEngine

extension SQLiteStockStore {
    /// Levels of one transaction: a file of a million lines holds up nobody for long.
    private static let mostLevels = 1000

    /// Stores levels in the order in which they are given; the last to arrive is the newest.
    ///
    /// A file's level is left out where a newer file's was stored, and a level without a site where the SKU has levels with
    /// one.
    ///
    /// - Returns: What it changed. After an error the first thousands may be stored, which repeating them does not mind.
    package func setLevels(_ levels: [StockLevel], isDryRun: Bool = false, now: Date)
        async throws(StoreError) -> LevelReport
    {
        var report = LevelReport()
        for start in stride(from: 0, to: levels.count, by: Self.mostLevels) {
            let piece = levels[start..<min(start + Self.mostLevels, levels.count)]
            let arrival = arrivals.next(at: now)
            report += try await write { db in
                try Arrivals.note(arrival, db)
                var report = LevelReport()
                try db.inSavepoint {
                    for (index, level) in zip(piece.indices, piece) {
                        var level = level
                        level.arrival = arrival.number
                        let known = try level.site.isEmpty ? Self.sites(of: level, db) : []
                        if known.isEmpty {
                            let older = report.older
                            try Self.set(level, now: now, db, &report)
                            if report.older > older { report.leftOut.append(index) }
                        } else {
                            report.siteless.append(LevelReport.Siteless(index: index, known: known))
                        }
                    }
                    return isDryRun ? .rollback : .commit
                }
                return report
            }
        }
        return report
    }

    /// The levels with a site of a level's SKU.
    private static func sites(of level: StockLevel, _ db: GRDB.Database) throws -> [StockLevel] {
        try StockFactRows.levels(of: level.sku, channel: level.channel, db).filter { !$0.site.isEmpty }
    }

    /// Stores one level that has its place in the order of arrival.
    static func set(
        _ level: StockLevel,
        now: Date,
        _ db: GRDB.Database,
        _ report: inout LevelReport
    ) throws {
        let known = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT level_micros, arrival, figure_since_ms, file_as_of_ms FROM stock_level
                    WHERE channel = ? AND sku = ? AND site = ?
                    """
            ),
            arguments: [level.channel, level.sku, level.site]
        )
        // A file's time that lies ahead is of a clock that has been put right since, and nobody knows how old the file was.
        let fileAsOf = (known?[3] as Int64?).flatMap { $0 > now.milliseconds ? nil : $0 }
        let asOf = level.source == .file ? level.toldAt.milliseconds : nil
        if let arrival = known?[1] as Int64?, arrival > level.arrival {
            report.older += 1
            return
        }
        if let fileAsOf, let asOf, fileAsOf > asOf {
            report.older += 1
            return
        }
        let isSame = known?[0] as Int64? == level.level.micros
        if isSame { report.same += 1 } else { report.changed += 1 }
        let since = isSame ? known?[2] as Int64? : nil
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO stock_level (channel, sku, site, level_micros, told_at_ms, figure_since_ms,
                    received_at_ms, source, arrival, file_as_of_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            level.channel, level.sku, level.site, level.level.micros, level.toldAt.milliseconds,
            since ?? level.toldAt.milliseconds, now.milliseconds, level.source.rawValue, level.arrival,
            asOf ?? fileAsOf,
        ])
        if !level.site.isEmpty {
            // Nobody knows which site it was for, and the two are never added.
            try db.cachedStatement(sql: "DELETE FROM stock_level WHERE channel = ? AND sku = ? AND site = ''")
                .execute(arguments: [level.channel, level.sku])
        }
        try StockRows(db: db).touch(level.sku, channel: level.channel, now: now)
    }

    /// Removes a SKU's levels; what Shopify offers of it stays as it is.
    ///
    /// - Parameters:
    ///   - site: Only the level at this site; of a site of KCC's that `[sites]` does not name, its SiteID.
    ///   - siteID: KCC's SiteID of the site.
    /// - Returns: The levels that were there, how many were removed, and a job that may send one of them all the same: it was
    ///   sent before, and has to be sent again as it was.
    package func forget(_ sku: SKU, channel: String, site: String?, siteID: String?, now: Date)
        async throws(StoreError) -> (known: [StockLevel], removed: Int, job: (id: Int64, isRunning: Bool)?)
    {
        let arrival = arrivals.next(at: now)
        return try await write { db in
            let known = try StockFactRows.levels(of: sku, channel: channel, db)
            let unnamed = try StockFactRows.unnamed(sku, channel: channel, db)
            let all = known + unnamed
            let gone = all.filter { site == nil || $0.site == site }
            guard !gone.isEmpty else { return (all, 0, nil) }
            let job =
                try Row.fetchOne(
                    db,
                    sql: """
                        SELECT id, state = 'running' FROM push_job WHERE state IN ('available', 'running', 'retryable')
                            AND id = (SELECT job_id FROM stock_item WHERE channel = ? AND sku = ?)
                        """,
                    arguments: [channel, sku]
                )
                .map { (id: $0[0] as Int64, isRunning: $0[1] as Bool) }
            try db.execute(
                sql: "DELETE FROM stock_level WHERE channel = ?1 AND sku = ?2 AND (?3 IS NULL OR site = ?3)",
                arguments: [channel, sku, site]
            )
            let id = site.map { siteID ?? $0 }
            try KCCFactRows(db: db, channel: channel).remember(removalOf: sku, siteID: id, arrival)
            // Otherwise it would come back with the next change of [sites].
            try db.execute(
                sql: "DELETE FROM kcc_level WHERE channel = ?1 AND sku = ?2 AND (?3 IS NULL OR site_id = ?3)",
                arguments: [channel, sku, id]
            )
            if gone.count == all.count {
                try db.execute(
                    sql: "DELETE FROM stock_item WHERE channel = ? AND sku = ?",
                    arguments: [channel, sku]
                )
            } else {
                try StockRows(db: db).touch(sku, channel: channel, now: now)
            }
            return (all, gone.count, gone.count == all.count ? job : nil)
        }
    }

    /// KCC's levels of a SKU at sites that `[sites]` does not name; `site` is KCC's SiteID.
    package func unnamed(_ sku: SKU, channel: String) async throws(StoreError) -> [StockLevel] {
        try await read { db in try StockFactRows.unnamed(sku, channel: channel, db) }
    }

    /// Makes SKUs due that do not reach Shopify, of one channel or of all.
    ///
    /// - Returns: How many there are.
    package func retry(channel: String?, now: Date) async throws(StoreError) -> Int {
        try await write { db in try StockRows(db: db).retry(channel: channel, now: now) }
    }

    /// How many SKUs of each channel are in which state, and what is held back for want of a hand-off.
    package func summary(_ shown: StockStateColumn) async throws(StoreError) -> [StockSummary] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT channel, \(StockStateColumn.state) AS shown, count(*) FROM stock_item
                    GROUP BY channel, shown ORDER BY channel
                    """,
                arguments: shown.arguments
            )
            let problems = try Self.problems(db)
            let stalled =
                try rows.isEmpty ? [:] : Self.stalled(db, before: shown.now.addingTimeInterval(-86_400))
            var found = Dictionary(grouping: rows) { $0[0] as String }
                .mapValues { rows in
                    var summary = StockSummary(
                        channel: rows[0][0],
                        counts: rows.reduce(into: [:]) {
                            $0[StockState(rawValue: $1[1]) ?? .waiting, default: 0] += $1[2]
                        }
                    )
                    summary.stalled = stalled[summary.channel] ?? (0, 0)
                    return summary
                }
            for (channel, problem) in problems {
                found[channel, default: StockSummary(channel: channel, counts: [:])].problem = problem
            }
            return Array(found.values)
        }
    }

    /// Why nothing can be sent for whole channels, by channel, as the pushes last found.
    package func problems() async throws(StoreError) -> [String: StockProblem] {
        try await read { db in try Self.problems(db) }
    }

    private static func problems(_ db: GRDB.Database) throws -> [String: StockProblem] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT channel, problem, problem_since_ms FROM stock_channel WHERE problem IS NOT NULL"
        )
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                ($0[0], StockProblem(text: $0[1], since: Date(milliseconds: $0[2])))
            }
        )
    }

    /// Channels of whose orders one was ever acknowledged.
    package func handOff() async throws(StoreError) -> HandOffRecords {
        try await read { db in try Self.handOff(db) }
    }

    /// Orders that were placed before a moment and wait for their hand-off, by channel, as far as their SKUs have levels.
    private static func stalled(_ db: GRDB.Database, before: Date) throws -> [String: (
        orders: Int, units: Int
    )] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT o.channel, count(DISTINCT o.id), sum(c.units)
                FROM "order" o CROSS JOIN stock_claim c ON c.order_id = o.id AND c.kind = 'open'
                WHERE o.offer_position IS NOT NULL AND o.hand_off = 'waiting' AND o.created_at_ms < ?
                    AND EXISTS (SELECT 1 FROM stock_item s WHERE s.channel = o.channel AND s.sku = c.sku)
                GROUP BY o.channel
                """,
            arguments: [before.milliseconds]
        )
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], ($0[1], $0[2])) })
    }
}
