import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

@Suite(.timeLimit(.minutes(30)))
struct ShopifyShopTests {
    private static let loop = CurlLoop(name: "curl-shop-test")

    private func shop(
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

    private func ids(_ numbers: Int...) -> [ShopifyID] {
        numbers.map { ShopifyID(kind: "Order", number: String($0)) }
    }

    @Test func `identity tells the shop, our scopes and Shopify's clock`() async throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(
                headers: ["Date: Mon, 23 Nov 2026 10:00:07 GMT", "X-Shopify-API-Version: 2026-07"],
                json: """
                    {"data":{"shop":{"id":"gid://shopify/Shop/1","name":"Tea","myshopifyDomain":"tea.myshopify.com",\
                    "ianaTimezone":"Europe/London","currencyCode":"GBP"},"currentAppInstallation":{"accessScopes":\
                    [{"handle":"read_orders"},{"handle":"read_customers"}]},"publicApiVersions":[\
                    {"handle":"2026-10","supported":true},{"handle":"2026-07","supported":true},\
                    {"handle":"unstable","supported":false}]},\(Fixtures.cost)}
                    """
            )
        }
        let shop = shop(server)
        let identity = try await shop.identity()
        #expect(identity.domain == "tea.myshopify.com")
        #expect(identity.scopes == ["read_orders", "read_customers"])
        #expect(identity.supportedVersions == ["2026-07", "2026-10"])
        #expect(identity.answeredVersion == "2026-07")
        #expect(identity.clockSkew == .milliseconds(7500))
        let request = try #require(server.requests.first)
        #expect(request.head.hasPrefix("POST /admin/api/2026-07/graphql.json HTTP/1.1\r\n"))
        #expect(request.head.contains("X-Shopify-Access-Token: shpat_1"))
        #expect(request.head.contains("Content-Type: application/json"))
        #expect(await shop.budget.spent == 60)
        #expect(await shop.budget.capacity == 2000)
    }

    /// An app's scopes, which an operator changes while the process runs.
    private static func identityAnswer(_ scopes: [String]) -> String {
        let handles = scopes.map { "{\"handle\":\"\($0)\"}" }.joined(separator: ",")
        return """
            {"data":{"shop":{"id":"gid://shopify/Shop/1","name":"Tea","myshopifyDomain":"tea.myshopify.com",\
            "ianaTimezone":"Europe/London","currencyCode":"GBP"},"currentAppInstallation":{"accessScopes":[\(handles)]},\
            "publicApiVersions":[{"handle":"2026-07","supported":true}]},\(Fixtures.cost)}
            """
    }

    @Test(arguments: [
        (
            ["read_orders"] as [String]?,
            "scope read_locations is missing: Shopify does not let the app see locations"
        ),
        (
            ["read_orders", "read_locations"],
            "Shopify does not let the app see locations although it has read_locations"
        ),
        (nil, "scope read_locations is missing: Shopify does not let the app see locations"),
    ])
    func `C6: a rejection is explained by the scopes that the app has now`(
        _ now: [String]?,
        _ message: String
    )
        async throws
    {
        let scopes = Locked<[String]?>(["read_orders", "read_locations"])
        let server = try ScriptedServer { request in
            if request.body.contains("currentAppInstallation") {
                guard let granted = scopes.current else {
                    return ScriptedServer.answer("503 Busy", json: "{}")
                }
                return ScriptedServer.answer(json: Self.identityAnswer(granted))
            }
            return ScriptedServer.answer(
                json: """
                    {"data":null,"errors":[{"message":"Access denied for locations field. Required access: \
                    `read_locations` access scope.","extensions":{"code":"ACCESS_DENIED","requiredAccess":\
                    "`read_locations` access scope."},"path":["locations"]}]}
                    """
            )
        }
        let shop = shop(server)
        _ = try await shop.identity()
        scopes.set(now)
        do throws(ShopError) {
            _ = try await shop.locations()
            Issue.record("the rejection was not thrown")
        } catch {
            #expect(error.code == .scopeMissing)
            #expect(error.message == message)
        }
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

    @Test func `a renewed token is tried once after 401`() async throws {
        let server = try ScriptedServer { request in
            if request.head.contains("/admin/oauth/access_token") {
                return ScriptedServer.answer(
                    json: "{\"access_token\":\"shpat_\(request.number)\",\"expires_in\":86399}"
                )
            }
            return request.head.contains("shpat_3")
                ? ScriptedServer.answer(json: Fixtures.nodes("null"))
                : ScriptedServer.answer("401 Unauthorized", json: "{\"errors\":\"no\"}")
        }
        let shop = shop(server, credential: .client(id: "a", secret: Secret("b")))
        let reading = try await shop.read(ids(1), importance: .polling)
        #expect(reading.entries.count == 1)
        // Token, refused, token, accepted.
        #expect(server.requests.count == 4)
        _ = try await shop.read(ids(1), importance: .polling)
        #expect(server.requests.count == 5)
    }

    @Test func `a token that is refused again is refused for good, and a static one at once`() async throws {
        let server = try ScriptedServer { request in
            request.head.contains("/admin/oauth/access_token")
                ? ScriptedServer.answer(
                    json: "{\"access_token\":\"shpat_\(request.number)\",\"expires_in\":86399}"
                )
                : ScriptedServer.answer("401 Unauthorized", json: "{\"errors\":\"no\"}")
        }
        for (credential, requests) in [
            (ShopCredential.client(id: "a", secret: Secret("b")), 4), (.token(Secret("t")), 5),
        ] {
            let shop = shop(server, credential: credential)
            let error = await #expect(throws: ShopError.self) { try await shop.identity() }
            #expect(error?.code == .tokenRefused)
            #expect(server.requests.count == requests)
        }
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
