import Foundation
internal import GRDB
import SyncEngine

extension OrderWriter {
    /// Inserts or replaces an order's row and returns its number.
    func upsert(
        _ order: Order,
        _ next: OrderStanding,
        _ judgement: Judgement,
        _ snapshot: Snapshot,
        row: OrderRow?,
        customer: Int64?,
        detail: String
    ) throws -> Int64 {
        let statement = try db.cachedStatement(sql: Self.upsertSQL)
        let state = next.handOffState
        let becomesOffered = next.handOff == .waiting && row?.standing.handOff != .waiting
        let position = try becomesOffered ? OfferPosition.next(db) : row?.offerPosition
        let arguments: StatementArguments = [
            shop, order.id.gid, order.name, next.channel, next.state.rawValue, next.reason?.rawValue,
            detail, next.ref, next.orderType, next.site, customer, order.financialStatus,
            order.currency, order.totals.total.shop.micros, judgement.difference.micros,
            order.processedAt.milliseconds, order.createdAt.milliseconds, order.updatedAt.milliseconds,
            order.cancelledAt?.milliseconds, readAt.milliseconds, next.revision, next.handOff.rawValue,
            position, state.acknowledgedAt?.milliseconds, state.knownAt?.milliseconds,
            state.requestedAt?.milliseconds, state.served?.way.rawValue, state.served?.revision,
            state.compared,
            try SQLiteOrderStore.json(next.changedFields), next.ignored, next.backfilledFor,
            state.released, next.gone, state.isInDoubt, next.commitment.rawValue, snapshot.text,
            snapshot.hash,
        ]
        return try Int64.fetchOne(statement, arguments: arguments) ?? 0
    }

    /// Writes what is decided of an order whose content stays as it is.
    func update(_ next: OrderStanding, of row: OrderRow, detail: String) throws {
        try db.execute(
            sql: """
                UPDATE "order" SET state = ?, reason = ?, detail = ?, hand_off = ?, maybe_handed_off = ?, gone = ?,
                    ignored = ?, commitment = ?
                WHERE id = ?
                """,
            arguments: [
                next.state.rawValue, next.reason?.rawValue, detail, next.handOff.rawValue,
                next.handOffState.isInDoubt, next.gone, next.ignored, next.commitment.rawValue, row.id,
            ]
        )
    }

    private static let upsertSQL = """
        INSERT INTO "order" (
            shop_id, gid, name, channel, state, reason, detail, ref, order_type, site, customer_id, financial_status,
            currency, total_micros, difference_micros, placed_at_ms, created_at_ms, updated_at_ms, cancelled_at_ms,
            read_at_ms, revision, hand_off, offer_position, acknowledged_at_ms, known_at_ms, requested_at_ms, served_by,
            served_revision, compared_revision, changed_fields, ignored, backfilled_for, released, gone,
            maybe_handed_off, commitment, snapshot, snapshot_hash
        )
        VALUES (
            ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
        )
        ON CONFLICT (shop_id, gid) DO UPDATE SET
            name = excluded.name, channel = excluded.channel, state = excluded.state, reason = excluded.reason,
            detail = excluded.detail, ref = excluded.ref, order_type = excluded.order_type, site = excluded.site,
            customer_id = excluded.customer_id, financial_status = excluded.financial_status,
            currency = excluded.currency, total_micros = excluded.total_micros,
            difference_micros = excluded.difference_micros, placed_at_ms = excluded.placed_at_ms,
            created_at_ms = excluded.created_at_ms, updated_at_ms = excluded.updated_at_ms,
            cancelled_at_ms = excluded.cancelled_at_ms, read_at_ms = excluded.read_at_ms,
            revision = excluded.revision, hand_off = excluded.hand_off, offer_position = excluded.offer_position,
            acknowledged_at_ms = excluded.acknowledged_at_ms, known_at_ms = excluded.known_at_ms,
            requested_at_ms = excluded.requested_at_ms, served_by = excluded.served_by,
            served_revision = excluded.served_revision, compared_revision = excluded.compared_revision,
            changed_fields = excluded.changed_fields, ignored = excluded.ignored, backfilled_for = excluded.backfilled_for,
            released = excluded.released, gone = excluded.gone, maybe_handed_off = excluded.maybe_handed_off,
            commitment = excluded.commitment, snapshot = excluded.snapshot,
            snapshot_hash = excluded.snapshot_hash
        RETURNING id
        """
}

/// The hand-off sequence.
enum OfferPosition {
    /// The next place: it never comes twice, and an order paid late comes behind one offered earlier.
    static func next(_ db: GRDB.Database) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: "UPDATE counter SET value = value + 1 WHERE name = 'offer_position' RETURNING value"
        )
        guard let position = try Int64.fetchOne(statement) else {
            throw StoreError(.corrupt, "the hand-off sequence is missing")
        }
        return position
    }
}
