import Foundation
internal import GRDB
import SyncEngine

/// The pages of orders that KCC is served, inside a transaction.
///
/// A page is recorded with each of its orders before it is answered. KCC's position proves that it took the page with that
/// number, and acknowledges the orders that are on it. As long as KCC asks with the position that the last page answered, it has
/// not taken that page and gets the same one again: so it does not matter which of several answers reaches it.
struct KCCPageRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    let now: Date

    func begin(_ continuation: Continuation, limit: Int) throws -> PageDraft {
        var row = try KCCChannelRow(db, channel.name)
        var draft = PageDraft()
        switch continuation {
        case .page(let position) where position.generation == row.generation && position.page <= row.page:
            draft.answers = position
            draft.acknowledged = try acknowledge(page: position.page)
            if row.answers == position.page, row.page > position.page {
                draft.rows = try members(of: row.page)
                if !draft.rows.isEmpty { draft.again = row.page }
            }
        case .page(let position):
            // Pages to come must not get a number that KCC holds already: it would acknowledge what it never took.
            if position.generation == row.generation { try skip(to: position.page) }
            let notice = Notice(
                channel: channel.name,
                kind: .positionForeign,
                subject: "position",
                text:
                    "KCC's position \(position) is of another store, or of later than this one: the store was restored or made anew",
                remedy: "see: kccsyncd status",
                at: now
            )
            if try NoticeRows.note(notice, db) {
                draft.notices.append(notice)
                let restoration = RestorationRows(db: db)
                if try restoration.current == nil { try restoration.begin(.position, now: now) }
            }
        case .date(let date):
            row.start = date
            try setStart(date)
        case .firstContact:
            row.start = nil
            try setStart(nil)
        }
        if draft.rows.isEmpty { draft.rows = try waiting(from: row.start, limit: limit) }
        try db.cachedStatement(sql: "UPDATE kcc_channel SET orders_at_ms = ? WHERE channel = ?")
            .execute(arguments: [now.milliseconds, channel.name])
        return draft
    }

    private func skip(to page: Int64) throws {
        try db.execute(
            sql: "UPDATE kcc_channel SET page = ?, answers = NULL WHERE channel = ? AND page < ?1",
            arguments: [min(page, 1 << 60), channel.name]
        )
    }

    private func setStart(_ date: Date?) throws {
        // A page that answered a position before is none to go on with: KCC begins anew.
        try db.execute(
            sql: "UPDATE kcc_channel SET start_ms = ?, answers = NULL WHERE channel = ?",
            arguments: [date?.milliseconds, channel.name]
        )
    }

    /// KCC has the orders of a page.
    private func acknowledge(page: Int64) throws -> Int {
        let rows = try members(of: page) + doubted(on: page)
        let known = channel.kcc.guardUntil == .taken
        for row in rows {
            try OrderOperations.acknowledge(db, row, now: now, known: known)
            try OrderOperations.note(db, row, now: now, what: "taken by KCC")
        }
        return rows.count
    }

    /// Orders of a page that nobody has taken back since.
    private func members(of page: Int64) throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT o.id FROM "order" o INDEXED BY order_waiting JOIN kcc_order k ON k.order_id = o.id
                    WHERE o.channel = ? AND o.hand_off = 'waiting' AND k.page = ? ORDER BY o.offer_position
                    """
            ),
            arguments: [channel.name, page]
        )
    }

    /// Orders of a page that are in doubt since the store was restored: the position proves that KCC has them.
    private func doubted(on page: Int64) throws -> [Int64] {
        try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT o.id FROM "order" o INDEXED BY order_maybe_handed_off JOIN kcc_order k ON k.order_id = o.id
                    WHERE o.channel = ? AND o.maybe_handed_off = 1 AND o.hand_off = 'held' AND k.page = ? ORDER BY o.id
                    """
            ),
            arguments: [channel.name, page]
        )
    }

    /// The oldest orders that wait, all with a URN or all without, as the oldest is.
    private func waiting(from start: Date?, limit: Int) throws -> [Int64] {
        // What could not be mapped is passed over until the order changes, or a new configuration is opened.
        let condition = """
            FROM "order" o INDEXED BY order_waiting LEFT JOIN kcc_order k ON k.order_id = o.id
                LEFT JOIN customer c ON c.id = o.customer_id
            WHERE o.channel = ?1 AND o.hand_off = 'waiting' AND o.placed_at_ms >= ?2 AND k.requested_at_ms IS NULL
                AND (k.problem IS NULL OR k.problem_revision IS NOT o.revision)
            """
        let arguments: [any DatabaseValueConvertible] = [channel.name, start?.milliseconds ?? .min]
        let kind = try Bool.fetchOne(
            db.cachedStatement(
                sql: "SELECT trim(coalesce(c.urn, '')) <> '' \(condition) ORDER BY o.offer_position LIMIT 1"
            ),
            arguments: StatementArguments(arguments)
        )
        guard let kind else { return [] }
        return try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT o.id \(condition) AND (trim(coalesce(c.urn, '')) <> '') = ?3
                    ORDER BY o.offer_position LIMIT ?4
                    """
            ),
            arguments: StatementArguments(arguments + [kind, limit])
        )
    }

    // MARK: Recording

    func commit(_ orders: ServedOrders, of draft: PageDraft) throws -> PagePosition? {
        guard try isCurrent(orders, "waiting") else { return nil }
        try refuse(orders.refusals)
        let row = try KCCChannelRow(db, channel.name)
        // An empty page answers the position that came. Where none of ours came it gets a number of its own: the last page's
        // would acknowledge that page, and its answer may have been lost.
        if orders.entries.isEmpty, let position = draft.answers { return position }
        let number = draft.again ?? row.page + 1
        if draft.again == nil {
            try db.execute(
                sql: "UPDATE kcc_channel SET page = ?, answers = ? WHERE channel = ?",
                arguments: [number, draft.answers?.page, channel.name]
            )
        }
        for entry in orders.entries {
            let served = try Int.fetchOne(
                db.cachedStatement(sql: "SELECT served_revision FROM \"order\" WHERE id = ?"),
                arguments: [entry.row]
            )
            // The first revision that was served stays what later ones are compared with.
            if served == nil { try OrderOperations.serve(db, entry.row, now: now) }
            if draft.again == nil {
                try OrderOperations.note(
                    db,
                    entry.row,
                    now: now,
                    what: "served to KCC, revision \(entry.revision)"
                )
            }
            try remember(entry, page: number)
        }
        return PagePosition(generation: row.generation, page: number)
    }

    func commitNamed(_ orders: ServedOrders) throws -> Bool {
        guard try isCurrent(orders, "acknowledged") else { return false }
        try refuse(orders.refusals)
        for entry in orders.entries {
            // Its import failed, so KCC has no earlier revision.
            try OrderOperations.keep(db, entry.row, why: "settled", now: now)
            try db.execute(
                sql: """
                    UPDATE "order" SET hand_off = 'waiting', acknowledged_at_ms = NULL, known_at_ms = NULL,
                        served_revision = revision, changed_fields = '[]' WHERE id = ?
                    """,
                arguments: [entry.row]
            )
            try OrderOperations.note(
                db,
                entry.row,
                now: now,
                what: "KCC asked for it again by name, served revision \(entry.revision)"
            )
            try remember(entry, page: nil)
            try db.execute(
                sql: "UPDATE kcc_order SET requested_at_ms = ? WHERE order_id = ?",
                arguments: [now.milliseconds, entry.row]
            )
        }
        return true
    }

    /// Whether every order is as it was read, and still offered.
    private func isCurrent(_ orders: ServedOrders, _ handOff: String) throws -> Bool {
        let revisions =
            orders.entries.map { ($0.row, $0.revision) } + orders.refusals.map { ($0.row, $0.revision) }
        for (row, revision) in revisions {
            let found = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT revision, hand_off FROM \"order\" WHERE id = ?"),
                arguments: [row]
            )
            guard let found, found[0] == revision, found[1] == "waiting" || found[1] == handOff else {
                return false
            }
        }
        return true
    }

    private func remember(_ entry: ServedOrders.Entry, page: Int64?) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO kcc_order (order_id, page, served_at_ms, remarks) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (order_id) DO UPDATE SET page = ?2, served_at_ms = ?3, remarks = ?4, problem = NULL,
                    remedy = NULL, problem_revision = NULL
                """
        )
        .execute(arguments: [
            entry.row, page, now.milliseconds, entry.remarks.joined(separator: "\n"),
        ])
    }

    private func refuse(_ refusals: [ServedOrders.Refusal]) throws {
        for refusal in refusals {
            try db.cachedStatement(
                sql: """
                    INSERT INTO kcc_order (order_id, problem, remedy, problem_revision) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (order_id) DO UPDATE SET page = NULL, problem = ?2, remedy = ?3, problem_revision = ?4
                    """
            )
            .execute(arguments: [
                refusal.row, refusal.problem, refusal.remedy, refusal.revision,
            ])
        }
    }
}
