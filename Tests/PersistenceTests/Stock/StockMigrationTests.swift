import Foundation
import GRDB
import SyncEngine
import TestSupport
import Testing

@testable import Persistence

/// A store of the version before: its levels keep their order, its codes lose white space, its orders commit as before.
@Suite struct StockMigrationTests {
    private func migrated(_ fill: (Database) throws -> Void) throws -> DatabaseQueue {
        let queue = try DatabaseQueue()
        try OrderDatabase.migrator.migrate(queue, upTo: M0005Care.identifier)
        try queue.write { db in
            try db.execute(
                sql:
                    "INSERT INTO shop (id, gid, domain, name, time_zone, currency) VALUES (1, 'g', 'd', 'n', 'UTC', 'GBP')"
            )
            try fill(db)
        }
        try OrderDatabase.migrator.migrate(queue)
        return queue
    }

    private func rows(_ queue: DatabaseQueue, _ sql: String) throws -> [String] {
        try queue.read { db in
            try Row.fetchAll(db, sql: sql)
                .map { row in
                    row.databaseValues.map { $0.isNull ? "-" : String.fromDatabaseValue($0) ?? "\($0)" }
                        .joined(separator: " ")
                }
        }
    }

    @Test func `levels are numbered in the order of their times, and the next one comes after them`() throws {
        let queue = try migrated { db in
            for (sku, told) in [("A", 300), ("B", 100), ("C", 200), ("D", 200)] {
                try db.execute(
                    sql: "INSERT INTO stock_level VALUES ('web', ?, 'MAIN', 1, ?, ?, ?, 'kcc')",
                    arguments: [sku, told, told, told]
                )
            }
            try db.execute(
                sql:
                    "INSERT INTO kcc_level VALUES ('web', '1', '1', 'A', 1, 300), ('web', '2', '9', 'E', 1, 400)"
            )
            try db.execute(sql: "INSERT INTO kcc_undelivered VALUES ('web', 'x', 200)")
            try db.execute(
                sql:
                    "INSERT INTO stock_item (channel, sku, since_ms, sent_for_ms) VALUES ('web', 'A', 1, 300)"
            )
        }
        #expect(
            try rows(queue, "SELECT sku, arrival FROM stock_level ORDER BY sku") == [
                "A 3", "B 1", "C 2", "D 2",
            ]
        )
        #expect(try rows(queue, "SELECT sku, arrival FROM kcc_level ORDER BY sku") == ["A 3", "E 4"])
        #expect(try rows(queue, "SELECT arrival FROM kcc_undelivered") == ["2"])
        #expect(try rows(queue, "SELECT sent_arrival FROM stock_item") == ["3"])
        #expect(try rows(queue, "SELECT value FROM counter WHERE name = 'arrival'") == ["4"])
    }

    @Test func `codes that become one keep the level that arrived last`() throws {
        let queue = try migrated { db in
            for (sku, level, told) in [("A", 1, 100), ("A ", 2, 200), ("\u{A0}A", 3, 150), (" B", 4, 100)] {
                try db.execute(
                    sql: "INSERT INTO stock_level VALUES ('web', ?, 'MAIN', ?, ?, ?, ?, 'kcc')",
                    arguments: [sku, level, told, told, told]
                )
                try db.execute(
                    sql: "INSERT INTO stock_item (channel, sku, since_ms) VALUES ('web', ?, 1)",
                    arguments: [sku]
                )
                try db.execute(
                    sql: "INSERT INTO inventory_item VALUES (1, ?, ?, 1, 1)",
                    arguments: ["gid\(level)", sku]
                )
                try db.execute(
                    sql: "INSERT INTO kcc_stock_code VALUES ('web', 'StockCode', ?, '7')",
                    arguments: [sku]
                )
            }
        }
        #expect(try rows(queue, "SELECT sku, level_micros FROM stock_level ORDER BY sku") == ["A 2", "B 4"])
        #expect(try rows(queue, "SELECT sku, due_at_ms FROM stock_item ORDER BY sku") == ["A 0", "B 0"])
        #expect(try rows(queue, "SELECT sku FROM inventory_item ORDER BY gid") == ["A", "A", "A", "B"])
        #expect(try rows(queue, "SELECT code FROM kcc_stock_code ORDER BY code") == ["A", "B"])
    }

    private static let orders:
        [(state: String, reason: String?, known: Int?, cancelled: Int?, kind: String?)] = [
            ("imported", nil, nil, nil, "open"), ("imported", "totals_differ", nil, nil, "open"),
            ("imported", nil, 50, nil, "taken"), ("failed", "unreadable", nil, nil, "open"),
            ("skipped", "unpaid", nil, nil, "open"), ("skipped", "pos_not_downloaded", nil, nil, "till"),
            ("skipped", "cancelled", nil, 70, "ended"), ("skipped", "test_order", nil, nil, nil),
            ("skipped", "test_order", 50, nil, "taken"), ("ignored", "ignored", nil, nil, nil),
            ("pending", "downloads_off", nil, nil, "open"), ("pending", "before_start_date", nil, nil, nil),
        ]

    @Test func `orders commit what they did, and those that KCC knows are taken in whatever state`() throws {
        let queue = try migrated { db in
            for (index, order) in Self.orders.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO "order" (id, shop_id, gid, name, channel, state, reason, ref, order_type, currency,
                            total_micros, placed_at_ms, created_at_ms, updated_at_ms, read_at_ms, hand_off, known_at_ms,
                            cancelled_at_ms, snapshot, snapshot_hash)
                        VALUES (?1, 1, ?1, ?1, 'web', ?2, ?3, ?1, 'online', 'GBP', 0, 1, 1, 1, 1, iif(?2 = 'imported', 'waiting', 'none'), ?4, ?5, '', 0)
                        """,
                    arguments: [index + 1, order.state, order.reason, order.known, order.cancelled]
                )
                try db.execute(
                    sql:
                        "INSERT INTO stock_claim (order_id, position, sku, units, reductions) VALUES (?, 0, 'A', 1, '')",
                    arguments: [index + 1]
                )
                try db.execute(sql: "UPDATE \"order\" SET gone = gone WHERE id = ?", arguments: [index + 1])
            }
        }
        let kinds = try rows(queue, "SELECT kind FROM stock_claim ORDER BY order_id")
        #expect(kinds == Self.orders.map { $0.kind ?? "-" })
        // The trigger comes to the same.
        try queue.write { try $0.execute(sql: "UPDATE \"order\" SET gone = gone") }
        #expect(try rows(queue, "SELECT kind FROM stock_claim ORDER BY order_id") == kinds)
        for (index, order) in Self.orders.enumerated() {
            let commitment = StockCommitment(stored: order.state, order.reason).rawValue
            #expect(
                try rows(queue, "SELECT commitment FROM \"order\" WHERE id = \(index + 1)") == [commitment]
            )
        }
    }
}
