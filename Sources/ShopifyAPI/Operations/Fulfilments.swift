import Foundation
package import SyncEngine

/// What changes fulfilments.
extension ShopifyShop: FulfilmentShop {
    package func fulfil(_ request: FulfilmentRequest) async throws(ShopError) -> FulfilmentAnswer {
        let reply = try await ask(
            .fulfilmentCreate,
            FulfilmentCreateVariables(fulfillment: FulfilmentCreateVariables.Input(request)),
            as: FulfilmentCreateAnswer.self,
            importance: .fulfilment,
            executesOnce: true,
            what: "creating a fulfilment"
        )
        return try Self.answer(reply.data.fulfillmentCreate, "creating a fulfilment")
    }

    package func track(_ request: TrackingRequest) async throws(ShopError) -> FulfilmentAnswer {
        let reply = try await ask(
            .trackingUpdate,
            TrackingUpdateVariables(
                id: request.fulfilment,
                tracking: WireTracking(request.tracking),
                notify: request.notify
            ),
            as: TrackingUpdateAnswer.self,
            importance: .fulfilment,
            executesOnce: true,
            what: "changing a fulfilment's tracking"
        )
        return try Self.answer(reply.data.fulfillmentTrackingInfoUpdate, "changing a fulfilment's tracking")
    }

    package func prepare(_ request: PickupRequest) async throws(ShopError) -> PickupAnswer {
        let what = "marking an order as ready for pick-up"
        let reply = try await ask(
            .pickupReady,
            PickupReadyVariables(
                input: PickupReadyVariables.Input(
                    lineItemsByFulfillmentOrder: request.parts.map {
                        PickupReadyVariables.Part(fulfillmentOrderId: $0)
                    }
                )
            ),
            as: PickupReadyAnswer.self,
            importance: .fulfilment,
            executesOnce: true,
            what: what
        )
        guard let payload = reply.data.fulfillmentOrderLineItemsPreparedForPickup else {
            throw ShopError(.unexpectedShape, .retry(after: nil), "\(what): expected a payload, found none")
        }
        return payload.userErrors.first.map { .refused(Quotation.masked($0.message)) } ?? .done
    }

    package func grantedScopes() async throws(ShopError) -> GrantedScopes {
        let known = granted.current
        return known.handles.isEmpty ? try await identity().granted : known
    }

    private static func answer(_ payload: FulfilmentPayload?, _ what: String) throws(ShopError)
        -> FulfilmentAnswer
    {
        // The message may repeat what was sent, and a tracking number or address leads to whoever gets the parcel.
        if let error = payload?.userErrors.first { return .refused(Quotation.masked(error.message)) }
        guard let id = payload?.fulfillment?.id else {
            throw ShopError(
                .unexpectedShape,
                .retry(after: nil),
                "\(what): expected a fulfilment or an error, found neither"
            )
        }
        return .done(id)
    }
}

// MARK: Variables

private struct PickupReadyVariables: Encodable, Sendable {
    var input: Input

    struct Input: Encodable, Sendable {
        var lineItemsByFulfillmentOrder: [Part]
    }

    struct Part: Encodable, Sendable {
        var fulfillmentOrderId: ShopifyID
    }
}

private struct TrackingUpdateVariables: Encodable, Sendable {
    var id: ShopifyID
    var tracking: WireTracking
    var notify: Bool
}

private struct FulfilmentCreateVariables: Encodable, Sendable {
    var fulfillment: Input

    struct Input: Encodable, Sendable {
        var lineItemsByFulfillmentOrder: [Part]
        var trackingInfo: WireTracking?
        var notifyCustomer: Bool

        init(_ request: FulfilmentRequest) {
            lineItemsByFulfillmentOrder = request.parts.map { part in
                Part(
                    fulfillmentOrderId: part.id,
                    // Left out = all that Shopify has at that moment, which the plan asks of a whole fulfilment order alone.
                    fulfillmentOrderLineItems: part.lines.count > FulfilmentRequest.mostLines
                        ? nil : part.lines.map { Line(id: $0.id, quantity: $0.quantity) }
                )
            }
            trackingInfo = request.tracking.map { WireTracking($0) }
            notifyCustomer = request.notify
        }
    }

    struct Part: Encodable, Sendable {
        var fulfillmentOrderId: ShopifyID
        var fulfillmentOrderLineItems: [Line]?
    }

    struct Line: Encodable, Sendable {
        var id: ShopifyID
        var quantity: Int
    }
}
