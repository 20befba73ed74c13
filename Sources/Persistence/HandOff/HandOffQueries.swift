package import Foundation
internal import GRDB
package import SyncEngine

/// The questions that people ask about the link to KCC; nothing here writes.
package struct HandOffQueries: Sendable {
    private let store: SQLiteOrderStore

    package init(_ database: OrderDatabase) {
        store = SQLiteOrderStore(database)
    }

    /// How the link of each of some channels stands.
    ///
    /// - Parameter channels: With the time after which an unconfirmed order is worth a warning.
    package func standings(_ channels: [(name: String, confirmAfter: Duration)], now: Date)
        async throws(StoreError)
        -> [LinkStanding]
    {
        try await store.read { db in
            try channels.map { channel in
                var standing = LinkStanding(channel: channel.name)
                let row = try Row.fetchOne(
                    db,
                    sql:
                        "SELECT orders_at_ms, reports_at_ms, start_ms, foreign_position FROM kcc_channel WHERE channel = ?",
                    arguments: [channel.name]
                )
                standing.ordersAt = (row?[0] as Int64?).map { Date(milliseconds: $0) }
                standing.reportsAt = (row?[1] as Int64?).map { Date(milliseconds: $0) }
                standing.start = (row?[2] as Int64?).map { Date(milliseconds: $0) }
                standing.foreignPosition = row?[3]
                if let start = standing.start {
                    standing.beforeStart = try Self.some(
                        db,
                        "INDEXED BY order_waiting WHERE o.channel = ? AND o.hand_off = 'waiting' AND o.placed_at_ms < ?",
                        [channel.name, start.milliseconds]
                    )
                }
                standing.unmapped = try Self.some(
                    db,
                    "JOIN kcc_order k ON k.order_id = o.id WHERE k.problem IS NOT NULL AND o.channel = ? AND o.hand_off = 'waiting'",
                    [channel.name]
                )
                standing.requested = try Self.some(
                    db,
                    "WHERE o.channel = ? AND o.hand_off = 'waiting' AND o.requested_at_ms IS NOT NULL",
                    [channel.name]
                )
                let late = now.addingTimeInterval(-channel.confirmAfter.seconds).milliseconds
                standing.unconfirmed = try Self.some(
                    db,
                    """
                    JOIN kcc_order k ON k.order_id = o.id
                    WHERE k.served_at_ms IS NOT NULL AND k.confirmed_at_ms IS NULL AND k.served_at_ms < ?1 AND o.channel = ?2
                        AND o.hand_off = 'acknowledged' AND o.acknowledged_at_ms < ?1
                    """,
                    [late, channel.name]
                )
                standing.notices = try Self.notices(db, channel: channel.name)
                return standing
            }
        }
    }

    /// Orders that KCC has although they are not imported, by the channel that they are listed under.
    package func acknowledgedUnimported(_ channels: [String]) async throws(StoreError)
        -> [String: LinkStanding.Some]
    {
        try await store.read { db in
            try channels.reduce(into: [:]) { orders, channel in
                orders[channel] = try Self.some(
                    db,
                    "INDEXED BY order_acknowledged_unimported WHERE o.channel = ? AND o.hand_off = 'acknowledged' AND o.state <> 'imported'",
                    [channel]
                )
            }
        }
    }

    /// What a person has to look at, the oldest first.
    package func notices() async throws(StoreError) -> [Notice] {
        try await store.read { db in try Self.notices(db, channel: nil) }
    }

    /// The last body of a channel's endpoint that could not be read, as far as it was kept.
    package func unreadableBody(channel: String, endpoint: String) async throws(StoreError)
        -> (at: Date, size: Int, beginning: [UInt8])?
    {
        try await store.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT at_ms, size, body FROM kcc_body WHERE channel = ? AND endpoint = ? ORDER BY at_ms DESC LIMIT 1
                    """,
                arguments: [channel, endpoint]
            )
            .map { row in
                let body: Data = row[2]
                return (at: Date(milliseconds: row[0]), size: row[1], beginning: Array(body))
            }
        }
    }

    /// What is remembered of an order's way to KCC; nil before its first attempt.
    package func handOff(of order: StoredOrder) async throws(StoreError) -> OrderHandOff? {
        try await store.read { db in
            let row = try Row.fetchOne(
                db,
                sql: "SELECT * FROM kcc_order WHERE order_id = ?",
                arguments: [order.row]
            )
            guard let row else { return nil }
            func time(_ column: String) -> Date? { (row[column] as Int64?).map { Date(milliseconds: $0) } }
            var handOff = OrderHandOff()
            handOff.servedAt = time("served_at_ms")
            handOff.requestedAt = order.standing.handOffState.requestedAt
            handOff.problem = row["problem"]
            handOff.remedy = row["remedy"]
            let remarks: String = row["remarks"]
            handOff.remarks = remarks.split(separator: "\n").map(String.init)
            handOff.code = row["kcc_code"]
            handOff.status = row["status"]
            handOff.statusAt = time("status_at_ms")
            handOff.confirmedAt = time("confirmed_at_ms")
            handOff.shipments =
                try Row.fetchAll(
                    db,
                    sql:
                        "SELECT id, code, status, despatched_at_ms FROM kcc_shipment WHERE order_id = ? ORDER BY status_at_ms, id",
                    arguments: [order.row]
                )
                .map { row in
                    OrderHandOff.Shipment(
                        id: row[0],
                        code: row[1],
                        status: row[2],
                        despatchedAt: (row[3] as Int64?).map { Date(milliseconds: $0) }
                    )
                }
            return handOff
        }
    }

    /// Of some codes, those that KCC does not have, as far as it has told its items; nil where it has told none.
    ///
    /// - Parameter kinds: KCC's kinds of code that are searched; of some of them KCC never tells.
    package func unknownCodes(_ codes: [SKU], kinds: [String], channel: String) async throws(StoreError)
        -> [SKU]?
    {
        guard kinds.allSatisfy({ ["StockCode", "OtherRef", "Barcode"].contains($0) }) else { return nil }
        return try await store.read { db in
            let any = try Bool.fetchOne(
                db,
                sql: "SELECT 1 FROM kcc_stock_code WHERE channel = ? LIMIT 1",
                arguments: [channel]
            )
            guard any == true else { return nil }
            return try codes.filter { code in
                try kinds.allSatisfy { kind in
                    try Bool.fetchOne(
                        db.cachedStatement(
                            sql:
                                "SELECT 1 FROM kcc_stock_code WHERE channel = ? AND kind = ? AND code = ? LIMIT 1"
                        ),
                        arguments: [channel, kind, code]
                    ) != true
                }
            }
        }
    }

    /// Orders that wait for KCC or were taken by it, for a look at what it gets.
    package func offered(channel: LinkedChannel, unacknowledgedOnly: Bool) async throws(StoreError)
        -> [OfferedOrder]
    {
        let states = unacknowledgedOnly ? "('waiting')" : "('waiting', 'acknowledged')"
        return try await store.read { db in
            try Row.fetchAll(
                db,
                sql: StoredOrder.select
                    + " WHERE o.channel = ? AND s.domain = ? AND o.hand_off IN \(states) ORDER BY o.offer_position",
                arguments: [channel.name, channel.settings.shop.domain]
            )
            .map { try SQLiteHandOffStore.whole($0, db) }
        }
    }

    /// One order as it would be offered.
    package func offered(_ order: StoredOrder) async throws(StoreError) -> OfferedOrder? {
        try await store.read { db in
            try Row.fetchOne(db, sql: StoredOrder.select + " WHERE o.id = ?", arguments: [order.row])
                .map { try SQLiteHandOffStore.whole($0, db) }
        }
    }

    private static func some(
        _ db: GRDB.Database,
        _ rest: String,
        _ arguments: StatementArguments
    ) throws -> LinkStanding.Some {
        var some = LinkStanding.Some()
        some.count =
            try Int.fetchOne(db, sql: "SELECT count(*) FROM \"order\" o \(rest)", arguments: arguments) ?? 0
        guard some.count > 0 else { return some }
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT o.name, o.gid FROM \"order\" o \(rest) ORDER BY o.id LIMIT 3",
            arguments: arguments
        )
        some.names = rows.map { $0[0] }
        some.references = try rows.map { try OrderQueries.reference(toName: $0[0], gid: $0[1], db) }
        return some
    }

    private static func notices(_ db: GRDB.Database, channel: String?) throws -> [Notice] {
        try Row.fetchAll(
            db,
            sql:
                "SELECT * FROM kcc_notice WHERE open = 1 AND (?1 IS NULL OR channel = ?1) ORDER BY id LIMIT 1000",
            arguments: [channel]
        )
        .compactMap { row in
            // A kind that a newer version wrote is not for this one to explain.
            guard let kind = Notice.Kind(rawValue: row["kind"]) else { return nil }
            var notice = Notice(
                channel: row["channel"],
                kind: kind,
                subject: row["subject"],
                text: row["text"],
                remedy: row["remedy"],
                at: Date(milliseconds: row["first_at_ms"])
            )
            notice.id = row["id"]
            notice.lastAt = Date(milliseconds: row["last_at_ms"])
            notice.times = row["times"]
            return notice
        }
    }
}
