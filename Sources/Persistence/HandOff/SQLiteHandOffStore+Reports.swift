package import Foundation
internal import GRDB
package import SyncEngine

/// What KCC uploads, and what people have to look at of it.
extension SQLiteHandOffStore {
    package func take(
        _ reports: [OrderReport],
        of channel: LinkedChannel,
        now: Date
    ) async throws(StoreError) -> ReportOutcome {
        try await write(for: channel.name) { db in
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
        arrival: Arrival
    ) async throws(StoreError) -> ReportOutcome {
        try await take(Body(channel: channel.name, digest: body), of: channel, arrival) {
            rows,
            first,
            outcome in
            var changes = KCCLevelRows.Changes()
            for level in levels { try rows.take(level, first, &changes, &outcome) }
            return changes
        }
    }

    package func take(
        _ items: [StockItemReport],
        deleted: [String],
        of channel: LinkedChannel,
        body: String,
        arrival: Arrival
    ) async throws(StoreError) -> ReportOutcome {
        try await take(Body(channel: channel.name, digest: body), of: channel, arrival) { levels, first, _ in
            var changes = KCCLevelRows.Changes()
            let rows = KCCItemRows(db: levels.db, channel: channel, arrival: first, levels: levels)
            for item in items { try rows.take(item, &changes) }
            for item in deleted { try rows.delete(item, &changes) }
            return changes
        }
    }

    /// Takes a body that KCC repeats unless it got our answer, in one transaction.
    ///
    /// - Parameter take: Takes its rows, as of the body's first arrival.
    private func take(
        _ body: Body,
        of channel: LinkedChannel,
        _ arrival: Arrival,
        _ take:
            @escaping @Sendable (KCCLevelRows, Arrival, inout ReportOutcome) throws -> KCCLevelRows.Changes
    ) async throws(StoreError) -> ReportOutcome {
        let waiting = takeDeliveries()
        do {
            return try await write(for: channel.name) { db in
                let undelivered = UndeliveredRows(db: db)
                try undelivered.note(waiting)
                let first = try undelivered.firstArrival(of: body, arrival)
                var outcome = ReportOutcome()
                let rows = KCCLevelRows(db: db, channel: channel, now: arrival.at)
                try rows.settle(try take(rows, first, &outcome), &outcome)
                try Self.heard(channel, arrival.at, db)
                return outcome
            }
        } catch {
            deliveries.withLock {
                $0.restore(waiting)
                $0.fail(body, arrival)
            }
            throw error
        }
    }

    package func keepUnreadable(_ body: UnreadableBody, channel: String, now: Date) async throws(StoreError)
        -> [Notice]
    {
        try await write(for: channel) { db in
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
            return try NoticeRows.note(notice, db) ? [notice] : []
        }
    }

    package func raise(_ notice: Notice) async throws(StoreError) -> Bool {
        try await store.write { db in try NoticeRows.note(notice, db) }
    }

    /// Takes notices off the list; one whose words change comes back.
    ///
    /// - Parameter ids: Empty = all.
    /// - Returns: How many there were.
    package func dismiss(_ ids: [Int64]) async throws(StoreError) -> Int {
        try await store.write { db in
            guard !ids.isEmpty else {
                try db.execute(sql: "UPDATE kcc_notice SET open = 0 WHERE open = 1")
                return db.changesCount
            }
            return try ids.reduce(0) { count, id in
                try db.execute(
                    sql: "UPDATE kcc_notice SET open = 0 WHERE id = ? AND open = 1",
                    arguments: [id]
                )
                return count + db.changesCount
            }
        }
    }

    private static func heard(_ channel: LinkedChannel, _ now: Date, _ db: GRDB.Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO kcc_channel (channel, reports_at_ms, uploads) VALUES (?1, ?2, 1)
                ON CONFLICT (channel) DO UPDATE SET reports_at_ms = ?2, uploads = uploads + 1
                """
        )
        .execute(arguments: [channel.name, now.milliseconds])
    }
}
