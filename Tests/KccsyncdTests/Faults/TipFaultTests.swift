import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Tips, which Shopify states for the whole order and some tills add as a line, too.
@Suite(.timeLimit(.minutes(30)))
struct TipFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Lines of the channel's table.
        var channel: String
        /// What KCC gets; or what `orders explain` says.
        var expected: String
        var isServed = true
        var change: @Sendable (inout Order) -> Void
    }

    private static func tipLine(_ amount: String, sku: String? = nil, line: Int = 5) -> OrderLine {
        var tip = OrderLine.units(1, of: sku, at: amount, line: line)
        tip.title = "Tip"
        tip.name = "Tip"
        tip.requiresShipping = false
        tip.taxable = false
        return tip
    }

    /// A plain order of 9.99 without delivery, and a tip.
    private static func order(_ tip: String, total: String, _ lines: [OrderLine]) -> Order {
        Order.paid(1001)
            .with {
                $0.taxesIncluded = true
                $0.shippingLines = []
                $0.lines = [.units(1, of: "MUG", at: "9.99", line: 1)] + lines
                $0.totals.tip = .both(tip)
                $0.comes(to: total)
            }
    }

    static let lines: [Case] = [
        Case(
            testDescription: "a line Tip of 2.00 and a stated tip of 2.00, total 11.99",
            channel: "tip_sku = \"TIP\"",
            expected: "MUG 1x9.99, TIP 1x2 + 0 (0 tax) = 11.99, paid 11.99"
        ) { $0 = order("2", total: "11.99", [tipLine("2")]) },
        Case(
            testDescription: "the same with missing_sku besides",
            channel: "tip_sku = \"TIP\"\nmissing_sku = \"MISC\"",
            expected: "MUG 1x9.99, TIP 1x2 + 0 (0 tax) = 11.99, paid 11.99"
        ) { $0 = order("2", total: "11.99", [tipLine("2")]) },
        Case(
            testDescription: "the same with missing_sku alone",
            channel: "missing_sku = \"MISC\"",
            expected: "MUG 1x9.99, MISC 1x2 + 0 (0 tax) = 11.99, paid 11.99"
        ) { $0 = order("2", total: "11.99", [tipLine("2")]) },
        Case(
            testDescription: "the same without any code",
            channel: "",
            expected: "line 2 \"Tip\" is the tip and has no SKU",
            isServed: false
        ) { $0 = order("2", total: "11.99", [tipLine("2")]) },
        Case(
            testDescription: "two lines Tip that come to the stated tip",
            channel: "tip_sku = \"TIP\"",
            expected: "MUG 1x9.99, TIP 1x2, TIP 1x1.5 + 0 (0 tax) = 13.49, paid 13.49"
        ) { $0 = order("3.5", total: "13.49", [tipLine("2"), tipLine("1.5", line: 6)]) },
        Case(
            testDescription: "a tip that is a line with a SKU",
            channel: "tip_sku = \"TIP\"",
            expected: "MUG 1x9.99, GIVEN 1x2 + 0 (0 tax) = 11.99, paid 11.99"
        ) { $0 = order("2", total: "11.99", [tipLine("2", sku: "GIVEN")]) },
        Case(
            testDescription: "a stated tip that is no line",
            channel: "tip_sku = \"TIP\"",
            expected: "MUG 1x9.99, TIP 1x2 + 0 (0 tax) = 11.99, paid 11.99"
        ) { $0 = order("2", total: "11.99", []) },
        Case(
            testDescription: "a stated tip, and goods without SKU",
            channel: "tip_sku = \"TIP\"\nmissing_sku = \"MISC\"",
            expected: "MUG 1x9.99, MISC 1x4, TIP 1x2 + 0 (0 tax) = 15.99, paid 15.99"
        ) { $0 = order("2", total: "15.99", [.units(1, of: nil, at: "4", line: 5)]) },
    ]

    @Test(arguments: lines)
    func `M3: a tip that is a line is not added twice, and goes with tip_sku`(_ example: Case) async throws {
        try await check(example)
    }

    private static let till = """
        download_pos_orders = "generic_customer"
        generic_customer = "POSSALES"
        """

    /// A till sale that names nobody, with the lines and the tip given.
    private static func till(_ tip: String, total: String, _ lines: [OrderLine]) -> Order {
        order(tip, total: total, lines)
            .with {
                $0.lines.removeFirst()
                $0.sourceName = "pos"
                $0.retailLocation = .location(1)
                $0.email = nil
                $0.billingAddress = nil
                $0.shippingAddress = nil
                $0.taxLines = []
                $0.totals.currentTax = .zero
            }
    }

    static let alone: [Case] = [
        Case(
            testDescription: "a till sale of a tip alone, with tip_sku",
            channel: "\(till)\ntip_sku = \"TIP\"",
            expected: "TIP 1x2 + 0 (0 tax) = 2, paid 2"
        ) { $0 = till("2", total: "2", []) },
        Case(
            testDescription: "the same without a code",
            channel: till,
            expected: "the order has a tip of GBP 2.00, and no code carries it",
            isServed: false
        ) { $0 = till("2", total: "2", []) },
        Case(
            testDescription: "a tip alone that is a line, with tip_sku",
            channel: "\(till)\ntip_sku = \"TIP\"",
            expected: "TIP 1x2 + 0 (0 tax) = 2, paid 2"
        ) { $0 = till("2", total: "2", [tipLine("2")]) },
        Case(
            testDescription: "a tip alone that is a line, without a code",
            channel: till,
            expected: "line 1 \"Tip\" is the tip and has no SKU",
            isServed: false
        ) { $0 = till("2", total: "2", [tipLine("2")]) },
        Case(
            testDescription: "a tip that stays when the goods come back",
            channel: "\(till)\ntip_sku = \"TIP\"",
            expected: "TIP 1x2 + 0 (0 tax) = 2, paid 2"
        ) { order in
            order = till("2", total: "12", [.units(1, of: "MUG", at: "10", line: 1)])
            order.giveBack("10", leaving: "2")
            order.lines[0].currentQuantity = 0
            order.refunds[0].lines = [
                RefundLine(line: order.lines[0].id, quantity: 1, subtotal: .both("10"), tax: .zero)
            ]
        },
        Case(
            testDescription: "a tip alone that was given back",
            channel: "\(till)\ntip_sku = \"TIP\"",
            expected: "imported, withdrawn: nothing_left",
            isServed: false
        ) {
            $0 = till("2", total: "2", [])
            $0.giveBack("2", leaving: "2")
        },
    ]

    @Test(arguments: alone)
    func `M4: a tip alone is a line with tip_sku, and without a code the reason is the tip`(
        _ example: Case
    ) async throws {
        try await check(example)
    }

    private func check(_ example: Case) async throws {
        let address = """
            [channels.web.kcc.shop_address]
            line1 = "1 Shop Street"
            town = "Leeds"
            postcode = "LS1 1AA"
            country = "GB"
            """
        try await KCC.linked(ConfigurationText.text(example.channel, more: address)) { daemon, shop, kcc in
            shop.sell(Order.paid(1001).with(example.change))
            await daemon.round()
            let served = try await ServedOrder(kcc.orders())
            #expect(served?.text == (example.isServed ? example.expected : nil))
            guard !example.isServed else { return }
            let lines = try await daemon.answer(.explanation(reference: "1001"))
            #expect(lines.contains { $0.contains(example.expected) }, "\(lines)")
            #expect(
                lines.contains { $0.contains("tip_sku") } || lines.contains { $0.contains("nothing_left") }
            )
            #expect(!lines.contains { $0.contains("every unit was refunded") }, "\(lines)")
        }
    }
}
