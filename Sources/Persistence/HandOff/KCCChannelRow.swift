import Foundation
internal import GRDB
import SyncEngine

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
