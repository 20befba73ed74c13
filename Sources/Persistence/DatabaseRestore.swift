package import Foundation
internal import GRDB
package import SyncEngine

/// Puts a copy of the order store in the store's place, and makes it one whose memory is not trusted.
///
/// The caller holds the daemon's lock. The store that was there is kept beside the new one.
package struct DatabaseRestore: Sendable {
    private let path: String
    private var partial: String { path + ".restoring" }

    /// - Parameter path: The store's path; a store may be there or not.
    package init(path: String) {
        self.path = path
    }

    /// What was put in place.
    package struct Outcome: Sendable, Equatable {
        package var orders: Int
        /// When the copy's newest order was read from Shopify; nil where it has none.
        package var newest: Date?
        /// Orders that KCC may have been given since.
        package var doubtful: Int
        /// Where the former store is now; nil where there was none.
        package var replaced: String?
    }

    /// Examines a copy thoroughly, and puts it in place.
    ///
    /// - Parameters:
    ///   - copy: Open for reading; the user who may read it need not be the one who owns the store.
    ///   - name: What it is called in messages.
    /// - Throws: `.foreign`, `.corrupt`, `.full`, `.cannotOpen`; the store that is in place then stays there.
    package func restore(from copy: FileHandle, named name: String, now: Date) async throws(StoreError)
        -> Outcome
    {
        do {
            defer { removePartial() }
            try transfer(copy)
            try await examine(name)
            let replaced = try putInPlace(now)
            let database = try OrderDatabase.open(path: path)
            let outcome = try await begin(database, replaced, now)
            try database.close()
            return outcome
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private func transfer(_ copy: FileHandle) throws {
        removePartial()
        let descriptor = Glibc.open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .cannotOpen,
                "\(partial): cannot be made: \(String(cString: strerror(errno)))",
                remedy: "the folder must exist and belong to the user that kccsyncd runs as"
            )
        }
        let target = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            while let piece = try copy.read(upToCount: 1 << 20), !piece.isEmpty {
                try target.write(contentsOf: piece)
            }
            try target.synchronize()
            try target.close()
        } catch {
            throw StoreError(
                .full,
                "\(partial): cannot be written to its end",
                remedy: "make room on its disk"
            )
        }
    }

    private func examine(_ name: String) async throws {
        do {
            try await examinePartial(name)
        } catch {
            throw StoreError(error, path: name)
        }
    }

    private func examinePartial(_ name: String) async throws {
        let queue = try DatabaseQueue(path: partial)
        let problems = try await queue.read { db in
            guard try !OrderDatabase.migrator.appliedIdentifiers(db).isEmpty else {
                throw StoreError(
                    .foreign,
                    "\(name): holds no order store",
                    remedy: "name a file that kccsyncd db backup made"
                )
            }
            try OrderDatabase.checkIdentity(db, path: name)
            return try DatabaseCare.problems(db, thorough: true) + DatabaseCare.snapshotProblems(db)
        }
        guard problems.isEmpty else {
            try queue.close()
            throw StoreError(
                .corrupt,
                "\(name): is damaged: \(Counted.text(problems.count, "problem", "problems")), the first: \(problems[0])",
                remedy: "restore another backup; the store is as it was"
            )
        }
        // Should the power fail before we are done, the next start knows it for what it is.
        try await queue.write { db in try StoreAge.markCopy(db, at: Date()) }
        try queue.close()
        try DatabaseCare.flush(partial)
    }

    private func putInPlace(_ now: Date) throws -> String? {
        let files = FileManager.default
        var replaced: String?
        if files.fileExists(atPath: path) {
            let stamp = now.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
            let aside = "\(path).replaced-\(stamp)"
            // What is in its log belongs to it, and would be taken for the copy's.
            for end in ["-wal", "-shm", ""] where files.fileExists(atPath: path + end) {
                try files.moveItem(atPath: path + end, toPath: aside + end)
            }
            replaced = aside
        }
        try files.moveItem(atPath: partial, toPath: path)
        try DatabaseCare.flush((path as NSString).deletingLastPathComponent)
        return replaced
    }

    private func begin(_ database: OrderDatabase, _ replaced: String?, _ now: Date) async throws -> Outcome {
        try await database.writer.write { db in
            try RestorationRows(db: db).begin(.command, now: now)
            let newest = try Int64.fetchOne(db, sql: "SELECT max(read_at_ms) FROM \"order\"")
            return Outcome(
                orders: try Int.fetchOne(db, sql: "SELECT count(*) FROM \"order\"") ?? 0,
                newest: newest.map { Date(milliseconds: $0) },
                doubtful: try Int.fetchOne(
                    db,
                    sql: "SELECT count(*) FROM \"order\" WHERE maybe_handed_off = 1 AND hand_off = 'held'"
                ) ?? 0,
                replaced: replaced
            )
        }
    }

    private func removePartial() {
        for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: partial + end) }
    }
}
