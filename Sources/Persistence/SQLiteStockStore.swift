package import Foundation
internal import GRDB
package import SyncEngine

/// Levels and what became of them in SQLite: the engine's port, and what commands tell and ask.
package struct SQLiteStockStore: StockStore {
    private let orders: SQLiteOrderStore
    let arrivals: Arrivals

    package init(_ database: OrderDatabase) {
        orders = SQLiteOrderStore(database)
        arrivals = database.arrivals
    }

    func write<Value: Sendable>(
        _ body: @Sendable @escaping (GRDB.Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await orders.write(body)
    }

    func read<Value: Sendable>(
        _ body: @Sendable @escaping (GRDB.Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try await orders.read(body)
    }

    package func records(shop: Int64) async throws(StoreError) -> StockRecords {
        try await read { db in
            let zone = try String.fetchOne(
                db.cachedStatement(sql: "SELECT time_zone FROM shop WHERE id = ?"),
                arguments: [shop]
            )
            var records = StockRecords(
                shop: shop,
                timeZone: zone ?? "UTC",
                locations: try ChannelFactRows(db: db).locations(shop: shop),
                handOff: try Self.handOff(db)
            )
            records.restoration = try RestorationRows(db: db).current
            return records
        }
    }

    static func handOff(_ db: GRDB.Database) throws -> HandOffRecords {
        HandOffRecords(
            acknowledging: try acknowledging(db),
            linked: try String.fetchSet(db, sql: "SELECT channel FROM kcc_channel")
        )
    }

    /// Channels of whose orders one was ever acknowledged: one step in the index for each.
    private static func acknowledging(_ db: GRDB.Database) throws -> Set<String> {
        var found: Set<String> = []
        var last = ""
        let sql = """
            SELECT channel FROM "order" WHERE acknowledged_at_ms IS NOT NULL AND channel > ?
            ORDER BY channel LIMIT 1
            """
        while let next = try String.fetchOne(db.cachedStatement(sql: sql), arguments: [last]) {
            found.insert(next)
            last = next
        }
        return found
    }

    package func saveLocations(_ locations: [ShopLocation], shop: Int64) async throws(StoreError) {
        try await orders.saveLocations(locations, shop: shop)
    }

    // MARK: Due

    package func open(_ scope: StockScope, fingerprint: String, now: Date) async throws(StoreError) {
        let (isSame, orphans) = try await read { db in
            let known = try String.fetchOne(
                db,
                sql: "SELECT digest FROM stock_channel WHERE channel = ?",
                arguments: [scope.channel]
            )
            return (known == fingerprint, try Self.orphans(db, channel: scope.channel))
        }
        guard !isSame || !orphans.isEmpty else { return }
        try await write { db in
            for job in orphans { try StockRows(db: db).release(job: job, of: scope) }
            guard !isSame else { return }
            try db.execute(
                sql: """
                    INSERT INTO stock_channel (channel, digest, verified_at_ms) VALUES (?, ?, ?)
                    ON CONFLICT (channel) DO UPDATE SET digest = excluded.digest,
                        verified_at_ms = coalesce(verified_at_ms, excluded.verified_at_ms)
                    """,
                arguments: [scope.channel, fingerprint, now.milliseconds]
            )
            try db.execute(
                sql: "UPDATE stock_item SET due_at_ms = 0, version = version + 1 WHERE channel = ?",
                arguments: [scope.channel]
            )
        }
    }

    package func saveProblem(_ problem: String?, channel: String, now: Date) async throws(StoreError) -> Bool
    {
        let known = try await read { db in
            try String.fetchOne(
                db,
                sql: "SELECT problem FROM stock_channel WHERE channel = ?",
                arguments: [channel]
            )
        }
        guard known != problem else { return false }
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO stock_channel (channel, digest, problem, problem_since_ms) VALUES (?1, '', ?2, ?3)
                    ON CONFLICT (channel) DO UPDATE SET problem = ?2, problem_since_ms = ?3
                    """,
                arguments: [channel, problem, problem.map { _ in now.milliseconds }]
            )
        }
        return true
    }

    package func reopen(_ scope: StockScope, now: Date) async throws(StoreError) {
        try await write { db in
            // Figures that were read meanwhile are those of an inactive location.
            try db.execute(
                sql:
                    "UPDATE stock_view SET origin = 'unknown' WHERE shop_id = ? AND location = ? AND quantity IS NULL",
                arguments: [scope.shop, scope.location.gid]
            )
            try StockRows(db: db).retry(channel: scope.channel, now: now)
        }
    }

    /// Jobs that hold SKUs and are over: discarded, parked, or never put in.
    private static func orphans(_ db: GRDB.Database, channel: String) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT DISTINCT job_id FROM stock_item
                WHERE job_id IS NOT NULL AND +channel = ? AND NOT EXISTS (
                    SELECT 1 FROM push_job
                    WHERE id = job_id AND state IN ('available', 'running', 'retryable')
                )
                """,
            arguments: [channel]
        )
    }

    package func due(_ context: StockContext, now: Date, limit: Int) async throws(StoreError) -> [StockCase] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT sku FROM stock_item
                    WHERE channel = ? AND due_at_ms <= ? AND job_id IS NULL ORDER BY due_at_ms LIMIT ?
                    """,
                arguments: [context.scope.channel, now.milliseconds, limit]
            )
            guard !rows.isEmpty else { return [] }
            let facts = StockFactRows(db: db, context: context, now: now)
            return try rows.compactMap { try facts.entry($0[0]) }
        }
    }

    package func nextDue(channel: String) async throws(StoreError) -> Date? {
        try await read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT due_at_ms FROM stock_item
                    WHERE channel = ? AND due_at_ms IS NOT NULL AND job_id IS NULL ORDER BY due_at_ms LIMIT 1
                    """,
                arguments: [channel]
            )
            .map { Date(milliseconds: $0) }
        }
    }

    /// Whether a SKU of a channel waits for a moment within the next minutes.
    package func hasWaiting(channel: String) async throws(StoreError) -> Bool {
        try await read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM stock_item WHERE channel = ? AND state = 'waiting' AND due_at_ms IS NOT NULL
                    )
                    """,
                arguments: [channel]
            ) ?? false
        }
    }

    package func record(_ outcome: StockOutcome, of scope: StockScope, now: Date) async throws(StoreError) {
        guard !outcome.isEmpty else { return }
        try await write { db in try StockRows(db: db).record(outcome, of: scope, now: now) }
    }

    package func release(
        job: Int64,
        of scope: StockScope,
        keeping: StockBatch?,
        now: Date
    ) async throws(StoreError) {
        try await write { db in
            try StockRows(db: db).release(job: job, of: scope, keeping: keeping)
        }
    }

    // MARK: The catalogue

    package func catalogue(shop: Int64) async throws(StoreError) -> CatalogueState? {
        try await read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT begun_at_ms, cursor, read_at_ms FROM catalogue WHERE shop_id = ?",
                arguments: [shop]
            )
            .map { row in
                CatalogueState(
                    begunAt: Date(milliseconds: row[0]),
                    next: row[1],
                    readAt: (row[2] as Int64?).map { Date(milliseconds: $0) }
                )
            }
        }
    }

    package func saveCatalogue(_ items: [CatalogueItem], _ state: CatalogueState, shop: Int64, now: Date)
        async throws(StoreError)
    {
        try await write { db in
            let rows = StockRows(db: db)
            for item in items { try rows.save(item, shop: shop, now: now) }
            try db.execute(
                sql:
                    "INSERT OR REPLACE INTO catalogue (shop_id, begun_at_ms, cursor, read_at_ms) VALUES (?, ?, ?, ?)",
                arguments: [shop, state.begunAt.milliseconds, state.next, state.readAt?.milliseconds]
            )
            guard state.next == nil else { return }
            try db.execute(
                sql: "DELETE FROM inventory_item WHERE shop_id = ? AND seen_at_ms < ?",
                arguments: [shop, state.begunAt.milliseconds]
            )
        }
    }

    package func saveSearch(for skus: [SKU], _ items: [CatalogueItem], shop: Int64, now: Date)
        async throws(StoreError)
    {
        try await write { db in
            let rows = StockRows(db: db)
            for item in items { try rows.save(item, shop: shop, now: now) }
            let found = Set(items.map(\.sku))
            for sku in skus where !found.contains(sku) {
                try db.execute(
                    sql: "DELETE FROM inventory_item WHERE shop_id = ? AND sku = ?",
                    arguments: [shop, sku]
                )
            }
        }
    }

    // MARK: The nightly verification

    package func unverified(_ scope: StockScope, after: String?) async throws(StoreError) -> [VerifiedItem] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT i.gid, i.sku FROM inventory_item i CROSS JOIN stock_item s
                    WHERE i.shop_id = ? AND i.gid > ? AND s.channel = ? AND s.sku = i.sku AND s.job_id IS NULL
                        AND s.state IN ('confirmed', 'waiting', 'duplicate_sku')
                    ORDER BY i.gid LIMIT 250
                    """,
                arguments: [scope.shop, after ?? "", scope.channel]
            )
            .map { row in
                let id = ShopifyID(row[0])
                return VerifiedItem(sku: row[1], id: id, view: try StockFactRows.view(of: id, scope, db))
            }
        }
    }

    package func verification(channel: String) async throws(StoreError) -> (doneAt: Date?, after: String?) {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: "SELECT verified_at_ms, verify_after FROM stock_channel WHERE channel = ?",
                arguments: [channel]
            )
            return ((row?[0] as Int64?).map { Date(milliseconds: $0) }, row?[1])
        }
    }

    package func saveVerification(channel: String, after: String?, now: Date) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE stock_channel SET verify_after = ?1,
                        verified_at_ms = CASE WHEN ?1 IS NULL THEN ?2 ELSE verified_at_ms END
                    WHERE channel = ?3
                    """,
                arguments: [after, now.milliseconds, channel]
            )
        }
    }
}
