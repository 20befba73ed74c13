import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// The disk and other programs: an error says what to do, and nothing is lost.
@Suite(.timeLimit(.minutes(5)))
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
