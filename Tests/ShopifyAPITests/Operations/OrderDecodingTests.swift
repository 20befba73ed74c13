import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

struct OrderDecodingTests {
    private func entries(_ body: String) throws -> [OrderNode?] {
        try Classification.verdict(
            Fixtures.answer(body),
            asked: Asked(what: "reading", version: nil),
            as: OrderReadAnswer.self,
            now: Date()
        )
        .result.get().data.nodes
    }

    private func order(_ text: String) throws -> Order {
        guard case .order(let wire)? = try entries(Fixtures.nodes(text)).first else {
            throw CocoaError(.coderInvalidValue)
        }
        return wire.order().0
    }

    private func problem(_ text: String) throws -> String? {
        guard case .unreadable(let problem)? = try entries(Fixtures.nodes(text)).first else { return nil }
        return problem
    }

    private func money(_ shop: String, _ presentment: String) throws -> MoneyBag {
        MoneyBag(shop: try #require(Amount(shop)), presentment: try #require(Amount(presentment)))
    }

    @Test func `a complete order arrives with every field in its place`() throws {
        let order = try order(Fixtures.completeOrder())
        #expect(order.id.gid == "gid://shopify/Order/5100000000001")
        #expect(order.name == "#1042")
        #expect(order.createdAt == HTTPTime.instant("2026-11-21T14:03:11Z"))
        #expect(order.processedAt == HTTPTime.instant("2026-11-21T14:03:10Z"))
        #expect(order.updatedAt == HTTPTime.instant("2026-11-22T09:15:00Z"))
        #expect(order.cancelledAt == nil)
        #expect(order.edited)
        #expect(order.financialStatus == "PARTIALLY_REFUNDED")
        #expect(order.fulfilmentStatus == "PARTIALLY_FULFILLED")
        #expect(order.sourceName == "web")
        #expect((order.currency, order.presentmentCurrency) == ("GBP", "EUR"))
        #expect(order.taxesIncluded)
        #expect(order.email == "maud@example.test")
        #expect(order.note == "Please ring twice")
        #expect(order.poNumber == "PO-77")
        #expect(order.tags == ["gift", "wholesale"])
        #expect(order.gateways == ["shopify_payments", "gift_card"])
        #expect(
            order.attributes == [
                OrderAttribute(key: "delivery-day", value: "2026-11-25"),
                OrderAttribute(key: "empty", value: nil),
            ]
        )
        #expect(order.customer?.email == "maud@example.test")
        #expect(order.customer?.lastName == "Testhaven")
        #expect(order.billingAddress?.company == "Testhaven & Daughters")
        #expect(order.shippingAddress?.company == nil)
        #expect(order.shippingAddress?.countryCode == "GB")
        #expect(order.discountCodes == ["WELCOME10"])
        #expect(order.withheld.isEmpty)
    }

    @Test func `totals are exact in both currencies`() throws {
        let totals = try order(Fixtures.completeOrder()).totals
        #expect(totals.total == (try money("48.20", "56.39")))
        #expect(totals.current == (try money("39.70", "46.45")))
        #expect(totals.refundRounding == (try money("-0.02", "-0.02")))
        #expect(totals.tip == .zero)
        #expect(totals.duties == nil)
    }

    @Test func `lines, delivery and discounts arrive with taxes and allocations`() throws {
        let order = try order(Fixtures.completeOrder())
        let line = try #require(order.lines.first)
        #expect(order.lines.map(\.sku) == ["TEA-EB-250", "POT-BL", nil])
        #expect(line.name == "English Breakfast - 250 g")
        #expect((line.quantity, line.currentQuantity) == (2, 1))
        #expect(line.unitPrice == (try money("8.5", "9.94")))
        #expect(line.allocations == [DiscountAllocation(discount: 0, amount: try money("1.70", "1.99"))])
        #expect(order.lines[1].attributes == [OrderAttribute(key: "engraving", value: "M. T.")])
        #expect((order.lines[2].requiresShipping, order.lines[2].taxable) == (false, false))
        #expect(order.shippingLines.first?.code == "RM48")
        #expect(order.shippingLines.first?.discountedPrice == (try money("2.95", "3.62")))
        #expect(order.discounts.map(\.code) == ["WELCOME10", nil])
        #expect(order.discounts.map(\.percent?.description) == ["10", nil])
        #expect(order.discounts.map(\.amount?.description) == [nil, "1"])
        #expect(order.discounts.map(\.target) == ["LINE_ITEM", "SHIPPING_LINE"])
    }

    @Test func `tax rates are decimals, also where Shopify's arithmetic left a speck`() throws {
        let lines = try order(Fixtures.completeOrder()).lines
        // 7.000000000000001, 20 and no percentage but the rate 0.08875.
        #expect(lines.map(\.taxLines.first?.ratePercent?.description) == ["7", "20", "8.875"])
    }

    @Test(arguments: [
        ("8.875", "8.875"), ("8.8750000001", "8.875"), ("19.9", "19.9"), ("0.1", "0.1"), ("1e1", "10"),
        ("0", "0"), ("33.33333333333333", "33.333333"), ("66.6666666", "66.666667"),
        ("1234567.891", "1234567.891"),
    ])
    func `a percentage never passes through binary floating point`(json: String, expected: String) throws {
        let percent = try JSONDecoder().decode([Percent].self, from: Data("[\(json)]".utf8))
        #expect(percent.first?.amount.description == expected)
    }

    @Test func `payments, refunds and fulfilment orders arrive`() throws {
        let order = try order(Fixtures.completeOrder())
        #expect(order.transactions.map(\.kind) == ["SALE", "REFUND"])
        #expect(order.transactions.map(\.cardCompany) == ["Visa", nil])
        #expect(order.transactions.last?.parent == order.transactions.first?.id)
        #expect(order.refunds.first?.lines.first?.line == order.lines.first?.id)
        #expect(order.refunds.first?.lines.first?.restockType == "NO_RESTOCK")
        #expect(order.fulfilmentOrders.map(\.status) == ["IN_PROGRESS", "CLOSED"])
        #expect(order.fulfilmentOrders.map(\.location?.number) == ["106000032786", nil])
        #expect(order.fulfilmentOrders.first?.lines.map(\.remaining) == [1, 1])
    }

    @Test(arguments: [
        (
            "\"quantity\": 2,", "\"quantity\": \"2\",",
            "lineItems[0].quantity: expected a whole number, found a string"
        ),
        ("\"quantity\": 2,", "\"quantity\": 2.5,", "holds a number out of range"),
        ("\"quantity\": 2,", "\"quantity\": 1e99,", "holds a number out of range"),
        (
            "\"quantity\": 2,", "\"quantity\": null,",
            "lineItems[0].quantity: expected a whole number, found null"
        ),
        ("\"quantity\": 2,", "", "lineItems[0].quantity: expected, but missing"),
        (
            "\"taxesIncluded\": true", "\"taxesIncluded\": 1",
            "taxesIncluded: expected true or false, found a number"
        ),
        ("\"tags\": [", "\"tags\": {}, \"x\": [", "tags: expected a list, found an object"),
        ("\"name\": \"#1042\"", "\"name\": [\"#1042\"]", "name: expected a string, found a list"),
        ("\"name\": \"#1042\"", "\"name\": true", "name: expected a string, found true or false"),
        (
            "\"2026-11-21T14:03:11Z\"", "\"maud@example.test\"",
            "createdAt: expected a time such as 2026-11-23T10:00:00Z"
        ),
        (
            "\"amount\": \"48.20\"", "\"amount\": \"maud\"",
            "totalPriceSet.shopMoney.amount: expected a decimal amount with at most six digits behind the point"
        ),
        (
            "\"amount\": \"48.20\"", "\"amount\": 48.2",
            "totalPriceSet.shopMoney.amount: expected a string, found a number"
        ),
        (
            "\"customer\": {", "\"customer\": \"maud\", \"x\": {",
            "customer: expected an object, found a string"
        ),
    ])
    func `an odd shape is named by its place and kind, without its value`(
        old: String,
        new: String,
        expected: String
    ) throws {
        #expect(try problem(Fixtures.order(1, (old, new))) == expected)
    }

    @Test(arguments: ["1", "\"x\"", "[]", "true", "{}", "{\"id\":\"gid://shopify/Product/1\"}", "{\"id\":7}"])
    func `a node that is no order is unreadable and spoils nothing`(node: String) throws {
        let entries = try entries(Fixtures.nodes(try Fixtures.order(1), node, "null", try Fixtures.order(2)))
        #expect(entries.count == 4)
        guard case .order = entries[0], case .unreadable? = entries[1], entries[2] == nil,
            case .order = entries[3]
        else { return #expect(Bool(false), "\(entries.count)") }
    }

    @Test func `new enumeration values and unknown fields are taken as they come`() throws {
        let order = try order(
            Fixtures.order(
                1,
                ("PARTIALLY_REFUNDED", "FROZEN_IN_TIME"),
                ("\"test\": false", "\"test\": false, \"new\": {\"a\": []}")
            )
        )
        #expect(order.financialStatus == "FROZEN_IN_TIME")
    }

    @Test func `withheld personal data leaves the rest of the order`() throws {
        let order = try order(
            Fixtures.order(
                1,
                ("\"email\": \"maud@example.test\"", "\"email\": null"),
                ("\"customer\": {", "\"customer\": null, \"x\": {"),
                ("\"shippingAddress\": {", "\"shippingAddress\": null, \"y\": {")
            )
        )
        #expect((order.email, order.customer?.id.gid, order.shippingAddress?.zip) == (nil, nil, nil))
        #expect(order.lines.count == 3)
    }
}
