package import Foundation
internal import GRDB
package import SyncEngine

/// What a shipment marked as ready for pick-up, and what its order showed.
extension SQLiteShipmentStore {
    static func pickups(_ db: GRDB.Database, _ condition: String, _ arguments: StatementArguments)
        throws -> [ShopifyID]
    {
        try String.fetchAll(
            db,
            sql: "SELECT gid FROM shipment_pickup WHERE \(condition) ORDER BY gid",
            arguments: arguments
        )
        .map { ShopifyID($0) }
    }

    package func record(pickups: [ShopifyID], of job: PushJob, now: Date) async throws(StoreError) {
        try await store.write { db in
            for pickup in pickups {
                try db.execute(
                    sql: """
                        INSERT INTO shipment_pickup (shipment_id, gid, at_ms)
                        SELECT shipment_id, ?, ? FROM push_job WHERE id = ? ON CONFLICT DO NOTHING
                        """,
                    arguments: [pickup.gid, now.milliseconds, job.id]
                )
            }
            try SQLitePushQueue.settle(job, db)
        }
    }

    package func note(_ seen: [String], of job: PushJob, now: Date) async throws(StoreError) {
        try await store.write { db in
            try db.execute(
                sql: """
                    UPDATE shipment SET seen = ?, seen_at_ms = ?
                    WHERE id = (SELECT shipment_id FROM push_job WHERE id = ?)
                    """,
                arguments: [try SQLiteOrderStore.json(seen), now.milliseconds, job.id]
            )
        }
    }
}
