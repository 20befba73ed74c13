import Foundation
import GRDB
import SyncEngine
import TestSupport

@testable import Persistence

/// A shop's stock, a store in memory, a queue and a clock, wired together as in the daemon.
final class StockBench: Sendable {
    let database: OrderDatabase
    let store: SQLiteStockStore
    let queue: RowQueue
    let now = ManualNow()
    let log = CollectingLog()
    let shop: FakeStockShop
    let record: ShopRecord
    let keys = Locked(0)
    private let told = Locked(ChannelSettings.plain { $0.channelLocation = "Main Warehouse" })
    private let running: Locked<StockStep?> = Locked(nil)

    init(_ change: (inout ChannelSettings) -> Void = { _ in }) async throws {
        database = try OrderDatabase.inMemory()
        store = SQLiteStockStore(database)
        queue = RowQueue(database)
        let now = now
        shop = FakeStockShop { now.current }
        let orders = SQLiteOrderStore(database)
        record = try await orders.openShop(domain: "test.myshopify.com", identity: .plain())
        try await orders.saveLocations([.warehouse, .branch], shop: record.id)
        told.withLock { change(&$0) }
        restart()
    }

    var orders: SQLiteOrderStore { SQLiteOrderStore(database) }
    var step: StockStep? { running.current }
    var scope: StockScope { StockScope(channel: "web", shop: record.id, location: .location(1)) }

    /// As after a crash: nothing but the store is left.
    func restart() {
        let now = now
        let keys = keys
        let settings = told.current
        running.set(
            StockStep(
                shop: shop,
                store: store,
                queue: queue,
                log: log,
                channels: [settings],
                now: { now.current },
                newKey: {
                    keys.withLock {
                        $0 += 1
                        return "key-\($0)"
                    }
                }
            )
        )
    }

    func configure(_ change: (inout ChannelSettings) -> Void) {
        told.withLock { change(&$0) }
        restart()
    }

    /// What the polls know: all up to now, unless told otherwise.
    func news(polledAt: Date? = nil) -> PollNews {
        let settings = told.current
        let context = ChannelContext(settings: settings, startDate: Instants.start, location: .warehouse)
        var news = PollNews(shop: record, identity: .plain(), channels: [context])
        news.polledAt = polledAt ?? now.current
        return news
    }

    /// Tells levels over the command line, or by a file.
    @discardableResult
    func tell(
        _ levels: [(String, Int)],
        site: String = "",
        at: Date? = nil,
        by source: StockLevel.Source = .command
    ) async throws -> LevelReport {
        try await store.setLevels(
            levels.map { level($0.0, $0.1, site: site, at: at, by: source) },
            now: now.current
        )
    }

    private func level(
        _ sku: String,
        _ units: Int,
        site: String,
        at: Date?,
        by source: StockLevel.Source = .command
    ) -> StockLevel {
        StockLevel(
            channel: "web",
            sku: SKU(sku),
            site: site,
            level: Amount(micros: Int64(units) * 1_000_000),
            // Half a minute ago: orders have been polled as far as that.
            toldAt: at ?? now.current.addingTimeInterval(-30),
            source: source
        )
    }

    /// Tells a level again that arrived before, as KCC does that got no answer.
    func `repeat`(_ sku: String, _ units: Int, site: String, at: Date, arrival: Int64) async throws {
        var level = level(sku, units, site: site, at: at)
        level.arrival = arrival
        let repeated = level
        let now = now.current
        try await store.write { db in
            var report = LevelReport()
            try SQLiteStockStore.set(repeated, now: now, db, &report)
        }
    }

    /// Works until nothing is due within the hour, the clock going along; polls see everything at once.
    func settle(limit: Int = 3000) async throws {
        let end = now.current.addingTimeInterval(3000)
        for _ in 0..<limit {
            guard let next = try await step?.work(news()).due else { return }
            if next == .distantPast { continue }
            if next > end { return }
            now.set(max(next, now.current))
        }
    }

    /// Works once, and takes what it throws.
    func tryOnce() async -> (any Error)? {
        do {
            _ = try await step?.work(news())
            return nil
        } catch {
            return error
        }
    }

    func row(_ sku: String) async throws -> StockRow? {
        try await store.list(StockStateColumn(now: .distantPast)).first { $0.sku == SKU(sku) }
    }

    /// So many tracked items with the figure 0, known and set to 5.
    func stocked(_ count: Int) async throws {
        for number in 1...count { shop.put(number, sku: "SKU-\(number)") }
        try await tell((1...count).map { ("SKU-\($0)", 5) })
        try await settle()
        now.advance(by: 120)
        _ = shop.drain()
        _ = log.drain()
    }
}
