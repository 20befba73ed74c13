import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Staff cancel fulfilments and orders in Shopify.
@Suite(.timeLimit(.minutes(30)))
struct CancelledFulfilmentTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Units that the shipment names; nil = all that remains.
        var units: Int?
        var first: [String] = ["T1"]
        /// What staff do, besides cancelling.
        var meanwhile: @Sendable (TestShop) -> Void = { _ in }
        var cancels = true
        /// The numbers that are reported then.
        var second: [String]
        var end: SendingFault.End
    }

    private static let cancelled = "parked: its fulfilment was cancelled in Shopify"

    static let rows: [Row] = [
        Row(
            testDescription: "another number",
            second: ["T2"],
            end: SendingFault.End(sent: ["T2"], mails: 2, jobs: ["done"])
        ),
        Row(
            testDescription: "the same number",
            second: ["T1"],
            end: SendingFault.End(sent: [], mails: 1, jobs: [cancelled])
        ),
        Row(
            testDescription: "no number, as before",
            first: [],
            second: [],
            end: SendingFault.End(sent: [], mails: 1, jobs: [cancelled])
        ),
        Row(
            testDescription: "another number, of some units",
            units: 1,
            second: ["T2"],
            end: SendingFault.End(sent: ["T2"], mails: 2, jobs: ["done"])
        ),
        Row(
            testDescription: "the same number, of some units",
            units: 1,
            second: ["T1"],
            end: SendingFault.End(sent: [], mails: 1, jobs: [cancelled])
        ),
        Row(
            testDescription: "another number, and the order is on hold",
            meanwhile: { $0.hold(.order(1001)) },
            second: ["T2"],
            end: SendingFault.End(
                sent: [],
                mails: 1,
                jobs: ["retryable: its fulfilment order at Main Warehouse is on hold (incorrect address)"]
            )
        ),
        Row(
            testDescription: "another number, and the order is cancelled as well",
            meanwhile: { shop in
                shop.edit(.order(1001)) { $0.cancelledAt = shop.time }
                shop.close(.order(1001))
            },
            second: ["T2"],
            end: SendingFault.End(sent: [], mails: 1, jobs: ["parked: the order is cancelled"])
        ),
        Row(
            testDescription: "the same number, and a colleague fulfilled it again",
            meanwhile: { $0.fulfilByHand(.order(1001), ["STAFF"]) },
            second: ["T1"],
            end: SendingFault.End(sent: ["STAFF+T1"], mails: 1, jobs: ["done"])
        ),
        Row(
            testDescription: "nothing is cancelled, and the same number",
            cancels: false,
            second: ["T1"],
            end: SendingFault.End(sent: ["T1"], mails: 1, jobs: ["done"])
        ),
    ]

    @Test(arguments: rows)
    func `F2: a fulfilment that staff cancelled counts as none`(_ row: Row) async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            await ship(daemon, row.units, row.first)
            await daemon.pass(15)
            #expect(try await daemon.jobs() == ["done"])
            if row.cancels {
                for sent in shop.sent(.order(1001)) { shop.cancelFulfilment(sent.id, of: .order(1001)) }
            }
            row.meanwhile(shop)
            await ship(daemon, row.units, row.second)
            await daemon.pass(60)
            #expect(try await shop.end(daemon) == row.end)
            // It is sent at most once, however often it is reported.
            await ship(daemon, row.units, row.second)
            await daemon.pass(60)
            #expect(try await shop.end(daemon) == row.end)
        }
    }

    private func ship(_ daemon: Installation, _ units: Int?, _ numbers: [String]) async {
        var told = ToldShipment(order: "1001", reference: "S1")
        if let units { told.lines = [Shipment.Line(sku: "SKU-1", quantity: units)] }
        told.tracking = Tracking(numbers: numbers)
        _ = await daemon.perform(.shipments([told]))
    }

    @Test func `F2: what a cancelled fulfilment covered is sent again, and nothing else`() async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            await daemon.ship("T1")
            await daemon.pass(15)
            shop.cancelFulfilment(shop.sent(.order(1001))[0].id, of: .order(1001))
            // A line was added to the order since.
            shop.edit(.order(1001)) { $0.lines.append(.units(3, of: "SKU-2", at: "5", line: 99)) }
            await daemon.ship("T2")
            await daemon.pass(30)
            let sent = shop.sent(.order(1001)).filter { $0.status == "SUCCESS" }
            #expect(sent.flatMap(\.lines).map(\.quantity) == [2])
        }
    }

    @Test(arguments: [ShipmentFault.Way.command, .file, .inbox, .kcc])
    func `F2: the same report after a cancelled fulfilment is parked by every way in`(
        _ way: ShipmentFault.Way
    )
        async throws
    {
        try await ShipmentFault.run { daemon, shop, kcc in
            try await way.report("T1", "DPD", daemon, kcc)
            await daemon.pass(30)
            shop.cancelFulfilment(try shop.fulfilment().id, of: ShipmentFault.order)
            try await way.report("T1", "DPD", daemon, kcc)
            await daemon.pass(30)
            #expect(try await daemon.jobs() == [Self.cancelled])
            #expect(shop.mailCount == 1)
        }
    }

    @Test(arguments: [ShipmentFault.Way.command, .file, .kcc], [1, 10])
    func `F2: another parcel after a cancelled fulfilment is mailed however old the first despatch is`(
        _ way: ShipmentFault.Way,
        days: Int
    ) async throws {
        try await ShipmentFault.run { daemon, shop, kcc in
            try await way.report("T1", "DPD", daemon, kcc)
            await daemon.pass(30)
            daemon.now.advance(by: Double(days) * ShipmentFault.day)
            shop.cancelFulfilment(try shop.fulfilment().id, of: ShipmentFault.order)
            try await way.report("T2", "DPD", daemon, kcc)
            await daemon.pass(30)
            #expect(try await daemon.jobs() == ["done"])
            #expect(shop.mailCount == 2)
        }
    }

    // MARK: The order

    struct Closed: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var before: @Sendable (TestShop) -> Void = { _ in }
        var happens: @Sendable (TestShop) -> Void
        var end: SendingFault.End
    }

    /// As a live shop shows a cancelled order: closed, one unit remaining, nothing that can be done.
    private static let cancelOrder: @Sendable (TestShop) -> Void = { shop in
        shop.close(.order(1001))
        shop.edit(.order(1001)) { $0.cancelledAt = shop.time }
    }

    private static let onHold =
        "retryable: its fulfilment order at Main Warehouse is on hold (incorrect address)"

    static let closings: [Closed] = [
        Closed(
            testDescription: "cancelled, its fulfilment order closed with units left",
            happens: cancelOrder,
            end: SendingFault.End(sent: [], mails: 0, jobs: ["parked: the order is cancelled"])
        ),
        Closed(
            testDescription: "cancelled, with its units refunded",
            happens: { shop in
                cancelOrder(shop)
                shop.edit(.order(1001)) { $0.lines[0].currentQuantity = 0 }
            },
            end: SendingFault.End(sent: [], mails: 0, jobs: ["parked: the order is cancelled"])
        ),
        Closed(
            testDescription: "cancelled after a part of it was fulfilled by hand",
            happens: { shop in
                shop.fulfilByHand(.order(1001), ["STAFF"], units: 1)
                cancelOrder(shop)
            },
            end: SendingFault.End(sent: ["STAFF"], mails: 0, jobs: ["parked: the order is cancelled"])
        ),
        Closed(
            testDescription: "not cancelled, closed without a successor",
            happens: { $0.close(.order(1001)) },
            end: SendingFault.End(
                sent: [],
                mails: 0,
                jobs: ["parked: its fulfilment order at Main Warehouse is closed"]
            )
        ),
        Closed(
            testDescription: "not cancelled, moved to another location",
            happens: { $0.move(.order(1001)) },
            end: SendingFault.End(sent: ["T1"], mails: 1, jobs: ["done"])
        ),
        Closed(
            testDescription: "moved, and the successor is on hold",
            happens: { shop in
                shop.move(.order(1001))
                shop.hold(.order(1001))
            },
            end: SendingFault.End(sent: [], mails: 0, jobs: [onHold])
        ),
        Closed(
            testDescription: "scheduled for later",
            happens: { shop in
                shop.arrange(.order(1001)) { parts in
                    parts[0].status = "SCHEDULED"
                    parts[0].canFulfil = false
                    parts[0].waitsFor = "for Mon, 30 Nov 2026 09:00:00 GMT"
                }
            },
            end: SendingFault.End(
                sent: [],
                mails: 0,
                jobs: [
                    "retryable: its fulfilment order at Main Warehouse is scheduled (for Mon, 30 Nov 2026 09:00:00 GMT)"
                ]
            )
        ),
    ]

    @Test(arguments: closings)
    func `F3: an order that is cancelled or closed while its shipment waits is parked with the reason`(
        _ row: Closed
    ) async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            shop.hold(.order(1001))
            await daemon.ship(units: 2, "T1")
            await daemon.pass(15)
            #expect(try await daemon.jobs() == [Self.onHold])
            shop.release(.order(1001))
            row.happens(shop)
            await daemon.pass(1800, every: 60)
            #expect(try await shop.end(daemon) == row.end)
        }
    }

    @Test func `F3: the remedy names the job`() async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            Self.cancelOrder(shop)
            await daemon.ship("T1")
            await daemon.pass(15)
            let remedy = try await daemon.rows("SELECT remedy FROM push_job")
            #expect(
                remedy == [
                    "stop the goods or settle it with the customer, then run: kccsyncd queue discard 1"
                ]
            )
            let list = try await daemon.answer(.shipments)
            #expect(list.contains { $0.contains("the order is cancelled") })
        }
    }

    /// A number whose update was under way when staff cancelled the fulfilment.
    struct LostUpdate: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What stood before: a fulfilment of ours with or without a number, or a colleague's.
        var first: [String] = []
        var isByHand = false
        var executed = true
        var mails: Int
    }

    static let lostUpdates: [LostUpdate] = [
        LostUpdate(testDescription: "its first number, executed", mails: 2),
        LostUpdate(testDescription: "its first number, not executed", executed: false, mails: 1),
        LostUpdate(testDescription: "a correction, executed", first: ["T1"], mails: 1),
        LostUpdate(testDescription: "a correction, not executed", first: ["T1"], executed: false, mails: 1),
        LostUpdate(testDescription: "of a colleague's fulfilment", isByHand: true, mails: 1),
        LostUpdate(
            testDescription: "of a colleague's fulfilment, not executed",
            isByHand: true,
            executed: false,
            mails: 0
        ),
    ]

    @Test(arguments: lostUpdates)
    func `F2: a fulfilment that was cancelled while its number was under way is not made again`(
        _ update: LostUpdate
    ) async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            if update.isByHand {
                shop.fulfilByHand(.order(1001))
            } else {
                _ = await update.first.isEmpty ? daemon.ship() : daemon.ship("T1")
                await daemon.pass(15)
            }
            shop.lose(update.executed ? .after : .before)
            await daemon.ship("T5")
            await daemon.pass(5)
            for sent in shop.sent(.order(1001)) { shop.cancelFulfilment(sent.id, of: .order(1001)) }
            await daemon.pass(180)
            let end = SendingFault.End(sent: [], mails: update.mails, jobs: [Self.cancelled])
            #expect(try await shop.end(daemon) == end)
            // Reported again as it is, it stays so; with another number another parcel has left.
            await daemon.ship("T5")
            await daemon.pass(60)
            #expect(try await shop.end(daemon) == end)
            await daemon.ship("T6")
            await daemon.pass(60)
            #expect(try await shop.end(daemon).sent == ["T6"])
        }
    }
}
