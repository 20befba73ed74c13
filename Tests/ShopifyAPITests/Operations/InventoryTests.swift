import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

@Suite(.timeLimit(.minutes(30)))
struct InventoryTests {
    private static let loop = CurlLoop(name: "curl-inventory-test")
    private static let date = "Date: Mon, 23 Nov 2026 10:00:07 GMT"
    private static let answeredAt = Date(timeIntervalSince1970: 1_795_428_007)

    private func shop(_ server: ScriptedServer) -> ShopifyShop {
        ShopifyShop(
            address: ShopAddress(scheme: "http", host: "127.0.0.1", port: server.port),
            credential: .token(Secret("shpat_1")),
            apiVersion: "2026-07",
            loop: Self.loop,
            now: { Date(timeIntervalSince1970: 1_795_428_000) }
        )
    }

    private func item(_ number: Int) -> ShopifyID { ShopifyID(kind: "InventoryItem", number: String(number)) }
    private let location = ShopifyID(kind: "Location", number: "1")

    private func batch(_ rows: [StockBatch.Row], adjusts: Bool = false) -> StockBatch {
        StockBatch(key: "k-1", location: location, adjusts: adjusts, rows: rows, firstSentAt: Self.answeredAt)
    }

    private func server(_ json: String) throws -> ScriptedServer {
        try ScriptedServer { _ in ScriptedServer.answer(headers: [Self.date], json: json) }
    }

    @Test func `the catalogue leaves out variants without a SKU`() async throws {
        let server = try server(
            """
            {"data":{"productVariants":{"nodes":[\
            {"inventoryItem":{"id":"gid://shopify/InventoryItem/1","sku":"A","tracked":true}},\
            {"inventoryItem":{"id":"gid://shopify/InventoryItem/2","sku":null,"tracked":true}},\
            {"inventoryItem":{"id":"gid://shopify/InventoryItem/3","sku":"","tracked":false}}],\
            "pageInfo":{"hasNextPage":true,"endCursor":"c1"}}}}
            """
        )
        let page = try await shop(server).catalogue(after: nil)
        #expect(page.items == [CatalogueItem(id: item(1), sku: "A", tracked: true)])
        #expect(page.next == "c1")
    }

    @Test func `a search keeps what agrees byte for byte, page by page`() async throws {
        let server = try ScriptedServer { request in
            let last = request.body.contains("\"after\":\"c1\"")
            return ScriptedServer.answer(
                json: """
                    {"data":{"productVariants":{"nodes":[\
                    {"inventoryItem":{"id":"gid://shopify/InventoryItem/\(last ? 2 : 1)","sku":"\(last ? "caf\u{E9}" : "CAF\u{C9}")","tracked":true}},\
                    {"inventoryItem":{"id":"gid://shopify/InventoryItem/3","sku":"cafe\u{301}","tracked":true}}],\
                    "pageInfo":{"hasNextPage":\(!last),"endCursor":"c1"}}}}
                    """
            )
        }
        let found = try await shop(server).findItems(skus: ["caf\u{E9}"])
        #expect(found.map(\.id) == [item(2)])
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        ("ABC-1", "sku:'ABC-1'"), ("two words", "sku:'two words'"), ("o'clock", "sku:'o\\'clock'"),
        ("back\\slash", "sku:'back\\\\slash'"), ("a:b*c\"d", "sku:'a:b*c\"d'"), ("茶", "sku:'茶'"),
    ])
    func `a SKU is quoted for the search`(sku: String, query: String) {
        #expect(SKUQuery.text([SKU(sku)]) == query)
        #expect(SKUQuery.text([SKU(sku), "B"]) == "\(query) OR sku:'B'")
    }

    @Test func `levels are read with the moment, as wide as Shopify's clock is coarse`() async throws {
        let server = try server(
            """
            {"data":{"nodes":[\
            {"id":"gid://shopify/InventoryItem/1","sku":"A","tracked":true,"inventoryLevel":{"isActive":true,"quantities":[{"quantity":-2}]}},\
            {"id":"gid://shopify/InventoryItem/2","sku":"B","tracked":false,"inventoryLevel":{"isActive":false,"quantities":[{"quantity":5}]}},\
            {"id":"gid://shopify/InventoryItem/3","sku":null,"tracked":true,"inventoryLevel":null},\
            null,{}]}}
            """
        )
        let reading = try await shop(server).levels(of: (1...5).map(item), at: location)
        #expect(
            reading.entries.map(\.found) == [
                .level(-2, sku: "A", tracked: true), .level(nil, sku: "B", tracked: false),
                .level(nil, sku: "", tracked: true), .missing, .missing,
            ]
        )
        #expect(reading.moment.askedAt < Self.answeredAt)
        #expect(reading.moment.answeredAt > Self.answeredAt.addingTimeInterval(1))
    }

    @Test func `an answer with another number of levels is no answer`() async throws {
        let server = try server("{\"data\":{\"nodes\":[null]}}")
        let shop = shop(server)
        let error = await #expect(throws: ShopError.self) {
            try await shop.levels(of: [item(1), item(2)], at: location)
        }
        #expect(error?.code == .unexpectedShape)
    }

    @Test func `a batch is set under its key, every field written out, the same bytes each time`()
        async throws
    {
        let server = try server(
            "{\"data\":{\"inventorySetQuantities\":{\"userErrors\":[]}},\(Fixtures.cost)}"
        )
        let batch = batch([
            StockBatch.Row(item: item(1), sku: "A", quantity: 7, from: 5),
            StockBatch.Row(item: item(2), sku: "B", quantity: 0, from: nil),
        ])
        let shop = shop(server)
        let answer = try await shop.set(batch)
        _ = try await shop.set(batch)
        #expect(answer.refusals.isEmpty)
        let bodies = server.requests.map(\.body)
        #expect(Set(bodies).count == 1)
        let variables = """
            "variables":{"input":{"name":"available","quantities":[\
            {"changeFromQuantity":5,"inventoryItemId":"gid://shopify/InventoryItem/1","locationId":"gid://shopify/Location/1","quantity":7},\
            {"changeFromQuantity":null,"inventoryItemId":"gid://shopify/InventoryItem/2","locationId":"gid://shopify/Location/1","quantity":0}\
            ],"reason":"correction"},"key":"k-1"}
            """
        #expect(bodies[0].contains(variables))
        #expect(bodies[0].contains("@idempotent(key: $key)"))
    }

    @Test func `an adjustment names differences and no figure to compare with`() async throws {
        let server = try server("{\"data\":{\"inventoryAdjustQuantities\":{\"userErrors\":[]}}}")
        _ = try await shop(server)
            .adjust(batch([StockBatch.Row(item: item(1), sku: "A", quantity: -3, from: nil)], adjusts: true))
        let body = try #require(server.requests.first?.body)
        #expect(body.contains("\"changes\":[{\"changeFromQuantity\":null,\"delta\":-3,"))
    }

    @Test(arguments: [
        ("CHANGE_FROM_QUANTITY_STALE", StockRefusal.Kind.stale), ("INVALID_INVENTORY_ITEM", .unknownItem),
        ("ITEM_NOT_STOCKED_AT_LOCATION", .notStocked), ("IDEMPOTENCY_CONCURRENT_REQUEST", .concurrent),
        ("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", .keyMismatch),
        ("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", .previousFailed), ("SERVICE_UNAVAILABLE", .unavailable),
        ("INVALID_QUANTITY_TOO_HIGH", .refused), ("A_CODE_OF_TOMORROW", .refused),
    ])
    func `a refused row is found by its index`(code: String, kind: StockRefusal.Kind) async throws {
        let server = try server(
            """
            {"data":{"inventorySetQuantities":{"userErrors":[{"code":"\(code)",\
            "field":["input","quantities","17","locationId"],"message":"Not like this."}]}}}
            """
        )
        let answer = try await shop(server).set(batch([]))
        #expect(answer.refusals == [StockRefusal(kind, row: 17, message: "Not like this")])
    }

    @Test func `a refusal that names no row has none`() async throws {
        let server = try server(
            """
            {"data":{"inventorySetQuantities":{"userErrors":[{"code":"INVALID_REASON","field":["input","reason"],\
            "message":"No"},{"code":null,"field":null,"message":"No"}]}}}
            """
        )
        let answer = try await shop(server).set(batch([]))
        #expect(answer.refusals.map(\.row) == [nil, nil])
    }

    @Test func `an answer without a result may have run`() async throws {
        let server = try server("{\"data\":{\"inventorySetQuantities\":null}}")
        let shop = shop(server)
        let batch = batch([])
        let error = await #expect(throws: ShopError.self) { try await shop.set(batch) }
        #expect(error?.code == .unexpectedShape && error?.mayHaveRun == true)
    }

    @Test func `an activation that Shopify refuses tells its words`() async throws {
        let server = try server(
            """
            {"data":{"inventoryActivate":{"userErrors":[{"field":["available"],\
            "message":"Not allowed to set available quantity when the item is already active at the location."}]}}}
            """
        )
        let refusal = try await shop(server).activate(item(1), at: location, key: "k")
        #expect(refusal?.kind == .refused)
        #expect(
            refusal?.message
                == "Not allowed to set available quantity when the item is already active at the location"
        )
        let body = try #require(server.requests.first?.body)
        #expect(
            body.contains(
                "{\"item\":\"gid://shopify/InventoryItem/1\",\"key\":\"k\",\"location\":\"gid://shopify/Location/1\"}"
            )
        )
    }

    @Test func `an activation at a location that Shopify does not have is the location's problem`()
        async throws
    {
        let server = try server(
            """
            {"data":{"inventoryActivate":{"userErrors":[{"field":["locationId"],\
            "message":"The product couldn't be stocked because the location wasn't found."}]}}}
            """
        )
        let refusal = try await shop(server).activate(item(1), at: location, key: "k")
        #expect(refusal?.kind == .location)
        #expect(refusal?.message == "The product couldn't be stocked because the location wasn't found")
    }
}
