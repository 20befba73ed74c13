import Foundation
package import SyncEngine

extension ShopifyShop {
    package func list(_ request: OrderListRequest) async throws(ShopError) -> OrderListPage {
        precondition((1...250).contains(request.pageSize), "a page holds 1 to 250 orders")
        let what = "listing orders"
        let reply = try await ask(
            .orderList,
            OrderListVariables(request),
            as: OrderListAnswer.self,
            importance: request.importance,
            costKey: "/\(request.pageSize)",
            what: what
        )
        let page = reply.data.orders
        return OrderListPage(
            versions: page.nodes.map { OrderVersion(id: $0.id, updatedAt: $0.updatedAt.date) },
            next: try page.pageInfo.next(after: request.after, what),
            askedAt: reply.date?.addingTimeInterval(-reply.elapsed.seconds),
            clockSkew: clockSkew(of: reply)
        )
    }
}

/// Variables of the operation OrderList.
struct OrderListVariables: Encodable, Sendable, Equatable {
    var first: Int
    var after: String?
    var query: String
    var sortKey: String

    init(_ request: OrderListRequest) {
        let field = request.byPlacing ? "processed_at" : "updated_at"
        // Dates are quoted, or Shopify reads the day alone, in the shop's zone. `>=` because `>` leaves
        // out the whole second since 2026-10
        // (<https://shopify.dev/changelog/posts/exclusive-timestamp-filters>).
        query = "\(field):>='\(HTTPTime.text(request.since))'"
        // Shopify keeps fractions of seconds but compares whole ones: rounding up loses nothing.
        if let until = request.until { query += " AND \(field):<='\(HTTPTime.text(until, roundedUp: true))'" }
        first = request.pageSize
        after = request.after
        sortKey = request.byPlacing ? "PROCESSED_AT" : "UPDATED_AT"
    }
}

/// What the operation OrderList returns.
private struct OrderListAnswer: GraphQLAnswer {
    var orders: Page<Version>

    struct Version: Decodable, Sendable {
        var id: ShopifyID
        var updatedAt: Instant
    }
}
