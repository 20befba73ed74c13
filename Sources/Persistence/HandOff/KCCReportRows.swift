import Foundation
internal import GRDB
import SyncEngine

/// Takes up what KCC reports of orders, inside a transaction: who knows them, and what has left.
struct KCCReportRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    let now: Date

    private var notices: NoticeRows { NoticeRows(db: db, channel: channel, now: now) }

    /// What the rows need to know of the reported order.
    struct Found {
        var row: Int64
        var id: ShopifyID
        var name: String
        var ref: AssociatedRef?
    }

    func take(_ report: OrderReport, _ outcome: inout ReportOutcome) throws {
        guard let found = try find(report) else { return try keep(report, &outcome) }
        if let ref = AssociatedRef(report.associatedRef), let own = found.ref,
            !ref.means(own, named: found.name)
        {
            try notices.raise(
                .referencesDiffer,
                subject: report.subject,
                "KCC's order \(report.subject) carries the id of order \(found.name) and the reference \(ref.text), which is not that order's; the id decides",
                "compare the two orders in KCC",
                &outcome
            )
        }
        try confirm(found, report, &outcome)
        for shipment in report.shipments { try take(shipment, in: report, of: found, &outcome) }
        if report.status == "Complete" { try complain(of: found, &outcome) }
    }

    /// Tries again what was not known when it came.
    func adoptOrphans(_ outcome: inout ReportOutcome) throws {
        for orphan in try adoptable() {
            let report: OrderReport = try SQLiteOrderStore.value(OrderReport.self, json: orphan.report)
            guard try find(report) != nil else { continue }
            try db.execute(
                sql: "DELETE FROM kcc_orphan WHERE channel = ? AND subject = ?",
                arguments: [channel.name, orphan.subject]
            )
            try notices.settle(.orderUnknown, subject: orphan.subject)
            try take(report, &outcome)
        }
    }

    /// Reports whose order may be known by now.
    private func adoptable() throws -> [(subject: String, report: String)] {
        let affixes = channel.refFormats.compactMap(AssociatedRef.affixes)
        let names = affixes.map { before, after in
            let name =
                "substr(k.associated_ref, \(before.unicodeScalars.count + 1), length(k.associated_ref) - \(before.unicodeScalars.count + after.unicodeScalars.count))"
            return
                "OR EXISTS (SELECT 1 FROM \"order\" o WHERE o.name IN (\(name), '#' || \(name)) AND o.shop_id = ?2 AND o.state <> 'imported')"
        }
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT subject, report FROM kcc_orphan k WHERE channel = ?1 AND (
                        EXISTS (SELECT 1 FROM "order" o WHERE o.shop_id = ?2 AND o.gid = k.custom_data)
                        OR EXISTS (SELECT 1 FROM "order" o WHERE o.shop_id = ?2 AND o.ref = k.associated_ref
                            AND o.state = 'imported')
                        OR (k.associated_ref LIKE '#_%' AND EXISTS (SELECT 1 FROM "order" o WHERE o.shop_id = ?2
                            AND o.name = k.associated_ref AND o.state = 'imported'))
                        \(names.joined(separator: " ")))
                    """
            ),
            arguments: [channel.name, try KCCPositionRows(db: db, channel: channel).shop()]
        )
        return rows.map { ($0[0], $0[1]) }
    }

    // MARK: The order

    /// By our own id, else by the reference, else by KCC's id of it: an order of the shop, whichever channel has it.
    private func find(_ report: OrderReport) throws -> Found? {
        if let gid = AssociatedRef(report.customData) {
            if let found = try first("o.gid = ?", gid.text) { return found }
            // Another shop's order may have the same reference; this shop has nothing to do with it.
            let isAnothers = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM \"order\" WHERE gid = ?)"),
                arguments: [gid.text]
            )
            if isAnothers == true { return nil }
        }
        if let ref = AssociatedRef(report.associatedRef) {
            if let found = try first("o.ref = ? AND o.state = 'imported'", ref.text) { return found }
            if let found = try unimported(ref) { return found }
            if let name = ref.shopifyName, let found = try first("o.name = ? AND o.state = 'imported'", name)
            {
                return found
            }
        }
        guard let id = report.id else { return nil }
        return try first("o.id = (SELECT order_id FROM kcc_order WHERE kcc_id = ?)", id)
    }

    /// An order that is not imported has no reference of its own: it is found by the name that the reference is made of.
    private func unimported(_ ref: AssociatedRef) throws -> Found? {
        // One whose reference another order has is not the one that KCC means.
        let condition =
            "o.name = ? AND o.state <> 'imported' AND o.reason IS NOT '\(ReasonCode.refTaken.rawValue)'"
        for format in channel.refFormats {
            guard let name = ref.orderName(in: format) else { continue }
            if let found = try first(condition, name) ?? first(condition, "#" + name) { return found }
        }
        return nil
    }

    private func first(_ condition: String, _ value: String) throws -> Found? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT o.id, o.gid, o.name, o.ref FROM "order" o
                WHERE \(condition) AND o.shop_id = (SELECT id FROM shop WHERE domain = ?)
                ORDER BY o.channel <> ?, o.id LIMIT 1
                """
        )
        return
            try Row.fetchOne(
                statement,
                arguments: [value, channel.settings.shop.domain, channel.name]
            )
            .map { row in
                Found(row: row[0], id: ShopifyID(row[1]), name: row[2], ref: AssociatedRef(row[3] as String?))
            }
    }

    /// Keeps a report of an order that we do not have: it may be imported later.
    private func keep(_ report: OrderReport, _ outcome: inout ReportOutcome) throws {
        let count = try Int.fetchOne(
            db,
            sql: "SELECT count(*) FROM kcc_orphan WHERE channel = ?",
            arguments: [channel.name]
        )
        if (count ?? 0) < Self.mostOrphans {
            try db.execute(
                sql: "INSERT OR REPLACE INTO kcc_orphan VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    channel.name, report.subject, AssociatedRef(report.customData)?.text,
                    AssociatedRef(report.associatedRef)?.text, now.milliseconds,
                    try SQLiteOrderStore.json(report),
                ]
            )
        }
        try notices.raise(
            .orderUnknown,
            subject: report.subject,
            "KCC reports on order \(report.subject), which is not an order of this shop",
            "if it was placed before the start date, import it with a backfill from its date; if it was made in KCC by hand, dismiss this",
            &outcome
        )
    }

    private static let mostOrphans = 10_000

    /// A status that names an order says that KCC has really imported it.
    private func confirm(_ found: Found, _ report: OrderReport, _ outcome: inout ReportOutcome) throws {
        let before = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT status, confirmed_at_ms FROM kcc_order WHERE order_id = ?"),
            arguments: [found.row]
        )
        if before?[1] as Int64? == nil { outcome.confirmed += 1 }
        let moves = before?[0] as String? != report.status
        try db.cachedStatement(
            sql: """
                INSERT INTO kcc_order (order_id, kcc_id, kcc_code, status, status_at_ms, confirmed_at_ms)
                VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                ON CONFLICT (order_id) DO UPDATE SET kcc_id = coalesce(?2, kcc_id), kcc_code = coalesce(?3, kcc_code),
                    status = ?4, status_at_ms = CASE WHEN status IS ?4 THEN status_at_ms ELSE ?5 END,
                    confirmed_at_ms = coalesce(confirmed_at_ms, ?5)
                """
        )
        .execute(arguments: [found.row, report.id, report.code, report.status, now.milliseconds])
        let page = try Int.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT m.revision FROM kcc_page_member m JOIN kcc_page p ON p.channel = m.channel AND p.page = m.page
                    WHERE m.order_id = ? AND m.void = 0 AND p.returned_at_ms IS NULL ORDER BY m.page LIMIT 1
                    """
            ),
            arguments: [found.row]
        )
        try HandOffRows(db: db, now: now, settings: channel.settings)
            .change(found.row) { state, revision in
                state.statusReceived(page: page, current: revision, at: now)
            }
        guard moves else { return }
        try OrderOperations.note(db, found.row, now: now, what: "KCC says \(report.status)")
        if report.status == "Cancelled" {
            try notices.raise(
                .orderCancelled,
                subject: found.name,
                "KCC has cancelled order \(found.name); in Shopify nothing was cancelled or refunded",
                "cancel and refund it in Shopify's admin if that is meant, then dismiss this",
                &outcome
            )
        }
    }

    // MARK: Shipments

    private func take(
        _ report: ShipmentReport,
        in order: OrderReport,
        of found: Found,
        _ outcome: inout ReportOutcome
    ) throws {
        let rows = try KCCShipmentRows(
            db: db,
            channel: channel,
            shipment: report.id,
            order: found.row,
            now: now
        )
        guard let known = try rows.open(report, of: found.row) else {
            return try notices.raise(
                .referencesDiffer,
                subject: report.id,
                "KCC's shipment \(report.id) was reported as another order's before, and now as one of \(found.name)",
                "fulfil by hand what of it has left, then dismiss this",
                &outcome
            )
        }
        let digest = report.digest(in: order)
        guard try !rows.knows(digest) else { return try rows.check(parts: known.parts) }
        let facts = try rows.facts(of: found.row, known)
        let name = report.code.map { "\(report.id) (\($0))" } ?? report.id
        switch DespatchDecision.decide(report, in: order, of: channel, facts: facts, now: now) {
        case .progress:
            try rows.note(report, despatched: false)
        case .unmatched(let why):
            try notices.raise(
                .shipmentUnmatched,
                subject: report.id,
                "KCC's shipment \(name) of \(found.name) cannot be told to Shopify: \(why)",
                "fulfil in Shopify what has left, then dismiss this",
                &outcome
            )
        case .despatched(let despatch):
            try rows.note(report, despatched: true)
            if try rows.tell(despatch, of: found.row, found.id, parts: known.parts) {
                outcome.despatches += 1
            }
            try rows.remember(digest)
            try notices.settle(.shipmentUnmatched, subject: report.id)
            if !despatch.reduced.isEmpty {
                try notices.raise(
                    .shipmentReduced,
                    subject: report.id,
                    "KCC now reports fewer units in shipment \(name) of \(found.name) than were sent: \(despatch.reduced.joined(separator: "; "))",
                    "Shopify's fulfilment stays as it is; put right what is wrong, then dismiss this",
                    &outcome
                )
            }
            if despatch.hasSeveralCouriers {
                try notices.raise(
                    .severalCouriers,
                    subject: report.id,
                    "KCC's shipment \(name) of \(found.name) has several couriers; Shopify shows all its numbers under the first",
                    "correct the tracking in Shopify's admin if it matters, then dismiss this",
                    &outcome
                )
            }
        }
    }

    /// Says so where KCC calls an order complete and units of it never left.
    private func complain(of found: Found, _ outcome: inout ReportOutcome) throws {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT (SELECT coalesce(sum(current_quantity), 0) FROM order_line WHERE order_id = ?1),
                        (SELECT coalesce(sum(units), 0) FROM kcc_shipment_item i
                            JOIN kcc_shipment s ON s.channel = i.channel AND s.id = i.shipment_id
                            WHERE s.order_id = ?1)
                    """
            ),
            arguments: [found.row]
        )
        let wanted: Int = row?[0] ?? 0
        let sent: Int = row?[1] ?? 0
        guard sent < wanted else {
            return try notices.settle(.despatchIncomplete, subject: found.name)
        }
        try notices.raise(
            .despatchIncomplete,
            subject: found.name,
            "KCC calls order \(found.name) complete, and \(wanted - sent) of its \(wanted) units were never despatched",
            "if they have left run: kccsyncd shipments add \(OrderName.argument(found.name)); then dismiss this",
            &outcome
        )
    }
}
