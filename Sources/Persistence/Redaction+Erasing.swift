internal import GRDB
package import SyncEngine

/// Makes sure that what was taken out of the store is nowhere in its file.
///
/// `secure_delete` overwrites what is deleted, and yet pages that SQLite has rebuilt keep pieces of it in their unused bytes:
/// only writing the whole file anew (`VACUUM`) is known to leave none. The write-ahead log has the old pages until it is
/// emptied.
extension Redaction {
    /// How far it has come.
    package enum Erasure: Sendable, Equatable {
        /// No copy is left in the file.
        case done
        /// Somebody reads the store, so the log cannot be emptied yet.
        case readerInTheWay
        /// The file is too large to be written anew while a daemon works with it; it has that many MiB.
        case tooLarge(mebibytes: Int)
    }

    /// A file of up to this many bytes is written anew beside the work: it takes a few seconds, in which imports wait.
    package static let largest = 512 << 20

    /// Whether something that was taken out may still lie in the file.
    package func isErasing() async throws(StoreError) -> Bool {
        try await store.read { db in
            try Bool.fetchOne(db, sql: "SELECT value FROM counter WHERE name = 'erasing'") ?? false
        }
    }

    /// Writes the file anew where something was taken out, and empties its log.
    ///
    /// - Parameter limit: The largest file, in bytes, that is written anew; nil = any.
    /// - Throws: `.full` where the disk has no room for a second copy; nothing is lost, and it can be tried again.
    package func erase(limit: Int? = Self.largest) async throws(StoreError) -> Erasure {
        guard try await isErasing() else { return .done }
        let size = try await store.read { db in
            try (Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0)
                * (Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
        // The log holds the pages as they were; it goes even where the file itself is too large.
        if let limit, size > limit {
            return try await emptyLog() ? .tooLarge(mebibytes: size >> 20) : .readerInTheWay
        }
        try await outsideTransaction { db in try db.execute(sql: "VACUUM") }
        guard try await emptyLog() else { return .readerInTheWay }
        try await store.write { db in
            try db.execute(sql: "UPDATE counter SET value = 0 WHERE name = 'erasing'")
        }
        return .done
    }

    /// - Returns: False where a reader keeps it from being emptied.
    private func emptyLog() async throws(StoreError) -> Bool {
        try await outsideTransaction { db in
            let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            return (row?[0] as Int? ?? 0) == 0
        }
    }

    private func outsideTransaction<Value: Sendable>(
        _ body: @Sendable @escaping (GRDB.Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await store.database.writer.writeWithoutTransaction(body)
        } catch {
            throw store.database.failure(error)
        }
    }
}
