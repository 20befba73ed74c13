import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What was given back before the hand-off is not invoiced.
@Suite(.timeLimit(.minutes(30)))
struct RefundFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var expected: String
        var sold: @Sendable (inout Order) -> Void = { _ in }
        var givenBack: @Sendable (inout Order) -> Void
    }

    private static func withDuties(_ order: inout Order) {
        order.totals.duties = .both("12.34")
        order.totals.currentDuties = .both("12.34")
        order.comes(to: "35.84")
    }

    /// 20.00 + 4.00 tax, delivery 3.50 + 0.70 tax.
    private static func withTaxOnTop(_ order: inout Order) {
        order.taxesIncluded = false
        order.taxLines = [TaxLine(title: "VAT", ratePercent: Amount("20"), amount: .both("4.7"))]
        order.totals.currentTax = .both("4.7")
        order.shippingLines[0].taxLines = [
            TaxLine(title: "VAT", ratePercent: Amount("20"), amount: .both("0.7"))
        ]
        order.comes(to: "28.2")
    }

    static let cases: [Case] = [
        Case(
            testDescription: "delivery of 3.50 refunded",
            expected: "SKU-1 2x10 + 0 (0 tax) = 20, paid 20"
        ) {
            $0.shippingLines[0].currentPrice = .zero
            $0.giveBack("3.5", leaving: "20")
        },
        Case(
            testDescription: "duties of 12.34 refunded",
            expected: "SKU-1 2x10 + 3.5 (0 tax) = 23.5, paid 23.5",
            sold: withDuties
        ) {
            $0.totals.currentDuties = .zero
            $0.giveBack("12.34", leaving: "23.5")
        },
        Case(
            testDescription: "1.25 of delivery refunded",
            expected: "SKU-1 2x10 + 2.25 (0 tax) = 22.25, paid 22.25"
        ) {
            $0.shippingLines[0].currentPrice = .both("2.25")
            $0.giveBack("1.25", leaving: "22.25")
        },
        Case(
            testDescription: "2.34 of the duties refunded",
            expected: "SKU-1 2x10, DUTY 1x10 + 3.5 (0 tax) = 33.5, paid 33.5",
            sold: withDuties
        ) {
            $0.totals.currentDuties = .both("10")
            $0.giveBack("2.34", leaving: "33.5")
        },
        Case(
            testDescription: "delivery and its tax on top refunded",
            expected: "SKU-1 2x10 + 0 (0 tax) = 24, paid 24",
            sold: withTaxOnTop
        ) {
            $0.shippingLines[0].currentPrice = .zero
            $0.totals.currentTax = .both("4")
            $0.giveBack("4.2", leaving: "24")
        },
        Case(
            testDescription: "half of delivery and of its tax on top refunded",
            expected: "SKU-1 2x10 + 1.75 (0.35 tax) = 26.1, paid 26.1",
            sold: withTaxOnTop
        ) {
            $0.shippingLines[0].currentPrice = .both("1.75")
            $0.totals.currentTax = .both("4.35")
            $0.giveBack("2.1", leaving: "26.1")
        },
        Case(
            testDescription: "delivery with its tax inside refunded in part",
            expected: "SKU-1 2x10 + 1.75 (0.29 tax) = 21.75, paid 21.75",
            sold: { order in
                order.shippingLines[0].taxLines = [
                    TaxLine(title: "VAT", ratePercent: Amount("20"), amount: .both("0.58"))
                ]
            }
        ) {
            $0.shippingLines[0].currentPrice = .both("1.75")
            $0.giveBack("1.75", leaving: "21.75")
        },
        Case(
            testDescription: "a unit and the delivery refunded",
            expected: "SKU-1 1x10 + 0 (0 tax) = 10, paid 10"
        ) { order in
            order.lines[0].currentQuantity = 1
            order.shippingLines[0].currentPrice = .zero
            order.giveBack("13.5", leaving: "10")
            order.refunds[0].lines = [
                RefundLine(line: order.lines[0].id, quantity: 1, subtotal: .both("10"), tax: .zero)
            ]
        },
        Case(
            testDescription: "3.50 given back for nothing",
            expected: "SKU-1 2x10 + 3.5 (0 tax) = 23.5, paid 20"
        ) { $0.giveBack("3.5", leaving: "23.5") },
        Case(
            testDescription: "3.50 given back for nothing, which Shopify takes off its total",
            expected: "SKU-1 2x10 + 3.5 (0 tax) = 23.5, paid 20"
        ) { $0.giveBack("3.5", leaving: "20") },
    ]

    @Test(arguments: cases)
    func `M1: what was refunded before the hand-off is off the invoice, and goodwill off the payments alone`(
        _ example: Case
    ) async throws {
        try await KCC.linked(ConfigurationText.text("duty_sku = \"DUTY\"")) { daemon, shop, kcc in
            shop.sell(.delivered().with(example.sold))
            await daemon.round()
            shop.edit(.order(1001), example.givenBack)
            await daemon.pass(15)
            #expect(try await daemon.orders() == ["1001 imported waiting"])
            let served = try await ServedOrder(kcc.orders())
            #expect(served?.text == example.expected)
            let explained = try await daemon.answer(.explanation(reference: "1001")).joined(separator: "\n")
            #expect(explained.contains(" = \(served?.total ?? "?")"), "\(explained)")
        }
    }

    // MARK: Stored by an older version

    @Test(arguments: [true, false])
    func `Upgrade: a refund that an older version stored is read again before the order is handed off`(
        isDelivery: Bool
    ) async throws {
        try await KCC.linked { daemon, shop, kcc in
            let sold = Order.delivered()
                .with {
                    if isDelivery { $0.shippingLines[0].currentPrice = .zero }
                    $0.giveBack("3.5", leaving: "20")
                }
            shop.sell(sold.asStoredBefore())
            await daemon.round()
            // Delivery or goodwill: the store cannot tell.
            #expect(try await daemon.orders() == ["1001 imported held totals_differ"])
            let lines = try await daemon.answer(.explanation(reference: "1001"))
            #expect(
                lines.contains { $0.hasSuffix("read it again: kccsyncd orders refetch 1001") },
                "\(lines)"
            )
            #expect(try await kcc.orders().refs.isEmpty)
            shop.orders.put(sold)
            // As the older version leaves it: decided by its own arithmetic.
            try await daemon.execute(
                "UPDATE \"order\" SET hand_off = 'waiting', reason = NULL; UPDATE shop SET judged_digest = '2 older'"
            )
            try await daemon.restart()
            try await KCC.calling(daemon) { kcc in
                #expect(try await kcc.orders().refs.isEmpty)
                await daemon.round()
                await daemon.pass(30)
                #expect(try await daemon.orders() == ["1001 imported waiting"])
                let served = try await ServedOrder(kcc.orders())
                let expected = isDelivery ? "0 (0 tax) = 20, paid 20" : "3.5 (0 tax) = 23.5, paid 20"
                #expect(served?.text == "SKU-1 2x10 + \(expected)")
            }
        }
    }
}
