import Foundation
internal import GRDB
import SyncEngine

/// Writes one judged order: its row, lines, customer and history.
struct OrderWriter {
    let db: GRDB.Database
    let shop: Int64
    let now: Date
    let readAt: Date
    /// Made beforehand; whatever is missing is made when it is needed.
    var snapshots: [ShopifyID: Snapshot] = [:]
    /// The shop's channels, which say what of an order is handed off.
    var channels: [ChannelSettings] = []

    /// Writes an order that was read, and says what changed; nil where nothing did.
    func write(
        _ order: Order,
        _ judgement: Judgement,
        row: OrderRow?,
        standing: OrderStanding?
    ) throws -> OrderEvent? {
        let snapshot = try snapshots[order.id] ?? Snapshot(of: order)
        let contentChanged = row.map { $0.hash != snapshot.hash || $0.snapshot != snapshot.text } ?? true
        var next = standing ?? OrderStanding(state: judgement.state, reason: nil, channel: "")
        next.apply(judgement)
        if let row { try revise(&next, order, row, contentChanged: contentChanged) }
        var judgement = judgement
        var detail = next.gone && next.state != .ignored ? Self.deleted : judgement.detail
        if let row, !contentChanged {
            if next.reason == row.standing.reason, !channels.contains(where: { $0.name == next.channel }) {
                // Only the order's own channel says what differs, and in which money.
                (detail, judgement.difference) = (row.detail, row.difference)
            }
            // What is said of it follows the settings, also where it stays what it is.
            let isSame = row.detail == detail && row.difference == judgement.difference
            if isSame, row.standing == next { return nil }
        }

        let customer = try row?.customer ?? customer(of: order, judgement)
        let id = try upsert(
            order,
            next,
            judgement,
            snapshot,
            row: row,
            customer: customer,
            detail: detail
        )
        if contentChanged {
            // What could not be sent as it was may be sent as it is, also where nothing of it is a change for an ERP.
            try db.cachedStatement(
                sql: "UPDATE kcc_order SET problem_revision = NULL WHERE order_id = ? AND problem IS NOT NULL"
            )
            .execute(arguments: [id])
            try writeLines(order, of: id, replacing: row != nil)
            try ClaimRows(db: db).write(StockClaim.units(of: order), of: id, replacing: row != nil)
        }
        let event = event(order, next, detail, row: row, contentChanged: contentChanged)
        if let event, event.change != .updated { try note(event, order: id) }
        return event
    }

    /// Marks an order that Shopify no longer returns.
    func writeAbsent(_ row: OrderRow, gone: Bool) throws -> OrderEvent? {
        let order = try Snapshot.order(row.snapshot)
        var next = row.standing
        next.gone = gone
        let reason: ReasonCode = gone ? .gone : .outOfReach
        if next.state == .imported {
            if gone { next.handOffState.delete() }
            next.reason = next.handOffState.reason
        } else if next.state != .ignored {
            next.state = gone ? .skipped : next.state
            next.reason = reason
        }
        guard next != row.standing else { return nil }
        let detail = gone ? Self.deleted : "older than 60 days, and the app lacks read_all_orders"
        try update(next, of: row, detail: detail)
        let event = OrderEvent(
            gone ? .gone : .judged,
            id: order.id,
            name: order.name,
            channel: next.channel,
            state: next.state,
            reason: reason,
            detail: detail,
            handOff: next.handOff
        )
        try note(event, order: row.id)
        return event
    }

    /// What is said of an order that Shopify no longer has.
    private static let deleted = "deleted in Shopify"

    /// The code that ISO 4217 reserves for amounts without a currency: nothing of an unreadable order is known but its id,
    /// and the column must not name a currency that the order may not have.
    private static let noCurrency = "XXX"

    /// Keeps an order that came in a shape we cannot take, so that it is seen.
    func writeUnreadable(_ id: ShopifyID, _ text: String, row: OrderRow?, channel: String) throws
        -> OrderEvent?
    {
        let event = OrderEvent(
            .judged,
            id: id,
            name: String(id.number),
            channel: channel,
            state: .failed,
            reason: .unreadable,
            detail: text
        )
        if let row {
            guard row.standing.state != .ignored, row.standing.reason != .unreadable else { return nil }
            if row.standing.state == .imported { return try noteUnreadable(event, row) }
            var next = row.standing
            next.state = .failed
            next.reason = .unreadable
            try update(next, of: row, detail: text)
            try note(event, order: row.id)
            return event
        }
        let order = Order(
            id: id,
            name: String(id.number),
            createdAt: readAt,
            processedAt: readAt,
            updatedAt: readAt,
            currency: Self.noCurrency,
            presentmentCurrency: Self.noCurrency,
            totals: OrderTotals(total: .zero, current: .zero)
        )
        let judgement = Judgement(
            channel: channel,
            state: .failed,
            reason: .unreadable,
            handOff: HandOffState(),
            ref: nil,
            orderType: "online",
            site: nil,
            customer: nil,
            difference: .zero,
            evaluations: []
        )
        let next = OrderStanding(state: .failed, reason: .unreadable, channel: channel)
        let number = try upsert(
            order,
            next,
            judgement,
            try Snapshot(of: order),
            row: nil,
            customer: nil,
            detail: text
        )
        try note(event, order: number)
        return event
    }

    /// An imported order stays as it was stored; that its newest version cannot be read is said once.
    private func noteUnreadable(_ event: OrderEvent, _ row: OrderRow) throws -> OrderEvent? {
        let last = try String.fetchOne(
            db,
            sql: "SELECT what FROM order_history WHERE order_id = ? ORDER BY id DESC LIMIT 1",
            arguments: [row.id]
        )
        var event = event
        event.state = .imported
        event.channel = row.standing.channel
        event.name = try Snapshot.order(row.snapshot).name
        guard last != "imported unreadable" else { return nil }
        try note(event, order: row.id)
        return event
    }

    // MARK: Steps

    /// Raises the revision when something changed that matters, and compares with what the ERP has.
    ///
    /// The reference is part of what the ERP gets: a page with another one is another page.
    private func revise(
        _ next: inout OrderStanding,
        _ order: Order,
        _ row: OrderRow,
        contentChanged: Bool
    ) throws {
        let settings = channels.first { $0.name == next.channel }
        var matters = row.standing.ref != nil && next.ref != row.standing.ref
        if contentChanged, row.standing.reason != .unreadable {
            matters = try matters || !order.changes(since: Snapshot.order(row.snapshot), settings).isEmpty
        }
        if matters { next.revision = row.standing.revision + 1 }
        guard contentChanged,
            let kept = try HandOffRows.kept(row.id, next.handOffState.compared, db)
        else { return }
        next.changedFields = order.changes(since: kept, settings).map(\.field)
    }

    private func customer(of order: Order, _ judgement: Judgement) throws -> Int64? {
        guard let choice = judgement.customer else { return nil }
        return try CustomerRows(db: db, shop: shop, now: now).take(choice, for: order)
    }

    private func event(
        _ order: Order,
        _ next: OrderStanding,
        _ why: String,
        row: OrderRow?,
        contentChanged: Bool
    ) -> OrderEvent? {
        func make(_ change: OrderEvent.Change, _ detail: String) -> OrderEvent {
            OrderEvent(
                change,
                id: order.id,
                name: order.name,
                channel: next.channel,
                state: next.state,
                reason: next.reason,
                detail: detail,
                handOff: next.handOff
            )
        }
        guard let row else { return make(.judged, why) }
        let before = row.standing
        if next.changedFields != before.changedFields, !next.changedFields.isEmpty {
            return make(.changedAfterHandOff, next.changedFields.joined(separator: ", "))
        }
        let moved =
            before.state != next.state || before.reason != next.reason || before.handOff != next.handOff
            || before.channel != next.channel || before.ref != nil && before.ref != next.ref
        // An operator decides by what is said of an order that is held.
        let isHeldOtherwise = !contentChanged && next.isHeldForTotals && row.detail != why
        if moved || isHeldOtherwise { return make(.judged, why) }
        return contentChanged ? make(.updated, "") : nil
    }

    private func note(_ event: OrderEvent, order: Int64) throws {
        let what =
            event.change == .judged
            ? [
                event.state.rawValue, event.reason?.rawValue,
                event.handOff == .none ? nil : event.handOff.rawValue,
            ]
            .compactMap(\.self).joined(separator: " ")
            : event.change.rawValue
        let statement = try db.cachedStatement(
            sql: "INSERT INTO order_history (order_id, at_ms, what, detail) VALUES (?, ?, ?, ?)"
        )
        try statement.execute(arguments: [order, now.milliseconds, what, event.detail])
    }

    private func writeLines(_ order: Order, of id: Int64, replacing: Bool) throws {
        if replacing {
            try db.cachedStatement(sql: "DELETE FROM order_line WHERE order_id = ?").execute(arguments: [id])
        }
        let statement = try db.cachedStatement(
            sql: "INSERT INTO order_line VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        for (position, line) in order.lines.enumerated() {
            try statement.execute(arguments: [
                id, position, line.id.gid, line.sku, line.title, line.quantity, line.currentQuantity,
                line.unitPrice.shop.micros,
            ])
        }
    }
}

extension OrderStanding {
    /// Takes over what the rules decided.
    mutating func apply(_ judgement: Judgement) {
        state = judgement.state
        reason = judgement.reason
        channel = judgement.channel
        handOffState = judgement.handOffState
        ref = judgement.ref
        orderType = judgement.orderType
        site = judgement.site
        if judgement.isStartWaived { backfilledFor = StartWaiver.everyChannel }
    }
}
