import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

struct TotalsTests {
    /// Codes, line values and the total of an order as KCC gets it; or the problem's code.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var expected: String
        var change: @Sendable (inout Situation) -> Void

        init(
            _ description: String,
            _ expected: String,
            _ change: @escaping @Sendable (inout Situation) -> Void = { _ in }
        ) {
            testDescription = description
            self.expected = expected
            self.change = change
        }
    }

    private static func outcome(_ situation: Situation) throws -> String {
        if let problem = situation.problem() { return problem.code }
        let sent = try situation.sent()
        let header = try #require(sent["Header"])
        let lines = try #require(sent["Items"]).items
            .map { line in
                let price = line["UnitPrice"]?["Gross"]?.number ?? line["UnitPrice"]?["Net"]?.number ?? "?"
                let discount = line["ValueDiscount"]?.number.map { "-\($0)" } ?? ""
                return "\(line["SKU"]?.string ?? "?") \(line["Quantity"]?.number ?? "?")x\(price)\(discount)"
            }
        let off = header["ValueDiscount"]?.number.map { " off \($0)" } ?? ""
        return lines.joined(separator: ", ") + off + " = " + (header["GrossTotal"]?.number ?? "?")
    }

    /// Gross prices: 2 × 10.00 + 5.00 = 25.00.
    static let gross: [Row] = [
        Row("plain", "SKU-1 2x10.00 = 25.00"),
        Row("a tip with its code", "SKU-1 2x10.00, TIP 1x3.00 = 28.00") {
            $0.channel.tipSKU = "TIP"
            $0.order.totals.tip = .both("3")
            $0.order.comes(to: "28", paid: true)
        },
        Row("a tip without a code", "no_tip_sku") {
            $0.order.totals.tip = .both("3")
            $0.order.comes(to: "28", paid: true)
        },
        Row("a tip that is a line already", "SKU-1 2x10.00, GIVEN 1x3.00 = 28.00") {
            $0.channel.tipSKU = "TIP"
            $0.order.lines.append(.units(1, of: "GIVEN", at: "3", line: 2))
            $0.order.totals.tip = .both("3")
            $0.order.comes(to: "28", paid: true)
        },
        Row("duties with their code", "SKU-1 2x10.00, DUTY 1x4.00 = 29.00") {
            $0.channel.dutySKU = "DUTY"
            $0.order.totals.duties = .both("4")
            $0.order.comes(to: "29", paid: true)
        },
        Row("duties without a code", "no_duty_sku") {
            $0.order.totals.duties = .both("4")
            $0.order.comes(to: "29", paid: true)
        },
        Row("duties that the total leaves out, and a tip", "SKU-1 2x10.00, TIP 1x3.00 = 28.00") {
            $0.channel.tipSKU = "TIP"
            $0.order.totals.tip = .both("3")
            $0.order.totals.duties = .both("4")
            $0.order.comes(to: "28", paid: true)
        },
        Row("a penny is rounding", "SKU-1 2x10.00 = 25.01") { $0.order.comes(to: "25.01", paid: true) },
        Row("two pence are not", "totals_differ") { $0.order.comes(to: "25.02", paid: true) },
        Row("two pence released", "SKU-1 2x10.00 = 25.02") {
            $0.order.comes(to: "25.02", paid: true)
            $0.standing.handOffState = HandOffState(.waiting, released: true)
        },
        Row("a missing amount becomes a line", "SKU-1 2x10.00, ADJ 1x2.50 = 27.50") {
            $0.channel.adjustmentSKU = "ADJ"
            $0.order.comes(to: "27.5", paid: true)
        },
        Row("a surplus becomes the order's discount", "SKU-1 2x10.00 off 2.50 = 22.50") {
            $0.channel.adjustmentSKU = "ADJ"
            $0.order.comes(to: "22.5", paid: true)
        },
        Row("fees, which nothing carries", "no_fee_sku") {
            $0.order.totals.fees = .both("2")
            $0.order.comes(to: "27", paid: true)
        },
        Row("fees with the code for adjustments", "SKU-1 2x10.00, ADJ 1x2.00 = 27.00") {
            $0.channel.adjustmentSKU = "ADJ"
            $0.order.totals.fees = .both("2")
            $0.order.comes(to: "27", paid: true)
        },
        Row("everything discounted", "SKU-1 2x10.00-20.00 = 0.00") {
            $0.order.lines[0].allocations = [DiscountAllocation(discount: 0, amount: .both("20"))]
            $0.order.shippingLines[0].discountedPrice = .zero
            $0.order.comes(to: "0")
            $0.order.transactions = []
        },
        Row("a yen is rounding in Japan", "SKU-1 2x10 = 26") {
            $0.order.currency = "JPY"
            $0.order.comes(to: "26", paid: true)
        },
        Row("two yen are not", "totals_differ") {
            $0.order.currency = "JPY"
            $0.order.comes(to: "27", paid: true)
        },
        Row("a fils is rounding in Kuwait", "SKU-1 2x10.000 = 25.001") {
            $0.order.currency = "KWD"
            $0.order.comes(to: "25.001", paid: true)
        },
        Row("a penny is much in Kuwait", "totals_differ") {
            $0.order.currency = "KWD"
            $0.order.comes(to: "25.01", paid: true)
        },
        Row("cash rounding outside the total", "SKU-1 2x10.00 = 25.00") {
            $0.order.totals.paymentRounding = .both("0.03")
        },
        Row("cash rounding within the total", "SKU-1 2x10.00 = 25.00") {
            $0.order.totals.paymentRounding = .both("-0.02")
            $0.order.comes(to: "24.98", paid: true)
        },
        Row("money given back, and the total lower", "SKU-1 2x10.00 = 25.00") {
            $0.order.refunds = [Refund(id: ShopifyID("r"), total: .both("5"))]
            $0.order.comes(to: "25", current: "20", paid: true)
        },
        Row("money given back, and the total as it was", "SKU-1 2x10.00 = 25.00") {
            $0.order.refunds = [Refund(id: ShopifyID("r"), total: .both("5"))]
        },
        Row("a unit taken back and more than its price given", "SKU-1 1x10.00 = 15.00") {
            $0.order.lines[0].currentQuantity = 1
            $0.order.take(1, of: 0, subtotal: "10", money: "12")
            $0.order.comes(to: "25", current: "13", paid: true)
        },
    ]

    @Test(arguments: gross)
    func `gross prices come to Shopify's total`(_ row: Row) throws {
        #expect(try Self.outcome(.gross(row.change)) == row.expected)
    }

    /// Net prices: 2 × 10.00 + 5.00 + 5.00 tax = 30.00.
    static let net: [Row] = [
        Row("plain", "SKU-1 2x10.00 = 30.00"),
        Row("a penny of tax is rounding", "SKU-1 2x10.00 = 30.01") {
            $0.order.comes(to: "30.01", paid: true)
        },
        Row("more is not", "totals_differ") { $0.order.comes(to: "30.02", paid: true) },
        Row("however many lines are taxed", "totals_differ") {
            let tax = TaxLine(title: "VAT", ratePercent: nil, amount: .both("1"))
            $0.order.lines[0].taxLines = [tax]
            $0.order.shippingLines[0].taxLines = [tax]
            $0.order.comes(to: "30.02", paid: true)
        },
        Row("tax that nobody charged", "totals_differ") {
            $0.order.taxLines = []
            $0.order.totals.currentTax = .zero
        },
        Row("a unit taken back with its tax", "SKU-1 1x10.00 = 18.00") {
            $0.order.lines[0].currentQuantity = 1
            $0.order.take(1, of: 0, subtotal: "10", tax: "2", money: "12")
            $0.order.totals.currentTax = .both("3")
            $0.order.comes(to: "30", current: "18", paid: true)
        },
        Row("a unit removed without a refund", "SKU-1 1x10.00 = 18.00") {
            $0.order.lines[0].taxLines = [TaxLine(title: "VAT", ratePercent: nil, amount: .both("4"))]
            $0.order.lines[0].currentQuantity = 1
            $0.order.comes(to: "30", current: "18", paid: true)
        },
        Row("a tip on top of tax", "SKU-1 2x10.00, TIP 1x3.00 = 33.00") {
            $0.channel.tipSKU = "TIP"
            $0.order.totals.tip = .both("3")
            $0.order.comes(to: "33", paid: true)
        },
        Row("the customer's currency, whole", "SKU-1 2x12.00 = 36.00") {
            $0.kcc.money = .presentment
            $0.order.presentmentCurrency = "EUR"
            $0.order.lines[0].unitPrice.presentment = Amount(micros: 12_000_000)
            $0.order.lines[0].total.presentment = Amount(micros: 24_000_000)
            $0.order.shippingLines[0].discountedPrice.presentment = Amount(micros: 6_000_000)
            $0.order.taxLines[0].amount.presentment = Amount(micros: 6_000_000)
            $0.order.totals.currentTax = $0.order.taxLines[0].amount
            $0.order.totals.current.presentment = Amount(micros: 36_000_000)
            $0.order.transactions[0].amount.presentment = Amount(micros: 36_000_000)
        },
    ]

    @Test(arguments: net)
    func `net prices and Shopify's tax come to its total`(_ row: Row) throws {
        #expect(try Self.outcome(Situation(row.change)) == row.expected)
    }

    @Test func `what does not add up is said in figures`() {
        let problem = Situation.gross { $0.order.comes(to: "27", paid: true) }.problem()
        #expect(
            problem?.message == "order 1001: the parts come to GBP 25.00, Shopify's total is GBP 27.00"
        )
        #expect(
            problem?.remedy
                == "look at the order in Shopify; it is sent as it is by: kccsyncd orders release 1001"
        )
        let tip = Situation.gross {
            $0.order.totals.tip = .both("3")
            $0.order.comes(to: "28", paid: true)
        }
        #expect(
            tip.problem()?.message == "order 1001: the order has a tip of GBP 3.00, and no code carries it"
        )
    }

    @Test func `lines of ours carry references of ours`() throws {
        let situation = Situation.gross {
            $0.channel.tipSKU = "TIP"
            $0.channel.dutySKU = "DUTY"
            $0.order.totals.tip = .both("3")
            $0.order.totals.duties = .both("4")
            $0.order.comes(to: "32", paid: true)
        }
        let lines = try #require(try situation.sent()["Items"]).items
        #expect(
            lines.dropFirst().map { $0["ImportRef"]?.string } == ["kccsyncd:tip", "kccsyncd:duty"]
        )
        #expect(lines.dropFirst().map { $0["WebItemRef"] } == lines.dropFirst().map { $0["ImportRef"] })
        #expect(try situation.map().lineCodes == ["SKU-1", "TIP", "DUTY"])
    }

    @Test func `absurd figures are held, and end nothing`() {
        let situation = Situation.gross {
            $0.order.lines[0].unitPrice = MoneyBag(shop: Amount(micros: .max), presentment: .zero)
            $0.order.lines[0].total = $0.order.lines[0].unitPrice
        }
        #expect(situation.problem()?.code == "totals_differ")
    }
}

extension Order {
    /// Adds a refund of units of a line.
    mutating func take(
        _ quantity: Int,
        of place: Int,
        subtotal: String,
        tax: String = "0",
        money: String
    ) {
        var refund = Refund(id: ShopifyID(kind: "Refund", number: String(refunds.count)), total: .both(money))
        refund.lines = [
            RefundLine(
                line: lines[place].id,
                quantity: quantity,
                subtotal: .both(subtotal),
                tax: .both(tax)
            )
        ]
        refunds.append(refund)
    }
}
