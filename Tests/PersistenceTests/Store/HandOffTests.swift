import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

@Suite(.timeLimit(.minutes(30)))
struct HandOffTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func current() async throws -> StoredOrder { try #require(try await bench.order(1001)) }

    private func acknowledge() async throws {
        try await bench.operations.acknowledge(try await current(), now: Instants.now)
    }

    private func note(_ text: String, after seconds: TimeInterval) async throws -> ImportReport {
        try await bench.take(Order.paid().later(by: seconds) { $0.note = text })
    }

    @Test func `acknowledging twice is harmless`() async throws {
        try await bench.take(.paid())
        try await acknowledge()
        let first = try await current().acknowledgedAt
        bench.now.advance(by: 60)
        try await acknowledge()
        #expect(try await current().standing.handOff == .acknowledged)
        #expect(try await current().acknowledgedAt == first)
        #expect(try await bench.value("SELECT count(*) FROM order_revision") == 1)
    }

    @Test func `a change after the acknowledgement is stored and told with its fields, until settled`()
        async throws
    {
        try await bench.take(.paid())
        try await acknowledge()
        let report = try await note("Ring twice", after: 60)
        #expect(report.events.map(\.change) == [.changedAfterHandOff])
        #expect(report.events.map(\.detail) == ["note"])
        #expect(try await current().standing.revision == 2)
        #expect(try await current().standing.handOff == .acknowledged)
        #expect(try await bench.queries.changedAfterHandOff() == 1)
        try await bench.operations.settle(try await current(), now: Instants.now + 1)
        #expect(try await current().standing.changedFields.isEmpty)
        // What was settled is the new measure.
        bench.now.advance(by: 60)
        _ = try await bench.take(
            Order.paid()
                .later(by: 120) {
                    $0.note = "Ring twice"
                    $0.poNumber = "7"
                }
        )
        #expect(try await current().standing.changedFields == ["po_number"])
    }

    @Test func `a change between export and acknowledgement stays a change`() async throws {
        try await bench.take(.paid())
        let row = try await current().row
        #expect(try await bench.operations.served([row: 1], now: Instants.now).isEmpty)
        _ = try await note("Ring twice", after: 60)
        try await acknowledge()
        #expect(try await current().standing.changedFields == ["note"])
        #expect(try await current().standing.handOffState.served?.revision == 1)
        // Changed back, it is again what was exported.
        try await bench.take(Order.paid().later(by: 120))
        #expect(try await current().standing.changedFields.isEmpty)
    }

    @Test func `an export of a revision that is out of date by now is not recorded`() async throws {
        try await bench.take(.paid())
        let row = try await current().row
        _ = try await note("Ring twice", after: 60)
        #expect(try await bench.operations.served([row: 1], now: Instants.now) == [row])
        #expect(try await current().standing.handOffState.served?.revision == nil)
    }

    @Test func `an order whose totals differ is held until it is released`() async throws {
        try await bench.take(Order.paid().total("31.5"))
        #expect(try await current().standing.handOff == .held)
        #expect(try await current().difference == Amount("1.5"))
        let error = await #expect(throws: StoreError.self) { try await acknowledge() }
        #expect(
            error?.description
                == "order #1001 is held because its totals differ; first run: kccsyncd orders release 1001"
        )
        try await bench.operations.release(try await current(), now: Instants.now)
        #expect(try await current().standing.handOff == .waiting)
        // A later version with the same fault stays released.
        try await bench.take(Order.paid().total("31.5").later { $0.note = "x" })
        #expect(try await current().standing.handOff == .waiting)
    }

    @Test func `resend offers the current revision again`() async throws {
        try await bench.take(.paid())
        try await acknowledge()
        let before: Int64? = try await bench.value("SELECT offer_position FROM \"order\"")
        try await bench.operations.resend(try await current(), now: Instants.now)
        let after: Int64? = try await bench.value("SELECT offer_position FROM \"order\"")
        #expect(try await current().standing.handOff == .waiting)
        #expect(try #require(after) > #require(before))
    }

    @Test func `what was withdrawn before any hand-off is not offered by resend`() async throws {
        try await bench.take(.paid())
        try await bench.take(Order.paid().later().cancelled())
        #expect(try await current().standing.handOff == .withdrawn)
        let order = try await current()
        await #expect(throws: StoreError.self) { try await bench.operations.resend(order, now: Instants.now) }
    }

    @Test func `a taken order that is cancelled or deleted is not withdrawn but told`() async throws {
        try await bench.take(.paid())
        try await acknowledge()
        let report = try await bench.take(Order.paid().later().cancelled())
        #expect(report.events.map(\.detail) == ["cancelled"])
        #expect(try await current().standing.handOff == .acknowledged)
        try await bench.take([.missing(.order(1001))])
        bench.now.advance(by: 61)
        #expect(try await bench.take([.missing(.order(1001))]).events.map(\.change) == [.gone])
        #expect(try await current().standing.handOff == .acknowledged)
    }

    @Test func `a flipped byte in a stored order is found`() async throws {
        try await bench.take(.paid())
        #expect(try await DatabaseCare(bench.database).check().isEmpty)
        try await bench.database.writer.write { db in
            try db.execute(sql: "UPDATE \"order\" SET snapshot = replace(snapshot, 'Ann', 'Amn')")
        }
        #expect(
            try await DatabaseCare(bench.database).check() == [
                "order #1001: its stored text was changed outside kccsyncd"
            ]
        )
    }

    @Test func `a flipped byte in a served revision is found`() async throws {
        try await bench.take(.paid())
        try await acknowledge()
        try await bench.database.writer.write { db in
            try db.execute(sql: "UPDATE order_revision SET snapshot = replace(snapshot, 'Ann', 'Amn')")
        }
        #expect(try await DatabaseCare(bench.database).check().count == 1)
    }
}
