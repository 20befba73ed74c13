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
        let waiting = takeDeliveries()
        do {
            return try await write(for: channel.name) { db in
                try Self.note(waiting, db)
                let first = try Self.firstArrival(of: body, channel: channel.name, arrival, db)
                var outcome = ReportOutcome()
                let rows = KCCLevelRows(db: db, channel: channel, now: arrival.at)
                for level in levels { try rows.take(level, first, &outcome) }
                try Self.heard(channel, arrival.at, db)
                return outcome
            }
        } catch {
            deliveries.withLock {
                $0.restore(waiting)
                $0.fail(Body(channel: channel.name, digest: body), arrival)
            }
            throw error
        }
    }

    package func delivered(_ body: String, channel: String) {
        deliveries.withLock { $0.answered.append(Body(channel: channel, digest: body)) }
    }

    package func settleDeliveries() async throws(StoreError) {
        let waiting = takeDeliveries()
        guard !waiting.isEmpty else { return }
        do throws(StoreError) {
            try await store.write { db in try Self.note(waiting, db) }
        } catch {
            deliveries.withLock { $0.restore(waiting) }
            throw error
        }
    }

    private func takeDeliveries() -> Deliveries {
        deliveries.withLock { waiting in
            defer { waiting = Deliveries() }
            return waiting
        }
    }

    /// The name by now of a channel that may have been renamed since its body came.
    private static let nowSQL = "coalesce((SELECT name FROM channel_rename WHERE old = ?1 AND done = 1), ?1)"

    private static func note(_ deliveries: Deliveries, _ db: GRDB.Database) throws {
        for body in deliveries.answered {
            try db.cachedStatement(
                sql: "DELETE FROM kcc_undelivered WHERE channel = \(nowSQL) AND digest = ?2"
            )
            .execute(arguments: [body.channel, body.digest])
        }
        for (body, arrival) in deliveries.failed {
            try Arrivals.note(arrival, db)
            try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO kcc_undelivered (channel, digest, at_ms, arrival) VALUES (\(nowSQL), ?2, ?3, ?4)
                    """
            )
            .execute(arguments: [body.channel, body.digest, arrival.at.milliseconds, arrival.number])
        }
    }

    package func arrive(at now: Date) -> Arrival { store.database.arrivals.next(at: now) }

    /// When a body arrived first, if its answer may never have reached KCC; else now.
    private static func firstArrival(
        of body: String,
        channel: String,
        _ arrival: Arrival,
        _ db: GRDB.Database
    ) throws -> Arrival {
        let known = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT arrival, at_ms FROM kcc_undelivered WHERE channel = ? AND digest = ?"
            ),
            arguments: [channel, body]
        )
        if let known { return Arrival(number: known[0], at: Date(milliseconds: known[1])) }
        try Arrivals.note(arrival, db)
        try db.cachedStatement(
            sql: "INSERT INTO kcc_undelivered (channel, digest, at_ms, arrival) VALUES (?, ?, ?, ?)"
        )
        .execute(arguments: [channel, body, arrival.at.milliseconds, arrival.number])
        return arrival
    }

    package func take(
        _ items: [StockItemReport],
        deleted: [String],
        of channel: LinkedChannel,
        now: Date
    ) async throws(StoreError) -> ReportOutcome {
        let arrival = arrive(at: now)
        return try await write(for: channel.name) { db in
            try Arrivals.note(arrival, db)
            var outcome = ReportOutcome()
            let rows = KCCItemRows(db: db, channel: channel, arrival: arrival)
            for item in items { try rows.take(item, &outcome) }
            for item in deleted { try rows.delete(item, &outcome) }
            try Self.heard(channel, now, db)
            return outcome
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
                INSERT INTO kcc_channel (channel, reports_at_ms) VALUES (?1, ?2)
                ON CONFLICT (channel) DO UPDATE SET reports_at_ms = ?2
                """
        )
        .execute(arguments: [channel.name, now.milliseconds])
    }
}
