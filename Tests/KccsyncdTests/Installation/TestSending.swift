import Foundation
import SyncEngine
import TestSupport

/// How the orders of a ``TestShop`` are to be sent, where a test arranges it, and what goes wrong with requests.
final class TestSending: Sendable {
    /// What happens to one request.
    enum Trouble: Sendable {
        /// Not executed.
        case fails(ShopError)
        /// Executed, and the answer is lost.
        case losesAnswer(ShopError)
        /// Rejected, in Shopify's words.
        case rejects(String)
    }

    private struct State {
        var parts: [ShopifyID: [FulfilmentView.Part]] = [:]
        var reads: [[ShopifyID]] = []
        var requests: [FulfilmentRequest] = []
        var pickups: [PickupRequest] = []
        var onRead: @Sendable ([ShopifyID]) -> ShopError? = { _ in nil }
        var onReadOne: @Sendable (ShopifyID) -> ShopError? = { _ in nil }
        var hides: @Sendable (ShopifyID) -> Bool = { _ in false }
        var onView: @Sendable (inout FulfilmentView) -> Void = { _ in }
        var onRequest: @Sendable (FulfilmentRequest) -> Trouble? = { _ in nil }
        var onPickup: @Sendable (PickupRequest) -> Trouble? = { _ in nil }
        var onAsk: @Sendable () -> Void = {}
        var meanwhile: (@Sendable () async -> Void)?
        var number = 9_000
    }

    private let state = Locked(State())

    // MARK: What a test arranges

    func onRead(_ body: @escaping @Sendable ([ShopifyID]) -> ShopError?) {
        state.withLock { $0.onRead = body }
    }
    func onReadOne(_ body: @escaping @Sendable (ShopifyID) -> ShopError?) {
        state.withLock { $0.onReadOne = body }
    }
    /// Leaves orders out of answers, as if there were none.
    func hides(_ body: @escaping @Sendable (ShopifyID) -> Bool) { state.withLock { $0.hides = body } }
    func isHidden(_ order: ShopifyID) -> Bool { state.withLock(\.hides)(order) }
    /// Changes what readings show.
    func onView(_ body: @escaping @Sendable (inout FulfilmentView) -> Void) {
        state.withLock { $0.onView = body }
    }
    func shown(_ view: FulfilmentView) -> FulfilmentView {
        var view = view
        state.withLock(\.onView)(&view)
        return view
    }
    func onRequest(_ body: @escaping @Sendable (FulfilmentRequest) -> Trouble?) {
        state.withLock { $0.onRequest = body }
    }
    func onPickup(_ body: @escaping @Sendable (PickupRequest) -> Trouble?) {
        state.withLock { $0.onPickup = body }
    }
    /// Called at each request of any kind.
    func onAsk(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.onAsk = body } }

    /// What happens once while the next request that changes something is under way.
    func meanwhile(_ body: @escaping @Sendable () async -> Void) { state.withLock { $0.meanwhile = body } }
    func passTime() async {
        let body = state.withLock { state in
            defer { state.meanwhile = nil }
            return state.meanwhile
        }
        await body?()
    }

    /// The orders of each reading so far.
    var reads: [[ShopifyID]] { state.withLock(\.reads) }
    /// Fulfilments that were asked for, whatever became of them.
    var requests: [FulfilmentRequest] { state.withLock(\.requests) }
    /// Pick-ups that were asked for, each a mail where it was executed.
    var pickups: [PickupRequest] { state.withLock(\.pickups) }

    // MARK: Fulfilment orders

    func parts(of order: ShopifyID) -> [FulfilmentView.Part]? { state.withLock { $0.parts[order] } }

    /// Replaces an order's fulfilment orders; from then on they change by what is done to them alone.
    func arrange(_ order: ShopifyID, _ parts: [FulfilmentView.Part]) {
        state.withLock { $0.parts[order] = parts }
    }

    func newID(_ kind: String) -> ShopifyID {
        state.withLock { state in
            state.number += 1
            return ShopifyID(kind: kind, number: String(state.number))
        }
    }

    /// The order that a fulfilment order belongs to, where a test arranged it.
    func order(of part: ShopifyID) -> ShopifyID? {
        state.withLock { state in
            state.parts.first { $0.value.contains { $0.id == part } }?.key
        }
    }

    /// Takes a request's units out of arranged fulfilment orders.
    func take(_ request: FulfilmentRequest, of order: ShopifyID) {
        state.withLock { state in
            guard var parts = state.parts[order] else { return }
            for asked in request.parts {
                guard let place = parts.firstIndex(where: { $0.id == asked.id }) else { continue }
                for line in asked.lines {
                    guard let index = parts[place].lines.firstIndex(where: { $0.id == line.id }) else {
                        continue
                    }
                    parts[place].lines[index].remaining -= line.quantity
                }
                let isEmpty = parts[place].lines.allSatisfy { $0.remaining == 0 }
                parts[place].status = isEmpty ? "CLOSED" : "IN_PROGRESS"
                parts[place].canFulfil = !isEmpty
            }
            state.parts[order] = parts
        }
    }

    // MARK: Requests

    func note(reading orders: [ShopifyID]) -> ShopError? {
        let (ask, trouble) = state.withLock { state in
            state.reads.append(orders)
            return (state.onAsk, state.onRead)
        }
        ask()
        return trouble(orders)
    }

    func troubleReading(_ order: ShopifyID) -> ShopError? { state.withLock(\.onReadOne)(order) }

    func note(_ request: FulfilmentRequest) -> Trouble? {
        let (ask, trouble) = state.withLock { state in
            state.requests.append(request)
            return (state.onAsk, state.onRequest)
        }
        ask()
        return trouble(request)
    }

    func note(_ request: PickupRequest) -> Trouble? {
        let (ask, trouble) = state.withLock { state in
            state.pickups.append(request)
            return (state.onAsk, state.onPickup)
        }
        ask()
        return trouble(request)
    }
}
