import SyncEngine

/// Answers of the operations that page through a part of an order.
protocol PartAnswer: GraphQLAnswer {
    /// What precedes the paths of withheld fields, to make them relative to the order.
    static var place: String { get }
    /// Whether the object that was asked for is there.
    var present: Bool { get }
    /// The order's version, where the answer tells it.
    var updatedAt: Instant? { get }
}

extension PartAnswer {
    static var place: String { "" }
    var updatedAt: Instant? { nil }

    func object(above path: [PathStep]) -> (index: Int, depth: Int)? {
        path.count > 1 && present ? (0, 1) : nil
    }
}

/// What the operation OrderLinesPage returns.
struct LinesAnswer: PartAnswer {
    var order: Part?
    var present: Bool { order != nil }
    var updatedAt: Instant? { order?.updatedAt }

    struct Part: Decodable, Sendable {
        var updatedAt: Instant
        var lineItems: Page<WireLine>
    }
}

/// What the operation OrderShippingPage returns.
struct ShippingAnswer: PartAnswer {
    var order: Part?
    var present: Bool { order != nil }
    var updatedAt: Instant? { order?.updatedAt }

    struct Part: Decodable, Sendable {
        var updatedAt: Instant
        var shippingLines: Page<WireShippingLine>
    }
}

/// What the operation OrderDiscountsPage returns.
struct DiscountsAnswer: PartAnswer {
    var order: Part?
    var present: Bool { order != nil }
    var updatedAt: Instant? { order?.updatedAt }

    struct Part: Decodable, Sendable {
        var updatedAt: Instant
        var discountApplications: Page<WireDiscount>
    }
}

/// What the operation FulfilmentOrdersPage returns.
struct FulfilmentOrdersAnswer: PartAnswer {
    var order: Part?
    var present: Bool { order != nil }
    var updatedAt: Instant? { order?.updatedAt }

    struct Part: Decodable, Sendable {
        var updatedAt: Instant
        var fulfillmentOrders: Page<WireFulfilmentOrder>
    }
}

/// What the operation RefundLinesPage returns.
struct RefundLinesAnswer: PartAnswer {
    static let place = "refunds."
    var refund: Part?
    var present: Bool { refund != nil }

    struct Part: Decodable, Sendable {
        var refundLineItems: Page<WireRefundLine>
    }
}

/// What the operation FulfilmentOrderLinesPage returns.
struct FulfilmentOrderLinesAnswer: PartAnswer {
    static let place = "fulfillmentOrders."
    var fulfillmentOrder: Part?
    var present: Bool { fulfillmentOrder != nil }

    struct Part: Decodable, Sendable {
        var lineItems: Page<WireFulfilmentOrderLine>
    }
}
