import Foundation
internal import GRDB
import SyncEngine

/// What a person has to look at, as rows that stay until somebody dismisses them or the cause is gone.
struct NoticeRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    let now: Date

    /// Notes one of the channel, and adds it to a report's outcome if it is new.
    func raise(
        _ kind: Notice.Kind,
        subject: String,
        _ text: String,
        _ remedy: String,
        _ outcome: inout ReportOutcome
    ) throws {
        let notice = Notice(
            channel: channel.name,
            kind: kind,
            subject: subject,
            text: text,
            remedy: remedy,
            at: now
        )
        if try Self.note(notice, db) { outcome.notices.append(notice) }
    }

    /// Notes it; a repetition is counted.
    ///
    /// - Returns: Whether it is new: not known, or known in other words.
    static func note(_ notice: Notice, _ db: GRDB.Database) throws -> Bool {
        let known = try String.fetchOne(
            db.cachedStatement(
                sql: "SELECT text FROM kcc_notice WHERE channel = ? AND kind = ? AND subject = ?"
            ),
            arguments: [notice.channel, notice.kind.rawValue, notice.subject]
        )
        try db.cachedStatement(
            sql: """
                INSERT INTO kcc_notice (channel, kind, subject, text, remedy, first_at_ms, last_at_ms)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
                ON CONFLICT (channel, kind, subject) DO UPDATE SET
                    open = CASE WHEN text = excluded.text THEN open ELSE 1 END,
                    text = excluded.text, remedy = excluded.remedy, last_at_ms = excluded.last_at_ms, times = times + 1
                """
        )
        .execute(arguments: [
            notice.channel, notice.kind.rawValue, notice.subject, notice.text, notice.remedy,
            notice.firstAt.milliseconds,
        ])
        return known != notice.text
    }

    /// Takes it back: its cause is gone.
    func settle(_ kind: Notice.Kind, subject: String) throws {
        try db.cachedStatement(sql: "DELETE FROM kcc_notice WHERE channel = ? AND kind = ? AND subject = ?")
            .execute(arguments: [channel.name, kind.rawValue, Notice.short(subject)])
    }
}
