import Foundation
package import SyncEngine

extension ShopifyShop: FulfilmentShop {
    package func fulfilments(of order: ShopifyID) async throws(ShopError) -> FulfilmentView? {
        let what = "reading an order's fulfilments"
        var view: FulfilmentView?
        var after: String?
        repeat {
            let reply = try await ask(
                .fulfilmentView,
                FulfilmentViewVariables(id: order, linesAfter: after),
                as: FulfilmentViewAnswer.self,
                importance: .fulfilment,
                what: what
            )
            if let withheld = reply.withheld.first {
                let missing = granted.current.missingForHiddenUnits
                throw ShopError(
                    .scopeMissing,
                    .pause,
                    "\(what): Shopify withholds \(withheld.path)",
                    remedy: missing.map { "add \($0) to the app and reinstall it" }
                        ?? "check the permissions of the user who installed the app, then reinstall it"
                )
            }
            guard let found = reply.data.order else { return nil }
            guard !found.fulfillmentOrders.pageInfo.hasNextPage else {
                throw ShopError(
                    .incomplete,
                    .fault,
                    "\(what): expected at most 20 fulfilment orders, found more"
                )
            }
            let page = found.lineItems
            if view == nil {
                view = try await self.view(found, what)
            } else {
                view?.lines += page.nodes.map(\.line)
            }
            after = try page.pageInfo.next(after: after, what)
        } while after != nil
        return view
    }

    /// The first page's order, with all lines of its fulfilment orders.
    private func view(_ order: WireFulfilments, _ what: String) async throws(ShopError) -> FulfilmentView {
        var parts: [FulfilmentView.Part] = []
        for wire in order.fulfillmentOrders.nodes {
            var part = wire.part
            var after = try wire.lineItems.pageInfo.next(after: nil, what)
            while let cursor = after {
                let reply = try await ask(
                    .fulfilmentViewLines,
                    FulfilmentLinesVariables(id: wire.id, after: cursor),
                    as: FulfilmentViewLinesAnswer.self,
                    importance: .fulfilment,
                    what: what
                )
                guard let page = reply.data.fulfillmentOrder?.lineItems else {
                    throw ShopError(
                        .incomplete,
                        .retry(after: nil),
                        "\(what): the order changes while it is read"
                    )
                }
                part.lines += page.nodes.map(\.line)
                after = try page.pageInfo.next(after: cursor, what)
            }
            parts.append(part)
        }
        return FulfilmentView(
            cancelled: order.cancelledAt != nil,
            lines: order.lineItems.nodes.map(\.line),
            parts: parts,
            sent: order.fulfillments.map(\.sent)
        )
    }

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

private struct FulfilmentViewVariables: Encodable, Sendable {
    var id: ShopifyID
    var linesAfter: String?
}

private struct FulfilmentLinesVariables: Encodable, Sendable {
    var id: ShopifyID
    var after: String
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
                    fulfillmentOrderLineItems: part.lines.map { Line(id: $0.id, quantity: $0.quantity) }
                )
            }
            trackingInfo = request.tracking.map { WireTracking($0) }
            notifyCustomer = request.notify
        }
    }

    struct Part: Encodable, Sendable {
        var fulfillmentOrderId: ShopifyID
        var fulfillmentOrderLineItems: [Line]
    }

    struct Line: Encodable, Sendable {
        var id: ShopifyID
        var quantity: Int
    }
}
