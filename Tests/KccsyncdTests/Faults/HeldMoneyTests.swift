import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What is said of an order that is held follows the settings, also where it stays held.
@Suite(.timeLimit(.minutes(30)))
struct HeldMoneyTests {
    private static func file(_ money: String, _ lines: String = "", more: String = "") -> String {
        ConfigurationText.text(lines, kcc: "money = \"\(money)\"", more: more)
    }

    private static let pounds =
        "Shopify's current total is 2.00 GBP more than the sum of its parts: lines 20.00 + delivery 3.50 = 23.50 GBP, Shopify says 25.50, in the shop's currency"
    private static let euros =
        "Shopify's current total is 5.00 EUR more than the sum of its parts: lines 23.32 + delivery 4.08 = 27.40 EUR, Shopify says 32.40, in the customer's currency"

    private static func bag(_ shop: String, _ presentment: String) -> MoneyBag {
        MoneyBag(shop: Amount(shop) ?? .zero, presentment: Amount(presentment) ?? .zero)
    }

    /// 1001, whose total is GBP 2.00 and EUR 5.00 more than its parts.
    private static let order = Order.delivered()
        .with { order in
            order.presentmentCurrency = "EUR"
            order.lines[0].unitPrice = bag("10", "11.66")
            order.lines[0].total = bag("20", "23.32")
            order.shippingLines[0].price = bag("3.5", "4.08")
            order.shippingLines[0].discountedPrice = bag("3.5", "4.08")
            order.shippingLines[0].currentPrice = bag("3.5", "4.08")
            order.totals.total = bag("25.5", "32.4")
            order.totals.current = order.totals.total
            order.transactions[0].amount = order.totals.total
        }

    private func holding(_ body: (Installation, TestShop) async throws -> Void) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        try await Installation.run(
            Self.file("shop"),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            shop.sell(Self.order)
            await daemon.round()
            #expect(try await daemon.orders() == ["1001 imported held totals_differ"])
            #expect(try await stored(daemon) == ["2000000 \(Self.pounds)"])
            try await body(daemon, shop)
        }
    }

    private func stored(_ daemon: Installation) async throws -> [String] {
        try await daemon.rows("SELECT difference_micros || ' ' || detail FROM \"order\" ORDER BY name")
    }

    /// The amount that `orders list`, `orders show` and `orders explain` print, each with its currency.
    private func printed(_ daemon: Installation) async throws -> [String] {
        let questions: [Question] = [
            .orders(channel: nil, state: nil, reason: nil, since: nil), .order(reference: "1001"),
            .explanation(reference: "1001"),
        ]
        var found: [String] = []
        for question in questions {
            let text = try await daemon.answer(question, json: true).joined()
            let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
            let object = (value as? [[String: Any]])?.first ?? value as? [String: Any] ?? [:]
            let amount = object["difference"] as? String ?? "?"
            found.append("\(amount) \(object["difference_currency"] as? String ?? "null")")
        }
        return found
    }

    /// How a changed file becomes active.
    enum Way: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case reload = "by a reload"
        case restart = "by a restart"

        var testDescription: String { rawValue }

        func apply(_ text: String, _ daemon: Installation) async throws {
            switch self {
            case .reload: _ = try await daemon.reload(text)
            case .restart:
                daemon.write(text)
                try await daemon.restart()
            }
            await daemon.round()
        }
    }

    @Test(arguments: Way.allCases)
    func `M2: a held order is held with the difference in the money of now`(_ way: Way) async throws {
        try await holding { (daemon, _) async throws in
            #expect(try await printed(daemon) == ["2.00 GBP", "2.00 GBP", "2.00 GBP"])
            _ = daemon.log.drain()
            try await way.apply(Self.file("presentment"), daemon)
            #expect(try await daemon.orders() == ["1001 imported held totals_differ"])
            #expect(try await stored(daemon) == ["5000000 \(Self.euros)"])
            #expect(try await printed(daemon) == ["5.00 EUR", "5.00 EUR", "5.00 EUR"])
            let said = daemon.log.messages.filter { $0.contains("judged again after a change") }
            #expect(said.count == 1 && said[0].hasSuffix("1 order held (totals_differ)"), "\(said)")
            let history = try await daemon.rows("SELECT detail FROM order_history ORDER BY id")
            #expect(history == [Self.pounds, Self.euros])
            try await way.apply(Self.file("shop"), daemon)
            #expect(try await stored(daemon) == ["2000000 \(Self.pounds)"])
            #expect(try await printed(daemon) == ["2.00 GBP", "2.00 GBP", "2.00 GBP"])
            // Nothing is written where nothing changed.
            let before = try await daemon.rows("SELECT count(*) FROM order_history")
            await daemon.pass(60)
            #expect(try await daemon.rows("SELECT count(*) FROM order_history") == before)
        }
    }

    @Test func `M2: a released order keeps its difference in the money of now`() async throws {
        try await holding { (daemon, _) async throws in
            let reply = await daemon.perform(.orders(.release, references: ["1001"]))
            #expect(reply.errors.isEmpty)
            _ = try await daemon.reload(Self.file("presentment"))
            await daemon.round()
            #expect(try await daemon.orders() == ["1001 imported waiting"])
            #expect(try await stored(daemon) == ["5000000 "])
            #expect(try await printed(daemon) == ["5.00 EUR", "5.00 EUR", "5.00 EUR"])
        }
    }

    @Test func `M2: a held order follows a stand-in for its difference that comes and goes`() async throws {
        try await holding { (daemon, _) async throws in
            _ = try await daemon.reload(Self.file("presentment", "adjustment_sku = \"ADJUST\""))
            await daemon.round()
            #expect(try await daemon.orders() == ["1001 imported waiting"])
            #expect(try await stored(daemon) == ["5000000 "])
            _ = try await daemon.reload(Self.file("shop"))
            await daemon.round()
            #expect(try await daemon.orders() == ["1001 imported held totals_differ"])
            #expect(try await stored(daemon) == ["2000000 \(Self.pounds)"])
        }
    }

    @Test func `M2: a held order follows the order types and stand-ins, and stays held as it was`()
        async throws
    {
        try await holding { (daemon, _) async throws in
            let row = "[[order_types]]\norder_type = \"online\"\nsite = \"SHOP1\""
            let lines = "tip_sku = \"TIP\"\nmissing_sku = \"MISC\"\nduty_sku = \"DUTY\""
            _ = try await daemon.reload(Self.file("shop", lines, more: row))
            await daemon.round()
            #expect(
                try await daemon.rows("SELECT order_type || ' ' || site FROM \"order\"") == ["online SHOP1"]
            )
            #expect(try await daemon.orders() == ["1001 imported held totals_differ"])
            #expect(try await stored(daemon) == ["2000000 \(Self.pounds)"])
            #expect(try await daemon.rows("SELECT detail FROM order_history") == [Self.pounds])
        }
    }

    @Test func `M2: what is said of an order that is off, gone or ignored is kept`() async throws {
        try await holding { (daemon, shop) async throws in
            shop.sell(.paid(1002))
            shop.sell(.paid(1003))
            await daemon.round()
            _ = await daemon.perform(.orders(.ignore, references: ["1003"]))
            shop.orders.delete(.order(1002))
            _ = await daemon.perform(.orders(.refetch, references: ["1002"]))
            await daemon.pass(1200, every: 300)
            let before = try await stored(daemon)
            #expect(
                before == [
                    "2000000 \(Self.pounds)", "0 deleted in Shopify", "0 an operator ignored it",
                ]
            )
            let other = ConfigurationText.channel("other", kcc: nil)
            _ = try await daemon.reload(Self.file("presentment", "enabled = false", more: other))
            await daemon.round()
            #expect(try await stored(daemon) == before)
        }
    }
}
