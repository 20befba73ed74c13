import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// An order in two currencies is checked in the one that is handed off.
@Suite(.timeLimit(.minutes(30)))
struct MoneySetFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var money: KCCSettings.MoneySet
        /// What Shopify's totals have more than their parts.
        var pounds: String
        var euros: String
        /// What `orders explain` says of it; nil where it is imported.
        var held: String?
    }

    private static let parts = "lines 20.00 + delivery 3.50 = 23.50 GBP"
    private static let euroParts = "lines 23.32 + delivery 4.08 = 27.40 EUR"

    static let cases: [Case] = [
        Case(testDescription: "shop, a cent off in euros", money: .shop, pounds: "0", euros: "0.01"),
        Case(
            testDescription: "presentment, a cent off in euros",
            money: .presentment,
            pounds: "0",
            euros: "0.01"
        ),
        Case(
            testDescription: "presentment, a cent less in euros",
            money: .presentment,
            pounds: "0",
            euros: "-0.01"
        ),
        Case(testDescription: "shop, euros far off", money: .shop, pounds: "0", euros: "-7"),
        Case(testDescription: "presentment, pounds far off", money: .presentment, pounds: "3", euros: "0"),
        Case(testDescription: "shop, a penny off in pounds", money: .shop, pounds: "-0.01", euros: "0"),
        Case(
            testDescription: "presentment, two cents off in euros",
            money: .presentment,
            pounds: "0",
            euros: "0.02",
            held:
                "Shopify's current total is 0.02 EUR more than the sum of its parts: \(euroParts), Shopify says 27.42, in the customer's currency"
        ),
        Case(
            testDescription: "shop, two pence off in pounds",
            money: .shop,
            pounds: "-0.02",
            euros: "0",
            held:
                "Shopify's current total is 0.02 GBP less than the sum of its parts: \(parts), Shopify says 23.48, in the shop's currency"
        ),
    ]

    private func bag(_ pounds: String, _ euros: String) -> MoneyBag {
        MoneyBag(shop: Amount(pounds) ?? .zero, presentment: Amount(euros) ?? .zero)
    }

    @Test(arguments: cases)
    func `M2: the money set in use adds up within a coin, or the order is held and the set is named`(
        _ example: Case
    ) async throws {
        let text = ConfigurationText.text(kcc: "money = \"\(example.money.rawValue)\"")
        try await KCC.linked(text) { daemon, shop, kcc in
            shop.sell(
                .delivered()
                    .with { order in
                        order.presentmentCurrency = "EUR"
                        order.lines[0].unitPrice = bag("10", "11.66")
                        order.lines[0].total = bag("20", "23.32")
                        order.shippingLines[0].price = bag("3.5", "4.08")
                        order.shippingLines[0].discountedPrice = bag("3.5", "4.08")
                        order.shippingLines[0].currentPrice = bag("3.5", "4.08")
                        order.totals.total = bag("23.5", "27.4") + bag(example.pounds, example.euros)
                        order.totals.current = order.totals.total
                        order.transactions[0].amount = order.totals.total
                    }
            )
            await daemon.round()
            let served = try await ServedOrder(kcc.orders())
            guard let held = example.held else {
                #expect(try await daemon.orders() == ["1001 imported waiting"])
                let off = example.money == .shop ? example.pounds : example.euros
                let sum = Decimal(string: example.money == .shop ? "23.5" : "27.4") ?? 0
                #expect(served?.total == "\(sum + (Decimal(string: off) ?? 0))")
                return
            }
            #expect(served == nil)
            #expect(try await daemon.orders() == ["1001 imported held totals_differ"])
            let lines = try await daemon.answer(.explanation(reference: "1001"))
            #expect(lines.contains { $0.hasSuffix(held) }, "\(lines)")
        }
    }
}
