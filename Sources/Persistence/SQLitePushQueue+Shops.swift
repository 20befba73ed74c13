internal import GRDB
package import SyncEngine

/// What decides about the shipments of the shops that the store knows, besides the configuration.
package struct ShipmentShops: Sendable {
    package struct Place: Sendable {
        package var domain: String
        /// What the shop has granted; empty where that is not known.
        package var scopes: [String]
    }

    /// A channel of a shop.
    package struct Key: Sendable, Hashable {
        package var channel: String
        package var shop: Int64

        package init(channel: String, shop: Int64) {
            self.channel = channel
            self.shop = shop
        }
    }

    /// By the store's number of the shop.
    package var places: [Int64: Place]
    /// Channels with `upload_order_status = false` when they were last at work.
    package var withheld: Set<Key>

    /// Whether a shop with this address was ever reached.
    package func knows(_ domain: String) -> Bool { places.values.contains { $0.domain == domain } }
}

extension SQLitePushQueue {
    /// What decides about shipments, of all shops.
    package func shops() async throws(StoreError) -> ShipmentShops {
        try await store.read { db in
            var shops = ShipmentShops(places: [:], withheld: [])
            for row in try Row.fetchAll(db, sql: "SELECT id, domain, health FROM shop") {
                let health = try (row[2] as String?)
                    .map { try SQLiteOrderStore.value(ShopHealth.self, json: $0) }
                shops.places[row[0]] = ShipmentShops.Place(domain: row[1], scopes: health?.scopes ?? [])
            }
            let withheld = "SELECT name, shop_id FROM channel WHERE upload_order_status = 0"
            for row in try Row.fetchAll(db, sql: withheld) {
                shops.withheld.insert(ShipmentShops.Key(channel: row[0], shop: row[1]))
            }
            return shops
        }
    }

    /// How many shipments wait, by channel and shop.
    package func waitingShipments() async throws(StoreError) -> [ShipmentShops.Key: Int] {
        try await store.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT channel, shop_id, count(*) FROM push_job
                    WHERE kind = 'fulfilment' AND state IN ('available', 'retryable') GROUP BY channel, shop_id
                    """
            )
            return Dictionary(
                uniqueKeysWithValues: rows.map { (ShipmentShops.Key(channel: $0[0], shop: $0[1]), $0[2]) }
            )
        }
    }
}
