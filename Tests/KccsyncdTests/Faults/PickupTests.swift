import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Goods that the customer picks up are marked as ready, never fulfilled with a parcel's number.
@Suite(.timeLimit(.minutes(30)))
struct PickupTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var settings = ""
        /// Ways of delivery of the order's lines, each in a fulfilment order of its own at one location.
        var methods = ["PICK_UP"]
        var units: Int?
        var daysAgo = 0
        var troubles: [TestSending.Trouble?] = []
        /// Lines of each fulfilment request.
        var sent: [[String]] = []
        /// Pick-ups that were asked for.
        var pickups = 1
        var job = "done"
    }

    private static let unknown =
        "parked: it is not known whether the customer was notified that it can be picked up"

    static let rows: [Row] = [
        Row(testDescription: "it is to be picked up"),
        Row(
            testDescription: "no mails",
            settings: "send_shipping_notification = false",
            pickups: 0,
            job:
                "parked: it is to be picked up: marking it as ready always mails the customer, and send_shipping_notification is false"
        ),
        Row(
            testDescription: "parcel and pick-up at one location",
            methods: ["SHIPPING", "PICK_UP"],
            sent: [["SHIPPING"]]
        ),
        Row(
            testDescription: "pick-up and parcel without mails",
            settings: "send_shipping_notification = false",
            methods: ["PICK_UP", "SHIPPING"],
            sent: [["SHIPPING"]],
            pickups: 0,
            job:
                "parked: it is to be picked up: marking it as ready always mails the customer, and send_shipping_notification is false"
        ),
        Row(
            testDescription: "parcel and local delivery at one location",
            methods: ["SHIPPING", "LOCAL"],
            sent: [["SHIPPING"], ["LOCAL"]],
            pickups: 0
        ),
        Row(
            testDescription: "two parcels of one method",
            methods: ["SHIPPING", "SHIPPING"],
            sent: [["SHIPPING", "SHIPPING"]],
            pickups: 0
        ),
        Row(testDescription: "two pick-ups", methods: ["PICK_UP", "PICK_UP"]),
        Row(testDescription: "the answer is lost", troubles: [.losesAnswer(SendingFault.lost)], job: unknown),
        Row(testDescription: "the connection breaks", troubles: [.fails(SendingFault.lost)], job: unknown),
        Row(
            testDescription: "no points are left at first",
            troubles: [.fails(ShopError(.throttled, .retry(after: .seconds(5)), "points are used up"))],
            pickups: 2
        ),
        Row(
            testDescription: "it is rejected once",
            troubles: [.rejects("Unable to prepare quantity.")],
            pickups: 2
        ),
        Row(
            testDescription: "it is rejected as a whole",
            troubles: [
                .fails(ShopError(.queryRefused, .fault, "Shopify refused the request: no such field"))
            ],
            job: "parked: Shopify refused the request: no such field"
        ),
        Row(
            testDescription: "a part of it alone",
            units: 1,
            pickups: 0,
            job:
                "parked: it is to be picked up, and names 1 of 2 units: only all of them can be marked as ready"
        ),
        Row(
            testDescription: "a despatch of four days ago",
            daysAgo: 4,
            pickups: 0,
            job:
                "parked: it is to be picked up, and was despatched more than 3 days ago: marking it as ready would mail the customer"
        ),
    ]

    @Test(arguments: rows)
    func `a despatch of goods to be picked up marks them as ready, once`(_ row: Row) async throws {
        // Nothing leaves before its order was placed.
        var order = Order.paid(1001, at: Instants.placed.addingTimeInterval(-6 * 86_400))
        order.lines = row.methods.indices.map { .units(2, of: "SKU-1", at: "10", line: 10_010 + $0) }
        try await SendingFault.run(row.settings, orders: [order]) { (daemon, shop) async throws in
            let methods = row.methods
            shop.arrange(.order(1001)) { parts in
                let whole = parts[0]
                parts = methods.enumerated()
                    .map { index, method in
                        var part = whole
                        part.id = ShopifyID(kind: "FulfillmentOrder", number: "\(8000 + index)")
                        part.method = method
                        part.lines = [whole.lines[index]]
                        return part
                    }
            }
            let left = Locked(row.troubles)
            shop.sending.onPickup { _ in left.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
            var told = ToldShipment(order: "1001", reference: "S1")
            told.tracking = ["T1"]
            if let units = row.units { told.lines = [Shipment.Line(sku: "SKU-1", quantity: units)] }
            if row.daysAgo > 0 {
                told.despatchedAt = .instant(
                    daemon.now.current.addingTimeInterval(-86_400 * Double(row.daysAgo))
                )
            }
            _ = await daemon.perform(.shipments([told]))
            await daemon.pass(240)
            #expect(try await daemon.jobs() == [row.job])
            #expect(shop.sending.pickups.count == row.pickups)
            let asked = shop.sending.requests.map { request in
                request.parts.map { part in methods[Int(part.id.number)! - 8000] }
            }
            #expect(asked == row.sent)
            // Nothing calls it again by itself: no retry at large, no repeated report, no restart.
            _ = await daemon.perform(.queue(.retry, ids: []))
            _ = await daemon.perform(.shipments([told]))
            try await daemon.restart()
            await daemon.pass(240)
            if row.job == "done" || row.job == Self.unknown {
                #expect(shop.sending.pickups.count == row.pickups)
            }
        }
    }

    @Test func `an operator who has looked has a doubtful pick-up marked again`() async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            shop.arrange(.order(1001)) { $0[0].method = "PICK_UP" }
            shop.sending.onPickup { _ in .losesAnswer(SendingFault.lost) }
            await daemon.ship("T1")
            await daemon.pass(120)
            #expect(try await daemon.jobs() == [Self.unknown])
            shop.sending.onPickup { _ in nil }
            _ = await daemon.perform(.queue(.retry, ids: [1]))
            await daemon.pass(15)
            #expect(try await daemon.jobs() == ["done"])
            #expect(shop.sending.pickups.count == 2)
            #expect(shop.sent(.order(1001)).isEmpty)
        }
    }
}
