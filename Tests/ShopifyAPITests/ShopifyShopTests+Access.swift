import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

/// Who the shop is, what the app may do there, and tokens that are rejected.
extension ShopifyShopTests {
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
}
