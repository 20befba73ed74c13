package import Foundation

/// Works off a shop's fulfilment jobs, one request at a time.
///
/// What is about to be sent is committed with the job before it goes. Where the outcome is unknown, or the process ended
/// meanwhile, the order is read again once Shopify's time limit has certainly passed, and only what is not there is sent
/// again: `fulfillmentCreate` has no idempotency key.
package actor FulfilmentStep: PushStep {
    let shop: any FulfilmentShop
    let queue: any PushQueue
    let store: any ShipmentStore
    let log: any EventLog
    let carriers: Carriers
    let now: @Sendable () -> Date
    let spread: @Sendable () -> Double
    /// Channels whose shipments are not sent; nil before the first round, which also rescues orphaned jobs.
    private var withheld: Set<String>?

    /// Longer than Shopify lets a request run (ten seconds), by far.
    static let uncertainty: TimeInterval = 60
    /// How often a fulfilment order that waits is looked at again.
    static let waitingInterval: TimeInterval = 900
    /// Refusals in a row, of a view that may have been overtaken, before a person is asked.
    static let mostRefusals = 5

    package init(
        shop: any FulfilmentShop,
        queue: any PushQueue,
        store: any ShipmentStore,
        log: any EventLog,
        carriers: Carriers,
        now: @escaping @Sendable () -> Date,
        spread: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.shop = shop
        self.queue = queue
        self.store = store
        self.log = log
        self.carriers = carriers
        self.now = now
        self.spread = spread
    }

    /// What is under way, or was when nobody learnt how it ended.
    enum Intent: Codable, Sendable {
        case fulfil(FulfilmentRequest, before: [ShopifyID], sentAt: Date)
        case track(TrackingRequest, sentAt: Date)

        var sentAt: Date {
            switch self {
            case .fulfil(_, _, let date), .track(_, let date): date
            }
        }
    }

    package func work(_ news: PollNews) async throws -> Date? {
        let resting = try await news.resting.union(prepared(news))
        // What Shopify would refuse is not asked for; the shop's warnings say so.
        guard news.identity.granted.canFulfil else { return nil }
        let claimed = try await queue.claim(.fulfilment, shop: news.shop.id, resting: resting, now: now())
        guard let job = claimed else {
            return try await queue.nextDue(.fulfilment, shop: news.shop.id, resting: resting)
        }
        let mails = news.channels.first { $0.settings.name == job.channel }?.settings.sendShippingNotification
        do {
            try await advance(job, mails: mails ?? true, news.identity.granted)
        } catch let error as ShopError {
            try await putOff(job, error)
            throw error
        }
        return .distantPast
    }

    /// Rescues orphaned jobs, once.
    ///
    /// - Returns: Channels whose shipments are not sent.
    private func prepared(_ news: PollNews) async throws(StoreError) -> Set<String> {
        if let withheld { return withheld }
        _ = try await queue.rescue(shop: news.shop.id, now: now())
        let uploads = news.channels.map { ($0.settings.name, $0.settings.uploadOrderStatus) }
        let found = try await queue.withheldChannels(
            remembering: Dictionary(uploads) { first, _ in first },
            shop: news.shop.id
        )
        withheld = found
        return found
    }

    /// Takes a job as far as it goes now.
    private func advance(_ job: PushJob, mails: Bool, _ granted: GrantedScopes) async throws {
        var intent = try job.intent.map { try JSONDecoder().decode(Intent.self, from: Data($0.utf8)) }
        if let sentAt = intent?.sentAt {
            let certain = sentAt.addingTimeInterval(Self.uncertainty)
            // A clock that was put back must not make it wait for days.
            if certain > now(), sentAt <= now() {
                return try await snooze(
                    job,
                    until: certain,
                    "its last request may still be under way",
                    counts: false
                )
            }
        }
        var known: FulfilmentView?
        while true {
            guard let record = try await store.shipment(of: job) else {
                return try await park(job, "its shipment is gone", "discard the job")
            }
            if known == nil { known = try await shop.fulfilments(of: record.shipment.order) }
            guard let view = known else {
                return try await park(
                    job,
                    "Shopify does not show its order any more",
                    "it was deleted, or is older than 60 days and the app lacks read_all_orders"
                )
            }
            if let unknown = intent {
                intent = nil
                if let found = Self.find(unknown, in: view, record) {
                    try await store.record(found, of: job, now: now())
                    continue
                }
                guard try await queue.intend(job, intent: nil) else { return }
            }
            if record.isInDoubt, !record.isComplete {
                guard try await settleDoubt(job, record, view) else { return }
                continue
            }
            let plan = FulfilmentPlan(
                record: record,
                view: view,
                mails: mails,
                tracking: carriers.tracking(of: record.shipment),
                granted: granted,
                now: now()
            )
            switch plan.next() {
            case .fulfil(let request):
                let sending = Intent.fulfil(request, before: view.sent.map(\.id), sentAt: now())
                guard let id = try await send(job, sending, record) else { return }
                known = view.after(request, as: id)
            case .track(let request):
                guard try await send(job, .track(request, sentAt: now()), record) != nil else { return }
                known = view.after(request)
            case .adopt(let fulfilment):
                try await store.record(fulfilment, of: job, now: now())
            case .wait(let why):
                return try await snooze(
                    job,
                    until: now().addingTimeInterval(Self.waitingInterval * (0.9 + 0.2 * spread())),
                    why,
                    counts: false
                )
            case .park(let why, let remedy):
                return try await park(job, why, remedy)
            case .done(let raised):
                return try await finish(job, raised)
            }
        }
    }

    /// Sends one request.
    ///
    /// - Returns: The fulfilment that it made or changed; nil where the job is not to go on now.
    /// - Throws: `ShopError` where the shop is in trouble; the intent stays where the request may have run.
    private func send(_ job: PushJob, _ intent: Intent, _ record: ShipmentRecord) async throws -> ShopifyID? {
        let text = String(decoding: try JSONEncoder().encode(intent), as: UTF8.self)
        guard try await queue.intend(job, intent: text) else { return nil }
        let answer: FulfilmentAnswer
        do {
            answer =
                switch intent {
                case .fulfil(let request, _, _): try await shop.fulfil(request)
                case .track(let request, _): try await shop.track(request)
                }
        } catch {
            if !error.mayHaveRun { _ = try await queue.intend(job, intent: nil) }
            throw error
        }
        switch answer {
        case .done(let id):
            let recorded = Self.recorded(intent, id, record)
            try await store.record(recorded, of: job, now: now())
            journalSent(job, intent)
            return id
        case .refused(let words):
            _ = try await queue.intend(job, intent: nil)
            guard job.attempt < Self.mostRefusals else {
                try await park(
                    job,
                    "Shopify refuses it: \(words)",
                    "mend it in Shopify's admin, then retry the job"
                )
                return nil
            }
            // What was planned by may have changed meanwhile: it is read anew.
            let wait = pow(2, Double(job.attempt)) * (0.9 + 0.2 * spread())
            try await snooze(
                job,
                until: now().addingTimeInterval(wait),
                "Shopify refuses it: \(words)",
                counts: true
            )
            return nil
        }
    }

    // MARK: What became of an intent

    private static func recorded(
        _ intent: Intent,
        _ id: ShopifyID,
        _ record: ShipmentRecord
    ) -> RecordedFulfilment {
        switch intent {
        case .fulfil(let request, _, _):
            return RecordedFulfilment(
                id: id,
                isOurs: true,
                notified: request.notify,
                tracking: request.tracking?.ours ?? Tracking()
            )
        case .track(let request, _):
            let before = record.fulfilments.first { $0.id == request.fulfilment }
            return RecordedFulfilment(
                id: request.fulfilment,
                isOurs: before?.isOurs ?? false,
                notified: (before?.notified ?? false) || request.notify,
                tracking: request.tracking.ours
            )
        }
    }

    /// What an intent of unknown outcome has left in Shopify; nil where nothing.
    private static func find(
        _ intent: Intent,
        in view: FulfilmentView,
        _ record: ShipmentRecord
    ) -> RecordedFulfilment? {
        switch intent {
        case .fulfil(let request, let before, _):
            let numbers = request.tracking?.numbers ?? []
            let new = view.standing.filter { !before.contains($0.id) && !record.others.contains($0.id) }
            let found = new.first { sent in
                sent.tracking.numbers.contains { numbers.contains($0) }
                    || (Set(sent.tracking.numbers).isSubset(of: numbers) && hasLines(of: request, sent))
            }
            return found.map { recorded(intent, $0.id, record) }
        case .track(let request, _):
            let sent = view.standing.first { $0.id == request.fulfilment }
            let before = record.fulfilments.first { $0.id == request.fulfilment }?.tracking ?? Tracking()
            guard let sent, let found = request.tracking.found(in: sent.tracking, before: before) else {
                return nil
            }
            var recorded = recorded(intent, sent.id, record)
            recorded.tracking = found
            return recorded
        }
    }

    private static func hasLines(of request: FulfilmentRequest, _ sent: FulfilmentView.Sent) -> Bool {
        request.lines.sorted { $0.line < $1.line } == sent.lines.sorted { $0.line < $1.line }
    }
}
