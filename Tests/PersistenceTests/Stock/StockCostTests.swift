import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import Persistence

/// What levels cost in requests and points, and how long they take where only the points bound them.
@Suite(.timeLimit(.minutes(30)), .serialized)
struct StockCostTests {
    /// Shopify's bucket of the standard plan, over a virtual clock.
    private final class Bucket: Sendable {
        private let state = Locked((points: 2000.0, at: Date.distantPast, spent: 0))
        private let now: ManualNow

        init(_ now: ManualNow) { self.now = now }

        var spent: Int { state.withLock(\.spent) }

        /// Waits until the points are there, and takes them.
        func take(_ cost: Int) {
            state.withLock { state in
                let passed = max(0, now.current.timeIntervalSince(state.at))
                state.points = min(2000, state.points + min(passed, 3600) * 100)
                if state.points < Double(cost) {
                    now.advance(by: (Double(cost) - state.points) / 100)
                    state.points = Double(cost)
                }
                state.points -= Double(cost)
                state.spent += cost
                state.at = now.current
            }
        }
    }

    private func cost(_ request: FakeStockShop.Request) -> Int {
        switch request {
        case .catalogue, .search: 24
        case .locations: 2
        case .levels: 3
        case .set, .adjust: 14
        case .activate: 11
        }
    }

    /// The largest takes most of a minute: `KCCSYNCD_LARGE=1` asks for it.
    private static let counts =
        [10_000, 50_000] + (ProcessInfo.processInfo.environment["KCCSYNCD_LARGE"] == "1" ? [200_000] : [])

    @Test(arguments: counts)
    func `changed levels take a request for 250, and no longer than the points allow`(count: Int) async throws
    {
        let bench = try await StockBench()
        for number in 1...count { bench.shop.put(number, sku: "SKU-\(number)") }
        // Known from our own last sets, as after any first day.
        let skus = (1...count).map { "SKU-\($0)" }
        try await bench.tell(skus.map { ($0, 5) })
        let early = bench.now.current.addingTimeInterval(-3600)
        try await bench.store.saveCatalogue(
            (1...count)
                .map { CatalogueItem(id: FakeStockShop.id($0), sku: SKU(skus[$0 - 1]), tracked: true) },
            CatalogueState(begunAt: early, next: nil, readAt: early),
            shop: bench.record.id,
            now: early.addingTimeInterval(1)
        )
        var known = StockOutcome()
        known.views = (1...count)
            .map {
                StockView(
                    item: FakeStockShop.id($0),
                    quantity: 0,
                    askedAt: early,
                    answeredAt: early.addingTimeInterval(1),
                    origin: .set
                )
            }
        try await bench.store.record(known, of: bench.scope, now: early)

        let bucket = Bucket(bench.now)
        let begun = bench.now.current
        bench.shop.onRequest { bucket.take(cost($0)) }
        var rounds = 0
        while try await bench.step?.work(bench.news()).due == .distantPast { rounds += 1 }

        let batches = (count + 249) / 250
        #expect(bench.shop.requests.count == batches)
        #expect(bucket.spent == batches * 14)
        if count == 10_000 { #expect(bench.shop.requests.count <= 45 && bucket.spent <= 560) }
        #expect(rounds == batches, "the more urgent get their turn after every batch")
        let allowed = max(0, Double(bucket.spent - 2000) / 100)
        let taken = bench.now.current.timeIntervalSince(begun)
        #expect(taken <= allowed * 1.05 + 1)
        #expect(bench.shop.figure(1) == 5 && bench.shop.figure(count) == 5)
    }
}
