package import Foundation
internal import GRDB
package import SyncEngine

/// What passes between us and KCC, in the order store.
package struct SQLiteHandOffStore: HandOffStore {
    let store: SQLiteOrderStore
    /// Bodies whose answers have gone out since the last transaction that could note it.
    let deliveries = Locked<[Delivery]>([])

    struct Delivery: Sendable {
        let channel: String
        let digest: String
    }

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    package func open(_ channel: LinkedChannel, now: Date) async throws(StoreError) {
        try await store.write { db in
            let row = try KCCChannelRow(db, channel.name)
            if row.sites != channel.sitesDigest {
                try KCCLevelRows(db: db, channel: channel, now: now).remap()
            }
            // Whoever stops waiting for confirmations regards as known what was acknowledged. The other way nothing changes for
            // orders that are known already: holding back the units of every old order would empty the shop.
            if row.guardUntil == KCCSettings.GuardUntil.confirmed.rawValue, channel.kcc.guardUntil == .taken {
                try db.execute(
                    sql: """
                        UPDATE "order" SET known_at_ms = acknowledged_at_ms
                        WHERE channel = ? AND acknowledged_at_ms IS NOT NULL AND known_at_ms IS NULL
                        """,
                    arguments: [channel.name]
                )
            }
            // KCC does not repeat itself for so long.
            try db.execute(
                sql: "DELETE FROM kcc_undelivered WHERE at_ms < ?",
                arguments: [now.addingTimeInterval(-86_400).milliseconds]
            )
            try db.execute(
                sql: "UPDATE kcc_channel SET sites = ?, guard = ? WHERE channel = ?",
                arguments: [channel.sitesDigest, channel.kcc.guardUntil.rawValue, channel.name]
            )
        }
    }

    // MARK: Pages

    package func beginPage(
        _ channel: LinkedChannel,
        _ continuation: Continuation,
        limit: Int,
        now: Date
    ) async throws(StoreError) -> PageDraft {
        try await store.write { db in
            try KCCPageRows(db: db, channel: channel, now: now).begin(continuation, limit: limit)
        }
    }

    package func offered(_ rows: [Int64]) async throws(StoreError) -> [OfferedOrder] {
        try await store.read { db in
            try rows.compactMap { row in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: StoredOrder.select + " WHERE o.id = ? AND o.hand_off = 'waiting'"
                    ),
                    arguments: [row]
                )
                .map { try Self.whole($0, db) }
            }
        }
    }

    package func commit(
        _ page: ServedPage,
        of channel: LinkedChannel,
        now: Date
    ) async throws(StoreError) -> PagePosition? {
        try await store.write { db in
            try KCCPageRows(db: db, channel: channel, now: now).commit(page)
        }
    }

    package func named(_ references: [String], channel: String) async throws(StoreError) -> [OfferedOrder] {
        try await store.read { db in
            try references.compactMap { reference in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: StoredOrder.select + """
                             WHERE o.ref = ? AND o.state = 'imported' AND o.channel = ?
                                AND o.hand_off IN ('waiting', 'acknowledged')
                            """
                    ),
                    arguments: [reference, channel]
                )
                .map { try Self.whole($0, db) }
            }
        }
    }

    package func commitNamed(
        _ page: ServedPage,
        of channel: LinkedChannel,
        now: Date
    ) async throws(StoreError) -> Bool {
        try await store.write { db in
            try KCCPageRows(db: db, channel: channel, now: now).commitNamed(page)
        }
    }

    static func whole(_ row: Row, _ db: GRDB.Database) throws -> OfferedOrder {
        let stored = try StoredOrder(row)
        let snapshot = try String.fetchOne(
            db.cachedStatement(sql: "SELECT snapshot FROM \"order\" WHERE id = ?"),
            arguments: [stored.row]
        )
        return OfferedOrder(
            stored: stored,
            order: try Snapshot.order(snapshot ?? ""),
            payments: try OrderQueries.payments(stored.row, db)
        )
    }

    // MARK: Reports

    package func take(
        _ reports: [OrderReport],
        of channel: LinkedChannel,
        now: Date
    ) async throws(StoreError) -> ReportOutcome {
        try await store.write { db in
            var outcome = ReportOutcome()
            let rows = KCCReportRows(db: db, channel: channel, now: now)
            for report in reports { try rows.take(report, &outcome) }
            try Self.heard(channel, now, db)
            return outcome
        }
    }

    package func adoptOrphans(_ channel: LinkedChannel, now: Date) async throws(StoreError) -> ReportOutcome {
        try await store.write { db in
            var outcome = ReportOutcome()
            try KCCReportRows(db: db, channel: channel, now: now).adoptOrphans(&outcome)
            return outcome
        }
    }

    package func take(
        _ levels: [LevelReportRow],
        of channel: LinkedChannel,
        body: String,
        now: Date
    ) async throws(StoreError) -> ReportOutcome {
        let delivered = takeDeliveries()
        do {
            return try await store.write { db in
                for delivery in delivered { try Self.forget(delivery, db) }
                let told = try Self.firstTold(body, channel: channel.name, now: now, db)
                var outcome = ReportOutcome()
                let rows = KCCLevelRows(db: db, channel: channel, now: now)
                for level in levels { try rows.take(level, toldAt: told, &outcome) }
                try Self.heard(channel, now, db)
                return outcome
            }
        } catch {
            deliveries.withLock { $0 += delivered }
            throw error
        }
    }

    package func delivered(_ body: String, channel: String) {
        deliveries.withLock { $0.append(Delivery(channel: channel, digest: body)) }
    }

    package func settleDeliveries() async throws(StoreError) {
        let waiting = takeDeliveries()
        guard !waiting.isEmpty else { return }
        do throws(StoreError) {
            try await store.write { db in
                for delivery in waiting { try Self.forget(delivery, db) }
            }
        } catch {
            deliveries.withLock { $0 += waiting }
            throw error
        }
    }

    private func takeDeliveries() -> [Delivery] {
        deliveries.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    private static func forget(_ delivery: Delivery, _ db: GRDB.Database) throws {
        try db.cachedStatement(sql: "DELETE FROM kcc_undelivered WHERE channel = ? AND digest = ?")
            .execute(arguments: [delivery.channel, delivery.digest])
    }

    /// When a body came first, if its answer may never have reached KCC; else now.
    private static func firstTold(_ body: String, channel: String, now: Date, _ db: GRDB.Database) throws
        -> Date
    {
        let known = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT at_ms FROM kcc_undelivered WHERE channel = ? AND digest = ?"),
            arguments: [channel, body]
        )
        if let known, known <= now.milliseconds { return Date(milliseconds: known) }
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO kcc_undelivered VALUES (?, ?, ?)")
            .execute(arguments: [channel, body, now.milliseconds])
        return now
    }

    package func take(
        _ items: [StockItemReport],
        deleted: [String],
        of channel: LinkedChannel,
        now: Date
    ) async throws(StoreError) -> ReportOutcome {
        try await store.write { db in
            var outcome = ReportOutcome()
            let rows = KCCItemRows(db: db, channel: channel, now: now)
            for item in items { try rows.take(item, &outcome) }
            for item in deleted { try rows.delete(item, &outcome) }
            try Self.heard(channel, now, db)
            return outcome
        }
    }

    package func keepUnreadable(_ body: UnreadableBody, channel: String, now: Date) async throws(StoreError)
        -> [Notice]
    {
        try await store.write { db in
            try db.execute(
                sql: """
                    INSERT INTO kcc_body VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms
                    """,
                arguments: [
                    channel, body.endpoint, body.digest, now.milliseconds, body.size, Data(body.beginning),
                ]
            )
            // Enough for a diagnosis; whoever has a password could fill the disk otherwise.
            try db.execute(
                sql: """
                    DELETE FROM kcc_body WHERE channel = ?1 AND digest NOT IN
                        (SELECT digest FROM kcc_body WHERE channel = ?1 ORDER BY at_ms DESC LIMIT 20)
                    """,
                arguments: [channel]
            )
            let notice = Notice(
                channel: channel,
                kind: .bodyUnreadable,
                subject: body.endpoint,
                text: "KCC's upload to \(body.endpoint) cannot be read: \(body.problem)",
                remedy:
                    "look at it with: kccsyncd kcc body \(channel) \(body.endpoint); KCC sends it again until it is taken",
                at: now
            )
            return try NoticeRows(db: db).raise(notice) ? [notice] : []
        }
    }

    package func raise(_ notice: Notice) async throws(StoreError) -> Bool {
        try await store.write { db in try NoticeRows(db: db).raise(notice) }
    }

    private static func heard(_ channel: LinkedChannel, _ now: Date, _ db: GRDB.Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO kcc_channel (channel, reports_at_ms) VALUES (?1, ?2)
                ON CONFLICT (channel) DO UPDATE SET reports_at_ms = ?2
                """
        )
        .execute(arguments: [channel.name, now.milliseconds])
    }
}

/// What is remembered of a channel's link.
struct KCCChannelRow {
    /// The last page that was served.
    var page: Int64
    /// The position that it answered; nil where it was none.
    var answers: Int64?
    /// Orders placed before it are not wanted.
    var start: Date?
    var sites: String
    var guardUntil: String
    var generation: Int64

    /// Reads it, and makes it where there is none yet.
    init(_ db: GRDB.Database, _ channel: String) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO kcc_channel (channel) VALUES (?)")
            .execute(arguments: [channel])
        let statement = try db.cachedStatement(
            sql: """
                SELECT page, answers, start_ms, sites, guard,
                    (SELECT value FROM counter WHERE name = 'generation')
                FROM kcc_channel WHERE channel = ?
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [channel]) else {
            throw StoreError(.internal, "the link of channel \(channel) was stored and is not there")
        }
        page = row[0]
        answers = row[1]
        start = (row[2] as Int64?).map { Date(milliseconds: $0) }
        sites = row[3]
        guardUntil = row[4]
        generation = row[5] ?? 0
    }
}
