import Foundation

@testable import ShopifyAPI

/// Answers whose nested lists Shopify has cut off, and those that complete them.
enum CutAnswers {
    /// The complete order with "more" said by every one of its connections.
    static func cutEverywhere(_ text: String) -> String {
        text.replacing(/"hasNextPage": false,\s+"endCursor": "?[a-z0-9-]+"?/) { _ in
            "\"hasNextPage\": true, \"endCursor\": \"first\""
        }
    }

    /// Answers of the operations that fetch the rest of ``cutEverywhere(_:)``.
    static func rest(of request: String, cut: String) -> String {
        let last = "\"pageInfo\":{\"hasNextPage\":false,\"endCursor\":null}"
        let money = "{\"shopMoney\":{\"amount\":\"1.0\"},\"presentmentMoney\":{\"amount\":\"1.0\"}}"
        func order(_ field: String, _ node: String, page: String = last) -> String {
            "{\"data\":{\"order\":{\"updatedAt\":\"2026-11-22T09:15:00Z\",\"\(field)\":{\"nodes\":[\(node)],\(page)}}}}"
        }
        let line = """
            {"id":"gid://shopify/LineItem/9","name":"n","title":"t","quantity":1,"currentQuantity":1,\
            "requiresShipping":true,"isGiftCard":false,"taxable":true,"originalUnitPriceSet":\(money),\
            "originalTotalSet":\(money),"customAttributes":[],"taxLines":[],"discountAllocations":[]}
            """
        let part =
            "{\"id\":\"gid://shopify/FulfillmentOrderLineItem/9\",\"totalQuantity\":1,\"remainingQuantity\":1}"
        let more = "\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"second\"}"
        func asks(_ name: String) -> Bool { request.contains("\"operationName\":\"\(name)\"") }
        if asks("OrderLinesPage") {
            return order("lineItems", line, page: request.contains("\"after\":\"first\"") ? more : last)
        }
        if asks("OrderShippingPage") {
            return order(
                "shippingLines",
                "{\"title\":\"t\",\"originalPriceSet\":\(money),\"discountedPriceSet\":\(money),\"taxLines\":[],\"discountAllocations\":[]}"
            )
        }
        if asks("OrderDiscountsPage") { return order("discountApplications", "{\"index\":2}") }
        if asks("FulfilmentOrdersPage") {
            return order(
                "fulfillmentOrders",
                "{\"id\":\"gid://shopify/FulfillmentOrder/9\",\"status\":\"OPEN\",\"assignedLocation\":{\"name\":\"x\",\"location\":null},\"lineItems\":{\"nodes\":[\(part)],\(more)}}"
            )
        }
        if asks("RefundLinesPage") {
            return
                "{\"data\":{\"refund\":{\"refundLineItems\":{\"nodes\":[{\"quantity\":1,\"restocked\":false,\"subtotalSet\":\(money),\"totalTaxSet\":\(money),\"lineItem\":{\"id\":\"gid://shopify/LineItem/9\"}}],\(last)}}}}"
        }
        if asks("FulfilmentOrderLinesPage") {
            return "{\"data\":{\"fulfillmentOrder\":{\"lineItems\":{\"nodes\":[\(part)],\(last)}}}}"
        }
        return Fixtures.nodes(cut)
    }
}
