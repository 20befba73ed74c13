import Foundation
internal import GRDB
import SyncEngine

/// A number that only grows, kept in the store and in a file beside it.
///
/// Whoever puts an older copy of the store in its place does not put an older file beside it: a store that is younger than the
/// file says has been replaced. The store's own number is written first, so that a crash between the two cannot look like that.
struct StoreAge {
    /// The database's path.
    let path: String

    private var file: String { path + ".age" }

    /// Looks whether the store was replaced by an older one, or is a copy; makes it older by one.
    ///
    /// - Throws: `.cannotOpen` where the file beside it cannot be written.
    func check(_ db: GRDB.Database, now: Date) throws {
        let copied =
            try Int64.fetchOne(db, sql: "SELECT value FROM counter WHERE name = 'copied_at_ms'") != nil
        let stored = try Int64.fetchOne(db, sql: "SELECT value FROM counter WHERE name = 'age'") ?? 0
        let known = beside ?? 0
        try db.inTransaction(.immediate) {
            if copied || known > stored {
                try RestorationRows(db: db).begin(copied ? .copy : .age, now: now)
            }
            try db.execute(sql: "DELETE FROM counter WHERE name = 'copied_at_ms'")
            try db.execute(
                sql: "UPDATE counter SET value = ? WHERE name = 'age'",
                arguments: [max(stored, known) + 1]
            )
            return .commit
        }
        try write(max(stored, known) + 1)
    }

    /// Makes store and file older by one: whatever was copied from the store before is recognised.
    func grow(_ db: GRDB.Database) throws {
        let sql = "UPDATE counter SET value = value + 1 WHERE name = 'age' RETURNING value"
        if let age = try Int64.fetchOne(db, sql: sql) { try write(age) }
    }

    /// Marks a copy of the store as one.
    static func markCopy(_ db: GRDB.Database, at now: Date) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO counter VALUES ('copied_at_ms', ?)",
            arguments: [now.milliseconds]
        )
    }

    /// What the file says; nil where there is none, or none of ours.
    private var beside: Int64? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        return Int64(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func write(_ age: Int64) throws {
        let partial = file + ".new"
        let descriptor = Glibc.open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw trouble }
        let text = "\(age)\n"
        let isWritten =
            text.withCString { Glibc.write(descriptor, $0, strlen($0)) == strlen($0) }
            && fsync(descriptor) == 0
        Glibc.close(descriptor)
        guard isWritten, rename(partial, file) == 0 else { throw trouble }
    }

    private var trouble: StoreError {
        let code = errno
        return StoreError(
            code == ENOSPC ? .full : .cannotOpen,
            "\(file): cannot be written: \(String(cString: strerror(code)))",
            remedy: "the folder must belong to the user that kccsyncd runs as, and its disk have room"
        )
    }
}
