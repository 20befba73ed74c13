import Foundation
internal import GRDB
import SyncEngine

/// Bodies that KCC may repeat because its answer is not known to have reached it, inside a transaction.
///
/// Nothing tells KCC's bodies apart but their bytes. One that is remembered here counts from its first arrival when it comes
/// again; any other is news, however often the same was reported before.
struct UndeliveredRows {
    let db: GRDB.Database

    /// Uploads of a channel that were stored since a body last came, after which its like is news.
    ///
    /// KCC says neither when it repeats nor when it gives up, and a clock may be set: so it is counted what KCC reported
    /// meanwhile. A first upload of a million levels, a hundred in each, fits in.
    static let horizon: Int64 = 10_000

    /// The name by now of a channel that may have been renamed since its body came.
    private static let nowSQL = "coalesce((SELECT name FROM channel_rename WHERE old = ?1 AND done = 1), ?1)"
    private static let uploadsSQL = "coalesce((SELECT uploads FROM kcc_channel WHERE channel = ?1), 0)"

    /// When a body arrived first, if its answer may never have reached KCC; else now.
    func firstArrival(of body: SQLiteHandOffStore.Body, _ arrival: Arrival) throws -> Arrival {
        let known = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT arrival, at_ms FROM kcc_undelivered
                    WHERE channel = ?1 AND digest = ?2 AND uploads >= \(Self.uploadsSQL) - \(Self.horizon)
                    """
            ),
            arguments: [body.channel, body.digest]
        )
        let first = known.map { Arrival(number: $0[0], at: Date(milliseconds: $0[1])) } ?? arrival
        try Arrivals.note(first, db)
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO kcc_undelivered (channel, digest, at_ms, arrival, uploads)
                VALUES (?1, ?2, ?3, ?4, \(Self.uploadsSQL))
                """
        )
        .execute(arguments: [body.channel, body.digest, first.at.milliseconds, first.number])
        return first
    }

    /// Notes which answers have gone out, and which bodies could not be stored.
    func note(_ deliveries: SQLiteHandOffStore.Deliveries) throws {
        for body in deliveries.answered {
            try db.cachedStatement(
                sql: "DELETE FROM kcc_undelivered WHERE channel = \(Self.nowSQL) AND digest = ?2"
            )
            .execute(arguments: [body.channel, body.digest])
        }
        for (body, arrival) in deliveries.failed {
            let name =
                try String.fetchOne(
                    db.cachedStatement(sql: "SELECT \(Self.nowSQL)"),
                    arguments: [body.channel]
                ) ?? body.channel
            _ = try firstArrival(of: SQLiteHandOffStore.Body(channel: name, digest: body.digest), arrival)
        }
    }

    /// Forgets what counts as news by now.
    func prune(_ channel: String) throws {
        try db.execute(
            sql:
                "DELETE FROM kcc_undelivered WHERE channel = ?1 AND uploads < \(Self.uploadsSQL) - \(Self.horizon)",
            arguments: [channel]
        )
    }
}
