import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What counts as a change after the hand-off: what KCC got of the order, and nothing else, in plain words.
@Suite(.timeLimit(.minutes(30)))
struct ChangedFieldTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Lines of the channel's link.
        var kcc = ""
        /// Each change as `field: was, is`.
        var expected: [String]
        var change: @Sendable (inout Order) -> Void
    }

    static let cases: [Case] = [
        Case(testDescription: "the total and the tax as they were charged", expected: []) {
            $0.totals.total = .both("36")
            $0.totals.tax = .both("6")
            $0.taxLines[0].amount = .both("6")
        },
        Case(testDescription: "duties and fees as they were charged", expected: []) {
            $0.totals.duties = .both("2")
            $0.totals.currentDuties = .zero
            $0.totals.fees = .both("2")
            $0.totals.currentFees = .zero
        },
        Case(testDescription: "the customer's currency, which is not handed off", expected: []) {
            $0.totals.current.presentment = Amount(micros: 41_000_000)
            $0.totals.currentTax?.presentment = Amount(micros: 5_700_000)
            $0.lines[0].unitPrice.presentment = Amount(micros: 12_500_000)
            $0.shippingLines[0].currentPrice?.presentment = Amount(micros: 7_000_000)
        },
        Case(
            testDescription: "the customer's currency, which is handed off",
            kcc: "money = \"presentment\"",
            expected: [
                "taxes: was \"6.00 EUR, VAT 6.00\", is \"5.70 EUR, VAT 6.00\"",
                "totals: was \"36.00 EUR\", is \"35.70 EUR\"",
            ]
        ) {
            $0.totals.currentTax?.presentment = Amount(micros: 5_700_000)
            $0.totals.current.presentment = Amount(micros: 35_700_000)
        },
        Case(
            testDescription: "a line's engraving",
            expected: [
                "lines: was \"line 1 attribute 1 value Ann\", is \"line 1 attribute 1 value Bob\""
            ]
        ) { $0.lines[0].attributes = [OrderAttribute(key: "engraving", value: "Bob")] },
        Case(
            testDescription: "a line's tax",
            expected: [
                "lines: was \"line 1 tax line 1 amount 4.00 GBP\", is \"line 1 tax line 1 amount 3.75 GBP\""
            ]
        ) { $0.lines[0].taxLines[0].amount.shop = Amount(micros: 3_750_000) },
        Case(testDescription: "tags that are in no note", kcc: "note_tags = false", expected: []) {
            $0.tags = ["gift", "vip"]
        },
        Case(
            testDescription: "tags in the note",
            kcc: "note_tags = true",
            expected: ["tags: was \"vip\", is \"gift, vip\""]
        ) { $0.tags = ["gift", "vip"] },
        Case(
            testDescription: "tags that are gone from the note",
            kcc: "note_tags = true",
            expected: ["tags: was \"vip\", is not set"]
        ) { $0.tags = [] },
        Case(
            testDescription: "attributes in the note",
            kcc: "note_attributes = true",
            expected: ["note: was \"colour: red\", is \"colour: blue\""]
        ) { $0.attributes = [OrderAttribute(key: "colour", value: "blue")] },
        Case(testDescription: "attributes that are in no note", kcc: "note_attributes = false", expected: [])
        { $0.attributes = [OrderAttribute(key: "colour", value: "blue")] },
        Case(
            testDescription: "the note itself without attributes",
            kcc: "note_attributes = false",
            expected: ["note: was not set, is \"Ring twice\""]
        ) {
            $0.note = "Ring twice"
            $0.attributes = [OrderAttribute(key: "colour", value: "blue")]
        },
    ]

    /// Paid in euro, at 1.20 a pound.
    private static func order() -> Order {
        func bag(_ shop: Int64) -> MoneyBag {
            MoneyBag(shop: Amount(micros: shop * 1_000_000), presentment: Amount(micros: shop * 1_200_000))
        }
        return .paid(1001)
            .with { order in
                order.presentmentCurrency = "EUR"
                order.taxesIncluded = true
                order.totals = OrderTotals(total: bag(30), current: bag(30))
                order.totals.tax = bag(5)
                order.totals.currentTax = bag(5)
                order.taxLines = [TaxLine(title: "VAT", ratePercent: Amount("20"), amount: bag(5))]
                order.lines = [.units(2, of: "TEA", at: "12.5", line: 1)]
                order.lines[0].unitPrice = MoneyBag(
                    shop: Amount(micros: 12_500_000),
                    presentment: Amount(micros: 15_000_000)
                )
                order.lines[0].total = bag(25)
                order.lines[0].attributes = [OrderAttribute(key: "engraving", value: "Ann")]
                order.lines[0].taxLines = [TaxLine(title: "VAT", ratePercent: Amount("20"), amount: bag(4))]
                order.shippingLines = [
                    ShippingLine(id: nil, title: "Standard", price: bag(5), discountedPrice: bag(5))
                ]
                order.shippingLines[0].currentPrice = bag(5)
                order.tags = ["vip"]
                order.attributes = [OrderAttribute(key: "colour", value: "red")]
            }
    }

    @Test(arguments: cases)
    func `M5: what KCC got of an order is compared, in plain words`(_ example: Case) async throws {
        try await KCC.linked(ConfigurationText.text(kcc: example.kcc)) { daemon, shop, kcc in
            shop.sell(Self.order())
            await daemon.round()
            _ = try await kcc.orders(from: try await kcc.orders().position)
            #expect(try await daemon.orders() == ["1001 imported acknowledged"])
            shop.edit(.order(1001), example.change)
            await daemon.pass(15)
            let fields = example.expected.map { "\"\($0.prefix { $0 != ":" })\"" }.joined(separator: ",")
            let changed = example.expected.isEmpty ? "" : " [\(fields)]"
            #expect(try await daemon.orders() == ["1001 imported acknowledged\(changed)"])
            let lines = try await daemon.answer(.explanation(reference: "1001"))
            for expected in example.expected {
                #expect(lines.contains("    \(expected)"), "\(lines)")
            }
        }
    }

    @Test func `M5: a tag in the note reaches KCC also before it has taken the order`() async throws {
        try await KCC.linked(ConfigurationText.text(kcc: "note_tags = true")) { daemon, shop, kcc in
            shop.sell(Self.order())
            await daemon.round()
            let first = try await kcc.orders()
            shop.edit(.order(1001)) { $0.tags = ["gift", "vip"] }
            await daemon.pass(15)
            let second = try await kcc.orders()
            #expect(first.position != second.position)
            #expect(try await daemon.rows("SELECT CAST(revision AS TEXT) FROM \"order\"") == ["2"])
        }
    }
}
