import Foundation
import GRDB
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// What a restored store does until somebody confirms it: no order twice, no mail twice, no stale level.
@Suite(.timeLimit(.minutes(30)))
struct RestoredStoreTests {
    private let link: LinkBench

    init() throws { link = try LinkBench() }

    /// The store is restored now.
    private func restored() async throws {
        link.bench.now.advance(by: 60)
        let now = link.now
        try await link.bench.database.writer.write { db in
            try RestorationRows(db: db).begin(.command, now: now)
        }
        link.bench.now.advance(by: 60)
    }

    private func standing(_ number: Int) async throws -> OrderStanding {
        try await link.order(number).standing
    }

    private func isInDoubt(_ number: Int) async throws -> Bool {
        let standing = try await standing(number)
        return standing.handOff == .held && standing.reason == .maybeHandedOff
    }

    // MARK: Orders

    @Test func `orders that wait are held, and newer ones flow`() async throws {
        try await link.place(.paid(1001))
        try await restored()
        try await link.place(.paid(1002, at: link.now))
        #expect(try await isInDoubt(1001))
        #expect(try await link.page(nil).names == ["#1002"])
    }

    @Test func `an order of the time that was lost is held when it comes in again`() async throws {
        try await restored()
        try await link.place(.paid(1001))
        #expect(try await isInDoubt(1001))
        // An order that is refused is in no doubt, and one that is paid later is.
        try await link.place(Order.paid(1002).with { $0.financialStatus = "PENDING" })
        #expect(try await standing(1002).reason == .unpaid)
        #expect(try await !standing(1002).handOffState.isInDoubt)
        try await link.place(Order.paid(1002).later(by: 60) { _ in })
        #expect(try await isInDoubt(1002))
    }

    @Test func `changes, cancellation and deletion leave the doubt as it is`() async throws {
        try await link.place(.paid(1001))
        try await restored()
        try await link.place(Order.paid(1001).later(by: 60) { $0.note = "changed" })
        #expect(try await isInDoubt(1001))
        try await link.place(Order.paid(1001).later(by: 120) { $0.cancelledAt = Instants.placed + 120 })
        #expect(try await isInDoubt(1001))
    }

    @Test func `a status that names it ends the doubt`() async throws {
        try await link.place(.paid(1001))
        try await restored()
        _ = try await link.take(link.report(1001))
        #expect(try await standing(1001).handOff == .acknowledged)
        #expect(try await standing(1001).reason == nil)
        #expect(try await !standing(1001).handOffState.isInDoubt)
    }

    @Test func `KCC's position ends the doubt of the page that it names`() async throws {
        try await link.place(.paid(1001))
        let page = try await link.page(nil)
        try await link.place(.paid(1002))
        try await restored()
        #expect(try await link.page(page.position).acknowledged == 1)
        #expect(try await standing(1001).handOff == .acknowledged)
        #expect(try await isInDoubt(1002))
    }

    @Test func `an operator ends the doubt`() async throws {
        try await link.place(.paid(1001), .paid(1002))
        try await restored()
        try await link.bench.operations.acknowledge(try await link.order(1001), now: link.now)
        #expect(try await standing(1001).handOff == .acknowledged)
        let error = await #expect(throws: StoreError.self) {
            try await link.bench.operations.release(try await link.order(1002), now: link.now)
        }
        #expect(
            error?.description
                == "order #1002 may have been handed over already; look for it in KCC; if it is there run: kccsyncd orders ack 1002; else: kccsyncd orders resend 1002"
        )
        try await link.bench.operations.resend(try await link.order(1002), now: link.now)
        #expect(try await link.page(nil).names == ["#1002"])
    }

    @Test func `an order whose totals differ, too, is released before it is offered`() async throws {
        let odd = Order.paid(1001).total("999")
        try await link.place(odd)
        #expect(try await standing(1001).reason == .totalsDiffer)
        try await restored()
        #expect(try await isInDoubt(1001))
        let operations = link.bench.operations
        let error = await #expect(throws: StoreError.self) {
            try await operations.resend(try await link.order(1001), now: link.now)
        }
        #expect(error?.remedy == "first run: kccsyncd orders release 1001")
        try await operations.release(try await link.order(1001), now: link.now)
        #expect(try await isInDoubt(1001))
        try await operations.resend(try await link.order(1001), now: link.now)
        #expect(try await link.page(nil).names == ["#1001"])
    }

    @Test func `once confirmed, what comes in flows, and what is held stays held`() async throws {
        try await link.place(.paid(1001))
        try await restored()
        #expect(try await link.bench.store.confirmRestoration(now: link.now))
        #expect(try await !link.bench.store.confirmRestoration(now: link.now))
        try await link.place(.paid(1002))
        #expect(try await isInDoubt(1001))
        #expect(try await link.page(nil).names == ["#1002"])
    }

    // MARK: Stock

    private func jobStates() async throws -> [String] {
        try await link.rows("SELECT kind || ' ' || state FROM push_job ORDER BY id")
    }

    @Test func `levels on their way are called off, and shipments stay`() async throws {
        try await link.place(.paid(1001))
        _ = try await link.page(nil)
        _ = try await link.take(link.report(1001, [link.shipment()]))
        try await link.bench.database.writer.write { db in
            try db.execute(
                sql: """
                    INSERT INTO push_job (shop_id, channel, kind, lane, subject, state, next_at_ms, created_at_ms, claimed_at_ms)
                    VALUES (1, 'web', 'stock', 'stock', 'levels', 'running', 0, 0, 0)
                    """
            )
        }
        try await restored()
        #expect(try await jobStates() == ["fulfilment available", "stock cancelled"])
    }

    @Test
    func `a shipment is in doubt until it was compared, and after the restoration is confirmed no more`()
        async throws
    {
        try await link.place(.paid(1001))
        _ = try await link.page(nil)
        _ = try await link.take(link.report(1001, [link.shipment()]))
        try await restored()
        let shipments = SQLiteShipmentStore(link.bench.store)
        let queue = SQLitePushQueue(link.bench.store)
        let job = try #require(try await queue.claim(.fulfilment, shop: 1, resting: [], now: link.now))
        #expect(try await shipments.shipment(of: job)?.isInDoubt == true)
        try await shipments.compared(job)
        #expect(try await shipments.shipment(of: job)?.isInDoubt == false)
        try await restored()
        #expect(try await shipments.shipment(of: job)?.isInDoubt == true)
        _ = try await link.bench.store.confirmRestoration(now: link.now)
        #expect(try await shipments.shipment(of: job)?.isInDoubt == false)
    }
}
