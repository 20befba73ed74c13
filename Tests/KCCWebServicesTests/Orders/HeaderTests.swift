import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

struct HeaderTests {
    /// A member of the header, as text, under some settings.
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var member: String
        var expected: String?
        var change: @Sendable (inout Situation) -> Void

        init(
            _ description: String,
            _ member: String,
            _ expected: String?,
            _ change: @escaping @Sendable (inout Situation) -> Void = { _ in }
        ) {
            testDescription = description
            self.member = member
            self.expected = expected
            self.change = change
        }
    }

    static let rows: [Row] = [
        Row("the name without its mark", "AssociatedRef", #""1001""#),
        Row("the ref that is stored", "AssociatedRef", #""SPY1001""#) { $0.standing.ref = "SPY1001" },
        Row("the channel's format", "AssociatedRef", #""W-1001""#) { $0.channel.orderRefFormat = "W-{0}" },
        Row("the whole gid", "CustomData", #""gid://shopify/Order/1001""#),
        Row("winter time in London", "OrderDate", #""2026-11-23T11:00:00""#),
        Row("another zone", "OrderDate", #""2026-11-23T06:00:00""#) { $0.zone = "America/New_York" },
        Row("when it was processed, not created", "OrderDate", #""2026-11-22T11:00:00""#) {
            $0.order.processedAt = Instants.placed.addingTimeInterval(-Instants.day)
        },
        Row("the shop's currency", "Currency", #"{"Code":"GBP"}"#),
        Row("the customer's currency", "Currency", #"{"Code":"EUR"}"#) {
            $0.kcc.money = .presentment
            $0.order.presentmentCurrency = "EUR"
        },
        Row("a PO number", "PONumber", #""PO 7""#) { $0.order.poNumber = " PO\u{0} 7 " },
        Row("a blank PO number", "PONumber", nil) { $0.order.poNumber = "  " },
        Row("the link's own site", "Site", #"{"ID":"1"}"#),
        Row("the order's site", "Site", #"{"ID":"4"}"#) { $0.standing.site = "SHOP1" },
        Row("a sales source by name", "SalesSource", #"{"Name":"WEB"}"#),
        Row("a sales source of the order's type", "SalesSource", #"{"ID":"9"}"#) {
            $0.standing.orderType = "epos"
            $0.kcc.salesSources = ["epos": .id("9"), "draft": .name("DRAFT")]
        },
        Row("a type without a source of its own", "SalesSource", #"{"Name":"WEB"}"#) {
            $0.kcc.salesSources = ["epos": .id("9")]
        },
        Row("no brand", "Brand", nil),
        Row("a brand", "Brand", #"{"Name":"Tea & Co"}"#) { $0.kcc.brand = .name("Tea & Co") },
        Row("a website", "Website", #"{"ID":"2"}"#) { $0.kcc.website = .id("2") },
        Row("a client", "Client", #"{"Code":"C"}"#) { $0.kcc.client = .code("C") },
        Row("an invoice priority", "InvoicePriority", #"{"ID":"5"}"#) { $0.kcc.invoicePriority = .id("5") },
        Row("a blank record", "Website", nil) { $0.kcc.website = .id(" ") },
        Row("no courier in the table", "Courier", nil),
        Row("a courier by title", "Courier", #"{"Code":"RM24"}"#) {
            $0.kcc.couriers = ["Standard": .code("RM24")]
        },
        Row("a courier by code", "Courier", #"{"ID":"7"}"#) {
            $0.order.shippingLines[0].code = "std"
            $0.kcc.couriers = ["std": .id("7")]
        },
        Row("no discount codes", "DiscountCodes", "[]") { $0.order.discountCodes = ["TEN"] },
        Row("discount codes where KCC may have them", "DiscountCodes", #"[{"Code":"TEN"}]"#) {
            $0.order.discountCodes = ["TEN", " "]
            $0.kcc.sendDiscountCodes = true
        },
        Row("delivery without tax", "DeliveryCharge", #"{"Net":5.00}"#),
        Row("delivery with tax", "DeliveryCharge", #"{"Gross":5.00}"#) {
            $0.order.taxesIncluded = true
            $0.order.comes(to: "25", paid: true)
        },
        Row("several delivery charges, one discounted", "DeliveryCharge", #"{"Net":6.50}"#) {
            $0.order.shippingLines.append(
                ShippingLine(id: nil, title: "Crane", price: .both("4"), discountedPrice: .both("1.5"))
            )
            $0.order.comes(to: "31.5")
        },
        Row("no delivery", "DeliveryCharge", #"{"Net":0.00}"#) {
            $0.order.shippingLines = []
            $0.order.comes(to: "25", paid: true)
        },
        Row("tax on delivery", "DeliveryTaxAmount", "1.00") {
            $0.order.shippingLines[0].taxLines = [
                TaxLine(title: "VAT", ratePercent: nil, amount: .both("0.8")),
                TaxLine(title: "City", ratePercent: nil, amount: .both("0.2")),
            ]
        },
        Row("no tax on free delivery", "DeliveryTaxAmount", "0.00") {
            $0.order.shippingLines[0].discountedPrice = .zero
            $0.order.shippingLines[0].taxLines = [
                TaxLine(title: "VAT", ratePercent: nil, amount: .both("1"))
            ]
            $0.order.comes(to: "25", paid: true)
        },
        Row("net prices", "CalcMethod", "1"),
        Row("gross prices", "CalcMethod", "2") {
            $0.order.taxesIncluded = true
            $0.order.comes(to: "25", paid: true)
        },
        Row("prices that KCC is to judge", "CalcMethod", "0") { $0.kcc.calcMethod = .automatic },
        Row("the total", "GrossTotal", "30.00"),
        Row("paid", "RemainderOnAccount", nil),
        Row("no header discount", "ValueDiscount", nil),
    ]

    @Test(arguments: rows)
    func `the header says`(_ row: Row) throws {
        let mapped = try Situation(row.change).map().salesOrder
        let header = try #require(mapped.member("Header"))
        let value = header.member(row.member).map { String(decoding: JSONText.bytes($0), as: UTF8.self) }
        #expect(value == row.expected)
    }

    @Test func `both currencies are one`() throws {
        let sent = try Situation { $0.order.currency = "NOK" }.sent()
        #expect(sent["Customer"]?["Currency"] == sent["Header"]?["Currency"])
        #expect(sent["Customer"]?["Currency"]?["Code"]?.string == "NOK")
    }

    @Test func `a site without KCC's number is named`() {
        let problem = Situation { $0.standing.site = "BARN" }.problem()
        #expect(
            problem
                == MappingProblem(
                    code: "no_site_id",
                    message: "order 1001: site BARN has no SiteID of KCC's",
                    remedy: "add it to [sites] with KCC's SiteID: BARN = SITEID"
                )
        )
        #expect(
            problem?.description
                == "order 1001: site BARN has no SiteID of KCC's; add it to [sites] with KCC's SiteID: BARN = SITEID"
        )
        let quoted = Situation { $0.standing.site = "1.5" }.problem()
        #expect(quoted?.remedy == "add it to [sites] with KCC's SiteID: \"1.5\" = SITEID")
    }

    @Test func `what KCC requires and nobody configured is said`() {
        let without = Situation {
            $0.kcc.salesSource = nil
            $0.standing.orderType = "draft"
        }
        #expect(without.problem()?.code == "no_sales_source")
        #expect(
            without.problem()?.message == "order 1001: no sales source is set for orders of type draft"
        )
        #expect(Situation { $0.kcc.salesSource = .code("WEB") }.problem()?.code == "no_sales_source")
        #expect(Situation { $0.kcc.brand = .code("TEA") }.problem()?.code == "no_brand")
        #expect(Situation { $0.kcc.companyClass = .id("") }.problem()?.code == "no_company_class")
    }
}

extension WireValue {
    /// A member of an object.
    func member(_ name: String) -> WireValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }
}
