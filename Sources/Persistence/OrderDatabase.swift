import Foundation
internal import GRDB
package import SyncEngine

/// The database file: opened once, set up, migrated, and then handed to the store and the queries.
package final class OrderDatabase: Sendable {
    let writer: any DatabaseWriter
    package let path: String
    /// Whether whoever had it open before ended without closing it: killed, or by a power cut.
    package let wasLeftOpen: Bool
    /// Failures after which nothing may be done with the file any more in this process: a flush that failed, or damage.
    ///
    /// What was committed before is safe. Whoever hears of one ends the process at once, without closing the file: closing
    /// would write.
    package let fatalFailures: AsyncStream<StoreError>
    private let fatal: AsyncStream<StoreError>.Continuation
    /// Whether this is the one process that writes it.
    private let isKeeper: Bool
    /// The order of what arrives.
    let arrivals: Arrivals

    private init(
        writer: any DatabaseWriter,
        path: String,
        isKeeper: Bool = false,
        wasLeftOpen: Bool = false,
        lastArrival: Int64 = 0
    ) {
        arrivals = Arrivals(last: lastArrival)
        self.writer = writer
        self.path = path
        self.isKeeper = isKeeper
        (fatalFailures, fatal) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
        self.wasLeftOpen = wasLeftOpen
    }

    /// `kccs` in ASCII: tells our files from other programs' (`PRAGMA application_id`).
    static let applicationID = 0x6B63_6373

    /// Opens the database for the one process that writes it, making or migrating it where needed.
    ///
    /// The caller holds the lock. A database that needs a migration is first copied to
    /// `PATH.before-MIGRATION`. One that took the place of another, or is a copy, begins a ``SyncEngine/Restoration``.
    ///
    /// - Throws: `.foreign` for a newer or another program's database, `.corrupt`, `.cannotOpen`, `.full`, …
    package static func open(path: String) throws(StoreError) -> OrderDatabase {
        try StoreError.catching(path: path) {
            try createPrivately(path)
            let pool = try DatabasePool(path: path, configuration: configuration(readOnly: false))
            let database = OrderDatabase(writer: pool, path: path)
            try database.checkIdentity()
            try database.backUpBeforeMigrating()
            // First of all, so that a start that is cut short leaves a file that we know as ours.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            }
            try Self.migrator.migrate(pool)
            try pool.writeWithoutTransaction { db in
                // GRDB relaxes this to NORMAL when it switches to WAL; a power cut could then take
                // the last commits, and with them what we believe to have told Shopify.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try StoreAge(path: path).check(db, now: Date())
                try recordSchema(db)
            }
            let wasLeftOpen = try database.markOpen(true)
            return OrderDatabase(
                writer: pool,
                path: path,
                isKeeper: true,
                wasLeftOpen: wasLeftOpen,
                lastArrival: try pool.read(Arrivals.stored)
            )
        }
    }

    /// Opens the database to read it, beside a daemon that writes it or without one.
    package static func openReadOnly(path: String) throws(StoreError) -> OrderDatabase {
        try StoreError.catching(path: path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: true))
            let database = OrderDatabase(writer: queue, path: path)
            try database.checkIdentity()
            guard try queue.read(Self.migrator.hasCompletedMigrations) else {
                throw StoreError(
                    .foreign,
                    "\(path): is empty, or was made by an older kccsyncd",
                    remedy: "start the daemon once to set it up"
                )
            }
            return database
        }
    }

    /// An empty database that lives as long as the object, for rehearsals and tests.
    package static func inMemory() throws(StoreError) -> OrderDatabase {
        try StoreError.catching(path: "memory") {
            let queue = try DatabaseQueue(configuration: configuration(readOnly: false))
            try migrator.migrate(queue)
            return OrderDatabase(writer: queue, path: ":memory:")
        }
    }

    /// Says what an error of a statement means, and tells ``fatalFailures`` where it is one.
    func failure(_ error: any Error) -> StoreError {
        let failure = StoreError(error, path: path)
        if (error as? DatabaseError)?.isFatal == true { fatal.yield(failure) }
        return failure
    }

    /// Closes the file; no call on it or on a store made of it may follow.
    package func close() throws(StoreError) {
        if isKeeper {
            // A full disk is no reason to stay.
            try? grow()
            _ = try? markOpen(false)
        }
        try StoreError.catching(path: path) {
            // The writer, as the last one, takes the log into the file. A log that stayed behind would be taken for that of
            // whatever file is put in the store's place.
            (writer as? DatabasePool)?.invalidateReadOnlyConnections()
            try writer.close()
        }
    }

    /// Makes the store older, so that copies that were made of the file before are known for what they are.
    package func grow() throws(StoreError) {
        try StoreError.catching(path: path) {
            try writer.writeWithoutTransaction { db in try StoreAge(path: path).grow(db) }
        }
    }

    /// Notes whether a process has the file open for writing.
    ///
    /// - Returns: What was noted before.
    private func markOpen(_ isOpen: Bool) throws -> Bool {
        try writer.writeWithoutTransaction { db in
            let before =
                try Bool.fetchOne(db, sql: "SELECT value FROM counter WHERE name = 'running'") ?? false
            try db.execute(sql: "UPDATE counter SET value = ? WHERE name = 'running'", arguments: [isOpen])
            return before
        }
    }

    private static func configuration(readOnly: Bool) -> GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF")
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // 4 MiB of pages per connection keep a store of a million orders quick to write.
            try db.execute(sql: "PRAGMA cache_size = -4096")
        }
        return configuration
    }

    /// Makes the file ours alone before SQLite would make it by the umask.
    private static func createPrivately(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                opening: path,
                errno: errno,
                remedy:
                    "the folder must exist and belong to the user that kccsyncd runs as, and the file must not be a link"
            )
        }
        Glibc.close(descriptor)
    }

    private func checkIdentity() throws {
        try writer.read { db in try Self.checkIdentity(db, path: path) }
    }

    /// - Throws: `.foreign` for another program's database, or one that a newer version wrote.
    static func checkIdentity(_ db: GRDB.Database, path: String) throws {
        let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        let isOurs =
            try id == Self.applicationID || isEmpty || !Self.migrator.appliedIdentifiers(db).isEmpty
        guard isOurs else {
            throw StoreError(
                .foreign,
                "\(path): is a database of another program",
                remedy: "name another file in [daemon] database"
            )
        }
        guard try !Self.migrator.hasBeenSuperseded(db) else {
            let applied = try Self.migrator.appliedIdentifiers(db).sorted().last ?? "?"
            let known = Self.migrator.migrations.last ?? "?"
            throw StoreError(
                .foreign,
                "\(path): was written by a newer kccsyncd (schema \"\(applied)\", this one knows up to \"\(known)\")",
                remedy: "install that version again, or restore a backup made before the upgrade"
            )
        }
    }

    private func backUpBeforeMigrating() throws {
        let (applied, complete) = try writer.read { db in
            (try Self.migrator.appliedIdentifiers(db), try Self.migrator.hasCompletedMigrations(db))
        }
        guard !applied.isEmpty, !complete else { return }
        let next = Self.migrator.migrations.first { !applied.contains($0) } ?? "migration"
        let copy = "\(path).before-\(next.prefix(4))"
        try? FileManager.default.removeItem(atPath: copy)
        try writer.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
        }
    }

    /// Writes the number of migrations into the file's header (`PRAGMA user_version`, bytes 60 to 63), where the Debian
    /// package finds it without SQLite before it lets an older version in.
    private static func recordSchema(_ db: Database) throws {
        let known = migrator.migrations.count
        guard try Int.fetchOne(db, sql: "PRAGMA user_version") != known else { return }
        try db.execute(sql: "PRAGMA user_version = \(known)")
        // Out of the log and into the file.
        try db.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration(M0001Orders.identifier, migrate: M0001Orders.migrate)
        migrator.registerMigration(M0002Pushes.identifier, migrate: M0002Pushes.migrate)
        migrator.registerMigration(M0003Stock.identifier, migrate: M0003Stock.migrate)
        migrator.registerMigration(M0004KCC.identifier, migrate: M0004KCC.migrate)
        migrator.registerMigration(M0005Care.identifier, migrate: M0005Care.migrate)
        migrator.registerMigration(M0006Stock.identifier, migrate: M0006Stock.migrate)
        migrator.registerMigration(M0007HandOff.identifier, migrate: M0007HandOff.migrate)
        migrator.registerMigration(M0008Channels.identifier, migrate: M0008Channels.migrate)
        migrator.registerMigration(M0009Arrivals.identifier, migrate: M0009Arrivals.migrate)
        migrator.registerMigration(M0010Unreached.identifier, migrate: M0010Unreached.migrate)
        migrator.registerMigration(M0011Tracking.identifier, migrate: M0011Tracking.migrate)
        migrator.registerMigration(M0012Fulfilments.identifier, migrate: M0012Fulfilments.migrate)
        migrator.registerMigration(M0013Repetitions.identifier, migrate: M0013Repetitions.migrate)
        migrator.registerMigration(M0014ItemFacts.identifier, migrate: M0014ItemFacts.migrate)
        return migrator
    }
}
