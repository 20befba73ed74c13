import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

@Suite(.timeLimit(.minutes(30)))
struct FulfilmentTests {
    private static let loop = CurlLoop(name: "curl-fulfilment-test")

    @Test func `a refusal keeps Shopify's words, and nothing that was sent`() async throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(
                json: #"""
                    {"data":{"fulfillmentCreate":{"fulfillment":null,"userErrors":[{"field":["fulfillment"],"message":\#
                    "Tracking \"RM 123456789 GB\" is unknown, write to nell@example.org or call 01706 555333."}]}}}
                    """#
            )
        }
        let shop = ShopifyShop(
            address: ShopAddress(scheme: "http", host: "127.0.0.1", port: server.port),
            credential: .token(Secret("shpat_1")),
            apiVersion: "2026-07",
            loop: Self.loop
        )
        let line = FulfilmentRequest.PartLine(
            id: ShopifyID(kind: "FulfillmentOrderLineItem", number: "3"),
            line: ShopifyID(kind: "LineItem", number: "4"),
            quantity: 1
        )
        let part = FulfilmentRequest.Part(id: ShopifyID(kind: "FulfillmentOrder", number: "2"), lines: [line])
        let answer = try await shop.fulfil(
            FulfilmentRequest(parts: [part], tracking: Tracking(numbers: ["RM 123456789 GB"]), notify: true)
        )
        #expect(answer == .refused("Tracking … is unknown, write to … or call ##### ######"))
    }

    @Test func `a request for stock holds nothing of a person`() throws {
        let batch = StockBatch(
            key: "k-1",
            location: ShopifyID(kind: "Location", number: "1"),
            adjusts: false,
            rows: [
                StockBatch.Row(
                    item: ShopifyID(kind: "InventoryItem", number: "2"),
                    sku: "TEA",
                    quantity: 3,
                    from: 1
                )
            ],
            firstSentAt: Date(timeIntervalSince1970: 1_795_428_007)
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        #expect(
            String(decoding: try encoder.encode(SetVariables(batch)), as: UTF8.self) == """
                {"input":{"name":"available","quantities":[{"changeFromQuantity":1,\
                "inventoryItemId":"gid://shopify/InventoryItem/2","locationId":"gid://shopify/Location/1","quantity":3}],\
                "reason":"correction"},"key":"k-1"}
                """
        )
    }
}
