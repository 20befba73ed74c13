import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Many waiting shipments are read together, and an order that cannot be read fails alone.
@Suite(.timeLimit(.minutes(30)))
struct BatchReadingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var orders = 50
        /// Shipments of each order.
        var shipments = 1
        /// What a whole reading fails with.
        var fails: @Sendable ([ShopifyID]) -> ShopError? = { _ in nil }
        /// What one order in a reading fails with.
        var failsAlone: @Sendable (ShopifyID) -> ShopError? = { _ in nil }
        var most: Int
        /// Jobs that are not done at once, by their reason.
        var open: [String] = []
    }

    private static let bad = ShopifyID.order(1010)
    private static let partial = ShopError(.serverError, .retry(after: nil), "the answer is partial")
    private static let refused = ShopError(.queryRefused, .fault, "Invalid global id")

    static let rows: [Row] = [
        Row(testDescription: "50 orders with a shipment each", most: 2),
        Row(testDescription: "25 orders with two shipments each", orders: 25, shipments: 2, most: 1),
        Row(testDescription: "one order", orders: 1, most: 1),
        Row(
            testDescription: "one of 50 orders cannot be read",
            failsAlone: { $0 == bad ? partial : nil },
            most: 4,
            open: ["retryable: the answer is partial"]
        ),
        Row(
            testDescription: "one of 50 orders is rejected by itself",
            failsAlone: { $0 == bad ? refused : nil },
            most: 4,
            open: ["parked: Invalid global id"]
        ),
        Row(
            testDescription: "every reading with one of 50 orders is rejected as a whole",
            fails: { $0.contains(bad) ? refused : nil },
            most: 25,
            open: ["parked: Invalid global id"]
        ),
        Row(
            testDescription: "every reading with one of 50 orders is too large",
            fails: {
                $0.contains(bad) && $0.count > 1 ? ShopError(.tooLarge, .retry(after: nil), "too large") : nil
            },
            most: 25
        ),
    ]

    @Test(arguments: rows)
    func `F14: waiting shipments are read together, and one that cannot be read delays no other`(_ row: Row)
        async throws
    {
        let orders = (1001..<1001 + row.orders).map { Order.paid($0) }
        try await SendingFault.run(orders: orders) { (daemon, shop) async throws in
            shop.sending.onRead(row.fails)
            shop.sending.onReadOne(row.failsAlone)
            await daemon.ship(
                many: (0..<row.orders * row.shipments)
                    .map { place in
                        let number = 1001 + place / row.shipments
                        return (
                            number, row.shipments > 1 ? 1 : nil, "T\(number)-\(place % row.shipments)"
                        )
                    }
            )
            await daemon.pass(1)
            let jobs = try await daemon.jobs()
            #expect(jobs.filter { $0 != "done" } == row.open)
            #expect(jobs.count == row.orders * row.shipments)
            let reads = shop.sending.reads
            #expect(reads.count <= row.most, "\(reads.map(\.count))")
            for order in orders where order.id != Self.bad || row.open.isEmpty {
                let sent = shop.sent(order.id)
                #expect(sent.count == row.shipments)
                #expect(sent.allSatisfy { shop.mails($0.id) == 1 })
            }
        }
    }

    @Test func `F14: what has changed since a reading together is rejected, and planned again`() async throws
    {
        let orders = (1001...1010).map { Order.paid($0) }
        try await SendingFault.run(orders: orders) { (daemon, shop) async throws in
            // A colleague fulfils the last order when the first one is sent.
            shop.sending.onRequest { request in
                if request.tracking?.numbers == ["T1001"] {
                    shop.fulfilByHand(.order(1010), ["STAFF"])
                }
                return nil
            }
            for order in orders {
                await daemon.ship(order: "\(order.id.number)", id: nil, "T\(order.id.number)")
            }
            await daemon.pass(30)
            #expect(Set(try await daemon.jobs()) == ["done"])
            #expect(shop.sent(.order(1010)).map(\.tracking) == [["STAFF", "T1010"]])
        }
    }
}
