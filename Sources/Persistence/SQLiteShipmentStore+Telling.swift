package import Foundation
internal import GRDB
package import SyncEngine

/// How shipments come in: as new ones, as what is known already, or as corrections.
extension SQLiteShipmentStore {
    /// What became of a reported shipment.
    package enum Telling: Sendable, Equatable {
        case new
        /// The same as before; nothing is to be done.
        case known
        /// The same as before, and done: Shopify is asked whether it still has the fulfilment.
        case checked
        /// Its numbers, carrier or links have changed, and are sent.
        case changed
        /// An operator discarded its job, and it has no new number: nothing is sent.
        case discarded
    }

    /// Records a shipment, and the job that sends it, in one transaction.
    ///
    /// - Parameters:
    ///   - shipment: Its reference makes the same shipment reported twice one; an empty one gets a reference of ours, by what
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

    /// Records shipments in one transaction: all of them, or none where one is rejected or was discarded.
    ///
    /// - Parameter keeps: False = says what would become of them, and stores nothing.
    /// - Returns: What became of each, in their order; where one was rejected, what would have become of it.
    package func tell(
        _ shipments: [(shipment: Shipment, order: StoredOrder)],
        keeps: Bool,
        now: Date
    ) async throws(StoreError) -> [Result<Telling, StoreError>] {
        let entries = shipments.map { (shipment: $0.shipment, order: $0.order.row) }
        return try await store.write { db in
            var outcomes: [Result<Telling, StoreError>] = []
            try db.inSavepoint {
                for entry in entries {
                    do {
                        outcomes.append(.success(try Self.tell(entry.shipment, of: entry.order, db, now)))
                    } catch let error as StoreError where error.code == .refused {
                        outcomes.append(.failure(error))
                    }
                }
                let isWhole = outcomes.allSatisfy { outcome in
                    (try? outcome.get()).map { $0 != .discarded } ?? false
                }
                return keeps && isWhole ? .commit : .rollback
            }
            return outcomes
        }
    }

    /// Whether a shipment brings the number of one that was reported before without a number and without an id: the same lines
    /// of the same order.
    ///
    /// - Parameters:
    ///   - shipment: Reported without an id, with numbers.
    ///   - bare: What it would be called without numbers.
    package func isSame(_ shipment: Shipment, as bare: String) async throws(StoreError) -> Bool {
        try await store.read { db in
            func row(_ reference: String) throws -> Row? {
                try Row.fetchOne(
                    db,
                    sql: "SELECT * FROM shipment WHERE reference = ?",
                    arguments: [reference]
                )
            }
            guard try row(shipment.reference) == nil, let before = try row(bare) else { return false }
            // What was all that remained is that no more once the order has got units since.
            if shipment.lines.isEmpty, let completed = before["completed_at_ms"] as Int64?,
                try Self.hasOpenUnits(shipment.order, since: completed, db)
            {
                return false
            }
            let known = try Self.tracking(before, db).numbers
            return known.isEmpty || Set(shipment.tracking.numbers).isSubset(of: known)
        }
    }

    /// Whether an order was read after a time, and not all of it was sent then.
    private static func hasOpenUnits(_ order: ShopifyID, since time: Int64, _ db: GRDB.Database) throws
        -> Bool
    {
        let text = try String.fetchOne(
            db,
            sql: "SELECT snapshot FROM \"order\" WHERE gid = ? AND read_at_ms > ?",
            arguments: [order.gid, time]
        )
        return try text.map { try Snapshot.order($0).fulfilmentStatus != "FULFILLED" } ?? false
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
        guard before.holdsSame(as: shipment) else {
            throw StoreError(
                .refused,
                "shipment \(shipment.reference): was reported before with other lines or quantities",
                remedy: "report further units as a shipment of their own"
            )
        }
        let tracking = before.tracking.updated(by: shipment.tracking)
        let isDiscarded =
            try String.fetchOne(
                db.cachedStatement(sql: "SELECT state FROM push_job WHERE shipment_id = ?"),
                arguments: [id]
            ) == PushJob.State.cancelled.rawValue
        guard tracking != before.tracking else {
            let isChecked = try check(id, db, now)
            return isDiscarded ? .discarded : isChecked ? .checked : .known
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
        // With a new number another parcel has left, whatever was discarded before.
        guard !isDiscarded || hasNewNumber else { return .discarded }
        // A running job is lost to its worker by the attempt, and a request under way is looked up before anything is sent.
        try db.execute(
            sql: """
                UPDATE push_job SET state = 'retryable', next_at_ms = ?, finished_at_ms = NULL, claimed_at_ms = NULL,
                    attempt = CASE state WHEN 'running' THEN attempt + 1 ELSE 0 END, attempts = NULL
                WHERE shipment_id = ?
                """,
            arguments: [now.milliseconds, id]
        )
        return .changed
    }

    /// Has a shipment that is done and is reported again looked at: its fulfilment may have been cancelled in Shopify since.
    ///
    /// - Returns: Whether it was done.
    @discardableResult
    static func check(_ shipment: Int64, _ db: GRDB.Database, _ now: Date) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE push_job SET state = 'retryable', next_at_ms = ?, finished_at_ms = NULL, attempt = 0, attempts = NULL
                WHERE shipment_id = ? AND state = 'done'
                """,
            arguments: [now.milliseconds, shipment]
        )
        return db.changesCount > 0
    }
}
