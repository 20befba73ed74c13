import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A job of unknown outcome is discarded, and its shipment is reported again with another number.
@Suite(.timeLimit(.minutes(30)))
struct DiscardedDoubtTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Whether the request was executed whose answer is lost.
        var executed = true
        /// Units of the shipment, of the order's eight.
        var units = 2
        var end: SendingFault.End
    }

    private static func once(_ number: String) -> SendingFault.End {
        SendingFault.End(sent: [number], mails: 1, jobs: ["done"])
    }

    static let rows: [Row] = [
        Row(testDescription: "executed", end: once("T2")),
        Row(testDescription: "executed, the whole order", units: 8, end: once("T2")),
        Row(testDescription: "not executed", executed: false, end: once("T2")),
        Row(testDescription: "not executed, the whole order", executed: false, units: 8, end: once("T2")),
    ]

    private static func eight() -> Order {
        .paid(1001)
            .with {
                $0.lines = [.units(8, of: "SKU-1", at: "10", line: 1)]
                let total = MoneyBag.both("90")
                $0.totals = OrderTotals(total: total, current: total)
            }
    }

    @Test(arguments: rows)
    func `F1: a request of unknown outcome is looked up although its job was discarded`(_ row: Row)
        async throws
    {
        try await SendingFault.run(orders: [Self.eight()]) { (daemon, shop) async throws in
            let troubles = Locked(1)
            shop.sending.onRequest { _ in
                guard
                    troubles.withLock({ left in
                        defer { left = 0 }; return left > 0
                    })
                else { return nil }
                return row.executed ? .losesAnswer(SendingFault.lost) : .fails(SendingFault.lost)
            }
            await daemon.ship(units: row.units, "T1")
            await daemon.pass(5)
            shop.sending.onView { view in
                view.sent = []
                view.cuts.insert(.sent)
            }
            await daemon.pass(120)
            shop.sending.onView { _ in }
            #expect(try await daemon.jobs().allSatisfy { $0.hasPrefix("parked: it is not known whether") })
            let reply = await daemon.perform(.queue(.discard, ids: [1]))
            #expect(reply.lines == ["1 job discarded; it is not sent any more"])
            await daemon.ship(units: row.units, "T2")
            await daemon.pass(180)
            #expect(try await shop.end(daemon) == row.end)
            #expect(shop.sent(.order(1001)).map { $0.lines.map(\.quantity) } == [[row.units]])
        }
    }

    @Test(arguments: [true, false])
    func `F1: a job is not discarded before its unknown outcome was looked up`(_ executed: Bool) async throws
    {
        try await SendingFault.run { (daemon, shop) async throws in
            shop.sending.onRequest { _ in
                executed ? .losesAnswer(SendingFault.lost) : .fails(SendingFault.lost)
            }
            await daemon.ship("T1")
            await daemon.pass(5)
            let reply = await daemon.perform(.queue(.discard, ids: [1]))
            #expect(
                reply.errors == [
                    "job 1: it is not known whether its last request was executed; that is looked up a minute after it, once Shopify answers; see: kccsyncd queue list; then run: kccsyncd queue discard 1"
                ]
            )
            // The same parcel under another reference waits for that, too.
            await daemon.ship(id: "S2", "T1")
            shop.sending.onRequest { _ in nil }
            await daemon.pass(180)
            let end = try await shop.end(daemon)
            #expect(end.sent == ["T1"])
            #expect(end.mails == 1)
        }
    }

    @Test func `F1: a pick-up of unknown outcome is not called again although its job was discarded`()
        async throws
    {
        try await SendingFault.run { (daemon, shop) async throws in
            shop.arrange(.order(1001)) { parts in parts[0].method = "PICK_UP" }
            shop.sending.onPickup { _ in .losesAnswer(SendingFault.lost) }
            await daemon.ship()
            await daemon.pass(120)
            shop.sending.onPickup { _ in nil }
            _ = await daemon.perform(.queue(.discard, ids: [1]))
            await daemon.ship("T1")
            await daemon.pass(180)
            #expect(shop.sending.pickups.count == 1)
            #expect(
                try await daemon.jobs() == [
                    "parked: it is not known whether the customer was notified that it can be picked up"
                ]
            )
        }
    }
}
