import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

@Suite(.timeLimit(.minutes(30)))
struct ImportTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `a replay changes nothing`() async throws {
        #expect(try await bench.take(.paid()).events.map(\.state) == [.imported])
        let again = try await bench.take(.paid())
        #expect(again.events.isEmpty && again.unchanged == 1)
        #expect(try await bench.order(1001)?.standing.revision == 1)
    }

    @Test func `an older version never overwrites a newer one`() async throws {
        try await bench.take(Order.paid().later { $0.note = "new" })
        #expect(try await bench.take(Order.paid().with { $0.note = "old" }).events.isEmpty)
        let stored = try #require(try await bench.order(1001))
        #expect(try await bench.queries.order(stored).note == "new")
    }

    @Test func `an equal version with other content is taken`() async throws {
        try await bench.take(.paid())
        let report = try await bench.take(Order.paid().with { $0.note = "same second" })
        #expect(report.events.map(\.change) == [.updated])
        #expect(try await bench.order(1001)?.standing.revision == 2)
    }

    @Test func `what does not matter raises no revision`() async throws {
        try await bench.take(.paid())
        try await bench.take(Order.paid().later { $0.tags = ["vip"] })
        #expect(try await bench.order(1001)?.standing.revision == 1)
    }

    @Test func `an order that the database refuses fails alone, with the batch and its watermark`()
        async throws
    {
        try await bench.take(.paid(1))
        try await bench.database.writer.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER refusing BEFORE INSERT ON order_line WHEN NEW.sku = 'BAD'
                    BEGIN SELECT RAISE(ABORT, 'no such thing'); END
                    """
            )
        }
        let bad = Order.paid(3).with { $0.lines[0].sku = "BAD" }
        let report = try await bench.take(
            [.order(.paid(2)), .order(bad), .order(.paid(4))],
            watermark: Instants.now
        )
        #expect(report.events.map(\.state) == [.imported, .failed, .imported])
        #expect(try await bench.queries.find("3").first?.standing.reason == .unreadable)
        #expect(try await bench.value("SELECT count(*) FROM order_line WHERE sku = 'BAD'") == 0)
        #expect(try await bench.record()?.watermark == Instants.now)
    }

    @Test func `an imported order whose new version cannot be stored leaves a trace`() async throws {
        try await bench.take(.paid(1))
        try await bench.take([.unreadable(.order(1), "lines: expected a list")])
        let order = try #require(try await bench.order(1))
        #expect(order.standing.state == .imported)
        #expect(
            try await bench.queries.history(order).contains { $0.detail.contains("lines: expected a list") }
        )
    }

    @Test func `a ref belongs to one imported order`() async throws {
        try await bench.take(.paid(1))
        try await bench.take(Order.paid(2).with { $0.name = "#1" })
        let orders = try await bench.queries.find("#1")
        #expect(orders.map(\.standing.state) == [.imported, .failed])
        #expect(orders.last?.standing.reason == .refTaken)
    }

    @Test func `hand-off positions strictly grow`() async throws {
        func position(_ number: Int) async throws -> Int64? {
            try await bench.value("SELECT offer_position FROM \"order\" WHERE name = '#\(number)'")
        }
        try await bench.take(.paid(1), .paid(2))
        let second = try #require(try await position(2))
        #expect(try #require(try await position(1)) < second)
        let stored = try #require(try await bench.order(2))
        try await bench.operations.ignore(stored, now: Instants.now)
        try await bench.take(.paid(3))
        let third = try #require(try await position(3))
        #expect(third > second)
        // Withdrawn and back again, it is offered anew.
        try await bench.take(Order.paid(1).later(by: 10) { $0.lines[0].currentQuantity = 0 })
        #expect(try await bench.order(1)?.standing.reason == .nothingLeft)
        try await bench.take(Order.paid(1).later(by: 20))
        #expect(try await bench.order(1)?.standing.handOff == .waiting)
        #expect(try #require(try await position(1)) > third)
    }

    @Test func `what became of an order is its history`() async throws {
        try await bench.take(Order.paid().status("PENDING"))
        try await bench.take(Order.paid().later())
        try await bench.take(Order.paid().later(by: 120) { $0.cancelledAt = Instants.now })
        let order = try #require(try await bench.order(1001))
        #expect(
            try await bench.queries.history(order).map(\.what) == [
                "skipped unpaid", "imported waiting", "imported cancelled_before_handoff withdrawn",
            ]
        )
    }

    // MARK: Customers

    @Test func `the linked customer is found among hundreds at one address`() async throws {
        let crowd = (1...150)
            .map { number in
                Order.paid(number)
                    .with {
                        $0.billingAddress = .of("Guest", "No\(number)", "1 Hall", "Leeds", "LS1")
                        $0.shippingAddress = nil
                        $0.customer = OrderCustomer(id: .customer(number))
                    }
            }
        try await bench.take(crowd.map { .order($0) })
        let again = crowd[149]
            .with {
                $0.id = .order(999)
                $0.name = "#999"
                $0.email = nil
            }
        try await bench.take(again)
        #expect(try await bench.order(999)?.customer?.id == bench.order(150)?.customer?.id)
        #expect(try await bench.value("SELECT count(*) FROM customer") == 150)
    }

    @Test func `one customer's orders share one row, found by link, e-mail, then address`() async throws {
        let linked = Order.paid(1).with { $0.customer = OrderCustomer(id: .customer(1)) }
        try await bench.take(linked)
        try await bench.take(
            linked.with {
                $0.id = .order(2)
                $0.name = "#2"
                $0.email = "other@example.com"
                $0.billingAddress?.address1 = "Elsewhere 9"
            }
        )
        try await bench.take(
            Order.paid(3)
                .with {
                    $0.email = "ANN1@example.com"
                    $0.billingAddress?.address1 = "Elsewhere 7"
                }
        )
        try await bench.take(
            Order.paid(4)
                .with {
                    $0.email = nil
                    $0.billingAddress = .of("ANN", "Árcher", "1, High-Street", "LEEDS", "ls11aa")
                }
        )
        #expect(try await bench.value("SELECT count(*) FROM customer") == 1)
    }
}
