package import Foundation
package import SyncEngine

/// Shopify's stock in memory: items, figures, idempotency keys, and scripted trouble.
package final class FakeStockShop: StockShop {
    /// One request, as it arrived.
    package enum Request: Sendable, Equatable {
        case catalogue
        case search(Int)
        case levels(Int)
        case set(StockBatch)
        case adjust(StockBatch)
        case activate(ShopifyID)
        case locations
    }

    /// What goes wrong with one write.
    package enum Trouble: Sendable {
        /// It never arrives.
        case lostRequest
        /// It is executed, and nobody hears of it.
        case lostAnswer
        /// It certainly is not executed.
        case throttled
        case refusal(StockRefusal)
    }

    private struct State {
        var items: [CatalogueItem] = []
        var ids: Set<ShopifyID> = []
        /// By item; absent = not stocked.
        var figures: [ShopifyID: Int] = [:]
        var refused: Set<ShopifyID> = []
        var namesRows = true
        /// Items that have every request rejected as a whole.
        var poisonous: Set<ShopifyID> = []
        var compares = true
        var troubles: [Trouble] = []
        var requests: [Request] = []
        var keys: [String: (batch: StockBatch, answer: [StockRefusal], at: Date)] = [:]
        var beforeWrite: @Sendable (StockBatch) -> Void = { _ in }
        var onRequest: @Sendable (Request) async -> Void = { _ in }
        /// Writes that were executed, item by item.
        var ledger: [ShopifyID: [Int]] = [:]
        var refusesActivation: String?
        /// What Shopify shows of its locations.
        var locations: [ShopLocation] = [.warehouse, .branch]
        /// Locations that Shopify lists as active and rejects all the same.
        var rejected: Set<ShopifyID> = []

        /// Whether a location takes stock.
        func takesStock(_ id: ShopifyID) -> Bool {
            !rejected.contains(id) && locations.contains { $0.id == id && $0.active }
        }
    }

    private let state = Locked(State())
    private let now: @Sendable () -> Date

    package init(now: @escaping @Sendable () -> Date) {
        self.now = now
    }

    // MARK: What a test arranges

    package static func id(_ number: Int) -> ShopifyID {
        ShopifyID(kind: "InventoryItem", number: String(number))
    }

    package func put(_ number: Int, sku: SKU, tracked: Bool = true, figure: Int? = 0) {
        state.withLock {
            $0.items.append(CatalogueItem(id: Self.id(number), sku: sku, tracked: tracked))
            $0.ids.insert(Self.id(number))
            $0.figures[Self.id(number)] = figure
        }
    }

    /// Gives an item another SKU, as somebody does in Shopify's admin.
    package func rename(_ number: Int, to sku: SKU) {
        state.withLock { state in
            for place in state.items.indices where state.items[place].id == Self.id(number) {
                state.items[place].sku = sku
            }
        }
    }

    /// Replaces what Shopify shows of its locations.
    package func place(_ locations: [ShopLocation]) { state.withLock { $0.locations = locations } }
    /// Rejects every write to a location that is listed as active.
    package func reject(_ location: ShopifyID, _ rejects: Bool = true) {
        state.withLock { if rejects { $0.rejected.insert(location) } else { $0.rejected.remove(location) } }
    }

    package func delete(_ number: Int) {
        state.withLock { state in
            state.items.removeAll { $0.id == Self.id(number) }
            state.ids.remove(Self.id(number))
            state.figures[Self.id(number)] = nil
        }
    }

    package func track(_ number: Int, _ tracked: Bool) {
        state.withLock { state in
            for place in state.items.indices where state.items[place].id == Self.id(number) {
                state.items[place].tracked = tracked
            }
        }
    }

    package func refuse(_ numbers: [Int], namingRows: Bool = true) {
        state.withLock {
            $0.refused = Set(numbers.map(Self.id))
            $0.namesRows = namingRows
        }
    }

    /// Has every request that names one of these rejected as a whole.
    package func poison(_ numbers: [Int]) {
        state.withLock { $0.poisonous = Set(numbers.map(Self.id)) }
    }
    package func refuseActivation(_ words: String?) { state.withLock { $0.refusesActivation = words } }
    package func move(_ number: Int, by units: Int) {
        state.withLock { $0.figures[Self.id(number), default: 0] += units }
    }
    /// Takes every figure without comparing: a test build that must go wrong.
    package func stopComparing() { state.withLock { $0.compares = false } }
    package func trouble(_ troubles: Trouble...) { state.withLock { $0.troubles = troubles } }
    /// Runs just before a write is executed: a sale in the last moment.
    package func beforeWrite(_ body: @escaping @Sendable (StockBatch) -> Void) {
        state.withLock { $0.beforeWrite = body }
    }
    /// Runs before each request: a cost bucket, a clock.
    package func onRequest(_ body: @escaping @Sendable (Request) async -> Void) {
        state.withLock { $0.onRequest = body }
    }

    package func figure(_ number: Int) -> Int? { state.withLock { $0.figures[Self.id(number)] } }
    /// Every figure that was really written to an item.
    package func written(_ number: Int) -> [Int] { state.withLock { $0.ledger[Self.id(number)] ?? [] } }
    package var requests: [Request] { state.withLock(\.requests) }
    package var writes: [StockBatch] {
        requests.compactMap { request in
            switch request {
            case .set(let batch), .adjust(let batch): batch
            default: nil
            }
        }
    }

    package func drain() -> [Request] {
        state.withLock { state in
            defer { state.requests = [] }
            return state.requests
        }
    }

    // MARK: StockShop

    private func note(_ request: Request) async {
        let body = state.withLock { state in
            state.requests.append(request)
            return state.onRequest
        }
        await body(request)
    }

    private var moment: ShopMoment {
        let second = now().timeIntervalSince1970.rounded(.down)
        return ShopMoment(
            askedAt: Date(timeIntervalSince1970: second),
            answeredAt: Date(timeIntervalSince1970: second + 1)
        )
    }

    package func catalogue(after: String?) async throws(ShopError) -> CataloguePage {
        await note(.catalogue)
        return state.withLock { state in
            let start = after.flatMap { Int($0) } ?? 0
            let end = min(start + 250, state.items.count)
            return CataloguePage(
                items: Array(state.items[start..<end]),
                next: end < state.items.count ? String(end) : nil
            )
        }
    }

    package func findItems(skus: [SKU]) async throws(ShopError) -> [CatalogueItem] {
        await note(.search(skus.count))
        let wanted = Set(skus)
        return state.withLock { $0.items.filter { wanted.contains($0.sku) } }
    }

    package func levels(of items: [ShopifyID], at location: ShopifyID) async throws(ShopError) -> LevelReading
    {
        await note(.levels(items.count))
        let moment = moment
        return state.withLock { state in
            let known = Dictionary(state.items.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            let entries = items.map { id in
                LevelReading.Entry(
                    item: id,
                    found: known[id]
                        .map {
                            let figure = state.takesStock(location) ? state.figures[id] : nil
                            return .level(figure, sku: $0.sku, tracked: $0.tracked)
                        } ?? .missing
                )
            }
            return LevelReading(entries: entries, moment: moment)
        }
    }

    package func set(_ batch: StockBatch) async throws(ShopError) -> StockAnswer {
        await note(.set(batch))
        return try write(batch)
    }

    package func adjust(_ batch: StockBatch) async throws(ShopError) -> StockAnswer {
        await note(.adjust(batch))
        return try write(batch)
    }

    package func locations() async throws(ShopError) -> [ShopLocation] {
        await note(.locations)
        return state.withLock(\.locations)
    }

    package func activate(
        _ item: ShopifyID,
        at location: ShopifyID,
        key: String
    ) async throws(ShopError) -> StockRefusal? {
        await note(.activate(item))
        return state.withLock { state in
            if let words = state.refusesActivation { return StockRefusal(.refused, row: nil, message: words) }
            if !state.takesStock(location) {
                return StockRefusal(.location, row: nil, message: "the location wasn't found")
            }
            if state.figures[item] == nil { state.figures[item] = 0 }
            return nil
        }
    }

    private func write(_ batch: StockBatch) throws(ShopError) -> StockAnswer {
        if state.withLock({ state in batch.rows.contains { state.poisonous.contains($0.item) } }) {
            throw ShopError(.queryRefused, .fault, "Shopify refused the request: invalid value")
        }
        let trouble = state.withLock { $0.troubles.isEmpty ? nil : $0.troubles.removeFirst() }
        switch trouble {
        case .lostRequest: throw ShopError(.unreachable, .retry(after: nil), "no connection")
        case .throttled: throw ShopError(.throttled, .retry(after: .seconds(1)), "no points")
        case .refusal(let refusal): return StockAnswer(refusals: [refusal], moment: moment)
        case .lostAnswer, nil: break
        }
        let body = state.withLock(\.beforeWrite)
        body(batch)
        let refusals = execute(batch)
        if case .lostAnswer = trouble { throw ShopError(.timedOut, .retry(after: nil), "no answer in time") }
        guard refusals.isEmpty else { return StockAnswer(refusals: refusals, moment: moment) }
        let changed = Set(batch.rows.map(\.item))
        let skus = state.withLock { state in
            state.items.reduce(into: [ShopifyID: SKU]()) { found, item in
                if changed.contains(item.id) { found[item.id] = item.sku }
            }
        }
        return StockAnswer(refusals: [], skus: skus, moment: moment)
    }

    /// What Shopify does: nothing twice under one key, and all rows or none.
    private func execute(_ batch: StockBatch) -> [StockRefusal] {
        let instant = now()
        return state.withLock { state in
            if let known = state.keys[batch.key], instant.timeIntervalSince(known.at) < 86_400 {
                return known.batch.rows == batch.rows
                    ? known.answer : [StockRefusal(.keyMismatch, row: nil, message: "other parameters")]
            }
            var refusals: [StockRefusal] = []
            for (index, row) in batch.rows.enumerated() {
                let place = state.namesRows ? index : nil
                if !state.takesStock(batch.location) {
                    refusals.append(
                        StockRefusal(
                            .location,
                            row: place,
                            message: "The specified location could not be found."
                        )
                    )
                } else if state.refused.contains(row.item) {
                    refusals.append(StockRefusal(.refused, row: place, message: "No"))
                } else if !state.ids.contains(row.item) {
                    refusals.append(StockRefusal(.unknownItem, row: place, message: "No such item"))
                } else if state.compares, let from = row.from, state.figures[row.item] != from {
                    refusals.append(StockRefusal(.stale, row: place, message: "Stale"))
                }
            }
            if refusals.isEmpty {
                for row in batch.rows {
                    let figure = batch.adjusts ? (state.figures[row.item] ?? 0) + row.quantity : row.quantity
                    state.figures[row.item] = figure
                    state.ledger[row.item, default: []].append(figure)
                }
            } else if !state.namesRows {
                refusals = [refusals[0]]
            }
            state.keys[batch.key] = (batch, refusals, instant)
            return refusals
        }
    }
}
