import Foundation
import GRDB
import SyncEngine
import TestSupport
import Testing

@testable import Persistence

/// What orders claim, from the import to the rows of a decision.
@Suite struct ClaimTests {
    private let bench: Bench
    private let stock: SQLiteStockStore

    init() throws {
        bench = try Bench()
        stock = SQLiteStockStore(bench.database)
    }

    private var scope: StockScope { StockScope(channel: "web", shop: 1, location: .location(1)) }

    private func context() async throws -> StockContext {
        StockContext(
            scope: scope,
            rules: StockRules(),
            locations: ["web": .location(1)],
            handingOff: try await stock.handOff().acknowledging
        )
    }

    private func tell(
        _ sku: SKU = "SKU-1",
        at: Date = Instants.placed,
        by source: StockLevel.Source = .command
    )
        async throws
    {
        let level = StockLevel(
            channel: "web",
            sku: sku,
            level: Amount(micros: 10_000_000),
            toldAt: at,
            source: source
        )
        _ = try await stock.setLevels([level], now: Instants.now)
    }

    private func claims(_ sku: SKU = "SKU-1") async throws -> [StockClaim] {
        try await stock.find(sku, try await context(), now: Instants.now)?.claims ?? []
    }

    private func due(_ sku: SKU = "SKU-1") async throws -> Bool {
        try await stock.due(try await context(), now: Instants.now, limit: 250).contains { $0.sku == sku }
    }

    /// Puts the SKU's next look out of sight.
    private func rest(_ sku: SKU = "SKU-1") async throws {
        let entry = try #require(try await stock.find(sku, try await context(), now: Instants.now))
        var outcome = StockOutcome()
        outcome.marks = [
            .init(sku: sku, version: entry.version, state: .confirmed, reason: "", dueAt: nil)
        ]
        try await stock.record(outcome, of: scope, now: Instants.now)
        #expect(try await !due(sku))
    }

    @Test func `an order makes its SKUs due, and its acknowledgement does again`() async throws {
        _ = try await bench.sync()
        try await tell()
        try await rest()
        try await bench.take(.paid(1))
        #expect(try await due())
        #expect(try await claims().map(\.units.current) == [2])
        try await rest()
        let order = try #require(try await bench.order(1))
        try await bench.operations.acknowledge(order, now: Instants.now)
        #expect(try await due())
        #expect(try await claims().first?.acknowledgedAt == Instants.now)
    }

    @Test func `what became due while a decision was made stays due`() async throws {
        _ = try await bench.sync()
        try await tell()
        let entry = try #require(try await stock.due(try await context(), now: Instants.now, limit: 1).first)
        try await bench.take(.paid(1))
        var outcome = StockOutcome()
        outcome.marks = [
            .init(sku: "SKU-1", version: entry.version, state: .confirmed, reason: "", dueAt: nil)
        ]
        try await stock.record(outcome, of: scope, now: Instants.now)
        #expect(try await due())
    }

    @Test(arguments: [
        ("paid", 1), ("unpaid", 1), ("before the start", 0), ("test", 0), ("till", 1), ("without a SKU", 1),
    ])
    func `orders that KCC may come to know claim their units, others none`(what: String, count: Int)
        async throws
    {
        _ = try await bench.sync()
        try await tell(at: Instants.now.addingTimeInterval(-30 * 86_400))
        let order =
            switch what {
            case "unpaid": Order.paid(1).status("PENDING")
            case "before the start": Order.paid(1, at: Instants.start.addingTimeInterval(-1))
            case "test": Order.paid(1).with { $0.test = true }
            case "till": Order.till(1)
            case "without a SKU":
                Order.paid(1).with { $0.lines.append(.units(1, of: nil, at: "0", line: 99)) }
            default: Order.paid(1)
            }
        try await bench.take(order)
        let found = try await claims()
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.isUntilLevel == (what == "till") })
    }

    @Test(arguments: [
        ("paid", 1), ("without a customer", 1), ("before the start", 0),
    ])
    func `orders that wait because downloads are off claim their units`(what: String, count: Int) async throws
    {
        _ = try await bench.sync()
        try await tell(at: Instants.now.addingTimeInterval(-30 * 86_400))
        let order =
            switch what {
            case "without a customer":
                Order.paid(1)
                    .with {
                        $0.email = nil
                        $0.billingAddress = nil
                        $0.shippingAddress = nil
                    }
            case "before the start": Order.paid(1, at: Instants.start.addingTimeInterval(-1))
            default: Order.paid(1)
            }
        try await bench.take(order, judge: Judge(channels: [.plain { $0.downloadOrders = false }]))
        #expect(try await bench.value("SELECT state FROM \"order\"") == "pending")
        #expect(try await claims().count == count)
    }

    @Test func `a cancelled order claims its units until the view has moved on`() async throws {
        _ = try await bench.sync()
        try await tell()
        try await bench.take(.paid(1))
        let cancelled = Order.paid(1).later { $0.cancelledAt = Instants.now }
        try await bench.take(cancelled)
        #expect(try await claims().map(\.cancelledAt) == [Instants.now])
    }

    @Test func `an ignored order claims nothing`() async throws {
        _ = try await bench.sync()
        try await tell()
        try await bench.take(.paid(1))
        try await rest()
        try await bench.operations.ignore(try #require(try await bench.order(1)), now: Instants.now)
        #expect(try await claims().isEmpty)
        #expect(try await due())
    }

    @Test func `units are claimed where the fulfilment orders are assigned, the rest is split`() {
        let order = Order.paid(1).with { $0.lines = [.units(5, of: "SKU-1", at: "1")] }
            .assigned(to: .location(1), quantity: 3).assigned(to: .location(2), quantity: 2)
        let units = StockClaim.units(of: order)
        #expect(units.map(\.location) == [.location(1), .location(2)])
        #expect(units.map(\.current) == [3, 2])
        let closed = order.assigned(to: .location(3), status: "CANCELLED", quantity: 5)
        #expect(StockClaim.units(of: closed) == units)
        #expect(StockClaim.units(of: .till(1)).map(\.location) == [.location(1)])
        #expect(StockClaim.units(of: .paid(1)).map(\.location) == [nil])
    }

    @Test func `what a refund or an edit took is known with its time`() throws {
        let refundedAt = Instants.placed.addingTimeInterval(60)
        let order = Order.paid(1)
            .later(by: 600) { order in
                order.lines = [.units(5, of: "SKU-1", at: "1", line: 7)]
                order.lines[0].currentQuantity = 2
                var refund = Refund(id: ShopifyID(kind: "Refund", number: "1"), total: .both("1"))
                refund.createdAt = refundedAt
                refund.lines = [RefundLine(line: order.lines[0].id, quantity: 1, subtotal: .zero, tax: .zero)]
                order.refunds = [refund]
                order.edited = true
            }
        let units = try #require(StockClaim.units(of: order).first)
        #expect(units.current == 2)
        #expect(units.reductions == [.init(units: 1, at: refundedAt), .init(units: 2, at: order.updatedAt)])
        #expect(units.editedAt == order.updatedAt)
        #expect(units.endedAt == nil)
    }

    @Test func `SKUs that differ in bytes alone are two`() async throws {
        let composed = "caf\u{E9}"
        let decomposed = "cafe\u{301}"
        #expect(composed == decomposed && SKU(composed) != SKU(decomposed))
        let order = Order.paid(1)
            .with {
                $0.lines = [
                    .units(1, of: composed, at: "1", line: 1), .units(2, of: decomposed, at: "1", line: 2),
                ]
            }
        #expect(StockClaim.units(of: order).map(\.current) == [1, 2])
        _ = try await bench.sync()
        try await tell(SKU(composed))
        try await tell(SKU(decomposed))
        try await bench.take(order)
        #expect(try await claims(SKU(composed)).map(\.units.current) == [1])
        #expect(try await claims(SKU(decomposed)).map(\.units.current) == [2])
    }

    @Test func `a decision reads of a best-seller's lines only what came after its level`() async throws {
        _ = try await bench.sync()
        try await tell()
        try await bench.take(.paid(1))
        // 20,000 orders of the same SKU, acknowledged over two years.
        try await bench.database.writer.write { db in
            try db.execute(
                sql: """
                    INSERT INTO "order" (id, shop_id, gid, name, channel, state, commitment, ref, order_type, currency, total_micros,
                        placed_at_ms, created_at_ms, updated_at_ms, read_at_ms, hand_off, acknowledged_at_ms, known_at_ms, snapshot,
                        snapshot_hash)
                    WITH RECURSIVE n (i) AS (VALUES (10) UNION ALL SELECT i + 1 FROM n WHERE i < 20009)
                    SELECT i, 1, 'gid://old/' || i, 'old' || i, 'web', 'imported', 'committed', 'old' || i, 'online', 'GBP', 0, ?1 - i * 3000000,
                        ?1 - i * 3000000, 0, 0, 'acknowledged', ?1 - i * 3000000, ?1 - i * 3000000, '', 0 FROM n
                    """,
                arguments: [Instants.now.milliseconds]
            )
            try db.execute(
                sql: """
                    INSERT INTO stock_claim (order_id, position, sku, units, reductions)
                    SELECT id, 0, 'SKU-1', 1, '' FROM "order" WHERE name LIKE 'old%'
                    """
            )
            try db.execute(sql: "UPDATE \"order\" SET gone = gone WHERE name LIKE 'old%'")
        }
        #expect(try await bench.value("SELECT count(*) FROM stock_claim WHERE kind = 'taken'") == 20_000)
        #expect(try await claims().count == 1)
        let plan = try await bench.database.writer.read { db in
            try Row.fetchAll(
                db,
                sql: "EXPLAIN QUERY PLAN \(StockFactRows.rangeSQL)",
                arguments: ["SKU-1", "web", "taken", 0]
            )
            .map { $0["detail"] as String }
        }
        #expect(
            plan.first?
                .contains("USING INDEX stock_claim_range (sku=? AND channel=? AND kind=? AND key_ms>?)")
                == true
        )
        #expect(plan.count == 2)
    }

    @Test func `orders stored before there were claims are taken up, but for those acknowledged long ago`()
        throws
    {
        let queue = try DatabaseQueue()
        try OrderDatabase.migrator.migrate(queue, upTo: M0002Pushes.identifier)
        let snapshot = try Snapshot(of: .paid(1))
        let now = Date().milliseconds
        try queue.write { db in
            try db.execute(
                sql:
                    "INSERT INTO shop (id, gid, domain, name, time_zone, currency) VALUES (1, 'g', 'd', 'n', 'UTC', 'GBP')"
            )
            for (id, acknowledgedAt) in [(1, nil), (2, now - 1000), (3, now - 40 * 86_400_000)]
                as [(Int, Int64?)]
            {
                try db.execute(
                    sql: """
                        INSERT INTO "order" (id, shop_id, gid, name, channel, state, ref, order_type, currency, total_micros,
                            placed_at_ms, created_at_ms, updated_at_ms, read_at_ms, hand_off, acknowledged_at_ms, snapshot,
                            snapshot_hash)
                        VALUES (?1, 1, ?1, ?1, 'web', 'imported', ?1, 'online', 'GBP', 0, 1, 1, 1, 1,
                            iif(?2 IS NULL, 'waiting', 'acknowledged'), ?2, ?3, ?4)
                        """,
                    arguments: [id, acknowledgedAt, snapshot.text, snapshot.hash]
                )
            }
        }
        try OrderDatabase.migrator.migrate(queue)
        let kinds = try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT order_id, kind, sku, units FROM stock_claim ORDER BY order_id")
                .map { "\($0[0] as Int) \($0[1] as String) \($0[2] as String) \($0[3] as Int)" }
        }
        #expect(kinds == ["1 open SKU-1 2", "2 taken SKU-1 2"])
    }
}
