package import Foundation
internal import GRDB
package import SyncEngine

extension SQLiteStockStore {
    /// Levels of one transaction: a file of a million lines holds up nobody for long.
    private static let mostLevels = 1000

    /// Takes levels; what was told as of an earlier time than what is known is left out, and of the same time the last stands.
    ///
    /// - Returns: What it changed. After an error the first thousands may be stored, which telling them again does not mind.
    package func setLevels(_ levels: [StockLevel], now: Date) async throws(StoreError) -> LevelReport {
        var report = LevelReport()
        var rest = levels[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(Self.mostLevels))
            rest = rest.dropFirst(piece.count)
            report += try await write { db in
                try piece.reduce(into: LevelReport()) { try Self.set($1, now: now, db, &$0) }
            }
        }
        return report
    }

    static func set(
        _ level: StockLevel,
        now: Date,
        _ db: GRDB.Database,
        _ report: inout LevelReport
    ) throws {
        let known = try Row.fetchOne(
            db.cachedStatement(
                sql:
                    "SELECT level_micros, told_at_ms, figure_since_ms FROM stock_level WHERE channel = ? AND sku = ? AND site = ?"
            ),
            arguments: [level.channel, level.sku, level.site]
        )
        if let toldAt = known?[1] as Int64?, toldAt > level.toldAt.milliseconds {
            report.older += 1
            return
        }
        let isSame = known?[0] as Int64? == level.level.micros
        if isSame { report.same += 1 } else { report.changed += 1 }
        let since = isSame ? known?[2] as Int64? : nil
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO stock_level VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
            .execute(arguments: [
                level.channel, level.sku, level.site, level.level.micros, level.toldAt.milliseconds,
                since ?? level.toldAt.milliseconds, now.milliseconds, level.source.rawValue,
            ])
        try db.cachedStatement(
            sql: """
                INSERT INTO stock_item (channel, sku, since_ms, due_at_ms) VALUES (?, ?, ?, 0)
                ON CONFLICT (channel, sku) DO UPDATE SET due_at_ms = 0, version = version + 1
                """
        )
        .execute(arguments: [level.channel, level.sku, now.milliseconds])
    }

    /// The SKUs that have levels, a page at a time, by channel and SKU.
    ///
    /// - Parameters:
    ///   - channel: Nil = every channel's.
    ///   - after: The last row of the page before; nil begins.
    package func list(
        channel: String? = nil,
        after: StockRow? = nil,
        limit: Int = 1000
    ) async throws(StoreError) -> [StockRow] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT s.channel, s.sku, s.state, s.reason, s.target, s.confirmed, s.confirmed_at_ms,
                        (SELECT sum(level_micros) FROM stock_level l WHERE l.channel = s.channel AND l.sku = s.sku)
                    FROM stock_item s
                    WHERE (s.channel, s.sku) > (?1, ?2) AND (?3 IS NULL OR s.channel = ?3)
                    ORDER BY s.channel, s.sku LIMIT ?4
                    """,
                arguments: [after?.channel ?? "", after?.sku ?? "", channel, limit]
            )
            .map { StockRow($0) }
        }
    }

    /// How many SKUs of each channel are in which state, and what is held back for want of a hand-off.
    package func summary(now: Date) async throws(StoreError) -> [StockSummary] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql:
                    "SELECT channel, state, count(*) FROM stock_item GROUP BY channel, state ORDER BY channel"
            )
            guard !rows.isEmpty else { return [] }
            let handingOff = try StockFactRows.handingOff(db)
            let stalled = try Self.stalled(db, before: now.addingTimeInterval(-86_400))
            return Dictionary(grouping: rows) { $0[0] as String }
                .map { channel, rows in
                    var summary = StockSummary(
                        channel: channel,
                        counts: rows.reduce(into: [:]) {
                            $0[StockState(rawValue: $1[1]) ?? .waiting, default: 0] += $1[2]
                        },
                        handsOff: handingOff.contains(channel)
                    )
                    summary.stalled = stalled[channel] ?? (0, 0)
                    return summary
                }
        }
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

    /// Everything that is stored about one SKU of a channel; nil where no level was ever told.
    ///
    /// ``StockInquiry`` makes explanations of it.
    package func find(_ sku: String, _ scope: StockScope, now: Date) async throws(StoreError) -> StockDue? {
        try await read { db in
            let facts = try StockFactRows(db: db, scope: scope, now: now)
            return try facts.entry(sku).map { StockDue(cases: [$0], handingOff: facts.handingOff) }
        }
    }
}

extension StockRow {
    init(_ row: Row) {
        self.init(
            channel: row[0],
            sku: row[1],
            level: Amount(micros: row[7] ?? 0),
            state: StockState(rawValue: row[2]) ?? .waiting,
            reason: row[3]
        )
        target = row[4]
        confirmed = row[5]
        confirmedAt = (row[6] as Int64?).map { Date(milliseconds: $0) }
    }
}
