package import Foundation
package import SyncEngine

/// A shop in memory: a database, a search index that may lag behind it, and scripted trouble.
package final class FakeShop: Shop {
    /// One request, as it arrived.
    package enum Request: Sendable, Equatable {
        case identity
        case locations
        case list(Listing)
        case read([ShopifyID], Importance)
    }

    package struct Listing: Sendable, Equatable {
        package var since: Date
        package var until: Date?
        package var byPlacing: Bool
        package var after: String?
        package var pageSize: Int
        package var importance: Importance
    }

    private struct State {
        var identity = ShopIdentity.plain()
        var locations: [ShopLocation] = [.warehouse, .branch]
        var orders: [ShopifyID: Order] = [:]
        /// What the search index shows; lags behind `orders` while `lagging`.
        var index: [ShopifyID: Order] = [:]
        var lagging = false
        var missing: Set<ShopifyID> = []
        var unreadable: [ShopifyID: String] = [:]
        var oversized: [ShopifyID: ShopError.Code] = [:]
        var identityErrors: [ShopError?] = []
        var listErrors: [ShopError?] = []
        var readErrors: [ShopError?] = []
        var requests: [Request] = []
        var largestPage = 250
        var listingLimit = 25_000
        var mostPerRead = Int.max
        var elapsed: @Sendable (Int) -> Duration = { _ in .milliseconds(100) }
        var onRequest: @Sendable (Request) -> Void = { _ in }
    }

    private let state = Locked(State())
    private let now: @Sendable () -> Date
    private let told: AsyncStream<Request>.Continuation
    /// Requests as they arrive, for tests that wait for one.
    package let events: AsyncStream<Request>

    package init(now: @escaping @Sendable () -> Date = { Instants.now }) {
        self.now = now
        (events, told) = AsyncStream.makeStream(of: Request.self)
    }

    // MARK: What a test arranges

    package func put(_ orders: Order...) { put(orders) }

    package func put(_ orders: [Order]) {
        state.withLock { state in
            for order in orders {
                state.orders[order.id] = order
                if !state.lagging { state.index[order.id] = order }
            }
        }
    }

    /// Deletes an order for good.
    package func delete(_ id: ShopifyID) {
        state.withLock { state in
            state.orders[id] = nil
            if !state.lagging { state.index[id] = nil }
        }
    }

    /// Takes an order out of the index only, as if Shopify's search had lost it.
    package func unlist(_ id: ShopifyID) { state.withLock { $0.index[id] = nil } }

    /// While it lags, changes reach the database but not the index; when it ends, the index catches up.
    package func lag(_ lagging: Bool) {
        state.withLock { state in
            state.lagging = lagging
            if !lagging { state.index = state.orders }
        }
    }

    package func hide(_ id: ShopifyID, _ hidden: Bool = true) {
        state.withLock { if hidden { $0.missing.insert(id) } else { $0.missing.remove(id) } }
    }

    package func spoil(_ id: ShopifyID, _ text: String?) { state.withLock { $0.unreadable[id] = text } }
    /// Makes every batch with this order fail.
    package func swell(_ id: ShopifyID, _ code: ShopError.Code?) {
        state.withLock { $0.oversized[id] = code }
    }
    package func failIdentity(_ errors: ShopError?...) { state.withLock { $0.identityErrors = errors } }
    package func failLists(_ errors: ShopError?...) { state.withLock { $0.listErrors = errors } }
    package func failReads(_ errors: ShopError?...) { state.withLock { $0.readErrors = errors } }
    package func place(_ locations: [ShopLocation]) { state.withLock { $0.locations = locations } }
    package func identify(as identity: ShopIdentity) { state.withLock { $0.identity = identity } }
    package func limitPages(to size: Int) { state.withLock { $0.largestPage = size } }
    package func limitListing(to count: Int) { state.withLock { $0.listingLimit = count } }
    /// Answers only batches up to a size; larger ones time out.
    package func limitReads(to count: Int) { state.withLock { $0.mostPerRead = count } }
    package func onRequest(_ body: @escaping @Sendable (Request) -> Void) {
        state.withLock { $0.onRequest = body }
    }

    package var requests: [Request] { state.withLock(\.requests) }
    package var orders: [ShopifyID: Order] { state.withLock(\.orders) }

    /// The requests since the last call.
    package func drain() -> [Request] {
        state.withLock { state in
            defer { state.requests = [] }
            return state.requests
        }
    }

    // MARK: Shop

    package func identity() async throws(ShopError) -> ShopIdentity {
        note(.identity)
        if let error = take(\.identityErrors) { throw error }
        return state.withLock(\.identity)
    }

    package func locations() async throws(ShopError) -> [ShopLocation] {
        note(.locations)
        return state.withLock(\.locations)
    }

    package func list(_ request: OrderListRequest) async throws(ShopError) -> OrderListPage {
        note(
            .list(
                Listing(
                    since: request.since,
                    until: request.until,
                    byPlacing: request.byPlacing,
                    after: request.after,
                    pageSize: request.pageSize,
                    importance: request.importance
                )
            )
        )
        if let error = take(\.listErrors) { throw error }
        return state.withLock { state in
            let key: (Order) -> Date = { request.byPlacing ? $0.processedAt : $0.updatedAt }
            let until = request.until ?? .distantFuture
            let found = state.index.values
                .filter { key($0) >= request.since && key($0) <= until }
                .sorted { (key($0), $0.id) < (key($1), $1.id) }
                .prefix(state.listingLimit)
            // A cursor is a place behind an order, so that changes in between shift nothing.
            let rest = request.after.map { Self.rest(of: found, behind: $0, key: key) } ?? found[...]
            let page = rest.prefix(min(request.pageSize, state.largestPage))
            let more = page.count < rest.count
            let versions = page.map { OrderVersion(id: $0.id, updatedAt: $0.updatedAt) }
            return OrderListPage(
                versions: versions,
                next: more ? page.last.map { "\(Int(key($0).timeIntervalSince1970)) \($0.id.gid)" } : nil
            )
        }
    }

    package func read(_ ids: [ShopifyID], importance: Importance) async throws(ShopError) -> OrderReading {
        note(.read(ids, importance))
        if let error = take(\.readErrors) { throw error }
        let instant = now()
        return try state.withLock { (state) throws(ShopError) in
            if ids.count > state.mostPerRead {
                throw ShopError(.timedOut, .retry(after: nil), "no answer in time")
            }
            if let code = ids.compactMap({ state.oversized[$0] }).first {
                throw ShopError(code, .retry(after: nil), "the answer is too large")
            }
            let entries = ids.map { id -> OrderReading.Entry in
                if let text = state.unreadable[id] { return .unreadable(id, text) }
                guard let order = state.orders[id], !state.missing.contains(id) else { return .missing(id) }
                return .order(order)
            }
            return OrderReading(
                entries: entries,
                readAt: instant,
                elapsed: state.elapsed(ids.count),
                bytes: 1000
            )
        }
    }

    package var budget: ShopBudget {
        get async {
            ShopBudget(available: 1000, capacity: 1000, restoreRate: 50, spent: 0, requests: requests.count)
        }
    }

    // MARK: Steps

    private static func rest(of found: ArraySlice<Order>, behind cursor: String, key: (Order) -> Date)
        -> ArraySlice<Order>
    {
        let parts = cursor.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let seconds = Double(parts[0]) else { return [] }
        let place = (Date(timeIntervalSince1970: seconds), ShopifyID(String(parts[1])))
        return found.drop { (key($0), $0.id) <= place }
    }

    private func note(_ request: Request) {
        let body = state.withLock { state in
            state.requests.append(request)
            return state.onRequest
        }
        body(request)
        told.yield(request)
    }

    /// The next scripted error; nil in a script lets one request through.
    private func take(_ script: WritableKeyPath<State, [ShopError?]>) -> ShopError? {
        state.withLock { state in
            state[keyPath: script].isEmpty ? nil : state[keyPath: script].removeFirst()
        }
    }
}

extension FakeShop.Request {
    /// The ids of a reading; nil for anything else.
    package var readIDs: [ShopifyID]? {
        if case .read(let ids, _) = self { return ids }
        return nil
    }

    /// The parameters of a listing; nil for anything else.
    package var listing: FakeShop.Listing? {
        if case .list(let listing) = self { return listing }
        return nil
    }
}
