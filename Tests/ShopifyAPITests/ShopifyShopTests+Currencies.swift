import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

/// Orders of one currency and of two.
extension ShopifyShopTests {
    /// The complete order as it comes where only the shop's side was asked for.
    private static func oneSided(_ text: String) -> String {
        text.replacing(/,\s*"presentmentMoney": \{[^}]*\}/, with: "")
            .replacing(/"(originalTotalSet|discountedPriceSet)": \{\s*"shopMoney": \{[^}]*\}\s*\},/, with: "")
    }

    @Test
    func `an order paid in another currency is asked for again with both sides, and from then on all are`()
        async throws
    {
        let foreign = try Fixtures.completeOrder()
        let server = try ScriptedServer { request in
            let isWhole = request.body.contains("\"both\":true")
            return ScriptedServer.answer(json: Fixtures.nodes(isWhole ? foreign : Self.oneSided(foreign)))
        }
        let shop = shop(server)
        for _ in 1...2 {
            let reading = try await shop.read(
                [ShopifyID("gid://shopify/Order/5100000000001")],
                importance: .polling
            )
            guard case .order(let order) = try #require(reading.entries.first) else {
                Issue.record("expected an order, found \(reading.entries)")
                return
            }
            #expect(
                order.totals.total
                    == MoneyBag(
                        shop: try #require(Amount("48.20")),
                        presentment: try #require(Amount("56.39"))
                    )
            )
        }
        #expect(server.requests.map { $0.body.contains("\"both\":true") } == [false, true, true])
    }

    @Test func `an order of one currency is read once, and what follows from its amounts is computed`()
        async throws
    {
        let home = Self.oneSided(try Fixtures.completeOrder())
            .replacing("\"presentmentCurrencyCode\": \"EUR\"", with: "\"presentmentCurrencyCode\": \"GBP\"")
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: Fixtures.nodes(home)) }
        let reading = try await shop(server)
            .read([ShopifyID("gid://shopify/Order/5100000000001")], importance: .polling)
        guard case .order(let order) = try #require(reading.entries.first) else {
            Issue.record("expected an order, found \(reading.entries)")
            return
        }
        #expect(server.requests.count == 1)
        #expect(
            order.totals.total
                == MoneyBag(shop: try #require(Amount("48.20")), presentment: try #require(Amount("48.20")))
        )
        #expect(order.lines.map(\.total) == order.lines.map { $0.unitPrice.times($0.quantity) })
        #expect(order.shippingLines.first?.discountedPrice.shop == Amount("2.95"))
    }

    @Test func `a customer's side that was asked for and does not come makes the order unreadable`()
        async throws
    {
        let half = Self.oneSided(try Fixtures.completeOrder())
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: Fixtures.nodes(half)) }
        let reading = try await shop(server)
            .read([ShopifyID("gid://shopify/Order/5100000000001")], importance: .polling)
        guard case .unreadable(_, let text) = try #require(reading.entries.first) else {
            Issue.record("expected it to be unreadable, found \(reading.entries)")
            return
        }
        #expect(text == "totalPriceSet.presentmentMoney: expected an amount, found none")
    }
}
