import Foundation
import SyncEngine

/// What the operation FulfilmentView returns.
struct FulfilmentViewAnswer: GraphQLAnswer {
    var nodes: [Node]

    /// One of the orders asked for.
    enum Node: Decodable, Sendable {
        case order(WireFulfilments)
        case missing
        /// Of another shape than expected; in words.
        case unreadable(String)

        private enum Keys: String, CodingKey {
            case id
        }

        init(from decoder: any Decoder) throws {
            if try decoder.singleValueContainer().decodeNil() {
                self = .missing
                return
            }
            // An id of another kind comes back as an empty object.
            guard try decoder.container(keyedBy: Keys.self).contains(.id) else {
                self = .missing
                return
            }
            do {
                self = .order(try WireFulfilments(from: decoder))
            } catch {
                self = .unreadable(DecodingProblem.text(of: error, below: ["data", "nodes"]))
            }
        }
    }

    func object(above path: [PathStep]) -> (index: Int, depth: Int)? {
        guard path.count > 2, let index = objectAlone(at: path), case .order = nodes[index] else {
            return nil
        }
        return (index, 2)
    }

    func objectAlone(at path: [PathStep]) -> Int? {
        guard path.count > 1, case .index(let index) = path[1], nodes.indices.contains(index) else {
            return nil
        }
        return index
    }
}

/// An order as far as its sending is concerned.
struct WireFulfilments: Decodable, Sendable {
    var id: ShopifyID
    var cancelledAt: Instant?
    var lineItems: Page<Line>
    var fulfillmentOrders: Page<Part>
    var fulfillments: [Sent]
    var fulfillmentsCount: Count?

    struct Count: Decodable, Sendable {
        var count: Int
    }

    struct Line: Decodable, Sendable {
        var id: ShopifyID
        var sku: String?
        var currentQuantity: Int
        var unfulfilledQuantity: Int

        var line: FulfilmentView.Line {
            FulfilmentView.Line(
                id: id,
                sku: SKU(given: sku),
                unfulfilled: unfulfilledQuantity,
                current: currentQuantity
            )
        }
    }

    struct Part: Decodable, Sendable {
        var id: ShopifyID
        var status: String
        var fulfillAt: Instant?
        var supportedActions: [Action]
        var fulfillmentHolds: [Hold]
        var deliveryMethod: Method?
        var assignedLocation: WireFulfilmentOrder.AssignedLocation
        var lineItems: Page<WirePartLine>

        struct Action: Decodable, Sendable {
            var action: String
        }

        struct Hold: Decodable, Sendable {
            var reason: String
        }

        struct Method: Decodable, Sendable {
            var methodType: String
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
            part.method = deliveryMethod?.methodType
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

/// What the operation FulfilmentViewSentPage returns.
struct FulfilmentViewSentAnswer: GraphQLAnswer {
    var fulfillment: Sent?

    struct Sent: Decodable, Sendable {
        var fulfillmentLineItems: Page<WireFulfilments.Sent.Line>
    }
}

/// What the operation FulfilmentCreate returns.
struct FulfilmentCreateAnswer: GraphQLAnswer {
    var fulfillmentCreate: FulfilmentPayload?

    var isUnexecuted: Bool { fulfillmentCreate == nil }

    static var isOfMutation: Bool { true }
}

/// What the operation PickupReady returns.
struct PickupReadyAnswer: GraphQLAnswer {
    var fulfillmentOrderLineItemsPreparedForPickup: Payload?

    struct Payload: Decodable, Sendable {
        var userErrors: [FulfilmentPayload.UserError]
    }

    var isUnexecuted: Bool { fulfillmentOrderLineItemsPreparedForPickup == nil }

    static var isOfMutation: Bool { true }
}

/// What the operation TrackingUpdate returns.
struct TrackingUpdateAnswer: GraphQLAnswer {
    var fulfillmentTrackingInfoUpdate: FulfilmentPayload?

    var isUnexecuted: Bool { fulfillmentTrackingInfoUpdate == nil }

    static var isOfMutation: Bool { true }
}

/// A fulfilment, or why there is none; these errors have no code.
struct FulfilmentPayload: Decodable, Sendable {
    var fulfillment: WireReference?
    var userErrors: [UserError]

    struct UserError: Decodable, Sendable {
        var message: String
    }
}
