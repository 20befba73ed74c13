import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// The disk and other programs: an error says what to do, and nothing is lost.
@Suite(.timeLimit(.minutes(30)))
struct TroubleTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `a full disk stops the work and loses nothing`() async throws {
        try await bench.take(.paid(1), watermark: Instants.placed)
        let used: Int = try #require(try await bench.value("PRAGMA page_count"))
        try await bench.limitPages(to: used + 1)
        let orders = (2...200).map { OrderReading.Entry.order(.paid($0)) }
        let error = await #expect(throws: StoreError.self) {
            try await bench.take(orders, watermark: Instants.now)
        }
        #expect(error?.code == .full && error?.isTemporary == true)
        #expect(
            error?.description
                == "\(bench.folder.database): no space left on its disk; make room; work goes on by itself then"
        )
        #expect(try await bench.queries.orderCount() == 1)
        #expect(try await bench.record()?.watermark == Instants.placed)
        try await bench.limitPages(to: 1_000_000)
        try await bench.take(orders, watermark: Instants.now)
        #expect(try await bench.queries.orderCount() == 200)
    }

    @Test func `a database that another program holds is said, and taken up when it is free`() async throws {
        try await bench.take(.paid(1))
        try await bench.database.writer.writeWithoutTransaction { db in
            // Five seconds of patience would only slow the test.
            try db.execute(sql: "PRAGMA busy_timeout = 10")
        }
        var configuration = Configuration()
        // The lock is held over several calls, as another program would hold it.
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: bench.folder.database, configuration: configuration)
        try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
        let error = await #expect(throws: StoreError.self) { try await bench.take(.paid(2)) }
        #expect(error?.code == .busy && error?.isTemporary == true)
        #expect(
            error?.description
                == "\(bench.folder.database): another program holds it; end that program; nothing else may open the database"
        )
        try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        try other.close()
        try await bench.take(.paid(2))
        #expect(try await bench.queries.orderCount() == 2)
    }

    @Test func `nothing waits for a time of a clock that was put back since`() async throws {
        try await bench.take(.paid(1))
        let now = Instants.now
        // A retry of half an hour is one; a day is the old clock's.
        for (gid, wait) in [("soon", 1800.0), ("late", 86_400 + 60)] {
            let due = now.addingTimeInterval(wait).milliseconds
            try await bench.database.writer.write { db in
                try db.execute(
                    sql: "INSERT INTO revisit VALUES ((SELECT id FROM shop), ?, 'missing', ?, 0, 0)",
                    arguments: [gid, due]
                )
            }
        }
        try await SQLiteOrderStore(bench.database).shortenWaits(now: now)
        let waits = try await bench.database.writer.read { db in
            try Row.fetchAll(db, sql: "SELECT gid, due_at_ms FROM revisit ORDER BY gid")
                .map { row in (row["gid"] as String, (row["due_at_ms"] as Int64) - now.milliseconds) }
        }
        #expect(waits.map(\.0) == ["late", "soon"] && waits.map(\.1) == [60_000, 1_800_000])
    }

    @Test(arguments: [
        (
            ENOSPC, StoreError.Code.full,
            "/x: no space left on its disk; make room; work goes on by itself then"
        ),
        (EDQUOT, .full, "/x: no space left on its disk; make room; work goes on by itself then"),
        (EROFS, .readOnly, "/x: its disk is read-only; mount it for writing; work goes on by itself then"),
        (EACCES, .cannotOpen, "/x: cannot be opened: Permission denied; mend it"),
    ])
    func `a file that cannot be made says why, and what passes by itself is told apart`(
        number: CInt,
        code: StoreError.Code,
        words: String
    ) {
        let error = StoreError(opening: "/x", errno: number, remedy: "mend it")
        #expect(error.code == code)
        #expect(error.description == words)
    }

    @Test func `a flush that failed is no error among others`() async throws {
        try await bench.take(.paid(1))
        let failed = DatabaseError(resultCode: .SQLITE_IOERR_FSYNC)
        let told = bench.database.failure(failed)
        #expect(told.code == .flushFailed && !told.isTemporary)
        #expect(
            told.description
                == "\(bench.folder.database): the disk did not take what was written (SQLite error 1034); check the disk; a new start goes on from what is on it"
        )
        // Whoever ends the process hears of it, and of nothing that passes.
        _ = bench.database.failure(DatabaseError(resultCode: .SQLITE_FULL))
        _ = bench.database.failure(DatabaseError(resultCode: .SQLITE_CORRUPT))
        var heard = bench.database.fatalFailures.makeAsyncIterator()
        #expect(await heard.next()?.code == .flushFailed)
    }

    @Test func `a cancelled task stores nothing`() async throws {
        let bench = bench
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await bench.take(.paid(1))
        }
        let error = await #expect(throws: StoreError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test func `an error names no person`() async throws {
        try await bench.take(.paid(1))
        try await bench.database.writer.write { db in
            try db.execute(sql: "UPDATE \"order\" SET snapshot = '{\"email\":\"ann@example.com\"}'")
        }
        let order = try #require(try await bench.order(1))
        let error = await #expect(throws: StoreError.self) { try await bench.queries.order(order) }
        #expect(error?.code == .corrupt)
        #expect(error?.description.contains("ann@") == false)
    }
}
