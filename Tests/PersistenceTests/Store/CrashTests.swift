import Foundation
import Glibc
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// The process dies by SIGKILL inside an import; what is found afterwards is all of it or nothing.
@Suite(.timeLimit(.minutes(30)))
struct CrashTests {
    /// Dies when the named order is about to be written, in the midst of the transaction.
    private static func dieAt(_ name: String, in database: OrderDatabase) async throws {
        try await database.writer.write { db in
            db.add(
                function: DatabaseFunction("die", argumentCount: 0) { _ in
                    kill(getpid(), SIGKILL)
                    return nil
                }
            )
            try db.execute(
                sql: """
                    CREATE TEMP TRIGGER dying BEFORE INSERT ON main."order" WHEN NEW.name = '\(name)'
                    BEGIN SELECT die(); END
                    """
            )
        }
    }

    @Test func `killed inside a batch, nothing of it is there, and the next run takes it whole`() async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.database
        do {
            let bench = try Bench(folder: folder)
            try await bench.take(.paid(1), watermark: Instants.placed)
            try bench.database.close()
        }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try await CrashTests.importAndDie(at: path, name: "#5")
        }
        let bench = try Bench(folder: folder)
        #expect(try await bench.queries.orderCount() == 1)
        #expect(try await bench.record()?.watermark == Instants.placed)
        #expect(try await DatabaseCare(bench.database).check().isEmpty)
        try await bench.take((1...6).map { .order(.paid($0)) }, watermark: Instants.placed + 60)
        #expect(try await bench.queries.orderCount() == 6)
        #expect(try await bench.record()?.watermark == Instants.placed + 60)
        #expect(try await bench.value("SELECT count(DISTINCT offer_position) FROM \"order\"") == 6)
    }

    @Test func `killed right after a batch, all of it is there with its watermark`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.database
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try await CrashTests.importAndDie(at: path, name: nil)
        }
        let bench = try Bench(folder: folder)
        #expect(try await bench.queries.orderCount() == 6)
        #expect(try await bench.record()?.watermark == Instants.placed + 60)
    }

    private static func importAndDie(at path: String, name: String?) async throws {
        let database = try OrderDatabase.open(path: path)
        let store = SQLiteOrderStore(database)
        if let name { try await dieAt(name, in: database) }
        let record = try await store.openShop(domain: "test.myshopify.com", identity: .plain())
        var batch = ImportBatch(
            shop: record.id,
            entries: (1...6).map { .order(.paid($0)) },
            readAt: Instants.now,
            now: Instants.now,
            judge: Judge(channels: [.plain()])
        )
        batch.watermark = Instants.placed + 60
        _ = try await store.importBatch(batch)
        kill(getpid(), SIGKILL)
    }
}
