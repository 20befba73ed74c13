import Foundation

extension StockStep {
    /// Shopify remembers a key for 24 hours; an hour is left for clocks and delays.
    static let keyLife: TimeInterval = 23 * 3600

    /// Fixes a batch with its key, sends it, and records the answer.
    func send(_ rows: [StockPlan.Row], adjusts: Bool, _ round: StockRound) async throws {
        let rows = Array(rows.prefix(Self.most))
        let batch = StockBatch(
            key: newKey(),
            location: round.scope.location,
            adjusts: adjusts,
            rows: rows.map(\.row),
            firstSentAt: now()
        )
        let job = try await queue.begin(
            .stock,
            channel: round.scope.channel,
            lane: round.scope.channel,
            subject: rows.count == 1 ? rows[0].row.sku : "\(rows.count) levels",
            intent: try Self.text(batch),
            shop: round.scope.shop,
            now: now()
        )
        var held = StockOutcome()
        held.marks = rows.map { row in
            var mark = StockOutcome.Mark(
                sku: row.from.sku,
                version: row.from.version,
                state: .waiting,
                reason: "being sent",
                dueAt: nil
            )
            mark.target = row.target
            mark.job = job.id
            return mark
        }
        try await store.record(held, of: round.scope, now: now())
        var sending = StockSending(job: job, scope: round.scope, batch: batch, isReplay: false)
        for row in rows { sending.plans[row.row.item] = row }
        try await run(sending, round)
    }

    /// Sends a batch again whose outcome is open, under its key; after 23 hours everything is computed anew.
    func resume(_ job: PushJob, _ news: PollNews) async throws {
        guard let text = job.intent,
            let batch = try? JSONDecoder().decode(StockBatch.self, from: Data(text.utf8))
        else {
            try await queue.park(
                job,
                error: "what it was to send cannot be read",
                remedy: "report it, then run: kccsyncd queue discard \(job.id)",
                now: now()
            )
            return
        }
        let scope = StockScope(channel: job.channel, shop: job.shop, location: batch.location)
        let channel = news.channels.first { $0.settings.name == job.channel }
        guard now().timeIntervalSince(batch.firstSentAt) < Self.keyLife, let channel,
            let round = StockRound(channel, news), round.scope == scope
        else {
            // Too old, or for a channel or location that is no longer configured.
            try await store.release(job: job.id, of: scope, keeping: nil, now: now())
            try await queue.finish(job, now: now())
            return
        }
        try await run(StockSending(job: job, scope: scope, batch: batch, isReplay: true), round)
    }

    /// Sends until every row of the batch is done with: a refused one is taken out, the others go out again at once.
    private func run(_ sending: StockSending, _ round: StockRound) async throws {
        var sending = sending
        while let batch = sending.waiting.popLast() {
            if batch.key != sending.lastKey {
                // What goes out is written down first; a job that is no longer ours sends nothing.
                guard try await queue.intend(sending.job, intent: Self.text(batch)) else { return }
                sending.lastKey = batch.key
            }
            let answer: StockAnswer
            do {
                answer = try await batch.adjusts ? shop.adjust(batch) : shop.set(batch)
            } catch {
                try await failed(error, sending, batch)
                throw error
            }
            var outcome = StockOutcome()
            if answer.refusals.isEmpty {
                sending.done(batch, at: answer.moment, into: &outcome, now: now())
            } else if let pause = sending.pause(for: answer.refusals) {
                try await snooze(sending.job, for: pause, "Shopify says: \(answer.refusals[0].message)")
                return
            } else {
                if let refusal = answer.refusals.first(where: { $0.kind == .keyMismatch }) {
                    log.record(
                        Event(
                            .error,
                            "\(round.scope.channel): an idempotency key went out with other content: \(refusal.message)",
                            fields: [.channel: round.scope.channel, .job: String(sending.job.id)]
                        )
                    )
                }
                sending.refused(batch, answer, into: &outcome, now: now(), newKey: newKey)
            }
            sending.isReplay = false
            note(outcome.marks, was: sending.plans.values.map(\.from), round)
            try await store.record(outcome, of: round.scope, now: now())
        }
        try await store.release(job: sending.job.id, of: round.scope, keeping: nil, now: now())
        try await queue.finish(sending.job, now: now())
        if sending.sent > 0 {
            log.record(
                Event(
                    .info,
                    "\(round.scope.channel): \(sending.sent) stock level\(sending.sent == 1 ? "" : "s") sent",
                    kind: .stockSent,
                    fields: [
                        .channel: round.scope.channel, .count: String(sending.sent),
                        .job: String(sending.job.id),
                    ]
                )
            )
        }
    }

    /// Keeps a batch whose outcome is not known; gives back one that certainly was not executed.
    private func failed(_ error: any Error, _ sending: StockSending, _ batch: StockBatch) async throws {
        guard let error = error as? ShopError, !error.mayHaveRun, !sending.isReplay else {
            let wait = min(300, 5 * pow(2, Double(min(sending.job.attempt, 7))))
            // A stop, and points that are used up, are nobody's failure.
            let code = (error as? ShopError)?.code
            try await snooze(
                sending.job,
                for: .seconds(wait),
                String(describing: error),
                countsAttempt: code != .cancelled && code != .throttled
            )
            return
        }
        try await store.release(job: sending.job.id, of: sending.scope, keeping: batch, now: now())
        try await queue.finish(sending.job, now: now())
    }

    private func snooze(_ job: PushJob, for pause: Duration, _ why: String, countsAttempt: Bool = true)
        async throws
    {
        let until = now().addingTimeInterval(pause.seconds)
        putOff(until: until)
        try await queue.snooze(job, until: until, error: why, remedy: nil, countsAttempt: countsAttempt)
    }

    private static func text(_ batch: StockBatch) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(batch), as: UTF8.self)
    }
}

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
        at moment: ShopMoment,
        into outcome: inout StockOutcome,
        now: Date
    ) {
        sent += batch.rows.count
        for row in batch.rows {
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
            mark.target = plan?.target
            mark.confirmed = isCertain ? row.quantity : nil
            mark.sentFor = plan?.sentFor
            outcome.marks.append(mark)
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
                if let row = batch.rows.first {
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
        for (index, refusal) in named { refuse(batch.rows[index], refusal, answer, into: &outcome, now: now) }
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
        mark.target = plan?.target
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
        case .concurrent, .keyMismatch, .previousFailed, .unavailable, .refused:
            mark.state = .refused
            mark.reason = "Shopify says: \(refusal.message)"
            mark.dueAt = now.addingTimeInterval(StockStep.day)
            outcome.views.append(view.uncertain)
        }
        outcome.marks.append(mark)
    }
}
