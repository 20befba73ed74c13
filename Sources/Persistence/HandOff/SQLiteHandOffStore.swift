package import Foundation
internal import GRDB
package import SyncEngine

/// What passes between us and KCC, in the order store.
package struct SQLiteHandOffStore: HandOffStore {
    let store: SQLiteOrderStore
    /// What has become of bodies since the last transaction that could note it.
    let deliveries = Locked(Deliveries())

    struct Body: Sendable, Hashable {
        let channel: String
        let digest: String
    }

    /// What the next transaction has to note of bodies that KCC repeats, or does not repeat any more.
    struct Deliveries: Sendable {
        /// Those whose answers have gone out.
        var answered: [Body] = []
        /// Those that could not be stored, with their first arrival.
        var failed: [Body: Arrival] = [:]

        /// More than KCC can have waiting while the database is in trouble; beyond it the rest count as new.
        static let most = 10_000

        var isEmpty: Bool { answered.isEmpty && failed.isEmpty }

        /// Puts back what could not be noted.
        mutating func restore(_ other: Deliveries) {
            answered = other.answered + answered
            for (body, arrival) in other.failed { fail(body, arrival) }
        }

        /// Notes a body that could not be stored; its first arrival stands.
        mutating func fail(_ body: Body, _ arrival: Arrival) {
            let known = failed[body]
            guard known != nil || failed.count < Self.most else { return }
            if let known, known.number < arrival.number { return }
            failed[body] = arrival
        }
    }

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
                try KCCLevelRows(db: db, channel: channel, now: now).remap()
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
            // KCC does not repeat itself for so long.
            let earliest = now.addingTimeInterval(-86_400)
            try db.execute(
                sql: "DELETE FROM kcc_undelivered WHERE at_ms < ?",
                arguments: [earliest.milliseconds]
            )
            try RepetitionRows(db: db, channel: channel.name).prune(before: earliest)
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
