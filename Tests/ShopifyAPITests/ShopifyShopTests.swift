import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

@Suite(.timeLimit(.minutes(30)))
struct ShopifyShopTests {
    static let loop = CurlLoop(name: "curl-shop-test")

    func shop(
        _ server: ScriptedServer,
        credential: ShopCredential = .token(Secret("shpat_1")),
        limits: HTTPLimits = HTTPLimits(),
        onOtherVersion: @escaping @Sendable (String) -> Void = { _ in }
    ) -> ShopifyShop {
        ShopifyShop(
            address: ShopAddress(scheme: "http", host: "127.0.0.1", port: server.port),
            credential: credential,
            apiVersion: "2026-07",
            loop: Self.loop,
            limits: limits,
            now: { Date(timeIntervalSince1970: 1_795_428_000) },
            onOtherVersion: onOtherVersion
        )
    }

    func ids(_ numbers: Int...) -> [ShopifyID] {
        numbers.map { ShopifyID(kind: "Order", number: String($0)) }
    }

    @Test func `locations are read page by page`() async throws {
        let server = try ScriptedServer { request in
            let last = request.body.contains("\"after\":\"c1\"")
            return ScriptedServer.answer(
                json: """
                    {"data":{"locations":{"nodes":[{"id":"gid://shopify/Location/\(last ? 2 : 1)","name":"Depot",\
                    "isActive":\(last),"isFulfillmentService":\(!last)}],"pageInfo":{"hasNextPage":\(!last),\
                    "endCursor":"c1"}}}}
                    """
            )
        }
        let locations = try await shop(server).locations()
        #expect(locations.map(\.id.number) == ["1", "2"])
        #expect(locations.map(\.active) == [false, true])
        #expect(locations.map(\.fulfilmentService) == [true, false])
    }

    @Test func `a cursor that does not move ends in an error, not in a loop`() async throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(
                json:
                    "{\"data\":{\"locations\":{\"nodes\":[],\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"c1\"}}}}"
            )
        }
        let shop = shop(server)
        let error = await #expect(throws: ShopError.self) { try await shop.locations() }
        #expect(error?.code == .unexpectedShape)
        #expect(server.requests.count == 2)
    }

    @Test func `a listing quotes its dates and names its order`() throws {
        let since = try #require(HTTPTime.instant("2026-11-23T10:00:00.7Z"))
        var request = OrderListRequest(since: since, pageSize: 250, importance: .polling)
        #expect(OrderListVariables(request).query == "updated_at:>='2026-11-23T10:00:00Z'")
        #expect(OrderListVariables(request).sortKey == "UPDATED_AT")
        request.byPlacing = true
        request.until = since
        request.after = "c"
        let variables = OrderListVariables(request)
        #expect(
            variables.query
                == "processed_at:>='2026-11-23T10:00:00Z' AND processed_at:<='2026-11-23T10:00:01Z'"
        )
        #expect(variables.sortKey == "PROCESSED_AT")
        #expect(variables.after == "c")
    }

    @Test func `a listing returns versions and the next cursor`() async throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(
                json: """
                    {"data":{"orders":{"nodes":[{"id":"gid://shopify/Order/1","updatedAt":"2026-11-23T10:00:00Z"}],\
                    "pageInfo":{"hasNextPage":true,"endCursor":"c1"}}}}
                    """
            )
        }
        let page = try await shop(server)
            .list(OrderListRequest(since: Date(), pageSize: 1, importance: .polling))
        #expect(page.versions.map(\.id) == ids(1))
        #expect(page.next == "c1")
    }

    @Test func `reading gives one entry for each id, in that order`() async throws {
        let (first, broken) = (
            try Fixtures.order(1), try Fixtures.order(3, ("\"quantity\": 2,", "\"quantity\": {},"))
        )
        let denied =
            "{\"message\":\"Access denied\",\"extensions\":{\"code\":\"ACCESS_DENIED\"},\"path\":[\"nodes\",0,\"customer\"]}"
        let body = Fixtures.nodes(first, "null", broken, try Fixtures.order(99), errors: denied)
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(headers: ["Date: Mon, 23 Nov 2026 10:00:07 GMT"], json: body)
        }
        var wanted = ids(1, 2, 3, 4)
        wanted.insert(ShopifyID(kind: "Product", number: "5"), at: 1)
        let reading = try await shop(server).read(wanted, importance: .polling)
        #expect(reading.entries.map(\.id) == wanted)
        guard case .order(let order) = reading.entries[0], case .unreadable = reading.entries[1],
            case .missing = reading.entries[2], case .unreadable(_, let problem) = reading.entries[3],
            case .unreadable(_, let other) = reading.entries[4]
        else { return #expect(Bool(false), "\(reading.entries.count)") }
        #expect(order.withheld == ["customer"])
        #expect(problem == "lineItems[0].quantity: expected a whole number, found an object")
        #expect(other == "id: expected the one asked for, found another")
        #expect(reading.points == 60)
        #expect(reading.bytes == body.utf8.count)
        #expect(reading.readAt == HTTPTime.date("Mon, 23 Nov 2026 10:00:07 GMT"))
        #expect(server.requests.first?.body.contains("Product") == false)
    }

    @Test func `nothing to read asks nothing`() async throws {
        let server = try ScriptedServer { _ in [.close] }
        #expect(try await shop(server).read([], importance: .polling).entries.isEmpty)
        #expect(server.connections == 0)
    }

    @Test func `what was cut off is completed, nested lists included`() async throws {
        let cut = CutAnswers.cutEverywhere(try Fixtures.completeOrder())
        let server = try ScriptedServer { request in
            ScriptedServer.answer(json: CutAnswers.rest(of: request.body, cut: cut))
        }
        let reading = try await shop(server).read(ids(5_100_000_000_001), importance: .polling)
        guard case .order(let order)? = reading.entries.first else {
            return #expect(Bool(false), "\(reading.entries)")
        }
        #expect(order.lines.count == 5)
        #expect(order.shippingLines.count == 2)
        #expect(order.discounts.map(\.index) == [0, 1, 2])
        #expect(order.refunds.first?.lines.count == 2)
        #expect(order.fulfilmentOrders.count == 3)
        #expect(order.fulfilmentOrders.map(\.lines.count) == [3, 1, 2])
        // The order, two pages of lines, one of each other kind, and the lines of three fulfilment orders.
        #expect(server.requests.count == 10)
    }

    @Test func `an order that changes during its completion is read again, once`() async throws {
        let cut = CutAnswers.cutEverywhere(try Fixtures.completeOrder())
        let whole = Fixtures.nodes(
            try Fixtures.completeOrder().replacing("2026-11-22T09:15:00Z", with: "2026-11-24T00:00:00Z")
        )
        let server = try ScriptedServer { request in
            switch request.number {
            case 1: ScriptedServer.answer(json: Fixtures.nodes(cut))
            case 2:
                ScriptedServer.answer(
                    json: CutAnswers.rest(of: request.body, cut: cut)
                        .replacing("2026-11-22T09:15:00Z", with: "2026-11-24T00:00:00Z")
                )
            default: ScriptedServer.answer(json: whole)
            }
        }
        let reading = try await shop(server).read(ids(5_100_000_000_001), importance: .polling)
        guard case .order(let order)? = reading.entries.first else { return #expect(Bool(false)) }
        #expect(order.updatedAt == HTTPTime.instant("2026-11-24T00:00:00Z"))
        #expect(order.lines.count == 3)
        #expect(server.requests.count == 3)
    }

    @Test func `an order deleted during its completion is missing`() async throws {
        let cut = Fixtures.nodes(CutAnswers.cutEverywhere(try Fixtures.completeOrder()))
        let server = try ScriptedServer { request in
            ScriptedServer.answer(json: request.number == 1 ? cut : "{\"data\":{\"order\":null}}")
        }
        let reading = try await shop(server).read(ids(5_100_000_000_001), importance: .polling)
        guard case .missing? = reading.entries.first else { return #expect(Bool(false)) }
    }

    @Test(arguments: ["transactions", "refunds"])
    func `a list as long as Shopify makes them is unreadable rather than cut`(list: String) async throws {
        let text = try Fixtures.completeOrder()
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        )
        var changed = object
        let entries = try #require(object[list] as? [Any])
        changed[list] = (0..<250).map { entries[$0 % entries.count] }
        let body = Fixtures.nodes(
            String(decoding: try JSONSerialization.data(withJSONObject: changed), as: UTF8.self)
        )
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: body) }
        let reading = try await shop(server).read(ids(5_100_000_000_001), importance: .polling)
        guard case .unreadable(_, let problem)? = reading.entries.first else { return #expect(Bool(false)) }
        #expect(problem == "\(list): Shopify lists 250 at most, and this order has as many or more")
    }

    @Test func `another version is told once`() async throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(headers: ["X-Shopify-API-Version: 2027-01"], json: Fixtures.nodes("null"))
        }
        let told = LockedBox<[String]>([])
        let shop = shop(server) { version in told.withLock { $0.append(version) } }
        for _ in 0..<3 { _ = try await shop.read(ids(1), importance: .polling) }
        #expect(told.withLock { $0 } == ["2027-01"])
    }

    @Test func `an answer cut off by the connection's end is truncated, and slowness is a timeout`()
        async throws
    {
        let cut = try ScriptedServer { _ in
            [.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"data\":{\"nodes\":["), .close]
        }
        let cutShop = shop(cut)
        #expect(
            await #expect(throws: ShopError.self) { try await cutShop.read(ids(1), importance: .polling) }?
                .code == .truncated
        )
        let slow = try ScriptedServer { _ in [.hang] }
        var limits = HTTPLimits()
        limits.total = .milliseconds(200)
        let slowShop = shop(slow, limits: limits)
        let error = await #expect(throws: ShopError.self) {
            try await slowShop.read(ids(1), importance: .polling)
        }
        #expect(
            error
                == ShopError(
                    .timedOut,
                    .retry(after: nil),
                    "reading an order: 127.0.0.1 did not answer in time"
                )
        )
    }

    @Test func `cancelling a read ends it`() async throws {
        let server = try ScriptedServer { _ in [.hang] }
        var arrivals = server.arrivals().makeAsyncIterator()
        let shop = shop(server)
        let wanted = ids(1)
        let task = Task { try await shop.read(wanted, importance: .polling) }
        _ = await arrivals.next()
        task.cancel()
        let error = await #expect(throws: ShopError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }
}
