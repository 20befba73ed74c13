import Foundation
import TestSupport
import Testing

@testable import SyncEngine

/// A shipment of a restored store against what Shopify has of its order.
@Suite struct DoubtfulShipmentTests {
    private static func line(_ number: Int) -> ShopifyID {
        ShopifyID(kind: "LineItem", number: String(number))
    }
    private static func fulfilment(_ number: Int) -> ShopifyID {
        ShopifyID(kind: "Fulfillment", number: String(number))
    }

    private static func sent(
        _ number: Int,
        _ units: [Int: Int],
        _ tracking: String...,
        status: String = "SUCCESS"
    ) -> FulfilmentView.Sent {
        FulfilmentView.Sent(
            id: fulfilment(number),
            status: status,
            tracking: Tracking(numbers: tracking),
            lines: units.map { FulfilmentView.SentLine(line: line($0.key), quantity: $0.value) }
        )
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// SKU and units of the shipment; none = all that remains.
        var lines: [(String, Int)] = [("TEA", 2)]
        var tracking: [String] = ["JD1"]
        var others: [Int] = []
        var sent: [FulfilmentView.Sent]
        /// The fulfilments that it is; nil = unclear, none = absent.
        var found: [Int]?
    }

    // The order has lines 1 (TEA) and 2 (MUG).
    static let rows: [Row] = [
        Row(testDescription: "nothing was sent", sent: [], found: []),
        Row(testDescription: "its number is there", sent: [sent(1, [1: 2], "JD1")], found: [1]),
        Row(
            testDescription: "its number is there with other units",
            sent: [sent(1, [1: 1, 2: 1], "JD1")],
            found: [1]
        ),
        Row(
            testDescription: "its numbers are at two locations' fulfilments",
            tracking: ["JD1", "JD2"],
            sent: [sent(1, [1: 1], "JD1"), sent(2, [1: 1], "JD2")],
            found: [1, 2]
        ),
        Row(testDescription: "its units went without a number", sent: [sent(1, [1: 2])], found: [1]),
        Row(
            testDescription: "it has no number, and its very units went",
            tracking: [],
            sent: [sent(1, [1: 2], "OTHER")],
            found: [1]
        ),
        Row(
            testDescription: "its units went with another number",
            sent: [sent(1, [1: 2], "OTHER")],
            found: nil
        ),
        Row(testDescription: "some of its units went", sent: [sent(1, [1: 1], "OTHER")], found: nil),
        Row(testDescription: "other lines went", sent: [sent(1, [2: 1], "OTHER")], found: []),
        Row(
            testDescription: "a fulfilment was cancelled",
            sent: [sent(1, [1: 2], "JD1", status: "CANCELLED")],
            found: []
        ),
        Row(
            testDescription: "it belongs to another shipment",
            others: [1],
            sent: [sent(1, [1: 2], "JD1")],
            found: []
        ),
        Row(
            testDescription: "all that remains, and something was sent",
            lines: [],
            sent: [sent(1, [2: 1], "OTHER")],
            found: nil
        ),
        Row(
            testDescription: "all that remains, by its number",
            lines: [],
            sent: [sent(1, [1: 2], "JD1")],
            found: [1]
        ),
    ]

    @Test(arguments: rows)
    func `what Shopify has decides whether a shipment was told`(_ row: Row) {
        var shipment = Shipment(reference: "S", order: .order(1), despatchedAt: Instants.placed)
        shipment.lines = row.lines.map { Shipment.Line(sku: SKU(given: $0.0), quantity: $0.1) }
        shipment.tracking = Tracking(numbers: row.tracking)
        let view = FulfilmentView(
            lines: [
                FulfilmentView.Line(id: Self.line(1), sku: "TEA", unfulfilled: 2),
                FulfilmentView.Line(id: Self.line(2), sku: "MUG", unfulfilled: 1),
            ],
            parts: [],
            sent: row.sent
        )
        let record = ShipmentRecord(shipment: shipment, others: row.others.map(Self.fulfilment))
        let finding = DoubtfulShipment(record: record, view: view).finding
        switch (finding, row.found) {
        case (.absent, .some(let numbers)): #expect(numbers.isEmpty)
        case (.there(let found), .some(let numbers)):
            #expect(found.map(\.id) == numbers.map(Self.fulfilment))
            #expect(found.allSatisfy { $0.isOurs && $0.notified }, "no second mail goes out")
            #expect(found.allSatisfy { !$0.isWhole }, "its carrier may have been corrected since")
        case (.unclear(let why), nil):
            #expect(why.hasPrefix("Shopify has a fulfilment of the same lines with OTHER"))
        default: Issue.record("\(finding)")
        }
    }

    @Test func `the line's id and its SKU are one`() {
        var shipment = Shipment(reference: "S", order: .order(1), despatchedAt: Instants.placed)
        shipment.lines = [Shipment.Line(line: Self.line(1), quantity: 2)]
        let view = FulfilmentView(
            lines: [FulfilmentView.Line(id: Self.line(1), sku: "TEA", unfulfilled: 0)],
            parts: [],
            sent: [Self.sent(1, [1: 2])]
        )
        let finding = DoubtfulShipment(record: ShipmentRecord(shipment: shipment), view: view).finding
        var found = RecordedFulfilment(id: Self.fulfilment(1), isOurs: true, notified: true, tracking: [])
        found.isWhole = false
        #expect(finding == .there([found]))
    }
}
