import Foundation
import SyncEngine
import TestSupport

/// A shop in memory whose orders take their units from its stock, as customers' do.
final class TestShop: Sendable {
    let orders: FakeShop
    let stock: FakeStockShop
    let now: ManualNow
    let sending = TestSending()
    /// The daemon's clock, where it is not Shopify's.
    let ours: ManualNow
    let state = Locked(State())

    struct State {
        /// The number of the item that carries a SKU.
        var items: [SKU: Int] = [:]
        /// Items so far.
        var count = 0
        var sent: [ShopifyID: [FulfilmentView.Sent]] = [:]
        var mails: [ShopifyID: Int] = [:]
        /// The tracking of every request for a fulfilment or a change of one.
        var requests: [Tracking] = []
        /// What becomes of the next answers to such requests.
        var losses: [Loss] = []
        var sendsDate = true
        /// Whether the app sees no fulfilment orders because a scope is missing.
        var hidesParts = false
        /// What the next look at an order's fulfilments ends with.
        var fulfilmentError: ShopError?

        mutating func fulfil(
            _ order: ShopifyID,
            _ lines: [FulfilmentView.SentLine],
            _ tracking: Tracking,
            status: String = "SUCCESS"
        ) -> ShopifyID {
            let id = ShopifyID(kind: "Fulfillment", number: String(sent.values.map(\.count).reduce(0, +) + 1))
            sent[order, default: []]
                .append(
                    FulfilmentView.Sent(id: id, status: status, tracking: Self.shown(tracking), lines: lines)
                )
            return id
        }

        /// Tracking as Shopify shows it: with links of its own for carriers that it knows, and without owners.
        static func shown(_ tracking: Tracking) -> Tracking {
            let made = tracking.company.flatMap { ShopifyCarriers.names.contains($0) ? $0 : nil }
            return Tracking(
                tracking.parcels.map { parcel in
                    Tracking.Parcel(
                        number: parcel.number,
                        link: parcel.link
                            ?? made.map { "https://\($0.lowercased()).example/\(parcel.number)" }
                    )
                },
                company: tracking.company
            )
        }

        /// - Throws: Where the answer is to be lost and nothing is to happen.
        mutating func begin(_ tracking: Tracking?) throws(ShopError) -> Loss? {
            requests.append(tracking ?? [])
            let loss = losses.isEmpty ? nil : losses.removeFirst()
            if loss == .before { throw Self.lost }
            return loss
        }

        static let lost = ShopError(.timedOut, .retry(after: nil), "no answer")
    }

    /// - Parameter ours: The daemon's clock; nil = it agrees with Shopify's.
    init(_ now: ManualNow, ours: ManualNow? = nil) {
        self.now = now
        self.ours = ours ?? now
        orders = FakeShop(now: { now.current })
        stock = FakeStockShop(now: { now.current })
    }

    // MARK: What a test arranges

    /// A product with a stock figure at the first location.
    func product(_ sku: String, figure: Int?, tracked: Bool = true) {
        let number = state.withLock { state in
            state.count += 1
            state.items[SKU(sku)] = state.count
            return state.count
        }
        stock.put(number, sku: SKU(sku), tracked: tracked, figure: figure)
    }

    /// Gives the shop a number of its own, where there are several.
    func identify(as number: String) {
        var identity = ShopIdentity.plain()
        identity.id = ShopifyID(kind: "Shop", number: number)
        orders.identify(as: identity)
    }

    /// Gives products other SKUs at one moment, as staff do in Shopify's admin.
    func rename(_ names: [String: String]) {
        let moved = state.withLock { state in
            let moved = names.compactMap { old, new in state.items[SKU(old)].map { ($0, SKU(new)) } }
            for old in names.keys { state.items[SKU(old)] = nil }
            for (number, sku) in moved { state.items[sku] = number }
            return moved
        }
        for (number, sku) in moved { stock.rename(number, to: sku) }
    }

    /// Replaces the shop's locations.
    func place(_ locations: [ShopLocation]) {
        orders.place(locations)
        stock.place(locations)
    }

    /// Refuses the next look at an order's fulfilments.
    func failFulfilments(_ error: ShopError) { state.withLock { $0.fulfilmentError = error } }

    func hidesParts(_ hides: Bool) { state.withLock { $0.hidesParts = hides } }

    /// A customer buys: the order is there and its units are off the stock.
    func sell(_ order: Order) {
        orders.put(order)
        for line in order.lines { move(line.sku, by: -line.quantity) }
    }

    /// The customer or staff cancel: the units come back.
    func cancel(_ order: Order) {
        orders.put(
            order.with {
                $0.cancelledAt = now.current
                $0.updatedAt = now.current
            }
        )
        for line in order.lines { move(line.sku, by: line.quantity) }
    }

    /// Somebody changes the order in Shopify, now.
    func edit(_ id: ShopifyID, _ change: (inout Order) -> Void) {
        guard let order = orders.orders[id] else { return }
        orders.put(
            order.with {
                change(&$0)
                $0.updatedAt = now.current
            }
        )
    }

    private func move(_ sku: String?, by units: Int) {
        guard let sku, let number = state.withLock({ $0.items[SKU(sku)] }) else { return }
        stock.move(number, by: units)
    }

    /// Shopify's clock.
    var time: Date { now.current }

    /// What Shopify offers of a SKU.
    func offered(_ sku: String) -> Int? {
        state.withLock { $0.items[SKU(sku)] }.flatMap { stock.figure($0) }
    }

    /// Answers without a `Date` header.
    func hideDate(_ hides: Bool = true) { state.withLock { $0.sendsDate = !hides } }

    func sent(_ order: ShopifyID) -> [FulfilmentView.Sent] { state.withLock { $0.sent[order] ?? [] } }

    // MARK: Tracking

    /// How an answer is lost.
    enum Loss: Sendable {
        /// The request was never executed.
        case before
        /// It was.
        case after
    }

    /// Loses the answers to the next requests for fulfilments and their tracking.
    func lose(_ losses: Loss...) { state.withLock { $0.losses += losses } }

    /// The tracking of every request so far.
    var trackingRequests: [Tracking] { state.withLock(\.requests) }

    /// Staff change what a fulfilment of an order shows.
    func editTracking(of order: ShopifyID, _ tracking: Tracking) {
        state.withLock { state in
            for place in state.sent[order, default: []].indices {
                state.sent[order]?[place].tracking = State.shown(tracking)
            }
        }
    }

    func mails(_ fulfilment: ShopifyID) -> Int { state.withLock { $0.mails[fulfilment] ?? 0 } }
}
