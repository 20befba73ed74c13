import Foundation
import SyncEngine
import TestSupport
import Testing

struct OrderTypeTests {
    struct TypeCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var order: Order
        var rows: [OrderTypeRule]
        var type: String
        var site: String?
    }

    private static let grid = [
        OrderTypeRule(orderType: "epos", site: "SHOP1"), OrderTypeRule(orderType: "draft", site: "DRAFTS"),
        OrderTypeRule(orderType: "online", site: nil), OrderTypeRule(orderType: "amazon", site: "AMZ"),
    ]

    static let cases: [TypeCase] = [
        TypeCase(testDescription: "web", order: .paid(), rows: grid, type: "online"),
        TypeCase(testDescription: "no source", order: .paid().source(nil), rows: grid, type: "online"),
        TypeCase(
            testDescription: "draft",
            order: .paid().source("shopify_draft_order"),
            rows: grid,
            type: "draft",
            site: "DRAFTS"
        ),
        TypeCase(testDescription: "till", order: .till(), rows: grid, type: "epos", site: "SHOP1"),
        TypeCase(testDescription: "till, no row", order: .till(), rows: [], type: "epos", site: "TILLS"),
        TypeCase(
            testDescription: "till, a row without a site",
            order: .till(),
            rows: [OrderTypeRule(orderType: "epos", site: nil)],
            type: "epos",
            site: "TILLS"
        ),
        TypeCase(
            testDescription: "a source with a row of its own",
            order: .paid().source("amazon"),
            rows: grid,
            type: "amazon",
            site: "AMZ"
        ),
        TypeCase(
            testDescription: "a source's row wins for a till, too",
            order: .till().source("amazon"),
            rows: grid,
            type: "amazon",
            site: "AMZ"
        ),
        TypeCase(
            testDescription: "an unknown source",
            order: .paid().source("ebay"),
            rows: grid,
            type: "online"
        ),
        TypeCase(testDescription: "web has no channel site", order: .paid(), rows: [], type: "online"),
    ]

    @Test(arguments: cases)
    func `an order's type and site follow the grid, then the channel`(_ example: TypeCase) throws {
        var context = ChannelContext.plain {
            $0.posOrders = .genericCustomer
            $0.genericCustomer = "POSSALES"
            $0.locationImportSite = "TILLS"
        }
        context.orderTypes = example.rows
        let judgement = try #require(
            try Judge(channels: [context]).judge(example.order, standing: nil, facts: MemoryFacts())
        )
        #expect(judgement.orderType == example.type)
        #expect(judgement.site == example.site)
    }

    @Test(
        arguments: [
            ("{0}", "#1001", "1001"), ("{0}", "1001", "1001"), ("WEB-{0}", "#1001", "WEB-1001"),
            ("{0}/{0}", "#7", "7/7"), ("{0}", "##7", "#7"), ("{0}", "EN#7-UK", "EN#7-UK"), ("X", "#7", "X"),
        ])
    func `the associated ref is Shopify's name without a leading hash, in the channel's format`(
        _ format: String,
        _ name: String,
        _ ref: String
    ) {
        let order = Order.paid().with { $0.name = name }
        #expect(Judge.ref(of: order, .plain { $0.orderRefFormat = format }) == ref)
    }
}
