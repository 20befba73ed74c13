import Foundation
internal import GRDB
import SyncEngine

/// Stores one batch of orders inside a transaction.
struct OrderImport {
    let db: GRDB.Database
    let batch: ImportBatch
    var snapshots: [ShopifyID: Snapshot] = [:]

    /// Stores every order in a savepoint of its own, so that a bad one fails alone.
    func run() throws -> ImportReport {
        var report = ImportReport()
        if showsPersonalData {
            try PersonalDataRows(db: db, shop: batch.shop).seen(at: batch.readAt, now: batch.now)
        }
        for entry in batch.entries {
            var event: OrderEvent?
            let current = try takeRevisit(entry.id)
            do {
                try db.inSavepoint {
                    event = try store(entry, current)
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
            if let channel = batch.backfill { standing = backfilled(standing, for: channel) }
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

    private var facts: StoredFacts {
        StoredFacts(db: db, shop: batch.shop, seesPersonalDataNow: showsPersonalData)
    }

    /// Whether one of the orders shows whom it is for.
    private var showsPersonalData: Bool {
        batch.entries.contains { entry in
            if case .order(let order) = entry {
                order.withheld.isEmpty && order.showsPersonalData
            } else {
                false
            }
        }
    }

    /// Constraint failures and unreadable stored text concern one order; a full disk concerns all.
    private static func isOrdersOwnFault(_ error: any Error) -> Bool {
        (error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT || error is DecodingError
            || error is EncodingError
    }

    /// What was planned for an order that has now been read.
    ///
    /// A plan that is due is put off at once, outside the order's savepoint: whatever goes wrong with the order, it is
    /// not due again in the next moment. After a day it is given up.
    private func takeRevisit(_ id: ShopifyID) throws -> Revisit? {
        let rows = RevisitRows(db: db, shop: batch.shop)
        guard let current = try rows.find(id), current.dueAt <= batch.now else { return try rows.find(id) }
        var later = current
        later.dueAt = batch.now.addingTimeInterval(600)
        later.attempt += 1
        try rows.save(batch.now.timeIntervalSince(current.since) < 86_400 ? later : nil, for: id)
        return current
    }

    private func store(_ entry: OrderReading.Entry, _ current: Revisit?) throws -> OrderEvent? {
        switch entry {
        case .order(let order): try store(order, current)
        case .missing(let id): try storeMissing(id, current)
        case .unreadable(let id, let text): try storeUnreadable(id, text)
        }
    }

    private func store(_ order: Order, _ current: Revisit?) throws -> OrderEvent? {
        let row = try OrderRow.find(db, shop: batch.shop, gid: order.id)
        // What was taken out stays out, whatever Shopify still has.
        let isRedacted = row?.standing.redacted ?? false
        let order = isRedacted ? order.withoutPersonalData : order
        let version = order.updatedAt.milliseconds
        if let row, row.updatedAt > version, row.standing.reason != .unreadable {
            try RevisitRows(db: db, shop: batch.shop).save(nil, for: order.id)
            return nil
        }
        var standing = row?.standing
        standing?.gone = false
        if let channel = batch.backfill { standing = backfilled(standing, for: channel) }
        if try mayBeHandedOff(order, standing) {
            standing = standing ?? unseen
            standing?.handOffState.doubt()
        }
        guard let judgement = try batch.judge.judge(order, standing: standing, facts: facts) else {
            return nil
        }
        try planRevisit(order, judgement, current)
        return try OrderWriter(
            db: db,
            shop: batch.shop,
            now: batch.now,
            readAt: batch.readAt,
            snapshots: isRedacted ? [:] : snapshots,
            channels: batch.judge.channels.map(\.settings)
        )
        .write(order, judgement, row: row, standing: standing)
    }

    /// An order that no rule has seen yet has no standing of its own.
    private var unseen: OrderStanding { OrderStanding(state: .skipped, reason: nil, channel: "") }

    private func backfilled(_ standing: OrderStanding?, for channel: String) -> OrderStanding {
        var standing = standing ?? unseen
        standing.backfilledFor = channel
        return standing
    }

    /// What comes into a restored store and is older than its return may have been in the store that was lost, and handed
    /// over from there.
    private func mayBeHandedOff(_ order: Order, _ standing: OrderStanding?) throws -> Bool {
        guard standing?.state != .imported, let restoration = try RestorationRows(db: db).current else {
            return false
        }
        return restoration.covers(placedAt: order.processedAt)
    }

    private func planRevisit(_ order: Order, _ judgement: Judgement, _ current: Revisit?) throws {
        let rows = RevisitRows(db: db, shop: batch.shop)
        let next = RevisitPlan.after(order, judgement, readAt: batch.readAt, now: batch.now, current: current)
        if next != nil || current != nil { try rows.save(next, for: order.id) }
    }

    private func storeMissing(_ id: ShopifyID, _ current: Revisit?) throws -> OrderEvent? {
        let row = try OrderRow.find(db, shop: batch.shop, gid: id)
        let rows = RevisitRows(db: db, shop: batch.shop)
        let absence = RevisitPlan.missing(
            createdAt: row.map { Date(milliseconds: $0.createdAt) },
            readsAllOrders: batch.readsAllOrders,
            now: batch.now,
            current: current
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
