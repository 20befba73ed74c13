import Foundation
internal import GRDB
import SyncEngine

/// What the order store knows of channels, from which their contexts are built.
struct ChannelFactRows {
    let db: GRDB.Database

    /// - Parameter domain: The shop's address as configured.
    func facts(of channel: String, domain: String) throws -> ChannelFacts {
        let shop = try Int64.fetchOne(db, sql: "SELECT id FROM shop WHERE domain = ?", arguments: [domain])
        return try shop.map { try facts(of: channel, shop: $0) } ?? withLevels(ChannelFacts(), channel)
    }

    func facts(of channel: String, shop: Int64) throws -> ChannelFacts {
        var facts = ChannelFacts()
        if let row = try Row.fetchOne(
            db,
            sql: "SELECT time_zone, health FROM shop WHERE id = ?",
            arguments: [shop]
        ) {
            facts.timeZone = row[0]
            let health = try (row[1] as String?).map { try SQLiteOrderStore.value(ShopHealth.self, json: $0) }
            facts.scopes = health?.scopes ?? []
        }
        facts.start = try start(of: channel, shop: shop)
        facts.locations = try locations(shop: shop)
        return try withLevels(facts, channel)
    }

    /// What was accepted as a channel's start; nil before its first sync.
    func start(of channel: String, shop: Int64) throws -> StartDate? {
        let statement = try db.cachedStatement(
            sql:
                "SELECT start_date, start_at_ms, first_sync_at_ms FROM channel WHERE name = ? AND shop_id = ?"
        )
        return try Row.fetchOne(statement, arguments: [channel, shop])
            .map { row in
                StartDate(
                    configured: row[0],
                    instant: Date(milliseconds: row[1]),
                    firstSync: (row[2] as Int64?).map { Date(milliseconds: $0) }
                )
            }
    }

    func locations(shop: Int64) throws -> [ShopLocation] {
        try Row.fetchAll(
            db,
            sql: "SELECT gid, name, active, fulfilment_service FROM location WHERE shop_id = ? ORDER BY name",
            arguments: [shop]
        )
        .map { ShopLocation(id: ShopifyID($0[0]), name: $0[1], active: $0[2], fulfilmentService: $0[3]) }
    }

    private func withLevels(_ facts: ChannelFacts, _ channel: String) throws -> ChannelFacts {
        var facts = facts
        facts.levels =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM (SELECT sku FROM stock_level WHERE channel = ?1
                        UNION SELECT sku FROM kcc_level WHERE channel = ?1)
                    """,
                arguments: [channel]
            ) ?? 0
        return facts
    }
}
