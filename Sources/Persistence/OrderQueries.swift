package import Foundation
internal import GRDB
package import SyncEngine

/// The questions that commands ask of the order store; nothing here writes.
package struct OrderQueries: Sendable {
    let store: SQLiteOrderStore

    package init(_ database: OrderDatabase) {
        store = SQLiteOrderStore(database)
    }

    /// What to list.
    package struct Filter: Sendable {
        package var channel: String?
        package var state: OrderState?
        package var reason: ReasonCode?
        package var since: Date?
        package var before: Date?
        package var unacknowledgedOnly = false
        package var heldOnly = false

        package init(channel: String? = nil, state: OrderState? = nil, since: Date? = nil) {
            self.channel = channel
            self.state = state
            self.since = since
        }
    }

    /// The restoration that nobody has confirmed yet; nil in a store that was not restored.
    package func restoration() async throws(StoreError) -> Restoration? {
        try await store.read { db in try RestorationRows(db: db).current }
    }

    /// Lists orders, the latest first.
    package func list(_ filter: Filter) async throws(StoreError) -> [StoredOrder] {
        try await store.read { db in
            var sql = StoredOrder.select + " WHERE 1"
            var arguments: StatementArguments = []
            if let channel = filter.channel {
                sql += " AND o.channel = ?"
                arguments += [channel]
            }
            if let state = filter.state {
                sql += " AND o.state = ?"
                arguments += [state.rawValue]
            }
            if let reason = filter.reason {
                sql += " AND o.reason = ?"
                arguments += [reason.rawValue]
                // A restored store may have a million orders, and few in doubt.
                if reason == .maybeHandedOff { sql += " AND o.hand_off IN ('waiting', 'held')" }
            }
            if let since = filter.since {
                sql += " AND o.placed_at_ms >= ?"
                arguments += [since.milliseconds]
            }
            if let before = filter.before {
                sql += " AND o.placed_at_ms < ?"
                arguments += [before.milliseconds]
            }
            // Both, for the index of those that are not handed off.
            if filter.heldOnly { sql += " AND o.hand_off = 'held' AND o.hand_off IN ('waiting', 'held')" }
            if filter.unacknowledgedOnly { sql += " AND o.hand_off = 'waiting'" }
            sql += " ORDER BY o.placed_at_ms DESC, o.id DESC"
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map(StoredOrder.init)
        }
    }

    /// Finds what a person calls an order: its associated ref, Shopify's name, or its gid.
    ///
    /// - Returns: Every order that fits; a caller refuses more than one.
    package func find(_ reference: String) async throws(StoreError) -> [StoredOrder] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: "\(StoredOrder.select) WHERE \(Self.fits) ORDER BY o.id",
                arguments: Self.names(reference)
            )
            .map(StoredOrder.init)
        }
    }

    private static let fits =
        "(o.name IN (?1, '#' || ?1, ?2, '#' || ?2) OR (o.ref = ?2 AND o.state = 'imported') OR o.gid IN (?2, ?3))"

    /// White space at the ends does not count, except that Shopify's name of an order may have some.
    private static func names(_ reference: String) -> StatementArguments {
        let text = AssociatedRef(reference).text
        return [reference, text, ShopifyID(kind: "Order", number: text).gid]
    }

    /// What a command has to be given to find an order, as a word of a shell: its plain name, or where that fits others as
    /// well its gid.
    package func reference(to order: StoredOrder) async throws(StoreError) -> String {
        try await store.read { db in try Self.reference(toName: order.name, gid: order.id.gid, db) }
    }

    static func reference(toName name: String, gid: String, _ db: GRDB.Database) throws -> String {
        let count = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT count(*) FROM \"order\" o WHERE \(fits)"),
            arguments: names(OrderName.plain(name))
        )
        return count == 1 ? OrderName.argument(name) : gid
    }

    /// Shopify's name of the order in a row of the store; nil where there is none.
    package func name(of row: Int64) async throws(StoreError) -> String? {
        try await store.read { db in
            try String.fetchOne(db, sql: "SELECT name FROM \"order\" WHERE id = ?", arguments: [row])
        }
    }

    /// The whole order as it is stored.
    package func order(_ stored: StoredOrder) async throws(StoreError) -> Order {
        try await store.read { db in
            let text = try String.fetchOne(
                db,
                sql: "SELECT snapshot FROM \"order\" WHERE id = ?",
                arguments: [stored.row]
            )
            guard let text else {
                throw StoreError(.refused, "order \(stored.name) is not in the store any more")
            }
            return try Snapshot.order(text)
        }
    }

    /// What differs between the version that the ERP has and the stored one, until an operator settles it.
    ///
    /// - Parameter settings: Its channel's; nil where that is not in the file.
    package func changes(_ stored: StoredOrder, _ settings: ChannelSettings?) async throws(StoreError)
        -> [OrderChange]
    {
        guard !stored.standing.changedFields.isEmpty else { return [] }
        return try await store.read { db in
            let compared = stored.standing.handOffState.compared
            guard let kept = try HandOffRows.kept(stored.row, compared, db),
                let text = try String.fetchOne(
                    db,
                    sql: "SELECT snapshot FROM \"order\" WHERE id = ?",
                    arguments: [stored.row]
                )
            else { return [] }
            return try Snapshot.order(text).changes(since: kept, settings)
        }
    }

    package func history(_ stored: StoredOrder) async throws(StoreError) -> [HistoryEntry] {
        try await store.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT at_ms, what, detail FROM order_history WHERE order_id = ? ORDER BY id",
                arguments: [stored.row]
            )
            .map { HistoryEntry(at: Date(milliseconds: $0[0]), what: $0[1], detail: $0[2]) }
        }
    }

    package func payments(_ stored: StoredOrder) async throws(StoreError) -> [EnteredPayment] {
        try await store.read { db in try Self.payments(stored.row, db) }
    }

    static func payments(_ order: Int64, _ db: GRDB.Database) throws -> [EnteredPayment] {
        try Row.fetchAll(
            db.cachedStatement(
                sql:
                    "SELECT at_ms, amount_micros, kind, reference FROM order_payment WHERE order_id = ? ORDER BY id"
            ),
            arguments: [order]
        )
        .compactMap { row in
            PaymentKind(rawValue: row[2])
                .map {
                    EnteredPayment(
                        at: Date(milliseconds: row[0]),
                        amount: Amount(micros: row[1]),
                        kind: $0,
                        reference: row[3]
                    )
                }
        }
    }

    /// Judges a stored order by given settings, as the import would, and changes nothing.
    package func judge(_ stored: StoredOrder, _ order: Order, by judge: Judge) async throws(StoreError)
        -> Judgement?
    {
        try await store.read { db in
            try judge.judge(order, standing: stored.standing, facts: StoredFacts(db: db, shop: stored.shop))
        }
    }

    package func customers() async throws(StoreError) -> [StoredCustomer] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM customer ORDER BY id").map { StoredCustomer($0) }
        }
    }
}
