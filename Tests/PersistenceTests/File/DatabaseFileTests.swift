import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

@Suite(.timeLimit(.minutes(30)))
struct DatabaseFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.database }

    init() throws { folder = try TemporaryFolder() }

    private func pragma(_ name: String, in database: OrderDatabase) async throws -> String? {
        try await database.writer.writeWithoutTransaction { db in
            try String.fetchOne(db, sql: "PRAGMA \(name)")
        }
    }

    @Test(
        arguments: [
            ("synchronous", "2"), ("journal_mode", "wal"), ("foreign_keys", "1"), ("secure_delete", "1"),
            ("application_id", "1801675635"),
        ])
    func `the writer works by these pragmas`(_ name: String, _ value: String) async throws {
        let database = try OrderDatabase.open(path: path)
        #expect(try await pragma(name, in: database) == value)
    }

    @Test func `the file is its owner's alone, whatever the umask`() throws {
        _ = try OrderDatabase.open(path: path)
        for file in [path, path + "-wal", path + "-shm"] where FileManager.default.fileExists(atPath: file) {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
        }
    }

    @Test func `a link is refused`() throws {
        try FileManager.default.createSymbolicLink(
            atPath: path,
            withDestinationPath: folder.path("elsewhere")
        )
        let error = #expect(throws: StoreError.self) { try OrderDatabase.open(path: path) }
        #expect(error?.code == .cannotOpen)
        #expect(!FileManager.default.fileExists(atPath: folder.path("elsewhere")))
        #expect(error?.message == "\(path): cannot be opened: Too many levels of symbolic links")
        #expect(
            error?.remedy
                == "the folder must exist and belong to the user that kccsyncd runs as, and the file must not be a link"
        )
    }

    @Test func `a folder that is not there is said`() throws {
        let error = #expect(throws: StoreError.self) {
            try OrderDatabase.open(path: folder.path("no/such.sqlite"))
        }
        #expect(error?.code == .cannotOpen)
    }

    @Test func `what is no database is said, and left as it is`() throws {
        let text = Data(String(repeating: "not a database ", count: 100).utf8)
        try text.write(to: URL(filePath: path))
        let error = #expect(throws: StoreError.self) { try OrderDatabase.open(path: path) }
        #expect(error?.code == .corrupt)
        #expect(error?.message == "\(path): is damaged, or no database (SQLite error 26)")
        #expect(try Data(contentsOf: URL(filePath: path)) == text)
    }

    @Test func `another program's database is refused`() async throws {
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in try db.execute(sql: "CREATE TABLE theirs (id INTEGER)") }
        try queue.close()
        let error = #expect(throws: StoreError.self) { try OrderDatabase.open(path: path) }
        #expect(error?.code == .foreign)
        #expect(
            error?.description
                == "\(path): is a database of another program; name another file in [daemon] database"
        )
    }

    @Test func `a newer kccsyncd's database is refused`() async throws {
        let database = try OrderDatabase.open(path: path)
        try await database.writer.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 future')")
        }
        try database.close()
        let known = try #require(OrderDatabase.migrator.migrations.last)
        let sentence =
            "\(path): was written by a newer kccsyncd (schema \"9999 future\", this one knows up to \"\(known)\"); install that version again, or restore a backup made before the upgrade"
        #expect(
            #expect(throws: StoreError.self) { try OrderDatabase.open(path: path) }?.description == sentence
        )
        #expect(
            #expect(throws: StoreError.self) { try OrderDatabase.openReadOnly(path: path) }?.description
                == sentence
        )
    }

    @Test func `the file's header says how many migrations it has had, while it is in use, too`() throws {
        let database = try OrderDatabase.open(path: path)
        let header = try Data(contentsOf: URL(filePath: path)).prefix(64)
        #expect(header.suffix(4).reduce(0) { $0 << 8 | Int($1) } == OrderDatabase.migrator.migrations.count)
        try database.close()
    }

    @Test func `a reader sees what the writer committed, and cannot write`() async throws {
        let bench = try Bench(folder: folder)
        try await bench.take(.paid())
        let reader = try OrderDatabase.openReadOnly(path: path)
        #expect(try await OrderQueries(reader).orderCount() == 1)
        let store = SQLiteOrderStore(reader)
        let error = await #expect(throws: StoreError.self) {
            try await store.saveJudgedDigest("x", shop: 1)
        }
        #expect(error?.code == .readOnly)
    }

    @Test func `a database that is not there is not made by a reader`() throws {
        #expect(throws: StoreError.self) { try OrderDatabase.openReadOnly(path: path) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `opening again changes nothing`() async throws {
        let first = try await Self.schema(try OrderDatabase.open(path: path))
        #expect(try await Self.schema(try OrderDatabase.open(path: path)) == first)
    }

    /// The schema is compared as text: a migration that was released is never edited.
    ///
    /// `KCCSYNCD_RECORD=1` writes the fixture anew, for a migration that is new.
    @Test func `the schema is the one on record`() async throws {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/schema.sql")
        let schema = try await Self.schema(try OrderDatabase.open(path: path))
        if ProcessInfo.processInfo.environment["KCCSYNCD_RECORD"] == "1" {
            try Data(schema.utf8).write(to: fixture)
        }
        #expect(try String(contentsOf: fixture, encoding: .utf8) == schema)
    }

    private static func schema(_ database: OrderDatabase) async throws -> String {
        try await database.writer.read { db in
            try String.fetchAll(
                db,
                sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name"
            )
            .map { $0 + ";\n" }.joined()
        }
    }
}
