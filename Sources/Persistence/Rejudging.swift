import Foundation
internal import GRDB
import SyncEngine

/// Judges one page of stored orders again, after the configuration changed or an operator asked.
struct Rejudging {
    let db: GRDB.Database
    let request: RejudgeRequest

    func run() throws -> RejudgeReport {
        let rows = try OrderRow.page(db, request)
        var report = RejudgeReport()
        for row in rows {
            report.looked += 1
            if let event = try judge(row) {
                report.report.events.append(event)
            } else {
                report.report.unchanged += 1
            }
        }
        report.next = rows.count == request.limit ? rows.last?.id : nil
        return report
    }

    private func judge(_ row: OrderRow) throws -> OrderEvent? {
        // An unreadable order has nothing to judge by; only reading it again can help.
        guard row.standing.reason != .unreadable else { return nil }
        let order = try Snapshot.order(row.snapshot)
        let facts = StoredFacts(db: db, shop: request.shop)
        guard let judgement = try request.judge.judge(order, standing: row.standing, facts: facts) else {
            return nil
        }
        if request.rehearse {
            let isSame =
                judgement.state == row.standing.state && judgement.handOff == row.standing.handOff
                && (judgement.channel == row.standing.channel || judgement.state != .imported)
                && (judgement.ref == row.standing.ref || judgement.ref == nil)
                && (judgement.site == row.standing.site || judgement.state != .imported)
                && judgement.orderType == row.standing.orderType
            guard !isSame else { return nil }
            return OrderEvent(
                .judged,
                id: order.id,
                name: order.name,
                channel: judgement.channel,
                state: judgement.state,
                reason: judgement.reason,
                detail: judgement.detail,
                handOff: judgement.handOff
            )
        }
        // What now waits for its location has to be looked at again, as after an import.
        let revisits = RevisitRows(db: db, shop: request.shop)
        let current = try revisits.find(order.id)
        let plan =
            RevisitPlan.after(
                order,
                judgement,
                readAt: .distantFuture,
                now: request.now,
                current: current
            ) ?? RevisitPlan.outdated(order, judgement, now: request.now)
        if current == nil, let plan { try revisits.save(plan, for: order.id) }
        let writer = OrderWriter(
            db: db,
            shop: request.shop,
            now: request.now,
            readAt: Date(milliseconds: row.readAt),
            channels: request.judge.channels.map(\.settings)
        )
        return try writer.write(order, judgement, row: row, standing: row.standing)
    }
}
