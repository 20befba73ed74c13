import SyncEngine

/// Fetches the rest of an order's lists, page by page.
struct OrderCompletion {
    let shop: ShopifyShop
    let importance: Importance

    /// What it took, over all pages.
    private(set) var points = 0
    private(set) var bytes = 0
    private(set) var elapsed = Duration.zero

    /// How it ended.
    enum End: Sendable, Equatable {
        case whole
        /// The order was deleted meanwhile.
        case gone
        /// The order has another version now, so its parts may not fit together.
        case changed
        case unreadable(String)
    }

    init(shop: ShopifyShop, importance: Importance) {
        self.shop = shop
        self.importance = importance
    }

    /// Entries a page, except where each entry brings a page of its own.
    private static let pageSize = 250
    private static let fulfilmentOrderPageSize = 50

    /// Adds everything that was cut off.
    ///
    /// - Parameters:
    ///   - order: As far as it came.
    ///   - cuts: What is missing.
    mutating func complete(_ order: inout Order, _ cuts: OrderCuts) async throws(ShopError) -> End {
        var steps = Steps()
        var fulfilmentOrderLines = cuts.fulfilmentOrderLines
        if let rest = cuts.lines {
            order.lines += try await all(
                .orderLines,
                order,
                rest,
                \LinesAnswer.order?.lineItems,
                &steps
            )
            .map(\.line)
        }
        if let rest = cuts.shipping, steps.end == nil {
            order.shippingLines += try await all(
                .orderShipping,
                order,
                rest,
                \ShippingAnswer.order?.shippingLines,
                &steps
            )
            .map(\.line)
        }
        if let rest = cuts.discounts, steps.end == nil {
            order.discounts += try await all(
                .orderDiscounts,
                order,
                rest,
                \DiscountsAnswer.order?.discountApplications,
                &steps
            )
            .map(\.discount)
        }
        if let rest = cuts.fulfilmentOrders, steps.end == nil {
            let found = try await all(
                .fulfilmentOrders,
                order,
                rest,
                \FulfilmentOrdersAnswer.order?.fulfillmentOrders,
                &steps,
                first: Self.fulfilmentOrderPageSize
            )
            order.fulfilmentOrders += found.map(\.fulfilmentOrder)
            fulfilmentOrderLines += found.compactMap { part in
                OrderCuts.Rest(part.lineItems.pageInfo).map { (part.id, $0) }
            }
        }
        for (id, rest) in cuts.refunds where steps.end == nil {
            let found = try await all(
                .refundLines,
                order,
                rest,
                \RefundLinesAnswer.refund?.refundLineItems,
                &steps,
                of: id
            )
            guard let place = order.refunds.firstIndex(where: { $0.id == id }) else { continue }
            order.refunds[place].lines += found.map(\.line)
        }
        for (id, rest) in fulfilmentOrderLines where steps.end == nil {
            let found = try await all(
                .fulfilmentOrderLines,
                order,
                rest,
                \FulfilmentOrderLinesAnswer.fulfillmentOrder?.lineItems,
                &steps,
                of: id
            )
            guard let place = order.fulfilmentOrders.firstIndex(where: { $0.id == id }) else { continue }
            order.fulfilmentOrders[place].lines += found.map(\.line)
        }
        for path in steps.withheld where !order.withheld.contains(path) { order.withheld.append(path) }
        return steps.end ?? .whole
    }

    /// What the pages brought besides their entries.
    private struct Steps {
        var end: End?
        var withheld: [String] = []
    }

    /// All pages behind the first.
    private mutating func all<Answer: PartAnswer, Node>(
        _ document: GraphQLDocument,
        _ order: Order,
        _ rest: OrderCuts.Rest,
        _ page: KeyPath<Answer, Page<Node>?>,
        _ steps: inout Steps,
        of part: ShopifyID? = nil,
        first: Int = OrderCompletion.pageSize
    ) async throws(ShopError) -> [Node] {
        let what = "reading the rest of a large order"
        var found: [Node] = []
        var cursor = try rest.page.next(after: nil, what)
        while let after = cursor {
            let reply: Reply<Answer>
            do throws(ShopError) {
                reply = try await shop.ask(
                    document,
                    PartVariables(id: part ?? order.id, first: first, after: after),
                    as: Answer.self,
                    importance: importance,
                    what: what
                )
            } catch {
                guard error.code == .unexpectedShape else { throw error }
                // One order's odd shape must not fail its whole batch for ever.
                steps.end = .unreadable(error.message)
                return []
            }
            points += reply.points
            bytes += reply.bytes
            elapsed += reply.elapsed
            steps.withheld += reply.withheld.map { Answer.place + $0.path }
            guard let next = reply.data[keyPath: page] else {
                // A part that went while its order stays means that the order has changed.
                steps.end = part == nil ? .gone : .changed
                return []
            }
            if let updated = reply.data.updatedAt, updated.date != order.updatedAt {
                steps.end = .changed
                return []
            }
            found += next.nodes
            cursor = try next.pageInfo.next(after: after, what)
        }
        return found
    }
}

/// Variables of the operations that page through a part of an order.
private struct PartVariables: Encodable, Sendable {
    var id: ShopifyID
    var first: Int
    var after: String
}
