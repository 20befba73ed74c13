import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

struct ClassificationTests {
    private static let now = Date(timeIntervalSince1970: 1_795_428_000)  // 23 November 2026, 10:00 UTC
    private static let asked = Asked(what: "reading 2 orders", version: "2026-07")

    private func verdict(_ answer: HTTPAnswer) -> Verdict<OrderReadAnswer> {
        Classification.verdict(answer, asked: Self.asked, as: OrderReadAnswer.self, now: Self.now)
    }

    private func failure(_ answer: HTTPAnswer) -> ShopError? {
        guard case .failure(let error) = verdict(answer).result else { return nil }
        return error
    }

    @Test(arguments: [
        (400, ShopError.Code.badRequest, ShopError.Disposition.fault), (401, .tokenRefused, .pause),
        (402, .shopFrozen, .pause), (403, .forbidden, .pause), (404, .shopUnknown, .pause),
        (405, .badRequest, .fault), (406, .badRequest, .fault), (408, .timedOut, .retry(after: nil)),
        (409, .serverError, .retry(after: nil)), (414, .badRequest, .fault), (415, .badRequest, .fault),
        (422, .badRequest, .fault), (423, .shopLocked, .pause), (429, .rateLimited, .retry(after: nil)),
        (430, .rateLimited, .retry(after: nil)), (500, .serverError, .retry(after: nil)),
        (501, .serverError, .retry(after: nil)), (502, .serverError, .retry(after: nil)),
        (503, .serverError, .retry(after: nil)), (504, .timedOut, .retry(after: nil)),
        (530, .serverError, .retry(after: nil)), (540, .serverError, .retry(after: nil)),
        (783, .badRequest, .fault), (301, .redirected, .pause), (302, .redirected, .pause),
        (303, .redirected, .pause), (307, .redirected, .pause), (204, .unexpectedShape, .retry(after: nil)),
        (206, .unexpectedShape, .retry(after: nil)), (999, .unexpectedShape, .retry(after: nil)),
        (0, .unexpectedShape, .retry(after: nil)),
    ])
    func `every status has its meaning, whatever the body`(
        status: Int,
        code: ShopError.Code,
        disposition: ShopError.Disposition
    ) throws {
        for body in ["", "<html>", "{\"errors\":\"Not Found\"}", "{\"data\":{\"nodes\":[]}}"] {
            let error = try #require(failure(Fixtures.answer(status, body)))
            #expect(error.code == code)
            #expect(error.disposition == disposition)
            Self.checkStyle(error)
        }
    }

    @Test(arguments: [
        ("2", Duration.seconds(2)), ("2.0", .seconds(2)), ("0.5", .milliseconds(500)), (" 30 ", .seconds(30)),
        ("Mon, 23 Nov 2026 10:00:40 GMT", .seconds(30)), ("99999999", .seconds(900)),
        ("1e300", .seconds(900)),
        ("inf", .seconds(900)), ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(900)), ("0", nil), ("-5", nil),
        ("soon", nil), ("nan", nil), ("", nil), ("Mon, 23 Nov 2026 09:00:00 GMT", nil),
    ])
    func `Retry-After is obeyed as seconds or as a date by Shopify's clock, and capped`(
        text: String,
        wait: Duration?
    ) throws {
        for status in [429, 430, 503] {
            let answer = Fixtures.answer(
                status,
                headers: [("Retry-After", text), ("Date", "Mon, 23 Nov 2026 10:00:10 GMT")],
                ""
            )
            #expect(failure(answer)?.disposition == .retry(after: wait))
        }
    }

    @Test func `the token's refusal says what to do`() {
        let error = failure(
            Fixtures.answer(
                401,
                "{\"errors\":\"[API] Invalid API key or access token (unrecognized login)\"}"
            )
        )
        #expect(
            error?.description
                == "token refused (401): it was revoked, or belongs to another shop; make a new token, or correct "
                + "the client secret, then run kccsyncd setup CHANNEL"
        )
    }

    @Test func `a redirect names the host and nothing else of the address`() {
        let location = [("Location", "https://user:pw@evil.example:8443/admin?token=shpat_1#x")]
        let message = failure(Fixtures.answer(302, headers: location, ""))?.message
        #expect(message == "the shop's address redirects to evil.example (302), which is not followed")
        #expect(
            failure(Fixtures.answer(302, ""))?.message
                == "the shop's address redirects (302), which is not followed"
        )
    }

    @Test(arguments: [
        ("", ShopError.Code.truncated), ("  \r\n", .truncated), ("{\"data\":{\"nodes\":[", .truncated),
        ("<!DOCTYPE html><p>Sign in</p>", .notJSON), ("all is well", .notJSON), ("{\"data\":nope}", .notJSON),
        ("[]", .notJSON), ("{}", .unexpectedShape), ("{\"data\":null}", .unexpectedShape),
        ("{\"data\":{}}", .unexpectedShape), ("{\"data\":{\"nodes\":{}}}", .unexpectedShape),
        ("{\"data\":[1]}", .unexpectedShape), ("{\"errors\":\"Something odd\"}", .serverError),
        ("{\"errors\":{\"base\":[\"x\"]}}", .serverError),
        ("{\"errors\":\"[API] Invalid API key or access token\"}", .tokenRefused),
    ])
    func `a 200 with another body than data is not taken for an answer`(body: String, code: ShopError.Code)
        throws
    {
        let error = try #require(failure(Fixtures.answer(body)))
        #expect(error.code == code)
        Self.checkStyle(error)
    }

    @Test(arguments: [
        ("MAX_COST_EXCEEDED", ShopError.Code.tooExpensive, ShopError.Disposition.fault),
        ("INTERNAL_SERVER_ERROR", .serverError, .retry(after: nil)),
        ("TIMEOUT", .timedOut, .retry(after: nil)),
        ("SHOP_INACTIVE", .shopFrozen, .pause), ("BAD_REQUEST", .queryRefused, .fault),
        ("INVALID_VARIABLE", .queryRefused, .fault), ("undefinedField", .queryRefused, .fault),
        ("MAX_INPUT_SIZE_EXCEEDED", .queryRefused, .fault), ("RESOURCE_NOT_FOUND", .queryRefused, .fault),
        ("ACCESS_DENIED", .scopeMissing, .pause), ("NEWLY_INVENTED", .queryRefused, .fault),
    ])
    func `every GraphQL code without data has its meaning`(
        code: String,
        expected: ShopError.Code,
        disposition: ShopError.Disposition
    ) throws {
        let body = "{\"errors\":[{\"message\":\"No\\nway.\",\"extensions\":{\"code\":\"\(code)\"}}]}"
        let error = try #require(failure(Fixtures.answer(body)))
        #expect(error.code == expected)
        #expect(error.disposition == disposition)
        Self.checkStyle(error)
    }

    @Test(arguments: [
        (70, 66.0, 50.0, 1), (99, 0, 100, 1), (900, 100, 100, 8), (900, 101, 50, 16), (2000, 0, 1, 60),
    ])
    func `THROTTLED waits for the missing points`(
        requested: Int,
        available: Double,
        rate: Double,
        seconds: Int
    ) {
        let body = """
            {"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{\
            "requestedQueryCost":\(requested),"actualQueryCost":null,"throttleStatus":{"maximumAvailable":1000,\
            "currentlyAvailable":\(available),"restoreRate":\(rate)}}}}
            """
        let verdict = verdict(Fixtures.answer(body))
        guard case .failure(let error) = verdict.result else { return #expect(Bool(false)) }
        #expect(error.code == .throttled)
        #expect(error.disposition == .retry(after: .seconds(seconds)))
        #expect(verdict.cost?.throttleStatus?.currentlyAvailable == available)
        Self.checkStyle(error)
    }

    @Test func `THROTTLED without a cost waits a second`() {
        let body = "{\"errors\":[{\"message\":\"Throttled\",\"extensions\":{\"code\":\"THROTTLED\"}}]}"
        #expect(failure(Fixtures.answer(body))?.disposition == .retry(after: .seconds(1)))
    }

    @Test func `an ignored filter is a fault`() throws {
        let body = """
            {"data":{"nodes":[]},"extensions":{"search":[{"path":["orders"],"query":"updatd_at:1","warnings":\
            [{"field":"updatd_at","message":"Invalid search field for this query.","code":"invalid_field"}]}]}}
            """
        let error = try #require(failure(Fixtures.answer(body)))
        #expect(error.code == .searchIgnored)
        #expect(error.disposition == .fault)
        #expect(error.message.contains("\"updatd_at\""))
        let quiet = body.replacing("\"warnings\":[{\"field\":\"updatd_at\",", with: "\"other\":[{")
        #expect(self.failure(Fixtures.answer(quiet)) == nil)
    }

    @Test func `fields withheld below an order are reported with their place, once`() throws {
        let denied = """
            {"message":"Access denied for customer field.","extensions":{"code":"ACCESS_DENIED",\
            "requiredAccess":"`read_customers` access scope."},"path":["nodes",1,"customer"]}
            """
        let personal = """
            {"message":"This app is not approved to use the address1 field. See https://x.","path":\
            ["nodes",0,"shippingAddress","address1"]}
            """
        let line = """
            {"message":"Access denied","extensions":{"code":"ACCESS_DENIED"},"path":\
            ["nodes",0,"lineItems","nodes",3,"sku"]}
            """
        let body = Fixtures.nodes(
            try Fixtures.order(1),
            try Fixtures.order(2),
            errors: "\(denied),\(personal),\(line),\(line)"
        )
        let reply = try verdict(Fixtures.answer(body)).result.get()
        #expect(
            reply.withheld == [
                Withheld(index: 1, path: "customer"), Withheld(index: 0, path: "shippingAddress.address1"),
                Withheld(index: 0, path: "lineItems.sku"),
            ]
        )
    }

    @Test func `access denied at the root pauses and names the scope`() throws {
        let body = """
            {"data":{"nodes":[null]},"errors":[{"message":"Access denied for nodes field. Required access: \
            `read_orders` access scope.","extensions":{"code":"ACCESS_DENIED","requiredAccess":\
            "`read_orders` access scope or `read_quick_sale` access scope."},"path":["nodes",0]}]}
            """
        let error = try #require(failure(Fixtures.answer(body)))
        #expect(error.disposition == .pause)
        #expect(
            error.description
                == "scope read_orders or read_quick_sale is missing: Shopify does not let the app see what was asked "
                + "for; add read_orders or read_quick_sale to the app's Admin API scopes and reinstall the app"
        )
        let below = body.replacing("[\"nodes\",0]", with: "[\"nodes\",0,\"fulfillmentOrders\"]")
        let bubbled = try #require(self.failure(Fixtures.answer(below)))
        #expect(bubbled.code == .scopeMissing)
        #expect(bubbled.message.contains("fulfillmentOrders"))
    }

    @Test(
        arguments: [
            (["write_third_party_fulfillment_orders"], "write_merchant_managed_fulfillment_orders"),
            (
                ["write_assigned_fulfillment_orders", "write_third_party_fulfillment_orders"],
                "write_merchant_managed_fulfillment_orders"
            ),
            (["write_merchant_managed_fulfillment_orders"], "write_third_party_fulfillment_orders"),
            ([], "write_merchant_managed_fulfillment_orders"),
            (
                [
                    "write_assigned_fulfillment_orders", "write_merchant_managed_fulfillment_orders",
                    "write_third_party_fulfillment_orders",
                ], nil
            ),
        ] as [([String], String?)]
    )
    func `C6: a rejection never names a scope that is granted`(_ granted: [String], _ named: String?) throws {
        let body = """
            {"data":{"nodes":[null]},"errors":[{"message":"Access denied for fulfillmentTrackingInfoUpdate field. Required access: \
            One of the `write_assigned_fulfillment_orders`, `write_merchant_managed_fulfillment_orders` or \
            `write_third_party_fulfillment_orders` access scopes. Also: the `fulfill_and_ship_orders` permission.",\
            "extensions":{"code":"ACCESS_DENIED"},"path":["nodes",0]}]}
            """
        var asked = Self.asked
        asked.granted = GrantedScopes(granted)
        let verdict = Classification.verdict(
            Fixtures.answer(body),
            asked: asked,
            as: OrderReadAnswer.self,
            now: Date()
        )
        guard case .failure(let error) = verdict.result else {
            Issue.record("expected a rejection")
            return
        }
        #expect(error.code == .scopeMissing)
        if let named {
            #expect(error.remedy == "add \(named) to the app's Admin API scopes and reinstall the app")
            #expect(error.message.hasPrefix("scope \(named) is missing: "))
        } else {
            #expect(!error.remedy.contains("_orders"))
            #expect(error.remedy.contains("permissions of the user who installed it"))
        }
    }

    @Test func `an error of another kind beside data makes the page worthless`() throws {
        let fault = "{\"message\":\"Odd\",\"path\":[\"nodes\",0,\"note\"]}"
        let error = try #require(
            failure(Fixtures.answer(Fixtures.nodes(try Fixtures.order(1), errors: fault)))
        )
        #expect(error.code == .serverError)
        #expect(error.disposition == .retry(after: nil))
    }

    @Test func `another version's answer is a success, and its refusal names both versions`() throws {
        let header = [("x-shopify-api-version", "2026-01")]
        let good = verdict(Fixtures.answer(Fixtures.nodes("null"), headers: header))
        #expect(try good.result.get().version == "2026-01")
        let refused =
            "{\"errors\":[{\"message\":\"Field 'x' doesn't exist\",\"extensions\":{\"code\":\"undefinedField\"}}]}"
        let error = try #require(failure(Fixtures.answer(refused, headers: header)))
        #expect(error.code == .versionExpired)
        #expect(error.disposition == .pause)
        #expect(error.message.contains("2026-07"))
        #expect(error.message.contains("2026-01"))
    }

    @Test func `no message repeats an e-mail address, a number or a text of any length`() throws {
        let long = String(repeating: "x", count: 5000)
        let body = """
            {"errors":[{"message":"Invalid value: maud@example.test, 07700 900123,\\n\\u001b[31m gid 5100000000001 \(long)",\
            "extensions":{"code":"INVALID_VARIABLE"}}]}
            """
        for answer in [
            Fixtures.answer(body),
            Fixtures.answer(400, "{\"errors\":\"maud@example.test 07700 900123 \(long)\"}"),
        ] {
            let error = try #require(failure(answer))
            #expect(!error.message.contains("maud"))
            #expect(!error.message.contains("07700"))
            #expect(!error.message.contains("51000"))
            #expect(!error.message.contains("\u{1b}"))
            #expect(error.message.count < 300)
            Self.checkStyle(error)
        }
    }

    @Test(arguments: TransportError.Code.allCases)
    func `every failure of the transport has its meaning`(code: TransportError.Code) {
        let error = Classification.error(
            TransportError(code, "mystore.example did something"),
            asked: Self.asked
        )
        Self.checkStyle(error)
        let expected: (ShopError.Code, ShopError.Disposition) =
            switch code {
            case .unresolved, .refused, .broken: (.unreachable, .retry(after: nil))
            case .timedOut: (.timedOut, .retry(after: nil))
            case .handshake: (.tls, .retry(after: nil))
            case .certificate: (.tls, .pause)
            case .truncated, .undecodable: (.truncated, .retry(after: nil))
            case .tooLarge: (.tooLarge, .retry(after: nil))
            case .cancelled: (.cancelled, .retry(after: nil))
            case .unusable: (.badRequest, .pause)
            }
        #expect(error.code == expected.0)
        #expect(error.disposition == expected.1)
    }

    /// One line, lower-case start, no full stop; and a remedy wherever a person is needed.
    private static func checkStyle(_ error: ShopError) {
        #expect(!error.message.contains("\n"))
        #expect(!error.message.hasSuffix("."))
        #expect(error.message.first?.isUppercase == false || error.message.hasPrefix("Shopify"))
        #expect(error.disposition != .pause || !error.remedy.isEmpty)
        #expect(!error.remedy.hasSuffix("."))
    }
}
