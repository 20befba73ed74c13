import SyncEngine
import TestSupport

extension TestShop: FulfilmentShop {
    func fulfilments(of order: ShopifyID) async throws(ShopError) -> FulfilmentView? {
        let error = state.withLock { state in
            defer { state.fulfilmentError = nil }
            return state.fulfilmentError
        }
        if let error { throw error }
        guard let found = orders.orders[order] else { return nil }
        let sent = sent(order)
        var gone: [ShopifyID: Int] = [:]
        for line in sent.filter({ $0.status == "SUCCESS" }).flatMap(\.lines) {
            gone[line.line, default: 0] += line.quantity
        }
        let left = found.lines.map { ($0, max(0, $0.currentQuantity - gone[$0.id, default: 0])) }
        var part = FulfilmentView.Part(
            id: ShopifyID(kind: "FulfillmentOrder", number: String(order.number)),
            status: "OPEN",
            canFulfil: found.cancelledAt == nil,
            location: .location(1),
            lines: left.map { line, units in
                FulfilmentView.PartLine(
                    id: ShopifyID(kind: "FulfillmentOrderLineItem", number: String(line.id.number)),
                    line: line.id,
                    remaining: units
                )
            }
        )
        part.locationName = ShopLocation.warehouse.name
        return FulfilmentView(
            cancelled: found.cancelledAt != nil,
            lines: left.map { FulfilmentView.Line(id: $0.id, sku: $0.stockCode, unfulfilled: $1) },
            parts: state.withLock(\.hidesParts) ? [] : [part],
            sent: sent
        )
    }

    func fulfil(_ request: FulfilmentRequest) async throws(ShopError) -> FulfilmentAnswer {
        guard let part = request.parts.first else { return .refused("no parts") }
        let order = ShopifyID(kind: "Order", number: String(part.id.number))
        return try state.withLock { (state) throws(ShopError) in
            let loss = try state.begin(request.tracking)
            let id = state.fulfil(order, request.lines, request.tracking ?? [])
            if request.notify { state.mails[id, default: 0] += 1 }
            if loss == .after { throw State.lost }
            return .done(id)
        }
    }

    func track(_ request: TrackingRequest) async throws(ShopError) -> FulfilmentAnswer {
        try state.withLock { (state) throws(ShopError) in
            let loss = try state.begin(request.tracking)
            for (order, sent) in state.sent {
                guard let place = sent.firstIndex(where: { $0.id == request.fulfilment }) else { continue }
                state.sent[order]?[place].tracking = State.shown(request.tracking)
            }
            if request.notify { state.mails[request.fulfilment, default: 0] += 1 }
            if loss == .after { throw State.lost }
            return .done(request.fulfilment)
        }
    }
}
