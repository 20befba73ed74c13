import Foundation

extension StockStep {
    /// Shopify remembers a key for 24 hours; an hour is left for clocks and delays.
    static let keyLife: TimeInterval = 23 * 3600

    /// Fixes a batch with its key, sends it, and records the answer.
    func send(_ rows: [StockPlan.Row], adjusts: Bool, _ context: StockContext) async throws {
        let rows = Array(rows.prefix(Self.most))
        let batch = StockBatch(
            key: newKey(),
            location: context.scope.location,
            adjusts: adjusts,
            rows: rows.map(\.row),
            firstSentAt: now()
        )
        let job = try await queue.begin(
            .stock,
            channel: context.scope.channel,
            lane: context.scope.channel,
            subject: rows.count == 1 ? rows[0].row.sku.text : "\(rows.count) levels",
            intent: try Self.text(batch),
            shop: context.scope.shop,
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
        try await store.record(held, of: context.scope, now: now())
        var sending = StockSending(job: job, scope: context.scope, batch: batch, isReplay: false)
        for row in rows { sending.plans[row.row.item] = row }
        try await run(sending, context)
    }

    /// Sends a batch again whose outcome is open, under its key; after 23 hours everything is computed anew.
    func resume(_ job: PushJob, _ records: StockRecords, _ news: PollNews) async throws {
        guard let text = job.intent,
            let batch = try? JSONDecoder().decode(StockBatch.self, from: Data(text.utf8))
        else {
            try await queue.park(
                job,
                error: "what it was to send cannot be read",
                remedy: "report it, then run: kccsyncd queue discard \(job.id)",
                isDoubtful: false,
                now: now()
            )
            return
        }
        let scope = StockScope(channel: job.channel, shop: job.shop, location: batch.location)
        guard abs(now().timeIntervalSince(batch.firstSentAt)) < Self.keyLife,
            let context = context(job.channel, records, news), context.scope == scope
        else {
            // Too old, or for a channel or location that is no longer configured.
            try await store.release(job: job.id, of: scope, keeping: nil, now: now())
            try await queue.finish(job, now: now())
            return
        }
        try await run(StockSending(job: job, scope: scope, batch: batch, isReplay: true), context)
    }

    /// Sends until every row of the batch is done with: a refused one is taken out, the others go out again at once.
    private func run(_ sending: StockSending, _ context: StockContext) async throws {
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
                guard error.isRejection, !sending.isReplay else {
                    try await failed(error, sending, batch)
                    throw error
                }
                // Rejected as a whole: nothing was executed, and the row that it is for is found by halving.
                answer = StockAnswer(rejection: error, at: now())
            }
            if let refusal = answer.refusals.first(where: { $0.kind == .location }) {
                try await store.release(job: sending.job.id, of: context.scope, keeping: batch, now: now())
                try await queue.finish(sending.job, now: now())
                try await close(context, "Shopify says: \(refusal.message)")
                return
            }
            var outcome = StockOutcome()
            if answer.refusals.isEmpty {
                try await taken(context)
                sending.done(batch, answer, into: &outcome, now: now(), newKey: newKey)
            } else if let pause = sending.pause(for: answer.refusals) {
                try await snooze(sending.job, for: pause, "Shopify says: \(answer.refusals[0].message)")
                return
            } else {
                if let refusal = answer.refusals.first(where: { $0.kind == .keyMismatch }) {
                    log.record(
                        Event(
                            .error,
                            "\(context.scope.channel): an idempotency key went out with other content: \(refusal.message)",
                            fields: [.channel: context.scope.channel, .job: String(sending.job.id)]
                        )
                    )
                }
                sending.refused(batch, answer, into: &outcome, now: now(), newKey: newKey)
            }
            sending.isReplay = false
            note(outcome.marks, was: sending.plans.values.map(\.from), context)
            try await store.record(outcome, of: context.scope, now: now())
        }
        try await store.release(job: sending.job.id, of: context.scope, keeping: nil, now: now())
        try await queue.finish(sending.job, now: now())
        if sending.sent > 0 {
            log.record(
                Event(
                    .info,
                    "\(context.scope.channel): \(Counted.text(sending.sent, "stock level", "stock levels")) sent",
                    kind: .stockSent,
                    fields: [
                        .channel: context.scope.channel, .count: String(sending.sent),
                        .job: String(sending.job.id),
                    ]
                )
            )
        }
    }

    /// Keeps a batch whose outcome is not known; gives back one that certainly was not executed.
    private func failed(_ error: any Error, _ sending: StockSending, _ batch: StockBatch) async throws {
        guard let error = error as? ShopError, !error.mayHaveRun, !sending.isReplay else {
            let failure = error as? ShopError ?? ShopError(.unreachable, .retry(after: nil), "\(error)")
            var job = sending.job
            guard case .retry(let wait) = job.attempts.record(.failed(failure), spread: 0.5) else { return }
            try await snooze(
                job,
                for: wait,
                failure.message,
                remedy: failure.remedy(for: job.channel),
                countsAttempt: failure.countsAsFailure
            )
            return
        }
        try await store.release(job: sending.job.id, of: sending.scope, keeping: batch, now: now())
        try await queue.finish(sending.job, now: now())
    }

    private func snooze(
        _ job: PushJob,
        for pause: Duration,
        _ why: String,
        remedy: String? = nil,
        countsAttempt: Bool = true
    ) async throws {
        let until = now().addingTimeInterval(pause.seconds)
        putOff(until: until)
        let remedy = remedy?.isEmpty == true ? nil : remedy
        try await queue.snooze(job, until: until, error: why, remedy: remedy, countsAttempt: countsAttempt)
    }

    private static func text(_ batch: StockBatch) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(batch), as: UTF8.self)
    }
}
