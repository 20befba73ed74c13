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
    /// Orders that were read together with another one.
    var views = ViewsAhead()
    /// Whether Shopify answered since the step was called.
    var hasAnswer = false
    /// Jobs in a row that Shopify denied, though the app has the scopes.
    var denials = 0

    /// Longer than Shopify lets a request run (ten seconds), by far.
    static let uncertainty: TimeInterval = 60
    private static let unseen = "Shopify does not show its order any more"
    /// How often a fulfilment order that waits is looked at again.
    static let waitingInterval: TimeInterval = 900

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

    package func work(_ news: PollNews) async throws -> PushProgress {
        let resting = try await news.resting.union(prepared(news))
        // What Shopify would refuse is not asked for.
        if let obstacle = news.identity.granted.fulfilmentObstacle {
            let next = try await queue.nextDue(.fulfilment, shop: news.shop.id, resting: resting)
            return next == nil ? .idle(until: nil) : .blocked(.waiting(obstacle))
        }
        let claimed = try await queue.claim(.fulfilment, shop: news.shop.id, resting: resting, now: now())
        guard var job = claimed else {
            return .idle(
                until: try await queue.nextDue(.fulfilment, shop: news.shop.id, resting: resting)
            )
        }
        let settings = news.channels.first { $0.settings.name == job.channel }?.settings
        hasAnswer = false
        do {
            try await advance(&job, settings, resting, news.identity.granted)
        } catch let error as UnreadableOrder {
            if error.reason.code == .scopeMissing {
                return try await denied(job, error.reason, news.identity.granted)
            }
            // The others can be read: nothing is wrong with the shop.
            if error.reason.isRejection {
                try await parkRejected(job, error.reason)
                return .answered
            }
            try await putOff(job, error.reason)
            return .failedAlone(error.reason)
        } catch let error as ShopError {
            // What was read may be what is wrong.
            views.forget(job.lane)
            if error.code == .scopeMissing { return try await denied(job, error, news.identity.granted) }
            if error.isRejection {
                try await parkRejected(job, error)
                return .answered
            }
            try await putOff(job, error)
            throw error
        }
        if hasAnswer { denials = 0 }
        return hasAnswer ? .answered : .again
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

    /// Shopify answered, and this order alone cannot be read.
    struct UnreadableOrder: Error {
        var reason: ShopError
    }

    /// Takes a job as far as it goes now.
    private func advance(
        _ job: inout PushJob,
        _ settings: ChannelSettings?,
        _ resting: Set<String>,
        _ granted: GrantedScopes
    ) async throws {
        var intent = try job.intent.map {
            try JSONDecoder().decode(FulfilmentIntent.self, from: Data($0.utf8))
        }
        if let sentAt = intent?.sentAt {
            let certain = sentAt.addingTimeInterval(Self.uncertainty)
            // A clock that was put back must not make it wait for days. The store keeps milliseconds.
            if certain.timeIntervalSince(now()) > 0.001, sentAt <= now() {
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
                return try await park(job, "its shipment is gone", "run: kccsyncd queue discard JOB")
            }
            if known == nil {
                known = try await view(of: record.shipment.order, job, fresh: intent != nil, resting)?
                    .naming(linesWithoutSKU: SKU(given: settings?.missingSKU))
            }
            guard let view = known else {
                // One answer without the order proves nothing.
                guard job.lastError == Self.unseen else {
                    return try await snooze(
                        job,
                        until: now().addingTimeInterval(Self.uncertainty),
                        Self.unseen,
                        counts: false
                    )
                }
                return try await park(
                    job,
                    Self.unseen,
                    "it was deleted, or is older than 60 days and the app lacks read_all_orders; once Shopify shows it run: kccsyncd queue retry JOB"
                )
            }
            if let unknown = intent {
                intent = nil
                switch try await look(unknown, in: view, record, job) {
                case .recorded: continue
                case .nothing: try await queue.settle(job)
                case .doubtful(let why):
                    try await store.note(view.summary(for: record), of: job, now: now())
                    return try await park(job, why, Self.doubtRemedy, isDoubtful: true)
                }
            }
            if record.isInDoubt, !record.isComplete {
                guard try await settleDoubt(job, record, view) else { return }
                continue
            }
            let plan = FulfilmentPlan(
                record: record,
                view: view,
                mails: settings?.sendShippingNotification ?? true,
                tracking: carriers.tracking(of: record.shipment),
                granted: granted,
                now: now()
            )
            switch plan.next() {
            case .fulfil(let request):
                let sending = FulfilmentIntent.fulfil(request, from: view, at: now())
                guard let id = try await send(&job, sending, record) else { return }
                known = view.after(request, as: id)
            case .track(let request):
                guard try await send(&job, .track(request, sentAt: now()), record) != nil else { return }
                known = view.after(request)
            case .prepare(let request):
                guard try await prepare(&job, request) else { return }
            case .adopt(let fulfilment):
                try await store.record(fulfilment, of: job, now: now())
            case .wait(let why):
                try await store.note(view.summary(for: record), of: job, now: now())
                return try await snooze(
                    job,
                    until: now().addingTimeInterval(Self.waitingInterval * (0.9 + 0.2 * spread())),
                    why,
                    counts: false
                )
            case .park(let why, let remedy):
                try await store.note(view.summary(for: record), of: job, now: now())
                return try await park(job, why, remedy)
            case .doubt(let why):
                try await store.note(view.summary(for: record), of: job, now: now())
                return try await park(job, why, Self.doubtRemedy, isDoubtful: true)
            case .done(let raised):
                // The next shipment of the order goes on from here.
                views.keep(view, of: job.lane)
                return try await finish(job, raised, seen: view.summary(for: record))
            }
        }
    }

    // MARK: What became of an intent

    static func recorded(
        _ intent: FulfilmentIntent,
        _ id: ShopifyID,
        _ record: ShipmentRecord
    ) -> RecordedFulfilment {
        switch intent {
        case .fulfil(let request, _, _, _):
            var recorded = RecordedFulfilment(
                id: id,
                isOurs: true,
                notified: request.notify,
                tracking: request.tracking?.ours ?? Tracking()
            )
            recorded.isLate = request.isLate ?? false
            recorded.isMailed = request.notify
            return recorded
        case .track(let request, _):
            let before = record.fulfilments.first { $0.id == request.fulfilment }
            var recorded = RecordedFulfilment(
                id: request.fulfilment,
                isOurs: before?.isOurs ?? false,
                notified: (before?.notified ?? false) || request.notify,
                tracking: request.tracking.ours
            )
            recorded.isLate = request.isLate ?? false
            recorded.isMailed = request.notify
            return recorded
        case .prepare:
            return RecordedFulfilment(id: id, isOurs: true, notified: true, tracking: [])
        }
    }

    /// What an intent of unknown outcome has left in Shopify; nil where nothing.
    static func find(
        _ intent: FulfilmentIntent,
        in view: FulfilmentView,
        _ record: ShipmentRecord
    ) -> RecordedFulfilment? {
        switch intent {
        case .fulfil, .prepare: return nil
        case .track(let request, _):
            guard let sent = view.sent.first(where: { $0.id == request.fulfilment }) else { return nil }
            var recorded = recorded(intent, sent.id, record)
            // Its number was reported before the cancellation was known: that is no new parcel, executed or not.
            guard sent.status == "SUCCESS" else { return recorded }
            let before = record.fulfilments.first { $0.id == request.fulfilment }?.tracking ?? Tracking()
            guard let found = request.tracking.found(in: sent.tracking, before: before) else { return nil }
            recorded.tracking = found
            return recorded
        }
    }
}
