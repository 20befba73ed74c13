package import Foundation
internal import GRDB
package import SyncEngine

/// What operators do to jobs.
extension SQLitePushQueue {
    /// Makes jobs due now; without ids all that wait or are parked, but not those that may have been done already.
    ///
    /// Naming a doubtful job confirms that it was compared with Shopify: its pending request is discarded, and it is sent again.
    ///
    /// - Returns: How many there were.
    /// - Throws: `.refused` for an id that is no such job; then nothing is changed.
    package func retry(_ ids: [Int64], now: Date) async throws(StoreError) -> Int {
        try await change(ids, from: ["parked", "retryable", "available"], "be tried again") { db, id in
            try db.execute(
                sql: """
                    UPDATE push_job SET state = 'retryable', next_at_ms = ?, attempt = 0, attempts = NULL,
                        intent = CASE WHEN doubtful THEN NULL ELSE intent END, doubtful = 0
                    WHERE (id = ? OR (? IS NULL AND NOT doubtful)) AND state IN ('parked', 'retryable', 'available')
                    """,
                arguments: [now.milliseconds, id, id]
            )
        }
    }

    /// How many jobs are parked because they may have been done already.
    package func doubtful() async throws(StoreError) -> Int {
        try await store.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM push_job WHERE state = 'parked' AND doubtful")
                ?? 0
        }
    }

    /// Those of some jobs that send stock: their channels and subjects.
    package func stockJobs(among ids: [Int64]) async throws(StoreError) -> [(
        channel: String, subject: String
    )] {
        try await store.read { db in
            try ids.compactMap { id in
                try Row.fetchOne(
                    db,
                    sql: "SELECT channel, subject FROM push_job WHERE id = ? AND kind = 'stock'",
                    arguments: [id]
                )
                .map { ($0[0], $0[1]) }
            }
        }
    }

    /// Gives jobs up permanently; the levels of one that sends stock are decided again.
    ///
    /// A shipment's request of unknown outcome is kept: a later report of it has to look it up before anything goes.
    ///
    /// - Throws: `.refused` for an id that is no such job, or whose outcome is about to be looked up; then nothing is changed.
    package func discard(_ ids: [Int64], now: Date) async throws(StoreError) -> Int {
        try await change(ids, from: ["parked", "retryable", "available"], "be discarded") { db, id in
            let isUnknown = try Bool.fetchOne(
                db,
                sql: """
                    SELECT 1 FROM push_job WHERE id = ? AND kind = 'fulfilment' AND intent IS NOT NULL
                        AND state IN ('retryable', 'available')
                    """,
                arguments: [id]
            )
            if let id, isUnknown ?? false {
                throw StoreError(
                    .refused,
                    "job \(id): it is not known whether its last request was executed; that is looked up a minute after it, once Shopify answers",
                    remedy: "see: kccsyncd queue list; then run: kccsyncd queue discard \(id)"
                )
            }
            try db.execute(
                sql: """
                    UPDATE push_job SET state = 'cancelled', finished_at_ms = ?,
                        intent = CASE kind WHEN 'fulfilment' THEN intent END
                    WHERE id = ? AND state IN ('parked', 'retryable', 'available')
                    """,
                arguments: [now.milliseconds, id]
            )
        }
    }

    private func change(
        _ ids: [Int64],
        from states: [String],
        _ what: String,
        _ body: @Sendable @escaping (GRDB.Database, Int64?) throws -> Void
    ) async throws(StoreError) -> Int {
        try await store.write { db in
            for id in ids {
                let state = try String.fetchOne(
                    db,
                    sql: "SELECT state FROM push_job WHERE id = ?",
                    arguments: [id]
                )
                guard let state else {
                    throw StoreError(.refused, "job \(id): there is none", remedy: "see: kccsyncd queue list")
                }
                guard states.contains(state) else {
                    throw StoreError(.refused, "job \(id) is \(state) and cannot \(what)")
                }
            }
            var changed = 0
            for id in ids.isEmpty ? [nil] : ids.map(Optional.some) {
                try body(db, id)
                changed += db.changesCount
            }
            return changed
        }
    }

    /// Removes jobs that ended before a time, with the shipments that they told.
    package func prune(before: Date) async throws(StoreError) -> Int {
        try await store.write { db in
            try db.execute(
                sql: "DELETE FROM push_job WHERE finished_at_ms < ? AND kind = 'stock'",
                arguments: [before.milliseconds]
            )
            let jobs = db.changesCount
            try db.execute(
                sql:
                    "DELETE FROM shipment WHERE id IN (SELECT shipment_id FROM push_job WHERE finished_at_ms < ?)",
                arguments: [before.milliseconds]
            )
            return jobs + db.changesCount
        }
    }
}
