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
                "compare it with the order in Shopify; if it is there run: kccsyncd queue discard \(job.id); else: kccsyncd queue retry \(job.id)"
            )
            return false
        }
        try await store.compared(job)
        return true
    }

    func finish(_ job: PushJob, _ raised: String?) async throws {
        try await store.complete(job, raised: raised, now: now())
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

    func park(_ job: PushJob, _ why: String, _ remedy: String) async throws {
        try await queue.park(job, error: why, remedy: remedy, now: now())
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
        var wait = Duration.seconds(5) * (1 << min(job.attempt, 6))
        if case .retry(let named?) = error.disposition { wait = named }
        let isFailure = error.code != .throttled && error.code != .cancelled && error.code != .rateLimited
        try await queue.snooze(
            job,
            until: now().addingTimeInterval(wait.seconds * (0.9 + 0.2 * spread())),
            error: error.message,
            remedy: error.remedy.isEmpty ? nil : error.remedy(for: job.channel),
            countsAttempt: isFailure
        )
    }

    func journalSent(_ job: PushJob, _ intent: Intent) {
        let message: String
        let mailed: Bool
        switch intent {
        case .fulfil(let request, _, _):
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
