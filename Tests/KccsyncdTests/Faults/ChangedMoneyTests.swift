import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Figures that change after the hand-off, and telephone numbers as KCC gets them.
@Suite(.timeLimit(.minutes(30)))
struct ChangedMoneyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Each change as `field: was, is`.
        var expected: [String]
        var change: @Sendable (inout Order) -> Void
    }

    private static func taxed(_ order: inout Order, _ tax: String, total: String) {
        order.taxLines = [TaxLine(title: "VAT", ratePercent: Amount("20"), amount: .both(tax))]
        order.totals.tax = .both(tax)
        order.totals.currentTax = .both(tax)
        order.totals.total = .both(total)
        order.totals.current = .both(total)
    }

    private static let moved =
        "shipping_address: was \"Ann, Archer, 1001 High Street, Leeds, LS1 1AA, GB\", is \"Ann, Archer, 1001 High Street, Leeds, LS1 1AA, JE\""

    static let cases: [Case] = [
        Case(
            testDescription: "the address, and with it tax and total",
            expected: [
                "taxes: was \"5.00 GBP, VAT 5.00\", is \"0.00 GBP, VAT 0.00\"",
                "totals: was \"30.00 GBP\", is \"25.00 GBP\"", moved,
            ]
        ) {
            $0.shippingAddress?.countryCode = "JE"
            taxed(&$0, "0", total: "25")
        },
        Case(
            testDescription: "tax and total alone",
            expected: [
                "taxes: was \"5.00 GBP, VAT 5.00\", is \"6.25 GBP, VAT 6.25\"",
                "totals: was \"30.00 GBP\", is \"31.25 GBP\"",
            ]
        ) { taxed(&$0, "6.25", total: "31.25") },
        Case(
            testDescription: "the current tax and total, the charged ones as they were",
            expected: [
                "taxes: was \"5.00 GBP, VAT 5.00\", is \"3.00 GBP, VAT 5.00\"",
                "totals: was \"30.00 GBP\", is \"28.00 GBP\"",
            ]
        ) {
            $0.totals.currentTax = .both("3")
            $0.totals.current = .both("28")
        },
        Case(
            testDescription: "delivery refunded",
            expected: [
                "shipping: was \"Standard 5.00\", is \"Standard 0.00\"",
                "totals: was \"30.00 GBP\", is \"25.00 GBP\"",
            ]
        ) {
            $0.shippingLines[0].currentPrice = .zero
            $0.totals.current = .both("25")
        },
        Case(
            testDescription: "duties refunded in part",
            expected: ["totals: was \"42.34 GBP, duties 12.34\", is \"40.00 GBP, duties 10.00\""]
        ) {
            $0.totals.duties = .both("12.34")
            $0.totals.currentDuties = .both("10")
            $0.totals.total = .both("42.34")
            $0.totals.current = .both("40")
        },
    ]

    @Test(arguments: cases)
    func `M5: tax and total that change after the hand-off are named with both values`(_ example: Case)
        async throws
    {
        let hasDuties = example.testDescription.contains("duties")
        try await KCC.linked(ConfigurationText.text("duty_sku = \"DUTY\"")) { daemon, shop, kcc in
            shop.sell(
                .paid(1001)
                    .with { order in
                        order.totals.tax = .both("5")
                        guard hasDuties else { return }
                        order.totals.duties = .both("12.34")
                        order.totals.currentDuties = .both("12.34")
                        order.totals.total = .both("42.34")
                        order.totals.current = .both("42.34")
                    }
            )
            await daemon.round()
            _ = try await kcc.orders(from: try await kcc.orders().position)
            shop.edit(.order(1001), example.change)
            await daemon.pass(15)
            let fields = example.expected.map { "\"\($0.prefix { $0 != ":" })\"" }.joined(separator: ",")
            #expect(try await daemon.orders() == ["1001 imported acknowledged [\(fields)]"])
            let lines = try await daemon.answer(.explanation(reference: "1001"))
            for expected in example.expected {
                #expect(lines.contains("    \(expected)"), "\(lines)")
            }
        }
    }

    @Test(arguments: [
        ("020 7946 0958 / 020 7946 0959", "020 7946 0958"),
        ("020 7946 0958 ext. 12", "020 7946 0958"),
        ("０２０ ７９４６ ０９５８", "020 7946 0958"),
        ("+44 20 7946 0958, +44 20 7946 0959", "+44 20 7946 0958"),
        ("+442079460958+442079460959", "+442079460958"),
        ("020 7946 0958  020 7946 0959", "020 7946 0958"),
        ("0207946095802079460959", nil),
        ("020 7946 0958x12", "020 7946 0958"),
        ("020 7946 0958 #3", "020 7946 0958"),
        ("020 7946 0958 or 07700 900123", "020 7946 0958"),
        ("Tel: +44 (0)20 7946-0958 (work)", "+44 20 79460958"),
        ("＋４４ ２０ ７９４６ ０９５８", "+44 20 7946 0958"),
        ("0800 FLOWERS", nil),
        ("+49 30 / 1234567", "+49 30 1234567"),
        ("030/1234567", "030 1234567"),
        ("0171/1234567 0172/7654321", nil),
        ("555-0109 555-0110", nil),
        ("555 0109 555 0110", nil),
        ("555010 / 555011", "555010"),
        ("mobile1 07700900123", "07700900123"),
        ("020 7946 0958 2nd floor", "020 7946 0958"),
        ("call after 17:00 020 7946 0958", "020 7946 0958"),
        ("24/7 07700 900123", "07700 900123"),
        ("Tel 1: 020 7946 0958", "020 7946 0958"),
        ("Tel:020 7946 0958", "020 7946 0958"),
        ("Ext 12, 020 7946 0958", "020 7946 0958"),
        ("#31#02079460958", nil),
        ("020 7946 0958 - 020 7946 0959", "020 7946 0958"),
        ("020  7946  0958", "020 7946 0958"),
        ("020 7946 0958\n07700 900123", "020 7946 0958"),
        ("0049 30 12345678", "0049 30 12345678"),
        ("447700900123", "447700900123"),
        ("0161 496 0000ext 12", "0161 496 0000"), ("0161 496 0000ext.12", "0161 496 0000"),
        ("(555) 123-4567ext 12", "555 1234567"), ("020 7946 0018w", "020 7946 0018"),
        ("020 7946 0018home", "020 7946 0018"), ("020 7946 0018or 07700 900123", "020 7946 0018"),
        ("0161 496 0000☎07700 900123", "0161 496 0000"), ("0161 496 0000p12", "0161 496 0000"),
        ("0161 496 00O0", nil), ("0161 496 OOOO", nil), ("o161 496 0000", nil), ("01 23 45 67 89w", nil),
        ("020 7946 0018/9", "020 7946 0018"), ("020 7946 0018 / 9", "020 7946 0018"),
        ("+44 20 7946 0018/19", "+44 20 7946 0018"), ("+33 1 23 45 67 89 / 90", "+33 1 23 45 67 89"),
        ("0161 496 0000 - 12", "0161 496 0000"), ("0161 496 0000  12", "0161 496 0000"),
        ("0161 496 0000 9-5", nil), ("020 7946 0958-9", "020 7946 0958"), ("030/1234567-12", "030 123456712"),
        ("0161 496 0000 9am-5pm", "0161 496 0000"),
        ("0161 496 0000 after 6pm 07700 900123", "0161 496 0000"), ("0161 / 496 / 0000", nil),
        ("555-0109 / 0110", nil), ("Flat 12 0161 496 0000", "0161 496 0000"),
        ("12a High St 0161 496 0000", "0161 496 0000"), ("20 01 02 03", "20 01 02 03"),
        ("00000000000", nil), ("0161 496 0000;ext=12", "0161 496 0000"),
        ("07700 900123 o 07700 900124", "07700 900123"), ("06-12-34-56-78", "0612345678"),
        ("+353 (0)87 123 4567", "+353 87 123 4567"), ("030 / 123 45 67", "030 123 45 67"),
        ("none", nil),
    ])
    func `M6: KCC gets the first telephone number or none, and never two run together`(
        _ typed: String,
        _ expected: String?
    ) async throws {
        try await KCC.linked { daemon, shop, kcc in
            shop.sell(
                .paid(1001)
                    .with {
                        $0.shippingAddress?.phone = typed
                        $0.phone = typed
                    }
            )
            await daemon.round()
            let served = try #require(try await ServedOrder(kcc.orders()))
            #expect(served.telephone == expected)
            #expect(served.mobile == expected)
        }
    }
}
