import Foundation
import SyncEngine

/// What the operation FulfilmentView returns.
struct FulfilmentViewAnswer: GraphQLAnswer {
    var order: WireFulfilments?

    func object(above path: [PathStep]) -> (index: Int, depth: Int)? {
        path.count > 1 && order != nil ? (0, 1) : nil
    }
}

/// An order as far as its sending is concerned.
struct WireFulfilments: Decodable, Sendable {
    var cancelledAt: Instant?
    var lineItems: Page<Line>
    var fulfillmentOrders: Page<Part>
    var fulfillments: [Sent]

    struct Line: Decodable, Sendable {
        var id: ShopifyID
        var sku: String?
        var unfulfilledQuantity: Int

        var line: FulfilmentView.Line {
            FulfilmentView.Line(id: id, sku: SKU(given: sku), unfulfilled: unfulfilledQuantity)
        }
    }

    struct Part: Decodable, Sendable {
        var id: ShopifyID
        var status: String
        var fulfillAt: Instant?
        var supportedActions: [Action]
        var fulfillmentHolds: [Hold]
        var assignedLocation: WireFulfilmentOrder.AssignedLocation
        var lineItems: Page<WirePartLine>

        struct Action: Decodable, Sendable {
            var action: String
        }

        struct Hold: Decodable, Sendable {
            var reason: String
        }

        var part: FulfilmentView.Part {
            var part = FulfilmentView.Part(
                id: id,
                status: status,
                canFulfil: supportedActions.contains { $0.action == "CREATE_FULFILLMENT" },
                location: assignedLocation.location?.id,
                lines: lineItems.nodes.map(\.line)
            )
            part.locationName = assignedLocation.name
            let reasons = fulfillmentHolds.map { $0.reason.lowercased().replacing("_", with: " ") }
            if !reasons.isEmpty {
                part.waitsFor = reasons.joined(separator: ", ")
            } else if status == "SCHEDULED" {
                part.waitsFor = fulfillAt.map { "for \(HTTPTime.text($0.date))" }
            }
            return part
        }
    }

    struct Sent: Decodable, Sendable {
        var id: ShopifyID
        var status: String
        var trackingInfo: [Info]
        var fulfillmentLineItems: Page<Line>

        struct Info: Decodable, Sendable {
            var number: String?
            var url: String?
            var company: String?
        }

        struct Line: Decodable, Sendable {
            var quantity: Int?
            var lineItem: WireReference
        }

        var sent: FulfilmentView.Sent {
            FulfilmentView.Sent(
                id: id,
                status: status,
                tracking: Tracking(
                    trackingInfo.compactMap { info in
                        Self.text(info.number).map { Tracking.Parcel(number: $0, link: Self.text(info.url)) }
                    },
                    company: trackingInfo.lazy.compactMap { Self.text($0.company) }.first
                ),
                lines: fulfillmentLineItems.nodes.map {
                    FulfilmentView.SentLine(line: $0.lineItem.id, quantity: $0.quantity ?? 0)
                }
            )
        }

        private static func text(_ given: String?) -> String? { given.flatMap { $0.isEmpty ? nil : $0 } }
    }
}

/// Units of one order line in a fulfilment order.
struct WirePartLine: Decodable, Sendable {
    var id: ShopifyID
    var remainingQuantity: Int
    var lineItem: WireReference

    var line: FulfilmentView.PartLine {
        FulfilmentView.PartLine(id: id, line: lineItem.id, remaining: remainingQuantity)
    }
}

/// What the operation FulfilmentViewLinesPage returns.
struct FulfilmentViewLinesAnswer: GraphQLAnswer {
    var fulfillmentOrder: Part?

    struct Part: Decodable, Sendable {
        var lineItems: Page<WirePartLine>
    }
}

/// What the operation FulfilmentCreate returns.
struct FulfilmentCreateAnswer: GraphQLAnswer {
    var fulfillmentCreate: FulfilmentPayload?
}

/// What the operation TrackingUpdate returns.
struct TrackingUpdateAnswer: GraphQLAnswer {
    var fulfillmentTrackingInfoUpdate: FulfilmentPayload?
}

/// A fulfilment, or why there is none; these errors have no code.
struct FulfilmentPayload: Decodable, Sendable {
    var fulfillment: WireReference?
    var userErrors: [UserError]

    struct UserError: Decodable, Sendable {
        var message: String
    }
}
