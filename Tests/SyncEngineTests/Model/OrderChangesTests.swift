import Foundation
import SyncEngine
import TestSupport
import Testing

struct OrderChangesTests {
    struct Change: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fields: [String]
        var change: @Sendable (inout Order) -> Void

        init(_ name: String, _ fields: [String], _ change: @escaping @Sendable (inout Order) -> Void) {
            testDescription = name
            self.fields = fields
            self.change = change
        }
    }

    static let cases: [Change] = [
        Change("nothing", []) { _ in },
        Change("the version alone", []) { $0.updatedAt += 60 },
        Change("tags", []) { $0.tags = ["vip"] },
        Change("fulfilment", []) { $0.fulfilmentStatus = "FULFILLED" },
        Change("closing", []) { $0.closedAt = Instants.now },
        Change("name", ["name"]) { $0.name = "#1" },
        Change("cancellation", ["cancelled"]) { $0.cancelledAt = Instants.now },
        Change("payment", ["payment"]) { $0.financialStatus = "PARTIALLY_REFUNDED" },
        Change("refund", ["refunds"]) {
            $0.refunds = [Refund(id: ShopifyID(kind: "Refund", number: "1"), total: .both("5"))]
        },
        Change("edit", ["lines", "totals"]) {
            $0.lines[0].currentQuantity = 1
            $0.totals.current = .both("20")
        },
        Change("delivery", ["shipping"]) { $0.shippingLines[0].title = "Express" },
        Change("discount code", ["discounts"]) { $0.discountCodes = ["SALE"] },
        Change("tax as it was charged", []) { $0.taxLines = [] },
        Change("total as it was charged", []) { $0.totals.total = .both("31") },
        Change("e-mail", ["customer"]) { $0.email = "bob@example.com" },
        Change("invoice address", ["billing_address"]) { $0.billingAddress?.city = "York" },
        Change("delivery address", ["shipping_address"]) { $0.shippingAddress?.city = "York" },
        Change("note", ["note"]) { $0.note = "Ring twice" },
        Change("attribute", ["note"]) { $0.attributes = [OrderAttribute(key: "gift", value: "yes")] },
        Change("PO number", ["po_number"]) { $0.poNumber = "7" },
        Change("current tax", ["taxes", "totals"]) {
            $0.totals.currentTax = .both("3")
            $0.totals.current = .both("28")
        },
        Change("delivery refunded", ["shipping"]) { $0.shippingLines[0].currentPrice = .zero },
        Change("duties", ["totals"]) {
            $0.totals.currentDuties = .both("1")
            $0.totals.current = .both("31")
        },
        Change("tip", ["totals"]) { $0.totals.tip = .both("1") },
    ]

    @Test func `what only a newer version stores is no change`() {
        let order = Order.full.with { $0.totals.duties = .both("4") }
        let now = order.with {
            $0.totals.currentDuties = .both("4")
            $0.totals.currentFees = .zero
            $0.totals.fees = .zero
        }
        let before = now.asStoredBefore()
        #expect(now.changes(since: before, nil).isEmpty)
        let refunded = now.with {
            $0.totals.current = $0.totals.current - $0.shippingLines[0].current
            $0.shippingLines[0].currentPrice = .zero
        }
        #expect(refunded.changes(since: before, nil).map(\.field) == ["shipping", "totals"])
    }

    @Test(arguments: cases)
    func `what matters to whoever has the order is named`(_ example: Change) {
        let before = Order.paid()
        #expect(before.with(example.change).changes(since: before, nil).map(\.field) == example.fields)
    }
}
