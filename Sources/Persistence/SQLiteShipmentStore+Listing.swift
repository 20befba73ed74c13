package import Foundation
internal import GRDB
package import SyncEngine

/// Shipments for people.
extension SQLiteShipmentStore {
    /// A shipment as it is listed.
    package struct Listed: Sendable {
        /// The job that sends it.
        package var job: Int64
        /// The store's number of its shop.
        package var shop: Int64
        package var reference: String
        package var order: String
        package var channel: String
        package var state: PushJob.State
        /// What an operator should know: why it waits or is parked, or that it names more than the order has.
        package var reason: String?
        /// With the teller's own name of the carrier.
        package var tracking: Tracking
        package var toldAt: Date
        /// What the order showed in Shopify when the shipment was last looked at, a line for each thing.
        package var seen: [String]
        package var seenAt: Date?
    }

    /// Shipments, newest first.
    ///
    /// - Parameter order: Those of one order; nil = all.
    package func list(of order: StoredOrder? = nil) async throws(StoreError) -> [Listed] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT s.*, j.id AS job, j.shop_id AS shop, j.subject, j.channel, j.state, j.last_error FROM shipment s
                    JOIN push_job j ON j.shipment_id = s.id WHERE s.order_id = ?1 OR ?1 IS NULL ORDER BY s.id DESC
                    """,
                arguments: [order?.row]
            )
            .map { row in
                Listed(
                    job: row["job"],
                    shop: row["shop"],
                    reference: row["reference"],
                    order: row["subject"],
                    channel: row["channel"],
                    state: PushJob.State(rawValue: row["state"]) ?? .parked,
                    reason: row["last_error"]
                        ?? (row["raised"] as String?).map { "shipment_exceeds_order: \($0)" },
                    tracking: try Self.tracking(row, db),
                    toldAt: Date(milliseconds: row["told_at_ms"]),
                    seen: try Self.seen(row["seen"]),
                    seenAt: (row["seen_at_ms"] as Int64?).map { Date(milliseconds: $0) }
                )
            }
        }
    }

    private static func seen(_ text: String?) throws -> [String] {
        try text.map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) } ?? []
    }
}
