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
        "(o.name IN (?, ?) OR (o.ref = ? AND o.state = 'imported') OR o.gid IN (?, ?))"

    private static func names(_ reference: String) -> StatementArguments {
        let number = ShopifyID(kind: "Order", number: reference).gid
        return [reference, "#" + reference, AssociatedRef(reference).text, reference, number]
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
    package func changes(_ stored: StoredOrder) async throws(StoreError) -> [OrderChange] {
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
            return try Snapshot.order(text).changes(since: kept)
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

    /// What is stored of a shop; nil before its first sync.
    package func shop(domain: String) async throws(StoreError) -> ShopRecord? {
        try await store.findShop(domain: domain)
    }

    /// The zones of all shops that were synced, for the channels of a configuration and those that the store knows.
    package func zones(of channels: [ChannelSettings]) async throws(StoreError) -> ShopZones {
        try await store.read { db in
            var shops: [String: String] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT domain, time_zone FROM shop") {
                shops[row[0]] = row[1]
            }
            var places: [String: String] = [:]
            let sql =
                "SELECT c.name, s.domain FROM channel c JOIN shop s ON s.id = c.shop_id ORDER BY s.id"
            for row in try Row.fetchAll(db, sql: sql) { places[row[0]] = row[1] }
            for channel in channels { places[channel.name] = channel.shop.domain }
            return ShopZones(shops: shops, channels: places)
        }
    }

    package func locations(shop: Int64) async throws(StoreError) -> [ShopLocation] {
        try await store.read { db in try ChannelFactRows(db: db).locations(shop: shop) }
    }

    /// What is stored of channels, by their names.
    package func facts(of channels: [ChannelSettings]) async throws(StoreError) -> [String: ChannelFacts] {
        try await store.read { db in
            let rows = ChannelFactRows(db: db)
            return try channels.reduce(into: [:]) { facts, channel in
                facts[channel.name] = try rows.facts(of: channel.name, domain: channel.shop.domain)
            }
        }
    }

    /// Counts and health of every shop that was ever synced.
    package func status() async throws(StoreError) -> [ShopStatus] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM shop ORDER BY id")
                .map { row in
                    let record = ShopRecord(row)
                    let counts =
                        try Row.fetchAll(
                            db,
                            sql: """
                                SELECT channel, state, reason, count(*) FROM "order" INDEXED BY order_state WHERE shop_id = ?
                                GROUP BY channel, state, reason
                                """,
                            arguments: [record.id]
                        )
                        .compactMap { row in
                            OrderState(rawValue: row[1])
                                .map {
                                    OrderCount(channel: row[0], state: $0, reason: row[2], count: row[3])
                                }
                        }
                    let waiting = try Row.fetchAll(
                        db,
                        sql: """
                            SELECT channel, count(*) FROM "order"
                            WHERE offer_position IS NOT NULL AND hand_off = 'waiting' AND shop_id = ? GROUP BY channel
                            """,
                        arguments: [record.id]
                    )
                    return ShopStatus(
                        record: record,
                        health: try (row["health"] as String?)
                            .map {
                                try SQLiteOrderStore.value(ShopHealth.self, json: $0)
                            } ?? ShopHealth(),
                        counts: counts,
                        waiting: Dictionary(waiting.map { ($0[0] as String, $0[1] as Int) }) { first, _ in
                            first
                        },
                        personalData: try PersonalDataRows(db: db, shop: record.id).sight()
                    )
                }
        }
    }

    /// How shops are doing that never said who they are, by domain.
    package func unreachedShops() async throws(StoreError) -> [String: ShopHealth] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT domain, health FROM unreached_shop")
                .reduce(into: [:]) { shops, row in
                    shops[row[0]] = try SQLiteOrderStore.value(ShopHealth.self, json: row[1])
                }
        }
    }

    /// How many orders are stored, or were placed since an instant.
    package func orderCount(since: Date? = nil) async throws(StoreError) -> Int {
        try await store.read { db in
            if let since {
                return try Int.fetchOne(
                    db,
                    sql: "SELECT count(*) FROM \"order\" WHERE placed_at_ms >= ?",
                    arguments: [since.milliseconds]
                ) ?? 0
            }
            // Rows are never deleted one by one, so the greatest number is the count, and costs nothing.
            return try Int.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM \"order\"") ?? 0
        }
    }

    /// Orders placed on each of the last days of a zone, by day and state; the oldest day first.
    package func daily(days: Int, now: Date, in zone: TimeZone) async throws(StoreError) -> [DailyOrders] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let midnight = calendar.startOfDay(for: now)
        let starts = (0..<days).reversed()
            .compactMap { calendar.date(byAdding: .day, value: -$0, to: midnight) }
        return try await store.read { db in
            try starts.enumerated()
                .map { index, start in
                    let end = index + 1 < starts.count ? starts[index + 1] : .distantFuture
                    let rows = try Row.fetchAll(
                        db.cachedStatement(
                            sql: """
                                SELECT state, count(*) FROM "order" INDEXED BY order_placed
                                WHERE placed_at_ms >= ? AND placed_at_ms < ? GROUP BY state
                                """
                        ),
                        arguments: [start.milliseconds, end.milliseconds]
                    )
                    return DailyOrders(
                        day: start,
                        counts: rows.reduce(into: [:]) { counts, row in
                            if let state = OrderState(rawValue: row[0]) { counts[state] = row[1] }
                        }
                    )
                }
        }
    }

    /// How many orders of a shop still wait for something in Shopify and were placed in a span.
    package func waitingInShopify(shop: Int64, from: Date, to: Date) async throws(StoreError) -> Int {
        try await store.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM "order"
                    WHERE placed_at_ms BETWEEN ? AND ? AND shop_id = ? AND gone = 0
                        AND (state IN ('failed', 'pending') OR reason IN ('unpaid', 'location_unknown'))
                    """,
                arguments: [from.milliseconds, to.milliseconds, shop]
            ) ?? 0
        }
    }

    /// How many orders changed after their hand-off and are not settled.
    package func changedAfterHandOff() async throws(StoreError) -> Int {
        try await store.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM \"order\" WHERE changed_fields <> '[]'") ?? 0
        }
    }

    package func customers() async throws(StoreError) -> [StoredCustomer] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM customer ORDER BY id").map { StoredCustomer($0) }
        }
    }
}
