package import Foundation
internal import GRDB
package import SyncEngine

/// Shipments in the order store, each with its job.
package struct SQLiteShipmentStore: ShipmentStore {
    let store: SQLiteOrderStore

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

    /// What became of a shipment that was told.
    package enum Telling: Sendable, Equatable {
        case new
        /// The same as before; nothing is to be done.
        case known
        /// Its numbers, carrier or links are others now, and will be told.
        case changed
    }

    /// Takes a shipment in, and the job that tells it, in one transaction.
    ///
    /// - Parameters:
    ///   - shipment: Its reference makes the same shipment told twice one; an empty one gets a reference of ours, by what
    ///     it holds.
    ///   - order: Whose it is.
    /// - Throws: `.refused` where a shipment of that reference is another order's, or holds other units.
    package func tell(
        _ shipment: Shipment,
        of order: StoredOrder,
        now: Date
    ) async throws(StoreError) -> Telling {
        try await store.write { db in try Self.tell(shipment, of: order.row, db, now) }
    }

    /// Takes a shipment in, inside a transaction.
    static func tell(_ shipment: Shipment, of order: Int64, _ db: GRDB.Database, _ now: Date) throws
        -> Telling
    {
        let known = try Row.fetchOne(
            db,
            sql: "SELECT * FROM shipment WHERE reference = ?",
            arguments: [shipment.reference]
        )
        guard let known else {
            try insert(shipment, order, db, now)
            return .new
        }
        return try change(known, to: shipment, order, db, now)
    }

    private static func insert(
        _ shipment: Shipment,
        _ order: Int64,
        _ db: GRDB.Database,
        _ now: Date
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO shipment (reference, order_id, carrier, despatched_at_ms, told_at_ms, numbers_at_ms)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                shipment.reference, order, shipment.tracking.company,
                shipment.despatchedAt.milliseconds, now.milliseconds,
                shipment.tracking.parcels.isEmpty ? nil : now.milliseconds,
            ]
        )
        let id = db.lastInsertedRowID
        for (position, line) in shipment.lines.enumerated() {
            try db.execute(
                sql: "INSERT INTO shipment_line VALUES (?, ?, ?, ?, ?)",
                arguments: [id, position, line.line?.gid, line.sku, line.quantity]
            )
        }
        try insertTracking(shipment.tracking, id, db)
        try db.execute(
            sql: """
                INSERT INTO push_job (shop_id, channel, kind, lane, subject, shipment_id, next_at_ms, created_at_ms)
                SELECT shop_id, channel, 'fulfilment', gid, name, ?, ?, ? FROM "order" WHERE id = ?
                """,
            arguments: [id, now.milliseconds, now.milliseconds, order]
        )
    }

    private static func insertTracking(_ tracking: Tracking, _ id: Int64, _ db: GRDB.Database) throws {
        try db.execute(sql: "DELETE FROM shipment_tracking WHERE shipment_id = ?", arguments: [id])
        for (position, parcel) in tracking.parcels.enumerated() {
            try db.execute(
                sql: "INSERT INTO shipment_tracking (shipment_id, position, number, url) VALUES (?, ?, ?, ?)",
                arguments: [id, position, parcel.number, parcel.link]
            )
        }
    }

    private static func change(
        _ row: Row,
        to shipment: Shipment,
        _ order: Int64,
        _ db: GRDB.Database,
        _ now: Date
    ) throws -> Telling {
        let id: Int64 = row["id"]
        guard row["order_id"] == order else {
            throw StoreError(
                .refused,
                "shipment \(shipment.reference): is known as another order's",
                remedy: "give it an id of its own"
            )
        }
        let before = try self.shipment(row, shipment.order, db)
        guard before.lines == shipment.lines else {
            throw StoreError(
                .refused,
                "shipment \(shipment.reference): was told before with other lines or quantities",
                remedy: "tell further units as a shipment of their own"
            )
        }
        let tracking = before.tracking.updated(by: shipment.tracking)
        guard tracking != before.tracking else {
            try check(id, db, now)
            return .known
        }
        let hasNewNumber = !Set(tracking.numbers).isSubset(of: before.tracking.numbers)
        try db.execute(
            sql: """
                UPDATE shipment SET carrier = ?1, tracking_at_ms = ?2,
                    numbers_at_ms = CASE WHEN ?3 THEN ?2 ELSE numbers_at_ms END
                WHERE id = ?4
                """,
            arguments: [tracking.company, now.milliseconds, hasNewNumber, id]
        )
        try insertTracking(tracking, id, db)
        // Whoever runs the job loses it by the attempt, and what is under way is looked for before anything is sent.
        try db.execute(
            sql: """
                UPDATE push_job SET state = 'retryable', next_at_ms = ?, finished_at_ms = NULL, claimed_at_ms = NULL,
                    attempt = CASE state WHEN 'running' THEN attempt + 1 ELSE 0 END, attempts = NULL
                WHERE shipment_id = ? AND state <> 'cancelled'
                """,
            arguments: [now.milliseconds, id]
        )
        return .changed
    }

    /// Has a shipment that is done and is reported again looked at: its fulfilment may have been cancelled in Shopify since.
    static func check(_ shipment: Int64, _ db: GRDB.Database, _ now: Date) throws {
        try db.execute(
            sql: """
                UPDATE push_job SET state = 'retryable', next_at_ms = ?, finished_at_ms = NULL, attempt = 0, attempts = NULL
                WHERE shipment_id = ? AND state = 'done'
                """,
            arguments: [now.milliseconds, shipment]
        )
    }

    // MARK: The engine's port

    package func shipment(of job: PushJob) async throws(StoreError) -> ShipmentRecord? {
        try await store.read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT s.*, o.gid AS order_gid FROM push_job j JOIN shipment s ON s.id = j.shipment_id
                    JOIN "order" o ON o.id = s.order_id WHERE j.id = ?
                    """,
                arguments: [job.id]
            )
            guard let row else { return nil }
            let id: Int64 = row["id"]
            let order: Int64 = row["order_id"]
            let fulfilments = try Row.fetchAll(
                db,
                sql: "SELECT * FROM shipment_fulfilment WHERE shipment_id = ? ORDER BY at_ms, gid",
                arguments: [id]
            )
            let others = try String.fetchAll(
                db,
                sql: """
                    SELECT f.gid FROM shipment_fulfilment f JOIN shipment s ON s.id = f.shipment_id
                    WHERE s.order_id = ? AND s.id <> ?
                    """,
                arguments: [order, id]
            )
            var record = ShipmentRecord(
                shipment: try Self.shipment(row, ShopifyID(row["order_gid"]), db),
                fulfilments: try fulfilments.map { try RecordedFulfilment($0) },
                others: others.map { ShopifyID($0) },
                isComplete: row["completed_at_ms"] != nil
            )
            record.numbersArrivedAt = (row["numbers_at_ms"] as Int64?).map { Date(milliseconds: $0) }
            record.trackingWasChanged = row["tracking_at_ms"] as Int64? != nil
            record.pickups = try Self.pickups(db, "shipment_id = ?", [id])
            record.otherPickups = try Self.pickups(
                db,
                "shipment_id IN (SELECT id FROM shipment WHERE order_id = ? AND id <> ?)",
                [order, id]
            )
            record.isInDoubt = try !row["compared"] && RestorationRows(db: db).current != nil
            return record
        }
    }

    package func record(
        _ fulfilment: RecordedFulfilment,
        of job: PushJob,
        now: Date
    ) async throws(StoreError) {
        try await store.write { db in
            try db.execute(
                sql: """
                    INSERT INTO shipment_fulfilment (shipment_id, gid, at_ms, created, notified, tracking, late)
                    SELECT shipment_id, ?, ?, ?, ?, ?, ? FROM push_job WHERE id = ?
                    ON CONFLICT (shipment_id, gid) DO UPDATE SET notified = excluded.notified OR notified,
                        tracking = excluded.tracking, late = excluded.late OR late
                    """,
                arguments: [
                    fulfilment.id.gid, now.milliseconds, fulfilment.isOurs, fulfilment.notified,
                    try SQLiteOrderStore.json(fulfilment.tracking), fulfilment.isLate, job.id,
                ]
            )
            try db.execute(
                sql: "UPDATE push_job SET intent = NULL WHERE id = ? AND state = 'running' AND attempt = ?",
                arguments: [job.id, job.attempt]
            )
        }
    }

    package func complete(_ job: PushJob, raised: String?, seen: [String], now: Date)
        async throws(StoreError)
    {
        try await store.write { db in
            try db.execute(
                sql: """
                    UPDATE shipment SET completed_at_ms = ?, raised = coalesce(?, raised), seen = ?, seen_at_ms = ?
                    WHERE id = (SELECT shipment_id FROM push_job WHERE id = ?)
                    """,
                arguments: [
                    now.milliseconds, raised, try SQLiteOrderStore.json(seen), now.milliseconds, job.id,
                ]
            )
        }
    }

    package func compared(_ job: PushJob) async throws(StoreError) {
        try await store.write { db in
            try db.execute(
                sql:
                    "UPDATE shipment SET compared = 1 WHERE id = (SELECT shipment_id FROM push_job WHERE id = ?)",
                arguments: [job.id]
            )
        }
    }

    static func shipment(_ row: Row, _ order: ShopifyID, _ db: GRDB.Database) throws -> Shipment {
        var shipment = Shipment(
            reference: row["reference"],
            order: order,
            despatchedAt: Date(milliseconds: row["despatched_at_ms"])
        )
        shipment.tracking = try tracking(row, db)
        let lines = try Row.fetchAll(
            db,
            sql: "SELECT * FROM shipment_line WHERE shipment_id = ? ORDER BY position",
            arguments: [row["id"] as Int64]
        )
        shipment.lines = lines.map { line in
            Shipment.Line(
                line: (line["line_gid"] as String?).map { ShopifyID($0) },
                sku: line["sku"],
                quantity: line["quantity"]
            )
        }
        return shipment
    }

    static func tracking(_ shipment: Row, _ db: GRDB.Database) throws -> Tracking {
        let parcels = try Row.fetchAll(
            db,
            sql: "SELECT number, url FROM shipment_tracking WHERE shipment_id = ? ORDER BY position",
            arguments: [shipment["id"] as Int64]
        )
        return Tracking(
            parcels.map { Tracking.Parcel(number: $0[0], link: $0[1]) },
            company: shipment["carrier"]
        )
    }
}

extension RecordedFulfilment {
    init(_ row: Row) throws {
        let text: String = row["tracking"]
        self.init(
            id: ShopifyID(row["gid"]),
            isOurs: row["created"],
            notified: row["notified"],
            tracking: try JSONDecoder().decode(Tracking.self, from: Data(text.utf8))
        )
        // Versions before the eleventh migration wrote a list of numbers.
        isWhole = !text.hasPrefix("[")
    }
}
