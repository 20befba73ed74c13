internal import GRDB
package import SyncEngine

/// What is stored of shops and of their channels.
extension OrderQueries {
    /// What is stored of a shop; nil before its first sync.
    package func shop(domain: String) async throws(StoreError) -> ShopRecord? {
        try await store.findShop(domain: domain)
    }

    /// The zones of all shops that were synced, for the channels of a configuration and those that the store knows.
    package func zones(of channels: [ChannelSettings]) async throws(StoreError) -> ShopZones {
        try await store.read { db in
            var shops: [String: String] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT domain, time_zone FROM shop") {
                shops[row[0]] = row[1]
            }
            var places: [String: String] = [:]
            let sql =
                "SELECT c.name, s.domain FROM channel c JOIN shop s ON s.id = c.shop_id ORDER BY s.id"
            for row in try Row.fetchAll(db, sql: sql) { places[row[0]] = row[1] }
            for channel in channels { places[channel.name] = channel.shop.domain }
            return ShopZones(shops: shops, channels: places)
        }
    }

    package func locations(shop: Int64) async throws(StoreError) -> [ShopLocation] {
        try await store.read { db in try ChannelFactRows(db: db).locations(shop: shop) }
    }

    /// What is stored of channels, by their names.
    package func facts(of channels: [ChannelSettings]) async throws(StoreError) -> [String: ChannelFacts] {
        try await store.read { db in
            let rows = ChannelFactRows(db: db)
            return try channels.reduce(into: [:]) { facts, channel in
                facts[channel.name] = try rows.facts(of: channel.name, domain: channel.shop.domain)
            }
        }
    }

    /// How shops are doing that never said who they are, by domain.
    package func unreachedShops() async throws(StoreError) -> [String: ShopHealth] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT domain, health FROM unreached_shop")
                .reduce(into: [:]) { shops, row in
                    shops[row[0]] = try SQLiteOrderStore.value(ShopHealth.self, json: row[1])
                }
        }
    }
}
