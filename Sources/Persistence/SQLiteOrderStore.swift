package import Foundation
internal import GRDB
package import SyncEngine

/// The order store in SQLite: the engine's port, one transaction a call.
package struct SQLiteOrderStore: OrderStore {
    let database: OrderDatabase

    package init(_ database: OrderDatabase) {
        self.database = database
    }

    func write<Value: Sendable>(
        _ body: @Sendable @escaping (GRDB.Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await database.writer.write(body)
        } catch {
            throw database.failure(error)
        }
    }

    func read<Value: Sendable>(
        _ body: @Sendable @escaping (GRDB.Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await database.writer.read(body)
        } catch {
            throw database.failure(error)
        }
    }

    // MARK: Shops

    package func openShop(domain: String, identity: ShopIdentity) async throws(StoreError) -> ShopRecord {
        try await write { db in
            // A shop is its gid; the domain is only its address, and may move from one shop to another.
            try db.execute(
                sql:
                    "UPDATE shop SET domain = 'formerly ' || domain || ' ' || id WHERE domain = ? AND gid <> ?",
                arguments: [domain, identity.id.gid]
            )
            try db.execute(
                sql: """
                    INSERT INTO shop (gid, domain, name, time_zone, currency) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (gid) DO UPDATE SET domain = excluded.domain, name = excluded.name,
                        time_zone = excluded.time_zone, currency = excluded.currency
                    """,
                arguments: [identity.id.gid, domain, identity.name, identity.timeZone, identity.currency]
            )
            let row = try Row.fetchOne(
                db,
                sql: "SELECT * FROM shop WHERE gid = ?",
                arguments: [identity.id.gid]
            )
            guard let row else { throw StoreError(.internal, "shop \(domain) was stored and is not there") }
            try db.execute(sql: "DELETE FROM unreached_shop WHERE domain = ?", arguments: [domain])
            return ShopRecord(row)
        }
    }

    package func findShop(_ gid: ShopifyID) async throws(StoreError) -> ShopRecord? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM shop WHERE gid = ?", arguments: [gid.gid])
                .map { ShopRecord($0) }
        }
    }

    package func findShop(domain: String) async throws(StoreError) -> ShopRecord? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM shop WHERE domain = ?", arguments: [domain])
                .map { ShopRecord($0) }
        }
    }

    package func saveLocations(_ locations: [ShopLocation], shop: Int64) async throws(StoreError) {
        try await write { db in
            try db.execute(sql: "DELETE FROM location WHERE shop_id = ?", arguments: [shop])
            for place in locations {
                try db.execute(
                    sql: "INSERT INTO location VALUES (?, ?, ?, ?, ?)",
                    arguments: [shop, place.id.gid, place.name, place.active, place.fulfilmentService]
                )
            }
        }
    }

    package func facts(of channel: String, shop: Int64) async throws(StoreError) -> ChannelFacts {
        try await read { db in try ChannelFactRows(db: db).facts(of: channel, shop: shop) }
    }

    package func personalData(shop: Int64) async throws(StoreError) -> PersonalDataSight {
        try await read { db in try PersonalDataRows(db: db, shop: shop).sight() }
    }

    package func acceptStartDate(
        _ start: StartDate,
        of channel: String,
        shop: Int64
    ) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO channel (name, shop_id, start_date, start_at_ms, first_sync_at_ms)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (name, shop_id) DO UPDATE SET start_date = excluded.start_date,
                        start_at_ms = excluded.start_at_ms, first_sync_at_ms = excluded.first_sync_at_ms
                    """,
                arguments: [
                    channel, shop, start.configured, start.instant.milliseconds,
                    start.firstSync?.milliseconds,
                ]
            )
        }
    }

    package func saveHealth(_ health: ShopHealth, domain: String) async throws(StoreError) {
        let text = try StoreError.catching(path: database.path) { try Self.json(health) }
        try await write { db in
            try db.execute(sql: "UPDATE shop SET health = ? WHERE domain = ?", arguments: [text, domain])
            guard db.changesCount == 0 else { return }
            // It has not said yet who it is.
            try db.execute(
                sql: "INSERT OR REPLACE INTO unreached_shop (domain, health) VALUES (?, ?)",
                arguments: [domain, text]
            )
        }
    }

    package func judgedDigest(shop: Int64) async throws(StoreError) -> String? {
        try await read { db in
            try String.fetchOne(db, sql: "SELECT judged_digest FROM shop WHERE id = ?", arguments: [shop])
        }
    }

    package func saveJudgedDigest(_ digest: String, shop: Int64) async throws(StoreError) {
        try await write { db in
            try db.execute(sql: "UPDATE shop SET judged_digest = ? WHERE id = ?", arguments: [digest, shop])
        }
    }

    package func saveSweep(at date: Date, shop: Int64) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: "UPDATE shop SET swept_at_ms = ? WHERE id = ?",
                arguments: [date.milliseconds, shop]
            )
        }
    }

    /// Ends a restoration: an operator has looked.
    ///
    /// - Returns: Whether there was one.
    package func confirmRestoration(now: Date) async throws(StoreError) -> Bool {
        try await write { db in try RestorationRows(db: db).confirm(now: now) }
    }

    /// Lets nothing wait for a time that lies further ahead than any wait is long: the clock was set back meanwhile.
    ///
    /// A minute stays, since a shipment of unknown outcome must not be looked for too early.
    package func shortenWaits(now: Date) async throws(StoreError) {
        let longest = now.addingTimeInterval(3600).milliseconds
        let soon = now.addingTimeInterval(60).milliseconds
        try await write { db in
            for (table, column) in [
                ("push_job", "next_at_ms"), ("revisit", "due_at_ms"), ("stock_item", "due_at_ms"),
            ] {
                try db.execute(
                    sql: "UPDATE \(table) SET \(column) = ? WHERE \(column) > ?",
                    arguments: [soon, longest]
                )
            }
        }
    }

    package func ping() async throws(StoreError) {
        // On the writer's queue: a stuck write must be noticed, not only a stuck read.
        do {
            try await database.writer.writeWithoutTransaction { db in
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM shop")
            }
        } catch {
            throw database.failure(error)
        }
    }

    // MARK: Versions and batches

    package func unstored(_ versions: [OrderVersion], shop: Int64) async throws(StoreError) -> [OrderVersion]
    {
        try await read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT updated_at_ms FROM \"order\" WHERE shop_id = ? AND gid = ?"
            )
            return try versions.filter { version in
                let stored = try Int64.fetchOne(statement, arguments: [shop, version.id.gid])
                return stored.map { $0 < version.updatedAt.milliseconds } ?? true
            }
        }
    }

    package func versions(shop: Int64, from: Date, to: Date) async throws(StoreError) -> [OrderVersion] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT gid, updated_at_ms FROM "order"
                    WHERE shop_id = ? AND updated_at_ms BETWEEN ? AND ? AND gone = 0
                    """,
                arguments: [shop, from.milliseconds, to.milliseconds]
            )
            .map { OrderVersion(id: ShopifyID($0[0]), updatedAt: Date(milliseconds: $0[1])) }
        }
    }

    package func importBatch(_ batch: ImportBatch) async throws(StoreError) -> ImportReport {
        let snapshots = await Snapshot.snapshots(of: batch.entries)
        return try await write { db in
            let report = try OrderImport(db: db, batch: batch, snapshots: snapshots).run()
            if let watermark = batch.watermark {
                // Never backwards: a page listed again must not undo a later one.
                try db.execute(
                    sql: "UPDATE shop SET watermark_ms = max(coalesce(watermark_ms, 0), ?) WHERE id = ?",
                    arguments: [watermark.milliseconds, batch.shop]
                )
            }
            return report
        }
    }

    package func rehearse(_ batch: ImportBatch) async throws(StoreError) -> ImportReport {
        try await read { db in try OrderImport(db: db, batch: batch).rehearse() }
    }

    package func rejudge(_ request: RejudgeRequest) async throws(StoreError) -> RejudgeReport {
        request.rehearse
            ? try await read { db in try Rejudging(db: db, request: request).run() }
            : try await write { db in try Rejudging(db: db, request: request).run() }
    }

    // MARK: Revisits

    package func revisits(shop: Int64, dueBy now: Date, limit: Int) async throws(StoreError) -> [ShopifyID] {
        try await read { db in
            try String.fetchAll(
                db,
                sql:
                    "SELECT gid FROM revisit WHERE shop_id = ? AND due_at_ms <= ? ORDER BY due_at_ms LIMIT ?",
                arguments: [shop, now.milliseconds, limit]
            )
            .map { ShopifyID($0) }
        }
    }

    package func nextRevisit(shop: Int64) async throws(StoreError) -> Date? {
        try await read { db in
            try Int64.fetchOne(
                db,
                sql: "SELECT min(due_at_ms) FROM revisit WHERE shop_id = ?",
                arguments: [shop]
            )
            .map { Date(milliseconds: $0) }
        }
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func value<Value: Decodable>(_ type: Value.Type, json: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(json.utf8))
    }
}

extension ShopRecord {
    init(_ row: Row) {
        self.init(
            id: row["id"],
            gid: ShopifyID(row["gid"]),
            domain: row["domain"],
            timeZone: row["time_zone"],
            currency: row["currency"],
            watermark: (row["watermark_ms"] as Int64?).map { Date(milliseconds: $0) },
            sweptAt: (row["swept_at_ms"] as Int64?).map { Date(milliseconds: $0) }
        )
    }
}
