import Foundation
import SyncEngine
import TestSupport
import Testing

struct OrderFiguresTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The figures in words, and what they lack of Shopify's total.
        var expected: String
        var change: @Sendable (inout Order) -> Void

        init(_ name: String, _ expected: String, _ change: @escaping @Sendable (inout Order) -> Void) {
            testDescription = name
            self.expected = expected
            self.change = change
        }
    }

    private static let plain = "lines 20.00 + delivery 5.00 + tax 5.00"

    /// The plain order: 20.00 lines, 5.00 delivery, 5.00 tax on top, 30.00 in all.
    static let cases: [Example] = [
        Example("plain", "\(plain) = 30.00 GBP") { _ in },
        Example("tax included", "lines 20.00 + delivery 5.00 = 25.00 GBP") {
            $0.taxesIncluded = true
            $0.totals.current = .both("25")
        },
        Example("tax included but stated on top", "lines 20.00 + delivery 5.00 = 25.00 GBP, lacks 5") {
            $0.taxesIncluded = true
        },
        Example("a discount on a line", "lines 18.00 + delivery 5.00 + tax 5.00 = 28.00 GBP") {
            $0.lines[0].allocations = [DiscountAllocation(discount: 0, amount: .both("2"))]
            $0.totals.current = .both("28")
        },
        Example("a discount on delivery", "lines 20.00 + delivery 1.50 + tax 5.00 = 26.50 GBP") {
            $0.shippingLines[0].discountedPrice = .both("1.5")
            $0.totals.current = .both("26.5")
        },
        Example("a discount that nothing carries", "\(plain) = 30.00 GBP, lacks -3") {
            $0.totals.current = .both("27")
        },
        Example("a tip", "\(plain) + tip 3.00 = 33.00 GBP") {
            $0.totals.tip = .both("3")
            $0.totals.current = .both("33")
        },
        Example("duties", "\(plain) + duties 4.00 = 34.00 GBP") {
            $0.totals.duties = .both("4")
            $0.totals.current = .both("34")
        },
        Example("a part of the duties", "\(plain) + duties 1.50 = 31.50 GBP") {
            $0.totals.duties = .both("4")
            $0.totals.currentDuties = .both("1.5")
            $0.totals.current = .both("31.5")
        },
        Example("duties that the total leaves out", "\(plain) = 30.00 GBP") {
            $0.totals.duties = .both("4")
        },
        Example("fees", "\(plain) + fees 1.00 = 31.00 GBP") {
            $0.totals.fees = .both("1")
            $0.totals.current = .both("31")
        },
        Example("fees that contain the duties", "\(plain) + fees 6.00 = 36.00 GBP") {
            $0.totals.duties = .both("4")
            $0.totals.fees = .both("6")
            $0.totals.current = .both("36")
        },
        Example("duties and fees side by side", "\(plain) + duties 4.00 + fees 6.00 = 40.00 GBP") {
            $0.totals.duties = .both("4")
            $0.totals.fees = .both("6")
            $0.totals.current = .both("40")
        },
        Example("cash rounding outside the total", "\(plain) = 30.00 GBP") {
            $0.totals.paymentRounding = .both("0.03")
        },
        Example("cash rounding within the total", "\(plain) = 30.00 GBP, read 30") {
            $0.totals.paymentRounding = .both("-0.02")
            $0.totals.current = .both("29.98")
        },
        Example("a penny is rounding", "\(plain) = 30.00 GBP") { $0.totals.current = .both("30.01") },
        Example("two pence are not", "\(plain) = 30.00 GBP, lacks -0.02") {
            $0.totals.current = .both("29.98")
        },
        Example("a unit taken back", "lines 10.00 + delivery 5.00 + tax 3.00 = 18.00 GBP") {
            $0.lines[0].currentQuantity = 1
            $0.totals.currentTax = .both("3")
            $0.totals.current = .both("18")
        },
        Example("delivery taken back", "lines 20.00 + delivery 0.00 + tax 4.00 = 24.00 GBP") {
            $0.shippingLines[0].currentPrice = .zero
            $0.totals.currentTax = .both("4")
            $0.totals.current = .both("24")
        },
        Example("goodwill that lowers Shopify's total", "\(plain) = 30.00 GBP, read 30") {
            $0.refunds = [Refund(id: ShopifyID("r"), total: .both("4"))]
            $0.totals.current = .both("26")
        },
        Example("the tax of delivery left out of Shopify's", "\(plain) = 30.00 GBP") {
            $0.totals.currentTax = .both("4")
        },
        Example("no lines, no total", "lines 0.00 + delivery 0.00 = 0.00 GBP") {
            $0.lines = []
            $0.shippingLines = []
            $0.taxLines = []
            $0.totals.currentTax = .zero
            $0.totals.current = .zero
        },
    ]

    private func outcome(_ figures: OrderFigures) -> String {
        let lacks = figures.isBalanced ? "" : ", lacks \(figures.difference)"
        let read = figures.total == figures.stated ? "" : ", read \(figures.total)"
        return figures.equation + lacks + read
    }

    @Test(arguments: cases)
    func `the parts come to Shopify's current total, or the difference is said`(_ example: Example) {
        #expect(outcome(OrderFigures(of: .paid().with(example.change), .shop)) == example.expected)
    }

    @Test func `the other money set is not compared`() {
        let order = Order.paid()
            .with { order in
                order.presentmentCurrency = "EUR"
                order.totals.current.presentment = order.totals.current.presentment + Amount(micros: 50_000)
            }
        #expect(OrderFigures(of: order, .shop).isBalanced)
        let figures = OrderFigures(of: order, .presentment)
        #expect(figures.difference == Amount("0.05"))
        #expect(figures.money.name == "the customer's currency")
    }

    @Test
    func
        `a refund without lines cannot be told from one of delivery where an older version stored the order`()
    {
        let order = Order.paid()
            .with {
                $0.refunds = [Refund(id: ShopifyID("r"), total: .both("5"))]
                $0.totals.current = .both("25")
            }
        #expect(OrderFigures(of: order, .shop).isBalanced)
        let figures = OrderFigures(of: order.asStoredBefore(), .shop)
        #expect(!figures.isCurrent && figures.difference == Amount("-5"))
    }

    @Test func `rounding may carry a divided line one coin further, and says so`() {
        let order = Order.paid()
            .with {
                $0.taxesIncluded = true
                $0.lines = [.units(3, of: "SKU-1", at: "10", line: 1)]
                $0.lines[0].allocations = [DiscountAllocation(discount: 0, amount: .both("10"))]
                $0.lines[0].currentQuantity = 2
                $0.totals.current = .both("18.35")
            }
        let figures = OrderFigures(of: order, .shop)
        #expect(figures.tolerance.amount == Amount("0.02"))
        #expect(figures.tolerance.reason == "one coin for rounding, one for 1 line that was divided")
        // Two thirds of the discount are 6.67, and Shopify's total says 6.65.
        #expect(figures.isBalanced && figures.lines[0].discount == Amount("6.65"))
    }
}
