package import Foundation
internal import GRDB
package import SyncEngine

/// Backup and examination of a whole database.
package struct DatabaseCare: Sendable {
    let database: OrderDatabase

    package init(_ database: OrderDatabase) {
        self.database = database
    }

    /// Copies the database, as of one instant, while it is in use; the copy is checked before it gets its name.
    ///
    /// - Parameters:
    ///   - path: The copy's path; nothing may be there.
    ///   - progress: Told the pages copied and the pages in all.
    /// - Throws: `.refused` if something is there, `.full`, `.corrupt` if the copy is damaged; no part of a copy stays.
    package func backUp(
        to path: String,
        progress: @Sendable @escaping (Int, Int) -> Void = { _, _ in }
    ) async throws(StoreError) {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw StoreError(.refused, "\(path): is there already", remedy: "name a new file for the backup")
        }
        let partial = path + ".partial"
        do {
            let descriptor = Glibc.open(partial, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw StoreError(.cannotOpen, "\(path): cannot be made: \(String(cString: strerror(errno)))")
            }
            close(descriptor)
            let copy = try DatabaseQueue(path: partial)
            try database.writer.backup(to: copy, pagesPerStep: 1000) { step in
                progress(step.completedPageCount, step.totalPageCount)
            }
            try await copy.write { db in try StoreAge.markCopy(db, at: Date()) }
            let problems = try await copy.read { db in try Self.problems(db, thorough: true) }
            try copy.close()
            guard problems.isEmpty else {
                throw StoreError(.corrupt, "\(path): the copy is damaged: \(problems[0])")
            }
            try Self.flush(partial)
            try FileManager.default.moveItem(atPath: partial, toPath: path)
        } catch {
            for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: partial + end) }
            throw StoreError(error, path: path)
        }
    }

    /// Examines the file and every stored order; returns what is wrong, a line each.
    package func check() async throws(StoreError) -> [String] {
        do {
            return try await database.writer.read { db in
                try Self.problems(db, thorough: true) + Self.snapshotProblems(db)
            }
        } catch {
            throw database.failure(error)
        }
    }

    /// Examines the file's structure, which takes a fraction of what a thorough check takes, and remembers what it found.
    ///
    /// - Returns: What is wrong, a line each.
    /// - Throws: `.corrupt` where the file is too damaged to be examined.
    package func examine(now: Date) async throws(StoreError) -> [String] {
        do {
            let problems = try await database.writer.read { db in try Self.problems(db, thorough: false) }
            try await database.writer.write { db in
                let sql = "UPDATE counter SET value = ? WHERE name = ?"
                try db.execute(sql: sql, arguments: [problems.count, "damage"])
                try db.execute(sql: sql, arguments: [now.milliseconds, "examined_at_ms"])
            }
            return problems
        } catch {
            throw database.failure(error)
        }
    }

    /// When the file was last examined; long ago where it never was.
    package func lastExaminedAt() async throws(StoreError) -> Date {
        Date(milliseconds: Int64(try await counter("examined_at_ms")))
    }

    /// How many problems the last examination found.
    package func lastDamage() async throws(StoreError) -> Int { try await counter("damage") }

    private func counter(_ name: String) async throws(StoreError) -> Int {
        do {
            return try await database.writer.read { db in
                try Int.fetchOne(db, sql: "SELECT value FROM counter WHERE name = ?", arguments: [name]) ?? 0
            }
        } catch {
            throw database.failure(error)
        }
    }

    static func problems(_ db: GRDB.Database, thorough: Bool) throws -> [String] {
        let pragma = thorough ? "integrity_check" : "quick_check"
        var problems = try String.fetchAll(db, sql: "PRAGMA \(pragma)(20)").filter { $0 != "ok" }
        problems += try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(20)
            .map { row in
                "table \(row[0] as String): row \(row[1] as Int64? ?? 0) refers to a row that is not there"
            }
        return problems
    }

    /// SQLite's checks do not see a flipped bit inside a text; the stored hash does.
    static func snapshotProblems(_ db: GRDB.Database) throws -> [String] {
        var problems: [String] = []
        for (table, name) in [("\"order\"", "name"), ("order_revision", "order_id")] {
            let rows = try Row.fetchCursor(db, sql: "SELECT \(name), snapshot, snapshot_hash FROM \(table)")
            while let row = try rows.next() {
                let text: String = row[1]
                if Array(text.utf8).withUnsafeBytes({ Snapshot.hash($0) }) != row[2] as Int64 {
                    problems.append("order \(row[0] as String): its stored text was changed outside kccsyncd")
                }
            }
        }
        return problems
    }

    static func flush(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(.inputOutput, "\(path): cannot be opened to flush it") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw StoreError(.inputOutput, "\(path): cannot be flushed to the disk")
        }
    }
}
