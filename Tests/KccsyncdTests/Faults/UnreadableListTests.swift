import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Bodies without the list that the contract asks for are rejected: nothing of them was stored.
@Suite(.timeLimit(.minutes(30)))
struct UnreadableListTests {
    /// What stands in the list's place.
    private static let wrong = ["null", "\"\"", "\" \"", "\"text\"", "5", "1.5", "true", "false"]

    @Test(arguments: ["statuses", "stock"])
    func `H1: an upload without its list is rejected`(_ endpoint: String) async throws {
        let root = endpoint == "statuses" ? "OrderStatuses" : "StockStatuses"
        let bodies =
            ["{}", #"{"statuses":[]}"#, #"{"Other":[]}"#] + Self.wrong.map { #"{"Statuses":\#($0)}"# } + [
                "<\(root)/>", "<\(root)></\(root)>", "<\(root)>text</\(root)>", "<\(root)><Other/></\(root)>",
                "<\(root)><Statuses>text</Statuses></\(root)>",
                "<\(root) xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><Statuses xsi:nil=\"true\"/></\(root)>",
            ]
        try await KCC.linked { (daemon, _, kcc) async throws in
            await daemon.round()
            for body in bodies {
                let status = try await kcc.post(body, to: "web/\(endpoint)")
                #expect(status == 400, "\(body)")
            }
            let notices = try await daemon.answer(.notices)
            #expect(notices.contains { $0.contains("KCC's upload to \(endpoint) cannot be read: expected ") })
            for body in [
                #"{"Statuses":[]}"#, "<\(root)><Statuses/></\(root)>",
                "<\(root)><Statuses></Statuses></\(root)>",
                "<\(root)><Statuses> \n </Statuses></\(root)>",
            ] {
                let status = try await kcc.post(body, to: "web/\(endpoint)")
                #expect(status == 200, "\(body)")
            }
        }
    }

    @Test(arguments: ["statuses", "stock"])
    func `H1: a row that cannot be used is reported and does not reject the others`(_ endpoint: String)
        async throws
    {
        for body in [
            #"{"Statuses":[null]}"#, #"{"Statuses":["text"]}"#, #"{"Statuses":{}}"#, #"{"Statuses":[{}]}"#,
        ] {
            try await KCC.linked { (daemon, _, kcc) async throws in
                await daemon.round()
                let status = try await kcc.post(body, to: "web/\(endpoint)")
                #expect(status == 200, "\(body)")
                let notices = try await daemon.answer(.notices)
                #expect(
                    notices.contains { $0.contains("KCC's uploads to \(endpoint) have rows without ") },
                    "\(body)"
                )
            }
        }
    }

    @Test func `H1: an upload of items without any list is rejected`() async throws {
        let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        let rejected =
            [
                "{}", #"{"Other":[]}"#, #"{"Items":null}"#, #"{"Deleted":null}"#,
                #"{"Items":null,"Deleted":null}"#,
            ]
            + ["\"text\"", "5", "true"].map { #"{"Items":\#($0),"Deleted":[]}"# } + [
                #"{"Items":{"Items":null}}"#, #"{"Items":{"Items":"text"}}"#, #"{"Items":"","Deleted":""}"#,
                "<StockItems/>", "<StockItems><Items>text</Items></StockItems>",
                "<StockItems \(xsi)><Items xsi:nil=\"true\"/><Deleted xsi:nil=\"true\"/></StockItems>",
            ]
        let item = #"{"StockID":"1","StockCode":"A"}"#
        let taken = [
            #"{"Items":[],"Deleted":[]}"#, #"{"Items":[\#(item)]}"#, #"{"Items":\#(item),"Deleted":null}"#,
            #"{"Items":{"Items":[\#(item)]}}"#, #"{"Items":null,"Deleted":["31"]}"#,
            #"{"Items":[],"Deleted":{"StockID":"31"}}"#, #"{"Items":[],"Deleted":"31"}"#,
            "<StockItems><Items/><Deleted/></StockItems>",
        ]
        try await KCC.linked { (daemon, _, kcc) async throws in
            await daemon.round()
            for body in rejected {
                let status = try await kcc.post(body, to: "web/items")
                #expect(status == 400, "\(body)")
            }
            for body in taken {
                let status = try await kcc.post(body, to: "web/items")
                #expect(status == 200, "\(body)")
            }
        }
    }

    @Test func `H1: a status whose shipments are missing, null or empty acknowledges its order`() async throws
    {
        for shipments in ["null", "[]", "\"\"", "{}"] {
            try await KCC.linked { (daemon, shop, kcc) async throws in
                shop.sell(.paid(1001))
                await daemon.round()
                let status = try await kcc.status(of: "1001", shipments: shipments)
                #expect(status == 200)
                #expect(try await daemon.orders() == ["1001 imported acknowledged"], "\(shipments)")
            }
        }
    }

    // MARK: References

    @Test(arguments: ["#1002", " #1002 "])
    func `H5: a status and a despatch find their order by Shopify's name`(_ ref: String) async throws {
        for format in ["{0}", "SPY{0}"] {
            let text = ConfigurationText.text("order_ref_format = \"\(format)\"")
            try await KCC.linked(text) { (daemon, shop, kcc) async throws in
                shop.sell(.paid(1002))
                await daemon.round()
                let shipment =
                    #"[{"ID":"S1","Code":"INV1","Status":"Issue","Items":[{"OrderItemID":"1","ShipmentItemID":"1","SKU":"SKU-1","Quantity":2}],"Packages":[{"ConsignmentRef":"JD1"}]}]"#
                #expect(try await kcc.status(of: ref, "Complete", shipments: shipment) == 200)
                await daemon.pass(15)
                #expect(try await daemon.orders() == ["1002 imported acknowledged"])
                #expect(shop.sent(.order(1002)).map(\.tracking) == [["JD1"]])
                let notices = try await daemon.answer(.notices)
                #expect(!notices.contains { $0.contains("which is not") }, "\(notices)")
            }
        }
    }

    @Test func `H5: the order that has the reference is meant before one that has the name`() async throws {
        let text = ConfigurationText.text("order_ref_format = \"#{0}\"")
        try await KCC.linked(text) { (daemon, shop, kcc) async throws in
            shop.sell(Order.paid(7).with { $0.name = "1002" })
            await daemon.round()
            let page = try await kcc.orders(from: "2020-01-01")
            #expect(page.refs == ["#1002"])
            _ = try await kcc.orders(from: page.position)
            _ = try await daemon.reload(ConfigurationText.linked)
            shop.sell(.paid(1002))
            await daemon.pass(15)
            #expect(try await kcc.status(of: "#1002") == 200)
            let orders = try await daemon.rows(
                "SELECT name || ' ' || ref || ' ' || hand_off FROM \"order\" ORDER BY name"
            )
            #expect(orders == ["#1002 1002 waiting", "1002 #1002 acknowledged"])
        }
    }
}
