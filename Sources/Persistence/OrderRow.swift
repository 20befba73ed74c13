import Foundation
internal import GRDB
import SyncEngine

/// What an import needs to know of a stored order.
struct OrderRow {
    var id: Int64
    var updatedAt: Int64
    var createdAt: Int64
    var readAt: Int64
    var acknowledgedAt: Int64?
    var hash: Int64
    var snapshot: String
    var offerPosition: Int64?
    var customer: Int64?
    var standing: OrderStanding

    private static let columns = """
        id, updated_at_ms, created_at_ms, snapshot_hash, snapshot, offer_position, customer_id, state, reason, channel,
        ref, order_type, site, hand_off, revision, served_revision, changed_fields, ignored, backfilled_for, released, gone,
        read_at_ms, acknowledged_at_ms, maybe_handed_off, redacted_at_ms
        """

    static func find(_ db: GRDB.Database, shop: Int64, gid: ShopifyID) throws -> OrderRow? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columns) FROM \"order\" WHERE shop_id = ? AND gid = ?"
        )
        return try Row.fetchOne(statement, arguments: [shop, gid.gid]).map(OrderRow.init)
    }

    static func page(
        _ db: GRDB.Database,
        shop: Int64,
        from: Date,
        before: Date,
        after: Int64,
        limit: Int
    ) throws -> [OrderRow] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(columns) FROM "order"
                WHERE id > ? AND shop_id = ? AND placed_at_ms >= ? AND placed_at_ms < ? ORDER BY id LIMIT ?
                """,
            arguments: [after, shop, from.milliseconds, before.milliseconds, limit]
        )
        .map(OrderRow.init)
    }

    private init(_ row: Row) throws {
        id = row[0]
        updatedAt = row[1]
        createdAt = row[2]
        hash = row[3]
        snapshot = row[4]
        offerPosition = row[5]
        customer = row[6]
        // The schema's CHECKs admit no other states; a reason that a newer version wrote is kept as none.
        standing = OrderStanding(
            state: OrderState(rawValue: row[7]) ?? .failed,
            reason: (row[8] as String?).flatMap(ReasonCode.init),
            channel: row[9],
            ref: row[10],
            orderType: row[11],
            site: row[12],
            handOff: HandOff(rawValue: row[13]) ?? .none,
            revision: row[14]
        )
        standing.servedRevision = row[15]
        standing.changedFields = try SQLiteOrderStore.value([String].self, json: row[16])
        standing.ignored = row[17]
        standing.backfilledFor = row[18]
        standing.released = row[19]
        standing.gone = row[20]
        readAt = row[21]
        acknowledgedAt = row[22]
        standing.maybeHandedOff = row[23]
        standing.redacted = (row[24] as Int64?) != nil
    }

    /// The version that was served last, or that an operator settled on since.
    func baseline(_ db: GRDB.Database) throws -> Order? {
        guard standing.wasServed else { return nil }
        let text = try String.fetchOne(
            db,
            sql:
                "SELECT snapshot FROM order_revision WHERE order_id = ? ORDER BY at_ms DESC, revision DESC LIMIT 1",
            arguments: [id]
        )
        return try text.map(Snapshot.order)
    }
}
