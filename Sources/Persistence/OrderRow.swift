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
    /// Why it stands so, in words, as of the decision that was written last.
    var detail: String
    /// As of the same decision, in the money set that its channel had then.
    var difference: Amount

    private static let columns = """
        id, updated_at_ms, created_at_ms, snapshot_hash, snapshot, offer_position, customer_id, state, reason, channel,
        ref, order_type, site, revision, changed_fields, ignored, backfilled_for, gone, read_at_ms, redacted_at_ms,
        detail, difference_micros, \(HandOffState.columns())
        """

    static func find(_ db: GRDB.Database, shop: Int64, gid: ShopifyID) throws -> OrderRow? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columns) FROM \"order\" WHERE shop_id = ? AND gid = ?"
        )
        return try Row.fetchOne(statement, arguments: [shop, gid.gid]).map(OrderRow.init)
    }

    /// The next orders to judge again.
    static func page(_ db: GRDB.Database, _ request: RejudgeRequest) throws -> [OrderRow] {
        let placed = "placed_at_ms >= ?3 AND placed_at_ms < ?4"
        let span: [any DatabaseValueConvertible] = [request.from.milliseconds, request.before.milliseconds]
        let (source, condition, arguments): (String, String, [any DatabaseValueConvertible]) =
            switch request.selection {
            case .all: ("", placed, span)
            case .toHandOff: ("INDEXED BY order_to_hand_off", "hand_off IN ('waiting', 'held')", [])
            case .others: ("", "\(placed) AND hand_off NOT IN ('waiting', 'held')", span)
            case .refused(let reason, let channel):
                (
                    "INDEXED BY order_state", "channel = ?3 AND state = ?4 AND reason = ?5",
                    [channel, reason.state.rawValue, reason.rawValue]
                )
            }
        let place: [any DatabaseValueConvertible] = [request.afterRow, request.shop]
        return
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(columns) FROM "order" \(source)
                    WHERE id > ?1 AND shop_id = ?2 AND \(condition) ORDER BY id LIMIT \(request.limit)
                    """,
                arguments: StatementArguments(place + arguments)
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
        detail = row[20]
        difference = Amount(micros: row[21])
        // The schema's CHECKs admit no other states; a reason that a newer version wrote is kept as none.
        standing = OrderStanding(
            state: OrderState(rawValue: row[7]) ?? .failed,
            reason: (row[8] as String?).flatMap(ReasonCode.init),
            channel: row[9],
            ref: row[10],
            orderType: row[11],
            site: row[12],
            handOff: HandOffState(row, at: 22),
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
