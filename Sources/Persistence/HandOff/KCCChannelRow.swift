import Foundation
internal import GRDB
import SyncEngine

/// What is stored of a channel's link.
struct KCCChannelRow {
    /// Orders placed before it are not wanted; of a request whose position names no page.
    var start: Date?
    /// A position of another store that KCC sent last; nothing is served while it stands.
    var foreignPosition: String?
    var sites: String
    var guardUntil: String

    /// Reads it, and makes it where there is none yet.
    init(_ db: GRDB.Database, _ channel: String) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO kcc_channel (channel) VALUES (?)")
            .execute(arguments: [channel])
        let statement = try db.cachedStatement(
            sql: "SELECT start_ms, sites, guard, foreign_position FROM kcc_channel WHERE channel = ?"
        )
        guard let row = try Row.fetchOne(statement, arguments: [channel]) else {
            throw StoreError(.internal, "the link of channel \(channel) was stored and is missing")
        }
        start = (row[0] as Int64?).map { Date(milliseconds: $0) }
        sites = row[1]
        guardUntil = row[2]
        foreignPosition = row[3]
    }
}
