import Foundation
import Testing

@testable import SyncEngine

/// Units that went while the outcome of a request was unknown, and by whom.
struct FulfilmentReadbackTests {
    private static func id(_ kind: String, _ number: Int) -> ShopifyID {
        ShopifyID(kind: kind, number: String(number))
    }

    /// A line of three units, of which two were open before a request for one.
    private func finding(
        unfulfilled: Int,
        cancelled: Bool = false,
        sent: [Int: (units: Int, status: String)] = [:],
        others: Set<Int> = []
    ) -> FulfilmentReadback.Finding {
        let line = Self.id("LineItem", 1)
        let shipment = Shipment(reference: "S1", order: Self.id("Order", 1), despatchedAt: Date())
        var record = ShipmentRecord(shipment: shipment)
        record.others = others.map { Self.id("Fulfillment", $0) }
        let part = Self.id("FulfillmentOrder", 1)
        let request = FulfilmentRequest(
            parts: [
                .init(
                    id: part,
                    lines: [.init(id: Self.id("FulfillmentOrderLineItem", 1), line: line, quantity: 1)]
                )
            ],
            tracking: ["T1"],
            notify: true
        )
        let view = FulfilmentView(
            cancelled: cancelled,
            lines: [.init(id: line, sku: nil, unfulfilled: unfulfilled, current: 3)],
            parts: [.init(id: part, status: "OPEN", canFulfil: true, location: nil, lines: [])],
            sent: sent.sorted { $0.key < $1.key }
                .map { number, entry in
                    FulfilmentView.Sent(
                        id: Self.id("Fulfillment", number),
                        status: entry.status,
                        tracking: ["X\(number)"],
                        lines: [.init(line: line, quantity: entry.units)]
                    )
                }
        )
        return FulfilmentReadback(
            request: request,
            before: [Self.id("Fulfillment", 1)],
            lines: [.init(line: line, unfulfilled: 2, current: 3)],
            record: record,
            view: view
        )
        .finding
    }

    @Test func `units that another shipment of the order took meanwhile are explained`() {
        #expect(
            finding(unfulfilled: 1, sent: [1: (1, "SUCCESS"), 2: (1, "SUCCESS")], others: [2])
                == .nothing(nil)
        )
    }

    @Test func `units of a fulfilment that was there before explain nothing`() {
        #expect(
            finding(unfulfilled: 1, sent: [1: (1, "SUCCESS")], others: [1])
                == .doubtful("1 of line 1 went, and Shopify shows no fulfilment of them")
        )
    }

    @Test func `units of another shipment's fulfilment that was cancelled explain nothing`() {
        #expect(
            finding(unfulfilled: 1, sent: [2: (1, "CANCELLED")], others: [2])
                == .doubtful("1 of line 1 went, and Shopify shows no fulfilment of them")
        )
    }

    @Test func `units that a colleague took are named`() {
        #expect(
            finding(unfulfilled: 1, sent: [2: (1, "SUCCESS")])
                == .nothing("1 of line 1 fulfilled by somebody else")
        )
    }

    @Test func `a cancelled order leaves no doubt`() {
        #expect(finding(unfulfilled: 0, cancelled: true) == .nothing(nil))
    }

    @Test func `nothing went, and nothing was executed`() {
        #expect(finding(unfulfilled: 2) == .nothing(nil))
    }
}
