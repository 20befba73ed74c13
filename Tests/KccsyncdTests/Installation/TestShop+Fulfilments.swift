import SyncEngine
import TestSupport

extension TestShop: FulfilmentShop {
    func fulfilments(of orders: [ShopifyID]) async throws(ShopError) -> [FulfilmentReading] {
        let error = state.withLock { state in
            defer { state.fulfilmentError = nil }
            return state.fulfilmentError
        }
        if let error { throw error }
        if let error = sending.note(reading: orders) { throw error }
        return orders.map { order in
            if let error = sending.troubleReading(order) { return .failed(error) }
            guard !sending.isHidden(order), var view = view(of: order) else { return .missing }
            // The longest list that Shopify gives, of no documented order.
            view.sentCount = view.sent.count
            if view.sent.count > 250 {
                view.sent = Array(view.sent.prefix(250))
                view.cuts.insert(.sent)
            }
            return .view(sending.shown(view))
        }
    }

    func grantedScopes() async throws(ShopError) -> GrantedScopes { try await identity().granted }

    /// All that the order shows.
    func view(of order: ShopifyID) -> FulfilmentView? {
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
            lines: left.map {
                FulfilmentView.Line(
                    id: $0.id,
                    sku: $0.stockCode,
                    unfulfilled: $1,
                    current: $0.currentQuantity
                )
            },
            parts: state.withLock(\.hidesParts) ? [] : sending.parts(of: order) ?? [part],
            sent: sent
        )
    }

    func fulfil(_ request: FulfilmentRequest) async throws(ShopError) -> FulfilmentAnswer {
        await sending.passTime()
        guard let part = request.parts.first else { return .refused("no parts") }
        let order = sending.order(of: part.id) ?? ShopifyID(kind: "Order", number: String(part.id.number))
        var lost: ShopError?
        switch sending.note(request) {
        case .fails(let error): throw error
        case .rejects(let words): return .refused(words)
        case .losesAnswer(let error): lost = error
        case nil: break
        }
        let loss = try state.withLock { (state) throws(ShopError) in try state.begin(request.tracking) }
        if let words = refusal(request, of: order) { return .refused(words) }
        sending.take(request, of: order)
        let id = state.withLock { state in
            let id = state.fulfil(order, request.lines, request.tracking ?? [])
            if request.notify { state.mails[id, default: 0] += 1 }
            return id
        }
        if let lost { throw lost }
        if loss == .after { throw State.lost }
        return .done(id)
    }

    /// Shopify's words for a fulfilment that it rejects.
    private func refusal(_ request: FulfilmentRequest, of order: ShopifyID) -> String? {
        guard let view = view(of: order) else { return "Fulfillment order does not exist." }
        var places: [ShopifyID?] = []
        for asked in request.parts {
            guard let part = view.parts.first(where: { $0.id == asked.id }) else {
                return "Fulfillment order does not exist."
            }
            guard part.canFulfil else {
                return
                    "Fulfillment order \(part.id.number) has an unfulfillable status= \(part.status.lowercased())."
            }
            for line in asked.lines {
                guard let known = part.lines.first(where: { $0.id == line.id }) else {
                    return "Fulfillment order line item does not exist."
                }
                if line.quantity > known.remaining {
                    return "Invalid fulfillment order line item quantity requested."
                }
            }
            if !places.contains(part.location) { places.append(part.location) }
        }
        return places.count == 1
            ? nil : "All fulfillment orders must be assigned to a single location."
    }

    func prepare(_ request: PickupRequest) async throws(ShopError) -> PickupAnswer {
        await sending.passTime()
        switch sending.note(request) {
        case .fails(let error), .losesAnswer(let error): throw error
        case .rejects(let words): return .refused(words)
        case nil: return .done
        }
    }

    func track(_ request: TrackingRequest) async throws(ShopError) -> FulfilmentAnswer {
        await sending.passTime()
        return try state.withLock { (state) throws(ShopError) in
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
