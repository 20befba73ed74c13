import Foundation
import GRDB
import SyncEngine

@testable import Persistence

/// The queue as plain rows, as far as the stock step uses it.
struct RowQueue: PushQueue {
    let store: SQLiteOrderStore
    /// Calls until the program dies, which is noticed before or after a call does its work; nil = never.
    let callsLeft = Locked<Int?>(nil)

    private func mayDie() throws(StoreError) {
        let dies = callsLeft.withLock { left in
            left = left.map { $0 - 1 }
            return left.map { $0 < 0 } ?? false
        }
        if dies { throw StoreError(.inputOutput, "the program is no more") }
    }

    init(_ database: OrderDatabase) {
        store = SQLiteOrderStore(database)
    }

    private func job(_ row: Row) -> PushJob {
        var job = PushJob(
            id: row["id"],
            shop: row["shop_id"],
            channel: row["channel"],
            kind: .stock,
            lane: row["lane"],
            subject: row["subject"],
            state: PushJob.State(rawValue: row["state"]) ?? .parked,
            attempt: row["attempt"],
            nextAt: Date(milliseconds: row["next_at_ms"]),
            createdAt: Date(milliseconds: row["created_at_ms"])
        )
        job.intent = row["intent"]
        return job
    }

    func begin(
        _ kind: PushJob.Kind,
        channel: String,
        lane: String,
        subject: String,
        intent: String,
        shop: Int64,
        now: Date
    ) async throws(StoreError) -> PushJob {
        try mayDie()
        let found = try await store.write { db in
            try Row.fetchOne(
                db,
                sql: """
                    INSERT INTO push_job (shop_id, channel, kind, lane, subject, state, attempt, next_at_ms, created_at_ms,
                        claimed_at_ms, intent)
                    VALUES (?1, ?2, 'stock', ?3, ?4, 'running', 1, ?5, ?5, ?5, ?6) RETURNING *
                    """,
                arguments: [shop, channel, lane, subject, now.milliseconds, intent]
            )
            .map(job)
        }
        guard let found else { throw StoreError(.internal, "no job") }
        try mayDie()
        return found
    }

    func claim(_ kind: PushJob.Kind, shop: Int64, resting: Set<String>, now: Date) async throws(StoreError)
        -> PushJob?
    {
        try await store.write { db in
            try Row.fetchOne(
                db,
                sql: """
                    UPDATE push_job SET state = 'running', attempt = attempt + 1, claimed_at_ms = ?1
                    WHERE id = (SELECT min(id) FROM push_job WHERE state IN ('available', 'retryable')
                        AND kind = 'stock' AND next_at_ms <= ?1) RETURNING *
                    """,
                arguments: [now.milliseconds]
            )
            .map(job)
        }
    }

    private func change(_ job: PushJob, _ sql: String, _ arguments: StatementArguments)
        async throws(StoreError) -> Bool
    {
        try mayDie()
        let isOurs = try await store.write { db in
            try db.execute(
                sql: "UPDATE push_job SET \(sql) WHERE id = \(job.id) AND state = 'running'",
                arguments: arguments
            )
            return db.changesCount == 1
        }
        try mayDie()
        return isOurs
    }

    func intend(_ job: PushJob, intent: String) async throws(StoreError) -> Bool {
        try await change(job, "intent = ?", [intent])
    }

    func settle(_ job: PushJob) async throws(StoreError) {
        _ = try await change(job, "intent = NULL", [])
    }

    func finish(_ job: PushJob, now: Date) async throws(StoreError) {
        _ = try await change(
            job,
            "state = 'done', claimed_at_ms = NULL, finished_at_ms = ?",
            [now.milliseconds]
        )
    }

    func snooze(_ job: PushJob, until: Date, error: String?, remedy: String?, countsAttempt: Bool)
        async throws(StoreError)
    {
        _ = try await change(
            job,
            "state = 'retryable', claimed_at_ms = NULL, next_at_ms = ?, last_error = ?",
            [until.milliseconds, error]
        )
    }

    func park(_ job: PushJob, error: String, remedy: String, isDoubtful: Bool, now: Date)
        async throws(StoreError)
    {
        _ = try await change(job, "state = 'parked', claimed_at_ms = NULL, last_error = ?", [error])
    }

    func withheldChannels(remembering uploads: [String: Bool], shop: Int64) -> Set<String> {
        Set(uploads.filter { !$0.value }.keys)
    }

    func rescue(shop: Int64, now: Date) async throws(StoreError) -> Int {
        try await store.write { db in
            try db.execute(
                sql: "UPDATE push_job SET state = 'retryable', claimed_at_ms = NULL WHERE state = 'running'"
            )
            return db.changesCount
        }
    }

    func upcoming(_ kind: PushJob.Kind, shop: Int64, resting: Set<String>, now: Date, limit: Int) -> [String]
    {
        []
    }

    func nextDue(_ kind: PushJob.Kind, shop: Int64, resting: Set<String>) async throws(StoreError) -> Date? {
        nil
    }
}
