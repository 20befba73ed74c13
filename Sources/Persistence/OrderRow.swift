import Foundation
internal import GRDB
import SyncEngine

/// What an import needs to know of a stored order.
struct OrderRow {
    var id: Int64
    var updatedAt: Int64
    var createdAt: Int64
    var readAt: Int64
    var hash: Int64
    var snapshot: String
    var offerPosition: Int64?
    var customer: Int64?
    var standing: OrderStanding

    private static let columns = """
        id, updated_at_ms, created_at_ms, snapshot_hash, snapshot, offer_position, customer_id, state, reason, channel,
        ref, order_type, site, revision, changed_fields, ignored, backfilled_for, gone, read_at_ms, redacted_at_ms,
        \(HandOffState.columns())
        """

    static func find(_ db: GRDB.Database, shop: Int64, gid: ShopifyID) throws -> OrderRow? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columns) FROM \"order\" WHERE shop_id = ? AND gid = ?"
        )
        return try Row.fetchOne(statement, arguments: [shop, gid.gid]).map(OrderRow.init)
    }

    /// Orders that are not handed off yet, whenever they were placed.
    static func toHandOff(_ db: GRDB.Database, shop: Int64, after: Int64, limit: Int) throws -> [OrderRow] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(columns) FROM "order" INDEXED BY order_to_hand_off
                WHERE hand_off IN ('waiting', 'held') AND shop_id = ? AND id > ? ORDER BY id LIMIT ?
                """,
            arguments: [shop, after, limit]
        )
        .map(OrderRow.init)
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
            handOff: HandOffState(row, at: 20),
            revision: row[13]
        )
        standing.changedFields = try SQLiteOrderStore.value([String].self, json: row[14])
        standing.ignored = row[15]
        standing.backfilledFor = row[16]
        standing.gone = row[17]
        readAt = row[18]
        standing.redacted = (row[19] as Int64?) != nil
    }
}
