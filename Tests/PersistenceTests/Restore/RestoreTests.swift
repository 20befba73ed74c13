import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// A copy put in the store's place: that it is recognised, whole, and what is refused.
@Suite(.timeLimit(.minutes(30)))
struct RestoreTests {
    private let folder: TemporaryFolder
    private let copy: String
    private let later = Instants.start + 86_400

    init() throws {
        folder = try TemporaryFolder()
        copy = folder.path("copy.sqlite")
    }

    private func restore(_ file: String? = nil) async throws -> DatabaseRestore.Outcome {
        let handle = try #require(FileHandle(forReadingAtPath: file ?? copy))
        return try await DatabaseRestore(path: folder.database)
            .restore(from: handle, named: "copy", now: later)
    }

    /// Two orders, of which KCC has one, and a copy of that; then a third.
    private func backedUp() async throws {
        let bench = try Bench(folder: folder)
        try await bench.take(.paid(1001), .paid(1002))
        try await bench.operations.acknowledge(
            try #require(try await bench.order(1001)),
            now: bench.now.current
        )
        try await DatabaseCare(bench.database).backUp(to: copy)
        try await bench.take(.paid(1003))
        try bench.database.close()
    }

    private func restoration() async throws -> Restoration? {
        let database = try OrderDatabase.open(path: folder.database)
        defer { try? database.close() }
        return try await OrderQueries(database).restoration()
    }

    @Test func `a copy is put in place, and the store that was there is kept`() async throws {
        try await backedUp()
        let outcome = try await restore()
        #expect(outcome.orders == 2)
        #expect(outcome.doubtful == 1)
        #expect(outcome.newest == Instants.now)
        let replaced = try #require(outcome.replaced)
        #expect(replaced.hasPrefix(folder.database + ".replaced-"))
        let former = try OrderDatabase.openReadOnly(path: replaced)
        #expect(try await OrderQueries(former).orderCount() == 3)
        try former.close()
        #expect(try await restoration() == Restoration(at: later, sign: .command, arrival: 0))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(""))
        #expect(!files.contains { $0.contains("restoring") })
    }

    @Test func `what is still in the former store's log stays with it`() async throws {
        try await backedUp()
        // As if the process had been killed: the last order is in the log only.
        let bench = try Bench(folder: folder)
        try await bench.take(.paid(1004))
        let outcome = try await restore()
        let former = try OrderDatabase.openReadOnly(path: try #require(outcome.replaced))
        #expect(try await OrderQueries(former).orderCount() == 4)
        let database = try OrderDatabase.open(path: folder.database)
        #expect(try await OrderQueries(database).orderCount() == 2)
        _ = bench
    }

    @Test func `a store that was closed is one file`() async throws {
        try await backedUp()
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(""))
        #expect(files.sorted() == ["copy.sqlite", "kccsyncd.sqlite", "kccsyncd.sqlite.age"])
    }

    @Test func `a copy that was merely put there is recognised, too`() async throws {
        try await backedUp()
        try FileManager.default.removeItem(atPath: folder.database)
        try FileManager.default.copyItem(atPath: copy, toPath: folder.database)
        #expect(try await restoration()?.sign == .copy)
        // Once recognised it stays so, and is not recognised anew.
        let first = try await restoration()
        #expect(try await restoration() == first)
    }

    @Test func `an older state of the file is recognised by its age`() async throws {
        try await backedUp()
        let older = folder.path("older.sqlite")
        try FileManager.default.copyItem(atPath: folder.database, toPath: older)
        try OrderDatabase.open(path: folder.database).close()
        #expect(try await restoration() == nil)
        try FileManager.default.removeItem(atPath: folder.database)
        try FileManager.default.moveItem(atPath: older, toPath: folder.database)
        #expect(try await restoration()?.sign == .age)
    }

    @Test func `a store that was killed or moved is not taken for a restored one`() async throws {
        try await backedUp()
        let open = try OrderDatabase.open(path: folder.database)
        try open.grow()
        #expect(try await restoration() == nil)
        _ = open
        // On another machine there is no file beside it yet.
        try FileManager.default.removeItem(atPath: folder.database + ".age")
        #expect(try await restoration() == nil)
    }

    @Test func `a file of age that holds nonsense is written anew`() async throws {
        try await backedUp()
        try Data("?".utf8).write(to: URL(filePath: folder.database + ".age"))
        #expect(try await restoration() == nil)
        let text = try String(contentsOfFile: folder.database + ".age", encoding: .utf8)
        #expect(Int(text.trimmingCharacters(in: .newlines)) ?? 0 > 2)
    }

    // MARK: What is refused

    private func refusal(_ file: String) async throws -> StoreError? {
        let before = try Data(contentsOf: URL(filePath: folder.database))
        let error = await #expect(throws: StoreError.self) { _ = try await restore(file) }
        #expect(try Data(contentsOf: URL(filePath: folder.database)) == before, "the store is as it was")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(""))
        #expect(!files.contains { $0.contains("restoring") || $0.contains("replaced") })
        return error
    }

    @Test func `a file that is no database is refused`() async throws {
        try await backedUp()
        let file = folder.path("notes.txt")
        try Data(String(repeating: "no database ", count: 500).utf8).write(to: URL(filePath: file))
        let error = try await refusal(file)
        #expect(error?.code == .corrupt)
        #expect(error?.message == "copy: is damaged, or no database (SQLite error 26)")
    }

    @Test func `an empty file is refused`() async throws {
        try await backedUp()
        let file = folder.path("empty.sqlite")
        try Data().write(to: URL(filePath: file))
        let error = try await refusal(file)
        #expect(error?.code == .foreign)
        #expect(error?.description == "copy: holds no order store; name a file that kccsyncd db backup made")
    }

    @Test func `a copy of a newer version is refused`() async throws {
        try await backedUp()
        let newer = try DatabaseQueue(path: copy)
        try await newer.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999 later')")
        }
        try newer.close()
        let error = try await refusal(copy)
        #expect(error?.code == .foreign)
        #expect(error?.message.contains("was written by a newer kccsyncd") == true)
    }

    @Test func `a copy whose orders were changed is refused`() async throws {
        try await backedUp()
        let changed = try DatabaseQueue(path: copy)
        try await changed.write { db in
            try db.execute(
                sql: "UPDATE \"order\" SET snapshot = replace(snapshot, '1001', '1009') WHERE name = '#1001'"
            )
        }
        try changed.close()
        let error = try await refusal(copy)
        #expect(error?.code == .corrupt)
        #expect(
            error?.description
                == "copy: is damaged: 1 problem, the first: order #1001: its stored text was changed outside kccsyncd; restore another backup; the store is as it was"
        )
    }

    @Test func `a copy that was cut off is refused`() async throws {
        try await backedUp()
        let handle = try #require(FileHandle(forWritingAtPath: copy))
        try handle.truncate(atOffset: 40_000)
        try handle.close()
        #expect(try await refusal(copy)?.code == .corrupt)
    }
}
