import Foundation
import GRDB
import TestSupport

@testable import Persistence
@testable import SyncEngine

/// A shop, a store in a real SQLite file, a clock and a log, wired together as in the daemon.
final class Bench: Sendable {
    let folder: TemporaryFolder
    let database: OrderDatabase
    let shop: FakeShop
    let now = ManualNow()
    let log = CollectingLog()
    let stop = StopSignal()

    init(folder: TemporaryFolder? = nil, shop: FakeShop? = nil) throws {
        self.folder = try folder ?? TemporaryFolder()
        database = try OrderDatabase.open(path: self.folder.database)
        let now = now
        self.shop = shop ?? FakeShop { now.current }
    }

    var store: SQLiteOrderStore { SQLiteOrderStore(database) }
    var queries: OrderQueries { OrderQueries(database) }
    var operations: OrderOperations { OrderOperations(store) }

    var ports: SyncPorts {
        SyncPorts(shop: shop, store: store, log: log, now: { [now] in now.current }, stop: stop)
    }

    /// A sync that has met its shop.
    func sync(_ channels: ChannelSettings..., rehearsing: Bool = false) async throws -> ShopSync {
        let channels = channels.isEmpty ? [ChannelSettings.plain()] : channels
        let plan = ShopPlan(domain: "test.myshopify.com", channels: channels, orderTypes: [])
        let sync = ShopSync(plan: plan, ports: ports, rehearsing: rehearsing)
        _ = try await sync.prepare()
        return sync
    }

    func order(_ number: Int) async throws -> StoredOrder? {
        try await queries.find("#\(number)").first
    }

    func record() async throws -> ShopRecord? {
        try await store.findShop(ShopIdentity.plain().id)
    }

    /// Reads one value from the file, past the store.
    func value<Value: DatabaseValueConvertible & Sendable>(_ sql: String, as type: Value.Type = Value.self)
        async throws -> Value?
    {
        try await database.writer.read { db in try Value.fetchOne(db, sql: sql) }
    }

    /// Stores a batch as a poll would, and says what came of it.
    @discardableResult
    func take(
        _ orders: Order...,
        judge: Judge = Judge(channels: [.plain()]),
        watermark: Date? = nil
    ) async throws -> ImportReport {
        try await take(orders.map { .order($0) }, judge: judge, watermark: watermark)
    }

    @discardableResult
    func take(
        _ entries: [OrderReading.Entry],
        judge: Judge = Judge(channels: [.plain()]),
        watermark: Date? = nil
    ) async throws -> ImportReport {
        let record = try await store.openShop(domain: "test.myshopify.com", identity: .plain())
        var batch = ImportBatch(
            shop: record.id,
            entries: entries,
            readAt: now.current,
            now: now.current,
            judge: judge
        )
        batch.watermark = watermark
        return try await store.importBatch(batch)
    }

    /// Lets the file grow to so many pages, as if the disk ended there.
    func limitPages(to count: Int) async throws {
        try await database.writer.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA max_page_count = \(count)")
        }
    }
}
