import Foundation

/// How a job ends, or waits, and what the journal says of it.
extension FulfilmentStep {
    /// Compares a shipment of a restored store with what Shopify has of its order.
    ///
    /// - Returns: Whether the job goes on.
    func settleDoubt(_ job: PushJob, _ record: ShipmentRecord, _ view: FulfilmentView) async throws
        -> Bool
    {
        switch DoubtfulShipment(record: record, view: view).finding {
        case .absent: break
        case .there(let fulfilments):
            for fulfilment in fulfilments { try await store.record(fulfilment, of: job, now: now()) }
        case .unclear(let why):
            try await store.compared(job)
            try await park(
                job,
                "it may have been told before the store was restored: \(why)",
                Self.doubtRemedy,
                isDoubtful: true
            )
            return false
        }
        try await store.compared(job)
        return true
    }

    /// What an operator does about a job that may have been done already.
    static let doubtRemedy =
        "compare it with the order in Shopify; if it is there run: kccsyncd queue discard JOB; else: kccsyncd queue retry JOB"

    func finish(_ job: PushJob, _ raised: String?, seen: [String]) async throws {
        try await store.complete(job, raised: raised, seen: seen, now: now())
        if let raised {
            log.record(
                Event(
                    .warning,
                    "\(job.channel): the shipment of \(job.subject) names more than the order has: \(raised)",
                    kind: .shipmentExceedsOrder,
                    fields: fields(job, reason: "shipment_exceeds_order")
                )
            )
        }
        try await queue.finish(job, now: now())
    }

    /// - Parameter isDoubtful: Whether it may have been done already.
    func park(_ job: PushJob, _ why: String, _ remedy: String, isDoubtful: Bool = false) async throws {
        let remedy = remedy.replacing("JOB", with: String(job.id))
        try await queue.park(job, error: why, remedy: remedy, isDoubtful: isDoubtful, now: now())
        log.record(
            Event(
                .warning,
                "\(job.channel): the shipment of \(job.subject) is parked: \(why); \(remedy); see: kccsyncd queue list",
                kind: .pushParked,
                fields: fields(job, reason: "parked")
            )
        )
    }

    func snooze(_ job: PushJob, until: Date, _ why: String, counts: Bool) async throws {
        try await queue.snooze(job, until: until, error: why, remedy: nil, countsAttempt: counts)
    }

    /// The shop is in trouble, or a stop was asked for: the job waits, and what it intended stays.
    func putOff(_ job: PushJob, _ error: ShopError) async throws {
        var job = job
        guard case .retry(let wait) = job.attempts.record(.failed(error), spread: spread()) else { return }
        try await queue.snooze(
            job,
            until: now().addingTimeInterval(wait.seconds),
            error: error.message,
            remedy: error.remedy.isEmpty ? nil : error.remedy(for: job.channel),
            countsAttempt: error.countsAsFailure
        )
    }

    /// Shopify rejected a request by what is in it: planned again from a fresh reading, until an operator is asked.
    func rejected(_ job: inout PushJob, _ intent: FulfilmentIntent, _ words: String) async throws {
        switch job.attempts.record(.rejected(digest: intent.fingerprint), spread: spread()) {
        case .retry(let wait), .replan(let wait):
            try await queue.snooze(
                job,
                until: now().addingTimeInterval(wait.seconds),
                error: "Shopify rejects it: \(words)",
                remedy: nil,
                countsAttempt: true
            )
        case .park, .goOn:
            try await park(
                job,
                "Shopify rejects it: \(words)",
                "fix it in Shopify's admin, then run: kccsyncd queue retry JOB"
            )
        }
    }

    /// Shopify rejected a request as a whole: its job is parked, and nothing else.
    func parkRejected(_ job: PushJob, _ error: ShopError) async throws {
        try await park(job, error.message, "fix what Shopify names, then run: kccsyncd queue retry JOB")
    }

    /// Denials in a row after which the app itself is taken to lack something, so that the shop rests instead of parking each job.
    static let mostDenials = 20

    /// Shopify denied a request: of one job, or of the whole app where that has lost a scope.
    ///
    /// - Parameter known: What the app had when the shop was last asked.
    /// - Throws: The denial where the whole shop is concerned.
    func denied(_ job: PushJob, _ error: ShopError, _ known: GrantedScopes) async throws -> PushProgress {
        let granted = try? await shop.grantedScopes()
        denials += 1
        guard let granted, granted.canFulfil(noLessThan: known), denials <= Self.mostDenials else {
            denials = 0
            try await putOff(job, error)
            throw error
        }
        let remedy =
            error.remedy.isEmpty
            ? "check the app's scopes and the permissions of the user who installed it"
            : error.remedy(for: job.channel)
        try await park(job, error.message, "\(remedy); then run: kccsyncd queue retry JOB")
        return .failedAlone(error)
    }

    /// Says why units are gone that a lost request did not take.
    func journalGone(_ job: PushJob, _ why: String) {
        log.record(
            Event(
                .notice,
                "\(job.channel): the last request for \(job.subject) was not executed, and the order has changed: \(why)",
                fields: fields(job, reason: "order_changed")
            )
        )
    }

    func journalSent(_ job: PushJob, _ intent: FulfilmentIntent) {
        let message: String
        let mailed: Bool
        switch intent {
        case .prepare(let request, _):
            message =
                "\(job.subject) marked as ready for pick-up: \(Counted.text(request.parts.count, "fulfilment order", "fulfilment orders")),"
            mailed = true
        case .fulfil(let request, _, _, _):
            let units = request.lines.reduce(0) { $0 + $1.quantity }
            let lines = request.lines.count
            let how = request.tracking.map {
                " \($0.company.map { "\($0) " } ?? "")\($0.numbers.joined(separator: ", ")),"
            }
            message =
                "fulfilment of \(job.subject) sent: \(Counted.text(lines, "line", "lines")), \(Counted.text(units, "unit", "units")),\(how ?? "")"
            mailed = request.notify
        case .track(let request, _):
            message =
                "tracking of \(job.subject) sent: \(request.tracking.company.map { "\($0) " } ?? "")\(request.tracking.numbers.joined(separator: ", ")),"
            mailed = request.notify
        }
        log.record(
            Event(
                .info,
                "\(job.channel): \(message) \(mailed ? "customer notified" : "no mail")",
                kind: .fulfilmentSent,
                fields: fields(job)
            )
        )
    }

    func fields(_ job: PushJob, reason: String? = nil) -> [EventField: String] {
        var fields: [EventField: String] = [
            .channel: job.channel, .order: job.subject, .job: String(job.id), .attempt: String(job.attempt),
        ]
        fields[.reason] = reason
        return fields
    }
}
