import Foundation
import SyncEngine
import TestSupport
import Testing

struct TotalsCheckTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var difference: MoneyBag
        var change: @Sendable (inout Order) -> Void

        init(_ name: String, _ difference: String = "0", _ change: @escaping @Sendable (inout Order) -> Void)
        {
            testDescription = name
            self.difference = .both(difference)
            self.change = change
        }
    }

    /// The plain order: 20.00 lines, 5.00 delivery, 5.00 tax on top, 30.00 in all.
    static let cases: [Example] = [
        Example("plain") { _ in },
        Example("tax included") {
            $0.taxesIncluded = true
            $0.totals.total = .both("25")
        },
        Example("tax included but stated on top", "5") { $0.taxesIncluded = true },
        Example("discount on a line") {
            $0.lines[0].allocations = [DiscountAllocation(discount: 0, amount: .both("2"))]
            $0.totals.total = .both("28")
        },
        Example("discounts on a line and on delivery") {
            $0.lines[0].allocations = [
                DiscountAllocation(discount: 0, amount: .both("1.5")),
                DiscountAllocation(discount: 1, amount: .both("0.5")),
            ]
            $0.shippingLines[0].allocations = [DiscountAllocation(discount: 2, amount: .both("5"))]
            $0.totals.total = .both("23")
        },
        Example("a discount that nothing carries", "-3") { $0.totals.total = .both("27") },
        Example("a tip") {
            $0.totals.tip = .both("3")
            $0.totals.total = .both("33")
        },
        Example("duties") {
            $0.totals.duties = .both("4")
            $0.totals.total = .both("34")
        },
        Example("duties that the total leaves out", "-4") { $0.totals.duties = .both("4") },
        Example("fees") {
            $0.totals.fees = .both("1")
            $0.totals.total = .both("31")
        },
        Example("fees that contain the duties") {
            $0.totals.duties = .both("4")
            $0.totals.fees = .both("6")
            $0.totals.total = .both("36")
        },
        Example("duties and fees side by side") {
            $0.totals.duties = .both("4")
            $0.totals.fees = .both("6")
            $0.totals.total = .both("40")
        },
        Example("cash rounding outside the total") { $0.totals.paymentRounding = .both("0.03") },
        Example("cash rounding within the total") {
            $0.totals.paymentRounding = .both("-0.02")
            $0.totals.total = .both("29.98")
        },
        Example("a penny that nothing explains", "0.01") { $0.totals.total = .both("30.01") },
        Example("units refunded since still count") {
            $0.lines[0].currentQuantity = 0
            $0.totals.current = .both("0")
        },
        Example("no lines, no total") {
            $0.lines = []
            $0.shippingLines = []
            $0.taxLines = []
            $0.totals.total = .zero
        },
        Example("a millionth", "0.000001") { $0.totals.total = .both("30.000001") },
    ]

    @Test(arguments: cases)
    func `the parts add up, or the difference is told`(_ example: Example) {
        #expect(TotalsCheck.difference(of: .paid().with(example.change)) == example.difference)
    }

    @Test func `the customer's currency is checked as well`() throws {
        let cents = try #require(Amount("0.02"))
        let order = Order.paid()
            .with { order in
                order.presentmentCurrency = "EUR"
                order.totals.total.presentment = order.totals.total.presentment + cents
            }
        #expect(TotalsCheck.difference(of: order) == MoneyBag(shop: .zero, presentment: cents))
    }
}
