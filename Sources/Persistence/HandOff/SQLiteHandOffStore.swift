package import Foundation
internal import GRDB
package import SyncEngine

/// What passes between us and KCC, in the order store.
package struct SQLiteHandOffStore: HandOffStore {
    let store: SQLiteOrderStore
    /// What has become of bodies since the last transaction that could note it.
    let deliveries = Locked(Deliveries())

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    /// One transaction of a channel's link.
    ///
    /// - Throws: `.busy` where the name is a former one of another channel: nothing is stored under it until that is settled.
    func write<T: Sendable>(
        for channel: String,
        _ body: @escaping @Sendable (GRDB.Database) throws -> T
    ) async throws(StoreError) -> T {
        try await store.write { db in
            if let owner = try ChannelRows(db: db).successor(of: channel) {
                throw StoreError(
                    .busy,
                    "channel \(channel) is \(owner) now",
                    remedy: "KCC asks again by itself"
                )
            }
            return try body(db)
        }
    }

    package func open(_ channel: LinkedChannel, now: Date) async throws(StoreError) {
        try await write(for: channel.name) { db in
            let row = try KCCChannelRow(db, channel.name)
            if row.sites != channel.sitesText {
                try KCCLevelSums(db: db, channel: channel, now: now).deriveAll()
            }
            // Whoever stops waiting for confirmations regards as known what was acknowledged. The other way nothing changes for
            // orders that are known already: holding back the units of every old order would empty the shop.
            if row.guardUntil == KCCSettings.GuardUntil.confirmed.rawValue, channel.kcc.guardUntil == .taken {
                let orders = try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT id FROM "order" INDEXED BY order_taken
                        WHERE channel = ? AND acknowledged_at_ms IS NOT NULL AND known_at_ms IS NULL
                        """,
                    arguments: [channel.name]
                )
                for order in orders {
                    try HandOffRows(db: db, now: now)
                        .change(order) { state, _ in
                            state.trustAcknowledgement()
                            return []
                        }
                }
            }
            // Other settings may map it.
            try db.execute(
                sql: """
                    UPDATE kcc_order SET problem_revision = NULL
                    WHERE problem IS NOT NULL AND order_id IN (SELECT id FROM "order" WHERE channel = ?)
                    """,
                arguments: [channel.name]
            )
            try UndeliveredRows(db: db).prune(channel.name)
            try KCCPageRows(db: db, channel: channel, now: now).prune()
            try db.execute(
                sql: "UPDATE kcc_channel SET sites = ?, guard = ? WHERE channel = ?",
                arguments: [channel.sitesText, channel.kcc.guardUntil.rawValue, channel.name]
            )
        }
    }

    // MARK: Pages

    package func beginPage(
        _ channel: LinkedChannel,
        _ continuation: Continuation,
        limit: Int,
        now: Date
    ) async throws(StoreError) -> PageDraft {
        try await write(for: channel.name) { db in
            try KCCPageRows(db: db, channel: channel, now: now).begin(continuation, limit: limit)
        }
    }

    package func offered(_ rows: [Int64]) async throws(StoreError) -> [OfferedOrder] {
        try await store.read { db in
            try rows.compactMap { row in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: StoredOrder.select + " WHERE o.id = ? AND o.hand_off = 'waiting'"
                    ),
                    arguments: [row]
                )
                .map { try Self.whole($0, db) }
            }
        }
    }

    package func commit(
        _ orders: ServedOrders,
        of draft: PageDraft,
        channel: LinkedChannel,
        now: Date
    ) async throws(StoreError) -> PagePosition? {
        try await write(for: channel.name) { db in
            try KCCPageRows(db: db, channel: channel, now: now).commit(orders, of: draft)
        }
    }

    package func named(_ references: [String], channel: LinkedChannel) async throws(StoreError)
        -> [OfferedOrder]
    {
        try await store.read { db in
            try references.compactMap { reference in
                try Row.fetchOne(
                    db.cachedStatement(
                        sql: StoredOrder.select + """
                             WHERE o.ref = ? AND o.state = 'imported' AND s.domain = ?
                                AND o.hand_off IN ('waiting', 'acknowledged') AND o.redacted_at_ms IS NULL
                            """
                    ),
                    arguments: [AssociatedRef(reference).text, channel.settings.shop.domain]
                )
                .map { try Self.whole($0, db) }
            }
        }
    }

    package func commitNamed(
        _ orders: ServedOrders,
        channel: LinkedChannel,
        now: Date
    ) async throws(StoreError) -> Bool {
        try await write(for: channel.name) { db in
            try KCCPageRows(db: db, channel: channel, now: now).commitNamed(orders)
        }
    }

    static func whole(_ row: Row, _ db: GRDB.Database) throws -> OfferedOrder {
        let stored = try StoredOrder(row)
        let snapshot = try String.fetchOne(
            db.cachedStatement(sql: "SELECT snapshot FROM \"order\" WHERE id = ?"),
            arguments: [stored.row]
        )
        return OfferedOrder(
            stored: stored,
            order: try Snapshot.order(snapshot ?? ""),
            payments: try OrderQueries.payments(stored.row, db)
        )
    }
}
