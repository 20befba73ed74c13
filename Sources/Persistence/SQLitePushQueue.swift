package import Foundation
internal import GRDB
package import SyncEngine

/// The queue's rows in the order store.
package struct SQLitePushQueue: PushQueue {
    let store: SQLiteOrderStore

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    // MARK: The five statements

    // Takes the oldest due job of a lane that nothing older holds.
    // A parked job holds no lane: one refused push must not block the next.
    private static func claimSQL(resting: Int) -> String {
        """
        UPDATE push_job SET state = 'running', attempt = attempt + 1, claimed_at_ms = ?, doubtful = 0
        WHERE id = (
            SELECT id FROM push_job AS job
            WHERE shop_id = ? AND kind = ? AND state IN ('available', 'retryable') AND next_at_ms <= ?
                AND channel NOT IN (\(databaseQuestionMarks(count: resting)))
                AND \(isNext)
            ORDER BY next_at_ms, id LIMIT 1)
        RETURNING *
        """
    }

    // No other job of its lane is under way: what stands behind one is not due, whatever its time says. Batches of stock go in their
    // order; a shipment that only waits, for a hold to end or for another try, keeps no other of its order back. Of two whose outcome
    // is unknown the older is looked at first.
    static let isNext = """
        NOT EXISTS (
            SELECT 1 FROM push_job AS other
            WHERE other.shop_id = job.shop_id AND other.lane = job.lane AND other.id <> job.id
                AND (other.state = 'running' OR other.state IN ('available', 'retryable')
                    AND (other.kind = 'stock' AND other.id < job.id
                        OR other.intent IS NOT NULL AND (other.id < job.id OR job.intent IS NULL))))
        """

    // Ends a job that is still the caller's.
    // The attempt is the fence: a job that was rescued or discarded meanwhile stays as it is.
    private static let finishSQL = """
        UPDATE push_job SET state = 'done', claimed_at_ms = NULL, finished_at_ms = ?, last_error = NULL, remedy = NULL,
            intent = NULL
        WHERE id = ? AND state = 'running' AND attempt = ?
        """

    // Puts a job off, keeping what it intended.
    // What is nobody's failure takes its attempt back.
    private static let snoozeSQL = """
        UPDATE push_job SET state = 'retryable', claimed_at_ms = NULL, next_at_ms = ?, last_error = ?, remedy = ?,
            attempt = attempt - ?, attempts = ?
        WHERE id = ? AND state = 'running' AND attempt = ?
        """

    // Lays a job aside with the reason and what to do.
    // It is tried again only when somebody asks for it.
    private static let parkSQL = """
        UPDATE push_job SET state = 'parked', claimed_at_ms = NULL, last_error = ?, remedy = ?, attempts = ?, doubtful = ?
        WHERE id = ? AND state = 'running' AND attempt = ?
        """

    // Takes back what a process that is gone had running.
    // The lock makes us the only process, so at the start every running job is an orphan.
    private static let rescueSQL = """
        UPDATE push_job SET state = 'retryable', claimed_at_ms = NULL, next_at_ms = ?
        WHERE shop_id = ? AND state = 'running'
        """

    package func claim(
        _ kind: PushJob.Kind,
        shop: Int64,
        resting: Set<String>,
        now: Date
    ) async throws(StoreError) -> PushJob? {
        // Every poll asks, and mostly nothing waits: a look spares the transaction.
        guard let due = try await nextDue(kind, shop: shop, resting: resting), due <= now else {
            return nil
        }
        let at = now.milliseconds
        return try await store.write { db in
            try Row.fetchOne(
                db,
                sql: Self.claimSQL(resting: resting.count),
                arguments: StatementArguments(
                    [at, shop, kind.rawValue, at] as [any DatabaseValueConvertible]
                )
                    + StatementArguments(resting)
            )
            .map { PushJob($0) }
        }
    }

    package func begin(
        _ kind: PushJob.Kind,
        channel: String,
        lane: String,
        subject: String,
        intent: String,
        shop: Int64,
        now: Date
    ) async throws(StoreError) -> PushJob {
        let at = now.milliseconds
        return try await store.write { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    INSERT INTO push_job (shop_id, channel, kind, lane, subject, state, attempt, next_at_ms, created_at_ms,
                        claimed_at_ms, intent)
                    VALUES (?, ?, ?, ?, ?, 'running', 1, ?, ?, ?, ?) RETURNING *
                    """,
                arguments: [shop, channel, kind.rawValue, lane, subject, at, at, at, intent]
            )
            guard let row else { throw StoreError(.internal, "a job was stored and is not there") }
            return PushJob(row)
        }
    }

    package func intend(_ job: PushJob, intent: String) async throws(StoreError) -> Bool {
        try await store.write { db in
            try db.execute(
                sql: "UPDATE push_job SET intent = ? WHERE id = ? AND state = 'running' AND attempt = ?",
                arguments: [intent, job.id, job.attempt]
            )
            return db.changesCount == 1
        }
    }

    package func settle(_ job: PushJob) async throws(StoreError) {
        try await store.write { db in try Self.settle(job, db) }
    }

    /// Takes a job's intent out, inside a transaction; the one that another request wrote down meanwhile stays.
    static func settle(_ job: PushJob, _ db: GRDB.Database) throws {
        try db.execute(
            sql: "UPDATE push_job SET intent = NULL WHERE id = ? AND intent = ?",
            arguments: [job.id, job.intent]
        )
    }

    package func finish(_ job: PushJob, now: Date) async throws(StoreError) {
        try await execute(Self.finishSQL, [now.milliseconds, job.id, job.attempt])
    }

    package func snooze(
        _ job: PushJob,
        until: Date,
        error: String?,
        remedy: String?,
        countsAttempt: Bool
    ) async throws(StoreError) {
        try await execute(
            Self.snoozeSQL,
            [
                until.milliseconds, error, remedy, countsAttempt ? 0 : 1, try Self.json(job.attempts), job.id,
                job.attempt,
            ]
        )
    }

    package func park(
        _ job: PushJob,
        error: String,
        remedy: String,
        isDoubtful: Bool,
        now: Date
    ) async throws(StoreError) {
        try await execute(
            Self.parkSQL,
            [error, remedy, try Self.json(job.attempts), isDoubtful, job.id, job.attempt]
        )
    }

    /// NULL where nothing went wrong.
    private static func json(_ attempts: PushAttempts) throws(StoreError) -> String? {
        guard attempts != PushAttempts() else { return nil }
        do {
            return String(decoding: try JSONEncoder().encode(attempts), as: UTF8.self)
        } catch {
            throw StoreError(.internal, "a job's attempts have no JSON form")
        }
    }

    package func withheldChannels(remembering uploads: [String: Bool], shop: Int64) async throws(StoreError)
        -> Set<String>
    {
        try await store.write { db in
            for (channel, isUploading) in uploads {
                try db.execute(
                    sql: "UPDATE channel SET upload_order_status = ? WHERE name = ? AND shop_id = ?",
                    arguments: [isUploading, channel, shop]
                )
            }
            let silent = try String.fetchSet(
                db,
                sql: "SELECT name FROM channel WHERE shop_id = ? AND upload_order_status = 0",
                arguments: [shop]
            )
            // One whose start date was rejected has no row.
            return silent.union(uploads.filter { !$0.value }.keys)
        }
    }

    package func rescue(shop: Int64, now: Date) async throws(StoreError) -> Int {
        try await store.write { db in
            try db.execute(sql: Self.rescueSQL, arguments: [now.milliseconds, shop])
            return db.changesCount
        }
    }

    private func execute(_ sql: String, _ arguments: [(any DatabaseValueConvertible)?])
        async throws(StoreError)
    {
        let arguments = StatementArguments(arguments)
        try await store.write { db in try db.execute(sql: sql, arguments: arguments) }
    }
}

extension PushJob {
    init(_ row: Row) {
        self.init(
            id: row["id"],
            shop: row["shop_id"],
            channel: row["channel"],
            kind: Kind(rawValue: row["kind"]) ?? .fulfilment,
            lane: row["lane"],
            subject: row["subject"],
            state: State(rawValue: row["state"]) ?? .parked,
            attempt: row["attempt"],
            nextAt: Date(milliseconds: row["next_at_ms"]),
            createdAt: Date(milliseconds: row["created_at_ms"])
        )
        claimedAt = (row["claimed_at_ms"] as Int64?).map { Date(milliseconds: $0) }
        finishedAt = (row["finished_at_ms"] as Int64?).map { Date(milliseconds: $0) }
        lastError = row["last_error"]
        remedy = row["remedy"]
        intent = row["intent"]
        isDoubtful = row["doubtful"]
        if let text: String = row["attempts"],
            let stored = try? JSONDecoder().decode(PushAttempts.self, from: Data(text.utf8))
        {
            attempts = stored
        }
    }
}
