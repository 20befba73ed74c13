import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

/// The view of orders, made from Shopify's bytes, and what its answers to fulfilments mean.
@Suite(.timeLimit(.minutes(30)))
struct FulfilmentViewTests {
    private static let loop = CurlLoop(name: "curl-view-test")

    private func shop(_ server: ScriptedServer) -> ShopifyShop {
        ShopifyShop(
            address: ShopAddress(scheme: "http", host: "127.0.0.1", port: server.port),
            credential: .token(Secret("shpat_1")),
            apiVersion: "2026-07",
            loop: Self.loop
        )
    }

    private static func order(
        _ number: Int,
        lines: String = line(1),
        moreLines: Bool = false,
        parts: String = "",
        moreParts: Bool = false,
        sent: String = "",
        count: Int? = nil
    ) -> String {
        """
        {"id":"gid://shopify/Order/\(number)","cancelledAt":null,"lineItems":{"nodes":[\(lines)],"pageInfo":{"hasNextPage":\(moreLines),"endCursor":"l\(moreLines)"}},\
        "fulfillmentOrders":{"nodes":[\(parts)],"pageInfo":{"hasNextPage":\(moreParts),"endCursor":"p\(moreParts)"}},\
        "fulfillmentsCount":\(count.map { "{\"count\":\($0)}" } ?? "null"),"fulfillments":[\(sent)]}
        """
    }

    private static func line(_ number: Int) -> String {
        #"{"id":"gid://shopify/LineItem/\#(number)","sku":"TEA","currentQuantity":2,"unfulfilledQuantity":1}"#
    }

    private static func part(_ number: Int, _ status: String, actions: String, method: String) -> String {
        """
        {"id":"gid://shopify/FulfillmentOrder/\(number)","status":"\(status)","fulfillAt":null,"supportedActions":[\(actions)],\
        "fulfillmentHolds":[],"deliveryMethod":\(method),"assignedLocation":{"name":"Depot","location":null},\
        "lineItems":{"nodes":[],"pageInfo":{"hasNextPage":false,"endCursor":null}}}
        """
    }

    private static func sent(_ number: Int, _ status: String = "SUCCESS", more: Bool = false) -> String {
        """
        {"id":"gid://shopify/Fulfillment/\(number)","status":"\(status)","trackingInfo":[],"fulfillmentLineItems":{"nodes":\
        [{"quantity":1,"lineItem":{"id":"gid://shopify/LineItem/1"}}],"pageInfo":{"hasNextPage":\(more),"endCursor":"s"}}}
        """
    }

    private static func nodes(_ nodes: String..., errors: String? = nil) -> String {
        #"{"data":{"nodes":[\#(nodes.joined(separator: ","))]}\#(errors.map { ",\"errors\":[\($0)]" } ?? "")}"#
    }

    private static func ids(_ numbers: Int...) -> [ShopifyID] {
        numbers.map { ShopifyID(kind: "Order", number: String($0)) }
    }

    @Test func `an order that is gone, unreadable or failing leaves the others readable`() async throws {
        let failure =
            #"{"message":"Internal error","path":["nodes",2,"fulfillmentOrders"],"extensions":{"code":"INTERNAL_SERVER_ERROR"}}"#
        let body = Self.nodes(
            Self.order(1),
            "null",
            "null",
            #"{"id":"gid://shopify/Order/4","lineItems":7}"#,
            "{}",
            Self.order(6, sent: Self.sent(1)),
            errors: failure
        )
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: body) }
        let readings = try await shop(server).fulfilments(of: Self.ids(1, 2, 3, 4, 5, 6))
        #expect(server.requests.count == 1)
        guard case .view = readings[0], case .missing = readings[1], case .failed(let failed) = readings[2],
            case .failed(let unreadable) = readings[3], case .missing = readings[4],
            case .view(let last) = readings[5]
        else { return #expect(Bool(false), "\(readings)") }
        #expect(failed.code == .serverError)
        #expect(unreadable.code == .unexpectedShape)
        #expect(last.standing.count == 1)
    }

    @Test(arguments: [(1, 1, false), (1, 2, true), (250, nil, true), (249, nil, false), (250, 250, false)])
    func `a list of fulfilments that is shorter than their count was cut`(
        shown: Int,
        count: Int?,
        isCut: Bool
    ) async throws {
        let sent = (1...shown).map { Self.sent($0) }.joined(separator: ",")
        let body = Self.nodes(Self.order(1, sent: sent, count: count))
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: body) }
        guard case .view(let view)? = try await shop(server).fulfilments(of: Self.ids(1)).first else {
            return #expect(Bool(false))
        }
        #expect(view.cuts.contains(.sent) == isCut)
    }

    @Test func `what a first page leaves out is read, up to a bound`() async throws {
        let part = Self.part(
            7,
            "OPEN",
            actions: #"{"action":"CREATE_FULFILLMENT"}"#,
            method: #"{"methodType":"PICK_UP"}"#
        )
        let server = try ScriptedServer { request in
            if request.body.contains("FulfilmentViewSentPage") {
                return ScriptedServer.answer(
                    json:
                        #"{"data":{"fulfillment":{"fulfillmentLineItems":{"nodes":[{"quantity":2,"lineItem":{"id":"gid://shopify/LineItem/2"}}],"pageInfo":{"hasNextPage":false,"endCursor":"t"}}}}}"#
                )
            }
            let isFirst = !request.body.contains("\"partsAfter\"")
            return ScriptedServer.answer(
                json: Self.nodes(
                    Self.order(
                        1,
                        lines: Self.line(isFirst ? 1 : 2),
                        parts: part,
                        moreParts: isFirst,
                        sent: Self.sent(1, more: true),
                        count: 1
                    )
                )
            )
        }
        guard case .view(let view)? = try await shop(server).fulfilments(of: Self.ids(1)).first else {
            return #expect(Bool(false))
        }
        #expect(view.parts.count == 2)
        #expect(view.parts.allSatisfy { $0.isPickUp && $0.canFulfil })
        #expect(view.lines.map(\.current) == [2], "lines came whole with the first page")
        #expect(view.sent[0].lines.map(\.quantity) == [1, 2])
        #expect(view.cuts.isEmpty)
    }

    // MARK: Rejections

    struct Answer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var body: String
        var isRejection: Bool
        var mayHaveRun: Bool
    }

    static let answers: [Answer] = [
        Answer(
            testDescription: "INVALID_VARIABLE without data",
            body:
                #"{"errors":[{"message":"Variable $fulfillment of type FulfillmentInput! was provided invalid value","extensions":{"code":"INVALID_VARIABLE"}}]}"#,
            isRejection: true,
            mayHaveRun: false
        ),
        Answer(
            testDescription: "null beside an error with a code",
            body:
                #"{"data":{"fulfillmentCreate":null},"errors":[{"message":"Invalid id","path":["fulfillmentCreate"],"extensions":{"code":"RESOURCE_NOT_FOUND"}}]}"#,
            isRejection: true,
            mayHaveRun: false
        ),
        Answer(
            testDescription: "null beside an error without a code",
            body: #"{"data":{"fulfillmentCreate":null},"errors":[{"message":"Something went wrong"}]}"#,
            isRejection: false,
            mayHaveRun: true
        ),
        Answer(
            testDescription: "a failure of Shopify's own",
            body:
                #"{"data":{"fulfillmentCreate":null},"errors":[{"message":"Internal error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}"#,
            isRejection: false,
            mayHaveRun: true
        ),
        Answer(
            testDescription: "throttling",
            body: #"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}"#,
            isRejection: false,
            mayHaveRun: false
        ),
        Answer(
            testDescription: "a scope that is missing",
            body:
                #"{"data":{"fulfillmentCreate":null},"errors":[{"message":"Access denied","path":["fulfillmentCreate"],"extensions":{"code":"ACCESS_DENIED"}}]}"#,
            isRejection: false,
            mayHaveRun: false
        ),
        Answer(
            testDescription: "a field of the result that may not be seen",
            body:
                #"{"data":{"fulfillmentCreate":{"fulfillment":null,"userErrors":[]}},"errors":[{"message":"Access denied","path":["fulfillmentCreate","fulfillment"],"extensions":{"code":"ACCESS_DENIED"}}]}"#,
            isRejection: false,
            mayHaveRun: true
        ),
    ]

    private static let request = FulfilmentRequest(
        parts: [
            FulfilmentRequest.Part(
                id: ShopifyID(kind: "FulfillmentOrder", number: "2"),
                lines: [
                    FulfilmentRequest.PartLine(
                        id: ShopifyID(kind: "FulfillmentOrderLineItem", number: "3"),
                        line: ShopifyID(kind: "LineItem", number: "4"),
                        quantity: 1
                    )
                ]
            )
        ],
        tracking: nil,
        notify: true
    )

    @Test(arguments: answers)
    func
        `F10: GraphQL errors are a rejection of the request unless they are Shopify's own or hold for the shop`(
            _ row: Answer
        ) async throws
    {
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: row.body) }
        let error = await #expect(throws: ShopError.self) { try await shop(server).fulfil(Self.request) }
        #expect(error?.isRejection == row.isRejection)
        #expect(error?.mayHaveRun == row.mayHaveRun)
    }

    @Test(
        arguments: [
            (
                "The user must have fulfill_and_ship_orders permission.",
                "give the user who installed the app the permission fulfill_and_ship_orders, then reinstall the app"
            ),
            (
                "The line belongs to somebody else.",
                "check the app's Admin API scopes and the permissions of the user who installed it, then reinstall it"
            ),
        ]
    )
    func `F10: a denied request says Shopify's words and the permission that is missing`(
        _ words: String,
        _ remedy: String
    ) async throws {
        let server = try ScriptedServer { request in
            ScriptedServer.answer(
                json: request.body.contains("currentAppInstallation")
                    ? #"{"data":{"shop":{"id":"gid://shopify/Shop/1","name":"Tea","myshopifyDomain":"tea.myshopify.com","ianaTimezone":"Europe/London","currencyCode":"GBP"},"currentAppInstallation":{"accessScopes":[{"handle":"write_merchant_managed_fulfillment_orders"}]},"publicApiVersions":[]}}"#
                    : #"{"data":{"fulfillmentCreate":null},"errors":[{"message":"Access denied for fulfillmentCreate field. \#(words)","path":["fulfillmentCreate"],"extensions":{"code":"ACCESS_DENIED","requiredAccess":"`write_merchant_managed_fulfillment_orders` access scope."}}]}"#
            )
        }
        let shop = shop(server)
        let error = await #expect(throws: ShopError.self) { try await shop.fulfil(Self.request) }
        #expect(
            error?.message
                == "Shopify denies fulfillmentCreate although the app has write_merchant_managed_fulfillment_orders: Shopify says: Access denied for fulfillmentCreate field. \(words.dropLast())"
        )
        #expect(error?.remedy == remedy)
        #expect(try await shop.grantedScopes().has("write_merchant_managed_fulfillment_orders"))
    }

    @Test func `F11: an order that may not be read fails alone`() async throws {
        let server = try ScriptedServer { request in
            ScriptedServer.answer(
                json: request.body.contains("currentAppInstallation")
                    ? #"{"data":null,"errors":[{"message":"no"}]}"#
                    : #"{"data":{"nodes":[null,null]},"errors":[{"message":"Access denied for fulfillmentOrders field.","path":["nodes",1,"fulfillmentOrders"],"extensions":{"code":"ACCESS_DENIED"}}]}"#
            )
        }
        let readings = try await shop(server)
            .fulfilments(of: [
                ShopifyID(kind: "Order", number: "1"), ShopifyID(kind: "Order", number: "2"),
            ])
        #expect(readings.first == .missing)
        guard case .failed(let error) = readings.last else {
            Issue.record("expected a failure, found \(String(describing: readings.last))")
            return
        }
        #expect(error.code == .scopeMissing)
    }

    @Test(arguments: [(1, true), (512, true), (513, false)])
    func `lines are named, and left out where there are more than a request may name`(
        count: Int,
        isNamed: Bool
    ) async throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(
                json:
                    #"{"data":{"fulfillmentCreate":{"fulfillment":{"id":"gid://shopify/Fulfillment/1"},"userErrors":[]}}}"#
            )
        }
        var request = Self.request
        request.parts[0].lines = Array(repeating: request.parts[0].lines[0], count: count)
        let answer = try await shop(server).fulfil(request)
        #expect(answer == .done(ShopifyID(kind: "Fulfillment", number: "1")))
        #expect(server.requests.first?.body.contains("fulfillmentOrderLineItems") == isNamed)
    }

    @Test func `a pick-up names fulfilment orders alone, and a rejection keeps Shopify's words`() async throws
    {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(
                json:
                    #"{"data":{"fulfillmentOrderLineItemsPreparedForPickup":{"userErrors":[{"field":null,"message":"Unable to prepare quantity."}]}}}"#
            )
        }
        let part = ShopifyID(kind: "FulfillmentOrder", number: "2")
        let answer = try await shop(server).prepare(PickupRequest(parts: [part]))
        #expect(answer == .refused("Unable to prepare quantity"))
        #expect(
            server.requests.first?.body
                .contains(
                    #""variables":{"input":{"lineItemsByFulfillmentOrder":[{"fulfillmentOrderId":"gid://shopify/FulfillmentOrder/2"}]}}"#
                ) == true
        )
    }
}
