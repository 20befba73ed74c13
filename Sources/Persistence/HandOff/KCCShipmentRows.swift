import Foundation
internal import GRDB
import SyncEngine

/// One of KCC's shipments: what it was sent with, and the shipments of ours that it became.
///
/// What KCC adds to a shipment later becomes one more shipment of ours, since what was told of the first is done.
struct KCCShipmentRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    let shipment: String
    let now: Date
    /// The channel that it was first reported to: another one of the shop may report it again.
    let owner: String

    init(db: GRDB.Database, channel: LinkedChannel, shipment: String, order: Int64, now: Date) throws {
        self.db = db
        self.channel = channel
        self.shipment = shipment
        self.now = now
        let known = try String.fetchOne(
            db.cachedStatement(sql: "SELECT channel FROM kcc_shipment WHERE order_id = ? AND id = ?"),
            arguments: [order, shipment]
        )
        owner = known ?? channel.name
    }

    struct Known {
        var isDespatched: Bool
        /// Shipments of ours so far.
        var parts: Int
    }

    /// What is known of it, made known where it is new; nil where it belongs to another order.
    func open(_ report: ShipmentReport, of order: Int64) throws -> Known? {
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO kcc_shipment (channel, id, order_id, code, status, status_at_ms)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [owner, shipment, order, report.code, report.status, now.milliseconds])
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT order_id, despatched_at_ms, parts FROM kcc_shipment WHERE channel = ? AND id = ?"
            ),
            arguments: [owner, shipment]
        )
        guard let row, row[0] == order else { return nil }
        return Known(isDespatched: row[1] as Int64? != nil, parts: row[2])
    }

    /// Whether this very report was taken up before, however often and in whatever order it comes.
    func knows(_ digest: String) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql:
                    "SELECT 1 FROM kcc_shipment_report WHERE channel = ? AND shipment_id = ? AND digest = ?"
            ),
            arguments: [owner, shipment, digest]
        ) ?? false
    }

    func remember(_ digest: String) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO kcc_shipment_report VALUES (?, ?, ?)")
            .execute(arguments: [owner, shipment, digest])
    }

    /// Writes down how it stands; one that has left does not go back.
    func note(_ report: ShipmentReport, despatched: Bool) throws {
        try db.cachedStatement(
            sql: """
                UPDATE kcc_shipment SET code = coalesce(?1, code),
                    status = CASE WHEN despatched_at_ms IS NULL OR ?3 THEN ?2 ELSE status END,
                    status_at_ms = ?4, despatched_at_ms = CASE WHEN ?3 THEN coalesce(despatched_at_ms, ?4) ELSE despatched_at_ms END
                WHERE channel = ?5 AND id = ?6
                """
        )
        .execute(arguments: [
            report.code, report.status, despatched, now.milliseconds, owner, shipment,
        ])
    }

    func facts(of order: Int64, _ known: Known) throws -> DespatchDecision.Facts {
        let snapshot = try String.fetchOne(
            db.cachedStatement(sql: "SELECT snapshot FROM \"order\" WHERE id = ?"),
            arguments: [order]
        )
        let whole = try Snapshot.order(snapshot ?? "")
        let found = whole.despatchable(channel.settings)
        var facts = DespatchDecision.Facts(lines: found.lines)
        facts.tips = found.tips
        facts.placedAt = whole.processedAt
        facts.isDespatched = known.isDespatched
        let links = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT item, line_gid FROM kcc_order_item WHERE order_id = ?"),
            arguments: [order]
        )
        for link in links { facts.links[link[0], default: []].append(ShopifyID(link[1])) }
        let sent = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT i.channel = ?2 AND i.shipment_id = ?3, i.item, i.line_gid, i.units FROM kcc_shipment s
                    JOIN kcc_shipment_item i ON i.channel = s.channel AND i.shipment_id = s.id WHERE s.order_id = ?1
                    """
            ),
            arguments: [order, owner, shipment]
        )
        for row in sent {
            let line = ShopifyID(row[2])
            let isOwn: Bool = row[0]
            if isOwn {
                let item: String = row[1]
                facts.sent[item, default: []]
                    .append(DespatchDecision.Match(item: item, orderItem: nil, line: line, units: row[3]))
            } else {
                facts.sentByOthers[line, default: 0] += row[3]
            }
        }
        return facts
    }

    /// Queues what is new of it.
    ///
    /// - Returns: Whether there is anything to tell Shopify.
    func tell(_ despatch: DespatchDecision.Despatch, of order: Int64, _ id: ShopifyID, parts: Int) throws
        -> Bool
    {
        var isNews = false
        for part in 0..<parts {
            guard
                let known = try Row.fetchOne(
                    db,
                    sql: "SELECT * FROM shipment WHERE reference = ?",
                    arguments: [reference(part)]
                )
            else { continue }
            var shipment = try SQLiteShipmentStore.shipment(known, id, db)
            shipment.tracking = despatch.tracking
            if try SQLiteShipmentStore.tell(shipment, of: order, db, now) == .changed { isNews = true }
        }
        guard !despatch.news.isEmpty else { return isNews }
        var shipment = Shipment(reference: reference(parts), order: id, despatchedAt: despatch.at)
        for match in despatch.news {
            if let place = shipment.lines.firstIndex(where: { $0.line == match.line }) {
                shipment.lines[place].quantity += match.units
            } else {
                shipment.lines.append(Shipment.Line(line: match.line, quantity: match.units))
            }
            try remember(match, of: order)
        }
        shipment.tracking = despatch.tracking
        _ = try SQLiteShipmentStore.tell(shipment, of: order, db, now)
        try db.execute(
            sql: "UPDATE kcc_shipment SET parts = ? WHERE channel = ? AND id = ?",
            arguments: [parts + 1, owner, self.shipment]
        )
        return true
    }

    /// Has what was sent of it looked at again: a fulfilment may have been cancelled in Shopify since it was last reported.
    func check(parts: Int) throws {
        for part in 0..<parts {
            let id = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM shipment WHERE reference = ?"),
                arguments: [reference(part)]
            )
            if let id { try SQLiteShipmentStore.check(id, db, now) }
        }
    }

    /// What our shipments of it are called: `kcc web Q7ZZ01`, and for what was added later `kcc web Q7ZZ01 +1`.
    private func reference(_ part: Int) -> String {
        "kcc \(owner) \(shipment)" + (part > 0 ? " +\(part)" : "")
    }

    private func remember(_ match: DespatchDecision.Match, of order: Int64) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO kcc_shipment_item VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET units = units + excluded.units
                """
        )
        .execute(arguments: [owner, shipment, match.item, match.line.gid, match.units])
        if let item = match.orderItem, !item.isEmpty {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO kcc_order_item VALUES (?, ?, ?)")
                .execute(arguments: [order, item, match.line.gid])
        }
    }
}
