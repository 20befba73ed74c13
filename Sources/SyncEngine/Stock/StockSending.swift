import Foundation

/// A job on its way: what is left to send, and what the answers mean for its SKUs.
struct StockSending {
    let job: PushJob
    let scope: StockScope
    /// The last is sent next.
    var waiting: [StockBatch]
    /// The key that the job's intent has.
    var lastKey: String
    /// Whether the next answer may be that to an earlier request.
    var isReplay: Bool
    /// By item; empty for a job of an earlier process.
    var plans: [ShopifyID: StockPlan.Row] = [:]
    /// Items whose figure is put back, because their SKU has become another's.
    private var restored: Set<ShopifyID> = []
    var sent = 0

    init(job: PushJob, scope: StockScope, batch: StockBatch, isReplay: Bool) {
        self.job = job
        self.scope = scope
        self.waiting = [batch]
        self.lastKey = batch.key
        self.isReplay = isReplay
    }

    /// How long to wait before the same is sent again under the same key; nil where that is of no use.
    func pause(for refusals: [StockRefusal]) -> Duration? {
        refusals.contains { $0.kind == .concurrent || $0.kind == .unavailable } ? .seconds(10) : nil
    }

    /// Records a batch that Shopify has taken.
    mutating func done(
        _ batch: StockBatch,
        _ answer: StockAnswer,
        into outcome: inout StockOutcome,
        now: Date,
        newKey: () -> String
    ) {
        let moment = answer.moment
        let moved = batch.rows.filter { row in
            !restored.contains(row.item) && answer.skus[row.item].map { $0 != row.sku } ?? false
        }
        if !moved.isEmpty {
            restore(moved, batch, answer, into: &outcome)
            waiting.append(part(batch, moved.map(\.reversed), key: newKey(), now: now))
        }
        for row in batch.rows where !restored.contains(row.item) {
            sent += 1
            let plan = plans[row.item]
            // What Shopify offers is certain only where this very request has set it: an adjustment adds to sales that
            // nobody has seen, and an answer to a key sent before may be hours old.
            let isCertain = !batch.adjusts && !isReplay
            outcome.views.append(
                StockView(
                    item: row.item,
                    quantity: batch.adjusts ? nil : row.quantity,
                    askedAt: moment.askedAt,
                    answeredAt: moment.answeredAt,
                    origin: isCertain ? .set : .unknown
                )
            )
            var mark = StockOutcome.Mark(
                sku: row.sku,
                version: isCertain ? plan?.from.version : nil,
                state: isCertain ? .confirmed : .waiting,
                reason: isCertain ? "" : "sent, and to be read back",
                dueAt: isCertain ? plan?.nextLook : now
            )
            // One SKU in several rows: their answers may differ, and a decision sums them up.
            if let plan, plan.from.items.count > 1 {
                mark.state = plan.from.state
                mark.reason = plan.from.reason
                mark.dueAt = now
            }
            mark.target = plan?.target ?? row.sent?.target
            mark.confirmed = isCertain ? row.quantity : nil
            mark.sent = row.sent
            outcome.marks.append(mark)
        }
    }

    /// Takes up that items carry another SKU than they were set for: it and the other SKU are decided again.
    ///
    /// The figure that was there comes back first, for nothing may be known of the other SKU.
    private mutating func restore(
        _ rows: [StockBatch.Row],
        _ batch: StockBatch,
        _ answer: StockAnswer,
        into outcome: inout StockOutcome
    ) {
        for row in rows {
            restored.insert(row.item)
            guard let sku = answer.skus[row.item] else { continue }
            outcome.seen.append(CatalogueItem(id: row.item, sku: sku, tracked: true))
            outcome.views.append(
                StockView(
                    item: row.item,
                    quantity: nil,
                    askedAt: answer.moment.askedAt,
                    answeredAt: answer.moment.answeredAt,
                    origin: .unknown
                )
            )
            outcome.marks.append(
                StockOutcome.Mark(
                    sku: row.sku,
                    version: nil,
                    state: .waiting,
                    reason: "its item has another SKU in Shopify now; looking it up again",
                    dueAt: nil
                )
            )
            outcome.due.append(sku)
        }
    }

    /// Takes refused rows out and puts the others in again, under a new key.
    mutating func refused(
        _ batch: StockBatch,
        _ answer: StockAnswer,
        into outcome: inout StockOutcome,
        now: Date,
        newKey: () -> String
    ) {
        if answer.refusals.contains(where: { $0.kind == .keyMismatch || $0.kind == .previousFailed }) {
            // Nothing is known of what the key did: the rows are given back when the job ends.
            return
        }
        var named: [Int: StockRefusal] = [:]
        for refusal in answer.refusals {
            if let row = refusal.row, batch.rows.indices.contains(row), named[row] == nil {
                named[row] = refusal
            }
        }
        if named.isEmpty {
            guard batch.rows.count > 1 else {
                if let row = batch.rows.first, !restored.contains(row.item) {
                    refuse(row, answer.refusals[0], answer, into: &outcome, now: now)
                }
                return
            }
            // Shopify does not say which row: each half finds out for itself.
            let half = batch.rows.count / 2
            waiting.append(part(batch, Array(batch.rows[half...]), key: newKey(), now: now))
            waiting.append(part(batch, Array(batch.rows[..<half]), key: newKey(), now: now))
            return
        }
        for (index, refusal) in named where !restored.contains(batch.rows[index].item) {
            refuse(batch.rows[index], refusal, answer, into: &outcome, now: now)
        }
        let rest = batch.rows.indices.filter { named[$0] == nil }.map { batch.rows[$0] }
        if !rest.isEmpty { waiting.append(part(batch, rest, key: newKey(), now: now)) }
    }

    private func part(_ batch: StockBatch, _ rows: [StockBatch.Row], key: String, now: Date) -> StockBatch {
        var part = batch
        part.key = key
        part.rows = rows
        part.firstSentAt = now
        return part
    }

    private func refuse(
        _ row: StockBatch.Row,
        _ refusal: StockRefusal,
        _ answer: StockAnswer,
        into outcome: inout StockOutcome,
        now: Date
    ) {
        let plan = plans[row.item]
        let view =
            plan?.from.items.first { $0.id == row.item }?.view
            ?? StockView(
                item: row.item,
                quantity: nil,
                askedAt: answer.moment.askedAt,
                answeredAt: answer.moment.answeredAt,
                origin: .unknown
            )
        var mark = StockOutcome.Mark(
            sku: row.sku,
            version: plan?.from.version,
            state: .waiting,
            reason: "",
            dueAt: now
        )
        mark.target = plan?.target ?? row.sent?.target
        switch refusal.kind {
        case .stale:
            mark.reason = "Shopify's figure has moved"
            outcome.views.append(view.movedAway(at: answer.moment.answeredAt))
        case .unknownItem:
            mark.reason = "its item is gone from Shopify"
            outcome.forgotten.append(row.item)
        case .notStocked:
            mark.reason = "it is not stocked at the location"
            outcome.views.append(view.uncertain)
        case .location, .concurrent, .keyMismatch, .previousFailed, .unavailable, .refused:
            mark.state = .refused
            mark.reason = "Shopify says: \(refusal.message)"
            mark.dueAt = now.addingTimeInterval(StockStep.day)
            outcome.views.append(view.uncertain)
        }
        outcome.marks.append(mark)
    }
}
