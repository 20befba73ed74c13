import Foundation
import GRDB
import SyncEngine
import TestSupport
import Testing

@testable import Persistence

/// What an order store of an older version knows of its channels' first sync.
@Suite struct ChannelMigrationTests {
    private static let day: Int64 = 86_400_000
    private static let start = Instants.start.milliseconds

    /// A channel as an older version left it.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var configured: String?
        /// Days from the start to the oldest history; nil = there is none.
        var history: Int64?
        /// Days from the start to the first sync; nil = not known.
        var expected: Int64?

        static let all = [
            Case(testDescription: "without a date", configured: nil, history: nil, expected: 7),
            Case(testDescription: "without a date, with orders", configured: nil, history: 3, expected: 7),
            Case(
                testDescription: "with a date, and orders since",
                configured: "2026-11-16",
                history: 30,
                expected: 30
            ),
            Case(
                testDescription: "with a date, and a first order long after it",
                configured: "2026-11-16",
                history: 300,
                expected: 90
            ),
            Case(testDescription: "with a date, without orders", configured: "2026-11-16", expected: nil),
        ]
    }

    @Test(arguments: Case.all)
    func `C1: a channel of an older version keeps its start and is given its first sync`(_ input: Case)
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.path("orders.sqlite")
        try await Self.old(path) { db in
            try db.execute(
                sql: "INSERT INTO channel (name, shop_id, start_date, start_at_ms) VALUES ('web', 1, ?, ?)",
                arguments: [input.configured, Self.start]
            )
            guard let history = input.history else { return }
            try db.execute(
                sql: """
                    INSERT INTO "order" (id, shop_id, gid, name, channel, state, order_type, currency, total_micros,
                        placed_at_ms, created_at_ms, updated_at_ms, read_at_ms, snapshot, snapshot_hash)
                    VALUES (1, 1, 'gid://shopify/Order/1', '#1', 'web', 'skipped', 'online', 'GBP', 0, 0, 0, 0, 0, '{}', 0);
                    """
            )
            try db.execute(
                sql: "INSERT INTO order_history (order_id, at_ms, what, detail) VALUES (1, ?, 'skipped', '')",
                arguments: [Self.start + history * Self.day]
            )
        }
        let database = try OrderDatabase.open(path: path)
        let facts = try await SQLiteOrderStore(database).facts(of: "web", shop: 1)
        #expect(facts.start?.configured == input.configured)
        #expect(facts.start?.instant == Instants.start)
        #expect(
            facts.start?.firstSync
                == input.expected.map { Date(milliseconds: Self.start + $0 * Self.day) }
        )
        // Whatever is known of the first sync, the date that is active may be written down.
        let decided = ChannelStart.decide(
            CalendarDay(year: 2026, month: 11, day: 16),
            stored: facts.start,
            zone: .gmt,
            now: Instants.now.addingTimeInterval(500 * 86_400)
        )
        #expect(decided.start == .at(Instants.start))
        try database.close()
    }

    @Test(arguments: [(true, true), (false, false)])
    func `C9: a shop of an older version has shown personal data if a customer of its orders has any`(
        _ hasName: Bool,
        _ seen: Bool
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("orders.sqlite")
        try await Self.old(path) { db in
            try db.execute(
                sql: "INSERT INTO customer (id, surname, source, created_at_ms) VALUES (1, ?, 'order', 0)",
                arguments: [hasName ? "Marsh" : nil]
            )
            try db.execute(
                sql: """
                    INSERT INTO "order" (id, shop_id, gid, name, channel, state, order_type, currency, total_micros,
                        placed_at_ms, created_at_ms, updated_at_ms, read_at_ms, snapshot, snapshot_hash, customer_id)
                    VALUES (1, 1, 'gid://shopify/Order/1', '#1', 'web', 'skipped', 'online', 'GBP', 0, 0, 0, 0, 5, '{}', 0, 1);
                    """
            )
        }
        let database = try OrderDatabase.open(path: path)
        #expect(try await SQLiteOrderStore(database).personalData(shop: 1).seen == seen)
        try database.close()
    }

    @Test func `C5: an unfinished backfill of an older version begins again`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("orders.sqlite")
        try await Self.old(path) { db in
            try db.execute(
                sql: """
                    INSERT INTO backfill (shop_id, channel, from_ms, to_ms, position_ms) VALUES (1, 'web', 0, 100, 50);
                    INSERT INTO backfill (shop_id, channel, from_ms, to_ms, position_ms, finished_at_ms)
                    VALUES (1, 'web', 0, 100, 100, 100);
                    """
            )
        }
        let database = try OrderDatabase.open(path: path)
        let open = try await SQLiteOrderStore(database).openBackfills(shop: 1)
        #expect(open.map(\.position) == [Date(milliseconds: 0)])
        try database.close()
    }

    /// Makes a store as the version before left it, with one shop.
    private static func old(_ path: String, _ fill: @Sendable @escaping (Database) throws -> Void)
        async throws
    {
        let queue = try DatabaseQueue(path: path)
        try OrderDatabase.migrator.migrate(queue, upTo: M0005Care.identifier)
        try await queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO shop (id, gid, domain, name, time_zone, currency)
                    VALUES (1, 'gid://shopify/Shop/1', 'test.myshopify.com', 'Test', 'Europe/London', 'GBP')
                    """
            )
            try fill(db)
        }
        try queue.close()
    }
}
