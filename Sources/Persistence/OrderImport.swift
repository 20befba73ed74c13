import Foundation
internal import GRDB
import SyncEngine

/// Stores one batch of orders inside a transaction.
struct OrderImport {
    let db: GRDB.Database
    let batch: ImportBatch

    /// Stores every order in a savepoint of its own, so that a bad one fails alone.
    func run() throws -> ImportReport {
        var report = ImportReport()
        for entry in batch.entries {
            var event: OrderEvent?
            do {
                try db.inSavepoint {
                    event = try store(entry)
                    return .commit
                }
            } catch let error where Self.isOrdersOwnFault(error) {
                try db.inSavepoint {
                    event = try storeUnreadable(
                        entry.id,
                        "could not be stored: \(StoreError(error, path: "order"))"
                    )
                    return .commit
                }
            }
            if let event { report.events.append(event) } else { report.unchanged += 1 }
        }
        return report
    }

    /// Judges every order and writes nothing.
    func rehearse() throws -> ImportReport {
        var report = ImportReport()
        for case .order(let order) in batch.entries {
            let row = try OrderRow.find(db, shop: batch.shop, gid: order.id)
            var standing = row?.standing
            if batch.backfill { standing = backfilled(standing) }
            guard let judgement = try batch.judge.judge(order, standing: standing, facts: facts) else {
                continue
            }
            if row?.standing.state == judgement.state, row?.standing.reason == judgement.reason {
                report.unchanged += 1
            } else {
                report.events.append(event(.judged, order, judgement))
            }
        }
        return report
    }

    private var facts: StoredFacts { StoredFacts(db: db, shop: batch.shop) }

    /// Constraint failures and unreadable stored text concern one order; a full disk concerns all.
    private static func isOrdersOwnFault(_ error: any Error) -> Bool {
        (error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT || error is DecodingError
            || error is EncodingError
    }

    private func store(_ entry: OrderReading.Entry) throws -> OrderEvent? {
        switch entry {
        case .order(let order): try store(order)
        case .missing(let id): try storeMissing(id)
        case .unreadable(let id, let text): try storeUnreadable(id, text)
        }
    }

    private func store(_ order: Order) throws -> OrderEvent? {
        let row = try OrderRow.find(db, shop: batch.shop, gid: order.id)
        let version = order.updatedAt.milliseconds
        if let row, row.updatedAt > version, row.standing.reason != .unreadable {
            return nil
        }
        var standing = row?.standing
        standing?.gone = false
        if batch.backfill { standing = backfilled(standing) }
        guard let judgement = try batch.judge.judge(order, standing: standing, facts: facts) else {
            return nil
        }
        try planRevisit(order, judgement)
        return try OrderWriter(db: db, shop: batch.shop, now: batch.now, readAt: batch.readAt)
            .write(order, judgement, row: row, standing: standing)
    }

    /// An order that no rule has seen yet has no standing of its own; the backfill is all that is known of it.
    private func backfilled(_ standing: OrderStanding?) -> OrderStanding {
        var standing = standing ?? OrderStanding(state: .skipped, reason: nil, channel: "")
        standing.backfilled = true
        return standing
    }

    private func planRevisit(_ order: Order, _ judgement: Judgement) throws {
        let rows = RevisitRows(db: db, shop: batch.shop)
        let current = try rows.find(order.id)
        let next = RevisitPlan.after(order, judgement, readAt: batch.readAt, now: batch.now, current: current)
        if next != current { try rows.save(next, for: order.id) }
    }

    private func storeMissing(_ id: ShopifyID) throws -> OrderEvent? {
        let row = try OrderRow.find(db, shop: batch.shop, gid: id)
        let rows = RevisitRows(db: db, shop: batch.shop)
        let absence = RevisitPlan.missing(
            createdAt: row.map { Date(milliseconds: $0.createdAt) },
            readsAllOrders: batch.readsAllOrders,
            now: batch.now,
            current: try rows.find(id)
        )
        if case .askAgain(let revisit) = absence {
            try rows.save(revisit, for: id)
            return nil
        }
        try rows.save(nil, for: id)
        guard let row else { return nil }
        return try OrderWriter(db: db, shop: batch.shop, now: batch.now, readAt: batch.readAt)
            .writeAbsent(row, gone: absence == .gone)
    }

    private func storeUnreadable(_ id: ShopifyID, _ text: String) throws -> OrderEvent? {
        let row = try OrderRow.find(db, shop: batch.shop, gid: id)
        let channel = row?.standing.channel ?? batch.judge.channels.first?.settings.name ?? ""
        return try OrderWriter(db: db, shop: batch.shop, now: batch.now, readAt: batch.readAt)
            .writeUnreadable(id, text, row: row, channel: channel)
    }

    private func event(_ change: OrderEvent.Change, _ order: Order, _ judgement: Judgement) -> OrderEvent {
        OrderEvent(
            change,
            id: order.id,
            name: order.name,
            channel: judgement.channel,
            state: judgement.state,
            reason: judgement.reason,
            detail: judgement.detail
        )
    }
}

extension Judgement {
    /// What decided, in words.
    var detail: String {
        if reason == .totalsDiffer { return decisive?[.totals]?.text ?? "" }
        return state == .imported ? "" : decisive?.refusal?.text ?? ""
    }
}
