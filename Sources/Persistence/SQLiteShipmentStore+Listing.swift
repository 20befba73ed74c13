package import Foundation
internal import GRDB
package import SyncEngine

/// Shipments for people.
extension SQLiteShipmentStore {
    /// A shipment as it is listed.
    package struct Listed: Sendable {
        package var reference: String
        package var order: String
        package var channel: String
        package var state: PushJob.State
        /// What an operator should know: why it waits or is parked, or that it names more than the order has.
        package var reason: String?
        /// With the teller's own name of the carrier.
        package var tracking: Tracking
        package var toldAt: Date
    }

    /// All shipments, newest first.
    package func list() async throws(StoreError) -> [Listed] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT s.*, j.subject, j.channel, j.state, j.last_error FROM shipment s
                    JOIN push_job j ON j.shipment_id = s.id ORDER BY s.id DESC
                    """
            )
            .map { row in
                Listed(
                    reference: row["reference"],
                    order: row["subject"],
                    channel: row["channel"],
                    state: PushJob.State(rawValue: row["state"]) ?? .parked,
                    reason: row["last_error"]
                        ?? (row["raised"] as String?).map { "shipment_exceeds_order: \($0)" },
                    tracking: try Self.tracking(row, db),
                    toldAt: Date(milliseconds: row["told_at_ms"])
                )
            }
        }
    }
}
