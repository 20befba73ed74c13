import Foundation
internal import GRDB
import SyncEngine

/// Stores what happens to an order's hand-off, inside a transaction.
///
/// ``SyncEngine/HandOffState`` decides; nothing else writes these columns of an order that is there already.
struct HandOffRows {
    let db: GRDB.Database
    let now: Date
    /// The channel's, which say what of an order is handed off; nil where they are not known.
    var settings: ChannelSettings?

    /// An order's state, with what events need to know of the order.
    struct Entry {
        var state: HandOffState
        /// The order's present revision.
        var revision: Int
        /// What the rules made of it.
        var order: OrderState
        var reason: ReasonCode?
        /// Whether it takes stock, as stored: a status of KCC's may have changed that.
        var commitment: String
    }

    func find(_ order: Int64) throws -> Entry? {
        let statement = try db.cachedStatement(
            sql: "SELECT \(HandOffState.columns()), revision, commitment FROM \"order\" WHERE id = ?"
        )
        return try Row.fetchOne(statement, arguments: [order])
            .map { row in
                Entry(
                    state: HandOffState(row, at: 0),
                    revision: row[HandOffState.columnCount],
                    // The schema's CHECK admits no other.
                    order: OrderState(rawValue: row[0]) ?? .failed,
                    reason: (row[2] as String?).flatMap(ReasonCode.init),
                    commitment: row[HandOffState.columnCount + 1]
                )
            }
    }

    /// Lets an event happen to an order, and stores what follows.
    ///
    /// - Parameter reason: The reason that the order is not imported for from now on; nil leaves its state.
    /// - Returns: The states before and after; nil where there is no such order.
    @discardableResult
    func change(
        _ order: Int64,
        reason: ReasonCode? = nil,
        _ event: (inout HandOffState, Int) throws -> [HandOffState.Action]
    ) throws -> (before: HandOffState, after: HandOffState)? {
        guard let entry = try find(order) else { return nil }
        var state = entry.state
        let actions = try event(&state, entry.revision)
        let orderState = reason?.state ?? entry.order
        // Of an order that is not imported the reason is the rules'.
        let why = reason ?? (orderState == .imported ? state.reason : entry.reason)
        let commitment = StockCommitment(orderState, why, isCancelledInKCC: state.isCancelledInKCC)
        if state != entry.state || reason != nil || commitment.rawValue != entry.commitment {
            try write(state, of: order, orderState, why, commitment)
        }
        for action in actions { try perform(action, on: order, state) }
        return (entry.state, state)
    }

    private func write(
        _ state: HandOffState,
        of order: Int64,
        _ orderState: OrderState,
        _ reason: ReasonCode?,
        _ commitment: StockCommitment
    ) throws {
        try db.cachedStatement(
            sql: """
                UPDATE "order" SET hand_off = ?, state = ?, reason = ?, commitment = ?, served_by = ?, served_revision = ?,
                    compared_revision = ?, acknowledged_at_ms = ?, known_at_ms = ?, requested_at_ms = ?, released = ?,
                    maybe_handed_off = ?
                WHERE id = ?
                """
        )
        .execute(arguments: [
            state.phase.rawValue, orderState.rawValue, reason?.rawValue,
            commitment.rawValue, state.served?.way.rawValue, state.served?.revision,
            state.compared, state.acknowledgedAt?.milliseconds, state.knownAt?.milliseconds,
            state.requestedAt?.milliseconds, state.released, state.isInDoubt, order,
        ])
    }

    private func perform(_ action: HandOffState.Action, on order: Int64, _ state: HandOffState) throws {
        switch action {
        case .offer:
            try db.cachedStatement(sql: "UPDATE \"order\" SET offer_position = ? WHERE id = ?")
                .execute(arguments: [try OfferPosition.next(db), order])
        case .keep(let copy): try keep(order, copy)
        case .compare: try compare(order, with: state.compared)
        case .forgetChanges:
            try db.cachedStatement(
                sql: "UPDATE \"order\" SET changed_fields = '[]' WHERE id = ? AND changed_fields <> '[]'"
            )
            .execute(arguments: [order])
        case .voidPages:
            try db.cachedStatement(
                sql: """
                    UPDATE kcc_page_member SET void = 1 WHERE order_id = ?1 AND void = 0 AND EXISTS (
                        SELECT 1 FROM kcc_page p WHERE p.channel = kcc_page_member.channel
                            AND p.page = kcc_page_member.page AND p.returned_at_ms IS NULL)
                    """
            )
            .execute(arguments: [order])
            // What KCC said of it was of what it had then.
            try db.cachedStatement(
                sql: "UPDATE kcc_order SET status = NULL WHERE order_id = ? AND status IS NOT NULL"
            )
            .execute(arguments: [order])
        }
    }

    private func keep(_ order: Int64, _ copy: HandOffState.Action.Copy) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO order_revision (order_id, revision, why, at_ms, snapshot, snapshot_hash)
                SELECT id, revision, ?, ?, snapshot, snapshot_hash FROM "order" WHERE id = ?
                """
        )
        .execute(arguments: [copy.rawValue, now.milliseconds, order])
    }

    private func compare(_ order: Int64, with revision: Int?) throws {
        guard let text = try snapshot(of: order), let kept = try Self.kept(order, revision, db) else {
            return
        }
        let changed = try Snapshot.order(text).changes(since: kept, settings).map(\.field)
        try db.cachedStatement(sql: "UPDATE \"order\" SET changed_fields = ? WHERE id = ?")
            .execute(arguments: [try SQLiteOrderStore.json(changed), order])
    }

    /// The order as it was in a revision that was kept; nil where none was.
    static func kept(_ order: Int64, _ revision: Int?, _ db: GRDB.Database) throws -> Order? {
        guard let revision else { return nil }
        // What an operator settled on is the later of two copies of one revision.
        let text = try String.fetchOne(
            db.cachedStatement(
                sql:
                    "SELECT snapshot FROM order_revision WHERE order_id = ? AND revision = ? ORDER BY why DESC LIMIT 1"
            ),
            arguments: [order, revision]
        )
        return try text.map(Snapshot.order)
    }

    private func snapshot(of order: Int64) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT snapshot FROM \"order\" WHERE id = ?"),
            arguments: [order]
        )
    }

    /// What decides about the hand-off of a stored order besides its past.
    ///
    /// - Parameter settings: Its channel's; nil where that is not in the file.
    func circumstances(of order: Int64, _ settings: ChannelSettings?) throws -> HandOffState.Circumstances {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT snapshot, gone, redacted_at_ms IS NOT NULL, state FROM \"order\" WHERE id = ?"
            ),
            arguments: [order]
        )
        guard let row else { return HandOffState.Circumstances() }
        let whole = try Snapshot.order(row[0])
        let figures = OrderFigures(of: whole, settings?.money ?? .shop)
        let entered = try OrderQueries.payments(order, db)
        var found = Judge.circumstances(whole, nil, entered, figures, settings)
        found.isGone = row[1]
        found.isRedacted = row[2]
        found.isImported = row[3] == OrderState.imported.rawValue
        return found
    }
}

extension HandOffState {
    /// The columns that hold a state, in the order that ``init(_:at:)`` reads them.
    static func columns(_ table: String = "") -> String {
        [
            "state", "hand_off", "reason", "served_by", "served_revision", "compared_revision",
            "acknowledged_at_ms", "known_at_ms", "requested_at_ms", "released", "maybe_handed_off",
        ]
        .map { table + $0 }.joined(separator: ", ") + ", " + wasCancelled(table)
    }

    static let columnCount = 12

    /// Whether KCC's last status is a cancellation, and nothing was despatched.
    private static func wasCancelled(_ table: String) -> String {
        let order = table.isEmpty ? "\"order\".id" : "\(table)id"
        return """
            EXISTS (SELECT 1 FROM kcc_order WHERE order_id = \(order) AND status = 'Cancelled')
                AND NOT EXISTS (SELECT 1 FROM kcc_shipment WHERE order_id = \(order) AND despatched_at_ms IS NOT NULL)
            """
    }

    /// Reads a state from its columns.
    init(_ row: Row, at offset: Int) {
        func time(_ place: Int) -> Date? { (row[offset + place] as Int64?).map { Date(milliseconds: $0) } }
        let isImported = row[offset] == OrderState.imported.rawValue
        let way = (row[offset + 3] as String?).flatMap(Served.Way.init)
        self.init(
            // The schema's CHECK admits no other.
            HandOff(rawValue: row[offset + 1]) ?? .none,
            // Of an order that is not imported the reason is the rules'.
            reason: isImported ? (row[offset + 2] as String?).flatMap(ReasonCode.init) : nil,
            served: way.map { Served($0, row[offset + 4]) },
            compared: row[offset + 5],
            acknowledgedAt: time(6),
            knownAt: time(7),
            requestedAt: time(8),
            released: row[offset + 9],
            isInDoubt: row[offset + 10],
            wasCancelled: row[offset + 11]
        )
    }
}
