package import Foundation
internal import GRDB
package import SyncEngine

/// What waits in the queue.
extension SQLitePushQueue {
    package func upcoming(
        _ kind: PushJob.Kind,
        shop: Int64,
        resting: Set<String>,
        now: Date,
        limit: Int
    ) async throws(StoreError) -> [String] {
        try await store.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT lane FROM push_job AS job WHERE shop_id = ? AND kind = ?
                        AND state IN ('available', 'retryable') AND \(Self.isNext) AND next_at_ms <= ? AND channel NOT IN (\(databaseQuestionMarks(count: resting.count)))
                    GROUP BY lane ORDER BY min(next_at_ms), min(id) LIMIT \(limit)
                    """,
                arguments: StatementArguments(
                    [shop, kind.rawValue, now.milliseconds] as [any DatabaseValueConvertible]
                )
                    + StatementArguments(resting)
            )
        }
    }

    package func nextDue(
        _ kind: PushJob.Kind,
        shop: Int64,
        resting: Set<String>
    ) async throws(StoreError) -> Date? {
        try await store.read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT min(next_at_ms) FROM push_job AS job WHERE shop_id = ? AND kind = ? AND \(Self.isNext)
                        AND state IN ('available', 'retryable') AND channel NOT IN (\(databaseQuestionMarks(count: resting.count)))
                    """,
                arguments: StatementArguments([shop, kind.rawValue] as [any DatabaseValueConvertible])
                    + StatementArguments(resting)
            )
            .map { Date(milliseconds: $0) }
        }
    }

    /// What is left of all channels.
    package func depths() async throws(StoreError) -> [QueueDepth] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT channel, sum(state IN ('available', 'retryable')) AS waiting, sum(state = 'running') AS running,
                        sum(state = 'parked') AS parked,
                        min(CASE WHEN state <> 'parked' THEN created_at_ms END) AS oldest
                    FROM push_job WHERE finished_at_ms IS NULL GROUP BY channel ORDER BY channel
                    """
            )
            .map { row in
                var depth = QueueDepth(channel: row["channel"])
                depth.waiting = row["waiting"]
                depth.running = row["running"]
                depth.parked = row["parked"]
                depth.oldest = (row["oldest"] as Int64?).map { Date(milliseconds: $0) }
                return depth
            }
        }
    }

    /// How many fulfilments and first numbers went without a mail since a time because that would have come too late, by channel.
    package func unmailed(since: Date) async throws(StoreError) -> [String: Int] {
        try await store.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT j.channel, count(*) FROM shipment_fulfilment f JOIN push_job j ON j.shipment_id = f.shipment_id
                    WHERE f.late AND f.at_ms >= ? GROUP BY j.channel
                    """,
                arguments: [since.milliseconds]
            )
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    /// Jobs for people, oldest first; finished ones only where asked for.
    package func list(finished: Bool) async throws(StoreError) -> [PushJob] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT * FROM push_job WHERE finished_at_ms IS NULL OR ? ORDER BY id",
                arguments: [finished]
            )
            .map { PushJob($0) }
        }
    }
}
