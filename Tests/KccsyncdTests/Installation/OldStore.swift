import Foundation
import GRDB
import SyncEngine
import TestSupport

@testable import Persistence

/// A store that the version before wrote (schema 0005), as its daemon leaves it when it is killed.
///
/// The head of `Fixtures/store-of-version-5.sql` says what is in it.
enum OldStore: Sendable {
    /// Orders, pages, positions, levels and a shipment pending.
    case whole
    /// Opened once, and never synced.
    case empty
    /// Orders of a channel that has no link.
    case unlinked

    /// When the whole one was left.
    static let leftAt = Date(timeIntervalSince1970: 1_795_439_790)

    /// KCC's position of a page of the whole one.
    static func position(_ page: Int) -> String { "k1.820145848.\(page)" }

    /// What KCC asked the whole one's last page with.
    static let date = "2026-11-23 12:30:00Z"

    /// What Shopify offered when the whole one was left, in the order of its items.
    static let figures = [("SKU-1", 44), ("MUG", 7), ("CUP", 12), ("POT  ", 4), ("JAR ", 20)]

    /// Works with a daemon of this version that starts a minute after the whole one was left, and its shop.
    static func upgraded(_ body: (Installation, TestShop) async throws -> Void) async throws {
        let now = ManualNow(leftAt.addingTimeInterval(60))
        let shop = TestShop(now)
        for (sku, figure) in figures { shop.product(sku, figure: figure) }
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now,
            seed: { path in
                try whole.put(at: path)
                shop.orders.put(try orders(at: path))
            }
        ) { try await body($0, shop) }
    }

    /// Makes the store's file.
    func put(at path: String) throws {
        try Data("1\n".utf8).write(to: URL(filePath: path + ".age"))
        let parts = try Self.text("store-of-version-5").split(separator: "-- Part: ").map(String.init)
        let rows =
            switch self {
            case .whole: parts[2].dropping("rows")
            case .empty: try Self.text("rows-of-version-5-empty")
            case .unlinked: try Self.text("rows-of-version-5-unlinked")
            }
        // Rows come before those that they refer to, and before the triggers, which would change them.
        try Self.open(path) { db in
            try db.inTransaction {
                try db.execute(sql: parts[0] + parts[1].dropping("tables"))
                try db.execute(sql: rows)
                try db.execute(sql: parts[3].dropping("indexes and triggers"))
                return .commit
            }
        }
    }

    /// The orders as they were last read from Shopify.
    static func orders(at path: String) throws -> [Order] {
        try open(path) { db in
            try String.fetchAll(db, sql: "SELECT snapshot FROM \"order\" ORDER BY id").map(Snapshot.order)
        }
    }

    private static func open<Value>(_ path: String, _ body: (Database) throws -> Value) throws -> Value {
        var configuration = GRDB.Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let value = try queue.inDatabase(body)
        try queue.close()
        return value
    }

    private static func text(_ name: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: folder.appending(path: "Fixtures/\(name).sql"), encoding: .utf8)
    }
}

extension String {
    fileprivate func dropping(_ start: String) -> String {
        hasPrefix(start) ? String(dropFirst(start.count)) : self
    }
}
