import Foundation
internal import GRDB
import SyncEngine

/// The pages of orders that KCC is served, inside a transaction.
///
/// A page is recorded with its members and their revisions before it is answered, and its position names exactly that.
/// The first return of a position acknowledges the members in those revisions, whatever other clients asked for in between. Until
/// then KCC has not taken the page as far as anybody knows, and gets its orders again in their newest form.
struct KCCPageRows {
    let db: GRDB.Database
    let channel: LinkedChannel
    let now: Date

    private var positions: KCCPositionRows { KCCPositionRows(db: db, channel: channel) }
    private var handOffs: HandOffRows { HandOffRows(db: db, now: now, settings: channel.settings) }
    private var notices: NoticeRows { NoticeRows(db: db, channel: channel, now: now) }

    func begin(_ continuation: Continuation, limit: Int) throws -> PageDraft {
        let row = try KCCChannelRow(db, channel.name)
        var draft = PageDraft()
        // A status may have come before its order: what KCC has is not offered to it.
        var adopted = ReportOutcome()
        try KCCReportRows(db: db, channel: channel, now: now).adoptOrphans(&adopted)
        draft.notices += adopted.notices
        var start = row.start
        switch continuation {
        case .page(let position):
            switch try positions.origin(of: position) {
            case .own:
                draft.answers = position
                if let page = try positions.page(position.page) {
                    start = page.start
                    draft.acknowledged = try acknowledge(page)
                }
            case .ahead: try restored(position, &draft)
            case .foreign: try block(position, &draft)
            }
        case .date(let date): start = date
        case .firstContact: start = nil
        }
        try db.cachedStatement(
            sql:
                "UPDATE kcc_channel SET orders_at_ms = ?, start_ms = ?, foreign_position = ? WHERE channel = ?"
        )
        .execute(arguments: [now.milliseconds, start?.milliseconds, draft.foreign, channel.name])
        draft.start = start
        guard draft.foreign == nil else { return draft }
        if row.foreignPosition != nil { try notices.settle(.positionForeign, subject: "position") }
        try giveBack()
        draft.rows = try waiting(from: start, limit: limit)
        return draft
    }

    // MARK: What a position proves

    /// KCC has the orders of a page; said once.
    private func acknowledge(_ page: KCCPositionRows.Page) throws -> Int {
        guard !page.isReturned else { return 0 }
        try db.cachedStatement(sql: "UPDATE kcc_page SET returned_at_ms = ? WHERE channel = ? AND page = ?")
            .execute(arguments: [now.milliseconds, page.channel, page.number])
        let members = try Row.fetchAll(
            db.cachedStatement(
                sql:
                    "SELECT order_id, revision FROM kcc_page_member WHERE channel = ? AND page = ? AND void = 0"
            ),
            arguments: [page.channel, page.number]
        )
        let known = channel.kcc.guardUntil == .taken
        var count = 0
        for member in members {
            let order: Int64 = member[0]
            let change = try handOffs.change(order) { state, _ in
                state.pageReturned(revision: member[1], at: now, known: known)
            }
            guard let change, change.before.phase != .acknowledged else { continue }
            try OrderOperations.note(db, order, now: now, what: "taken by KCC")
            count += 1
        }
        return count
    }

    /// The position is of pages that this store never gave, and a later life of it did.
    private func restored(_ position: PagePosition, _ draft: inout PageDraft) throws {
        let restoration = RestorationRows(db: db)
        if try restoration.current == nil {
            try restoration.begin(.position, now: now)
        } else if try positions.generation() == position.generation {
            try KCCPositionRows.startGeneration(db)
        }
        try positions.remember(position)
        let notice = Notice(
            channel: channel.name,
            kind: .positionAhead,
            subject: "position",
            text:
                "KCC's position \(position) is of a page that this store never gave: the store was restored from a copy",
            remedy: "see: kccsyncd status",
            at: now
        )
        if try NoticeRows.note(notice, db) { draft.notices.append(notice) }
    }

    /// The position is of another store: nothing is served until KCC asks with another one, or with a date.
    private func block(_ position: PagePosition, _ draft: inout PageDraft) throws {
        draft.foreign = position.description
        let notice = Notice(
            channel: channel.name,
            kind: .positionForeign,
            subject: "position",
            text: Notice.foreignText(position.description),
            remedy: Notice.foreignRemedy,
            at: now
        )
        if try NoticeRows.note(notice, db) { draft.notices.append(notice) }
    }

    /// What is on pages that KCC has not taken so far is new to it: an edit is no change, and what is cancelled is withdrawn.
    private func giveBack() throws {
        let orders = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id FROM "order" INDEXED BY order_on_page WHERE channel = ?
                        AND served_by = 'page' AND hand_off <> 'acknowledged' AND (changed_fields <> '[]' OR gone = 1)
                    """
            ),
            arguments: [channel.name]
        )
        for order in orders {
            let circumstances = try handOffs.circumstances(of: order, channel.settings)
            let change = try handOffs.change(order) { state, _ in state.pageNotTaken(circumstances) }
            if let change, change.before.phase != change.after.phase {
                let reason = change.after.reason.map { " (\($0.rawValue))" } ?? ""
                try OrderOperations.note(
                    db,
                    order,
                    now: now,
                    what: "not taken by KCC, \(change.after.phase.rawValue)\(reason)"
                )
            }
        }
    }

    /// The oldest orders that wait, all with a URN or all without, as the oldest is.
    private func waiting(from start: Date?, limit: Int) throws -> [Int64] {
        // What could not be mapped is passed over until the order changes, or a new configuration is opened.
        let condition = """
            FROM "order" o INDEXED BY order_waiting LEFT JOIN kcc_order k ON k.order_id = o.id
                LEFT JOIN customer c ON c.id = o.customer_id
            WHERE o.channel = ?1 AND o.hand_off = 'waiting' AND o.placed_at_ms >= ?3 AND o.requested_at_ms IS NULL
                AND o.shop_id = (SELECT id FROM shop WHERE domain = ?2) AND (k.problem IS NULL OR k.problem_revision IS NOT o.revision)
            """
        let arguments: [any DatabaseValueConvertible] = [
            channel.name, channel.settings.shop.domain, start?.milliseconds ?? .min,
        ]
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
                    SELECT o.id \(condition) AND (trim(coalesce(c.urn, '')) <> '') = ?4
                    ORDER BY o.offer_position LIMIT ?5
                    """
            ),
            arguments: StatementArguments(arguments + [kind, limit])
        )
    }

    // MARK: Recording

    func commit(_ orders: ServedOrders, of draft: PageDraft) throws -> PagePosition? {
        guard try isCurrent(orders, ["waiting"]) else { return nil }
        try refuse(orders.refusals)
        // An empty page answers the position that came. Where none of ours came it gets a number of its own: the last
        // page's would acknowledge that page, and its answer may have been lost.
        if orders.entries.isEmpty, let position = draft.answers { return position }
        let generation = try positions.generation()
        if let number = try recorded(orders.entries) {
            return PagePosition(generation: generation, page: number)
        }
        let number = try positions.next()
        try db.cachedStatement(
            sql:
                "INSERT INTO kcc_page (channel, page, shop_id, start_ms, served_at_ms) VALUES (?, ?, ?, ?, ?)"
        )
        .execute(arguments: [
            channel.name, number, try positions.shop(), draft.start?.milliseconds, now.milliseconds,
        ])
        for entry in orders.entries {
            try handOffs.change(entry.row) { state, _ in state.serve(revision: entry.revision) }
            try db.cachedStatement(
                sql: "INSERT INTO kcc_page_member (channel, page, order_id, revision) VALUES (?, ?, ?, ?)"
            )
            .execute(arguments: [channel.name, number, entry.row, entry.revision])
            try OrderOperations.note(
                db,
                entry.row,
                now: now,
                what: "served to KCC, revision \(entry.revision)"
            )
            try remember(entry)
        }
        return PagePosition(generation: generation, page: number)
    }

    /// The newest page that has not come back, if it holds exactly these orders in these revisions.
    private func recorded(_ entries: [ServedOrders.Entry]) throws -> Int64? {
        let newest = try Row.fetchOne(
            db.cachedStatement(
                sql:
                    "SELECT page, returned_at_ms IS NULL FROM kcc_page WHERE channel = ? ORDER BY page DESC LIMIT 1"
            ),
            arguments: [channel.name]
        )
        guard !entries.isEmpty, let newest, newest[1] else { return nil }
        let members = try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT order_id, revision, void FROM kcc_page_member WHERE channel = ? AND page = ?"
            ),
            arguments: [channel.name, newest[0] as Int64]
        )
        guard members.count == entries.count, members.allSatisfy({ $0[2] == false }) else { return nil }
        let revisions = Dictionary(uniqueKeysWithValues: members.map { ($0[0] as Int64, $0[1] as Int) })
        return entries.allSatisfy { revisions[$0.row] == $0.revision } ? newest[0] : nil
    }

    func commitNamed(_ orders: ServedOrders) throws -> Bool {
        guard try isCurrent(orders, ["waiting", "acknowledged"]) else { return false }
        try refuse(orders.refusals)
        for entry in orders.entries {
            try handOffs.change(entry.row) { state, _ in state.serveByName(revision: entry.revision, at: now)
            }
            try takeOver(entry.row)
            try OrderOperations.note(
                db,
                entry.row,
                now: now,
                what: "KCC asked for it again by name, served revision \(entry.revision)"
            )
            try remember(entry)
        }
        return true
    }

    /// An order of a channel that is gone is the link's that gave it to KCC.
    private func takeOver(_ order: Int64) throws {
        let owner = try String.fetchOne(
            db.cachedStatement(sql: "SELECT channel FROM \"order\" WHERE id = ?"),
            arguments: [order]
        )
        guard let owner, !channel.configured.contains(owner) else { return }
        try db.cachedStatement(sql: "UPDATE \"order\" SET channel = ? WHERE id = ?")
            .execute(arguments: [channel.name, order])
    }

    /// Whether every order is as it was read, and still offered.
    private func isCurrent(_ orders: ServedOrders, _ phases: Set<String>) throws -> Bool {
        let revisions =
            orders.entries.map { ($0.row, $0.revision) } + orders.refusals.map { ($0.row, $0.revision) }
        for (row, revision) in revisions {
            let found = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT revision, hand_off FROM \"order\" WHERE id = ?"),
                arguments: [row]
            )
            guard let found, found[0] == revision, phases.contains(found[1]) else { return false }
        }
        return true
    }

    private func remember(_ entry: ServedOrders.Entry) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO kcc_order (order_id, served_at_ms, remarks) VALUES (?1, ?2, ?3)
                ON CONFLICT (order_id) DO UPDATE SET served_at_ms = ?2, remarks = ?3, problem = NULL,
                    remedy = NULL, problem_revision = NULL
                """
        )
        .execute(arguments: [entry.row, now.milliseconds, entry.remarks.joined(separator: "\n")])
    }

    private func refuse(_ refusals: [ServedOrders.Refusal]) throws {
        for refusal in refusals {
            try db.cachedStatement(
                sql: """
                    INSERT INTO kcc_order (order_id, problem, remedy, problem_revision) VALUES (?1, ?2, ?3, ?4)
                    ON CONFLICT (order_id) DO UPDATE SET problem = ?2, remedy = ?3, problem_revision = ?4
                    """
            )
            .execute(arguments: [
                refusal.row, refusal.problem, refusal.remedy, refusal.revision,
            ])
        }
    }

    // MARK: Upkeep

    /// How long a page is kept after a later one has come back.
    private static let kept: TimeInterval = 90 * 86_400

    /// Forgets pages that KCC has long passed.
    func prune() throws {
        try db.execute(
            sql: """
                DELETE FROM kcc_page WHERE channel = ?1 AND served_at_ms < ?2 AND page < (
                    SELECT max(page) FROM kcc_page WHERE channel = ?1 AND returned_at_ms IS NOT NULL)
                """,
            arguments: [channel.name, now.addingTimeInterval(-Self.kept).milliseconds]
        )
    }
}
