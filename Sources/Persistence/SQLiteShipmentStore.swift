package import Foundation
internal import GRDB
package import SyncEngine

/// Shipments in the order store, each with its job.
package struct SQLiteShipmentStore: ShipmentStore {
    let store: SQLiteOrderStore

    package init(_ store: SQLiteOrderStore) {
        self.store = store
    }

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
                    SELECT shipment_id, ?1, ?2, ?3, ?4, ?5, ?6 FROM push_job WHERE id = ?7
                    ON CONFLICT (shipment_id, gid) DO UPDATE SET notified = excluded.notified OR notified,
                        tracking = excluded.tracking, late = excluded.late OR (late AND NOT ?8)
                    """,
                arguments: [
                    fulfilment.id.gid, now.milliseconds, fulfilment.isOurs, fulfilment.notified,
                    try SQLiteOrderStore.json(fulfilment.tracking), fulfilment.isLate, job.id,
                    fulfilment.isMailed,
                ]
            )
            try SQLitePushQueue.settle(job, db)
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
