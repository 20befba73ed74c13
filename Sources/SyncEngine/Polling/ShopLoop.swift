package import Foundation

/// Runs one shop's steps when they are due, and rests in between.
///
/// It arms its alarm only after its work, so that a shop's polls never overlap, and it knows
/// nothing of other shops: what stalls here stalls nobody else.
package actor ShopLoop {
    private let sync: ShopSync
    private let plan: ShopPlan
    private let ports: SyncPorts
    private let alarm: any Alarm
    private let journal: PollJournal
    private let spread: @Sendable () -> Double
    private let pace: Pace
    /// Read by commands and by the watchdog, which must not wait for a step to end.
    private let vitals: Locked<ShopVitals>
    /// Where the shop's pushes learn what the polls found out.
    private let board: PushBoard

    private var backoff = Backoff()
    private var preparedAt: Date?
    private var nextPoll = Date.distantPast
    private var record: Int64?
    /// Whether something works only once an operator has acted, in the file, in Shopify or on the clock.
    private var needsOperator = false
    private var savedHealth: ShopHealth?
    private var savedAt = Date.distantPast

    /// Waits that tests shorten.
    package struct Pace: Sendable {
        /// How long a paused shop rests between tries.
        package var pause: Duration = .seconds(1800)
        /// How often the shop's identity, scopes and locations are asked again.
        package var renewal: TimeInterval = 86_400
        /// How often a quiet shop's health is written down.
        package var healthInterval: TimeInterval = 60

        package init() {}
    }

    /// - Parameters:
    ///   - board: Where its pushes learn what it found out.
    ///   - spread: A number from 0 to 1, new at each call; spreads polls and retries of many shops.
    package init(
        plan: ShopPlan,
        ports: SyncPorts,
        alarm: any Alarm,
        pace: Pace = Pace(),
        board: PushBoard = PushBoard(),
        spread: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.board = board
        let vitals = Locked(ShopVitals(domain: plan.domain))
        self.plan = plan
        self.ports = ports
        self.alarm = alarm
        self.pace = pace
        self.spread = spread
        self.vitals = vitals
        journal = PollJournal(log: ports.log, domain: plan.domain, channels: plan.channels.map(\.name))
        board.onRenewal { alarm.ring() }
        sync = ShopSync(plan: plan, ports: ports) { vitals.withLock { $0.progress() } }
    }

    /// What is going on, without waiting for the step under way.
    package nonisolated var state: ShopVitals { vitals.current }

    package nonisolated var domain: String { plan.domain }

    /// Wakes the loop: something was asked of it.
    package nonisolated func wake() { alarm.ring() }

    /// Works until the stop signal or cancellation.
    package func run() async {
        // Shops start a little apart, so that fifty of them do not poll in one breath for ever.
        alarm.arm(after: plan.interval * spread() * (plan.channels.isEmpty ? 0 : 0.2), leeway: .zero)
        while await alarm.wait(), !ports.stop.isRequested {
            let wait = await round()
            guard !ports.stop.isRequested else { break }
            vitals.withLock { $0.rest(for: wait) }
            alarm.arm(after: wait, leeway: min(.seconds(1), plan.interval * 0.1))
        }
        await save(force: true)
    }

    /// Asks who the shop is and what it grants before its next step: an operator has changed something there.
    package func renewSoon() {
        preparedAt = nil
        wake()
    }

    /// Does what is due and says how long to wait.
    package func round() async -> Duration {
        vitals.withLock { $0.progress() }
        do {
            try await work()
            backoff.succeeded()
            await recovered()
            return try await untilNext()
        } catch {
            return await failed(await lookAgain(after: error))
        }
    }

    /// Polls now, whenever the last poll was; for a process that does a cycle or two.
    package func poll() async -> Duration {
        nextPoll = .distantPast
        return await round()
    }

    private func work() async throws {
        let began = ports.now()
        // Like a paused shop, it is looked at again before long.
        let renewal = needsOperator ? min(pace.renewal, pace.pause.seconds) : pace.renewal
        if board.takeRenewal() { preparedAt = nil }
        if preparedAt.map({ began.timeIntervalSince($0) > renewal }) ?? true {
            try await prepare()
        }
        if let report = try await sync.rejudgeIfChanged() { journal.rejudged(report) }
        var report = try await sync.revisit()
        if pollIsDue(), !ports.stop.isRequested {
            report += try await sync.poll()
            let isPolled = await sync.earliestStart != nil
            vitals.withLock {
                if isPolled { $0.health.lastPollAt = ports.now() }
                $0.tally.polls += 1
                $0.tally.seconds += max(0, ports.now().timeIntervalSince(began))
            }
            if let listed = await sync.listedAt {
                board.polled(
                    at: listed,
                    indexLag: await sync.greatestIndexLag,
                    skew: await sync.clockSkew
                )
            }
            let jitter = plan.interval * (0.95 + 0.1 * spread())
            nextPoll = ports.now().addingTimeInterval(jitter.seconds)
        }
        journal.polled(report, took: ports.now().timeIntervalSince(began))
        if await sync.sweepIsDue(), !ports.stop.isRequested { journal.swept(try await sync.sweep()) }
        if !ports.stop.isRequested, let (backfill, report) = try await sync.backfillStep() {
            journal.backfilled(backfill, report)
        }
        let budget = await ports.shop.budget
        vitals.withLock { $0.budget = budget }
        await save(force: false)
    }

    /// A next poll that lies further ahead than one interval was set by a clock that has been put back since.
    private func pollIsDue() -> Bool {
        let ahead = nextPoll.timeIntervalSince(ports.now())
        return ahead <= 0 || ahead > plan.interval.seconds * 1.1
    }

    private func prepare() async throws {
        let preparation: ShopSync.Preparation
        do {
            preparation = try await sync.prepare()
        } catch {
            // What the app has been granted may be why.
            if error is ShopError, let identity = await sync.identity { note(identity) }
            throw error
        }
        record = await sync.record?.id
        preparedAt = ports.now()
        if let record = await sync.record {
            let channels = preparation.contexts.filter { $0.startDate != nil }
            board.publish(
                PollNews(
                    shop: record,
                    identity: preparation.identity,
                    channels: channels,
                    configured: plan.configured
                )
            )
        }
        needsOperator = preparation.contexts.contains { $0.rest != nil } || !preparation.missing.isEmpty
        journal.warned(preparation.lines)
        vitals.withLock { $0.health.warnings = preparation.warnings }
        note(preparation.identity)
    }

    private func note(_ identity: ShopIdentity) {
        vitals.withLock {
            $0.health.scopes = identity.scopes.sorted()
            $0.health.answeredVersion = identity.answeredVersion
            $0.health.supportedVersions = identity.supportedVersions
        }
    }

    /// Looks at the granted scopes again after a refusal, so that all that is said agrees with it.
    ///
    /// - Returns: The error that counts: a scope that orders need is missing before any other.
    private func lookAgain(after error: any Error) async -> any Error {
        guard let refusal = error as? ShopError, refusal.code == .scopeMissing, preparedAt != nil else {
            return error
        }
        preparedAt = nil
        do {
            try await prepare()
        } catch let found as ShopError where found.code == .scopeMissing {
            return found
        } catch {
            // The next try asks again; the refusal stands.
        }
        return refusal
    }

    /// Until the next poll, the next order to look at again, or at once while a backfill is open.
    private func untilNext() async throws -> Duration {
        guard let record else { return plan.interval }
        var next = nextPoll
        if let revisit = try await ports.store.nextRevisit(shop: record) { next = min(next, revisit) }
        if try await !ports.store.openBackfills(shop: record).isEmpty { return .zero }
        return .seconds(max(0, min(next.timeIntervalSince(ports.now()), plan.interval.seconds * 1.1)))
    }

    private func failed(_ error: any Error) async -> Duration {
        let named: Duration?
        let before = vitals.current.health
        var paused = false
        switch error {
        case let error as ShopError where error.code == .cancelled: return .zero
        case let error as ShopError:
            if case .retry(let after) = error.disposition { named = after } else { named = nil }
            paused = error.disposition == .pause
            let remedy = error.remedy(for: plan.channels.first?.name ?? "CHANNEL")
            note(code: error.code.rawValue, message: error.message, remedy: remedy, paused: paused)
        case let error as StoreError where error.code == .cancelled: return .zero
        case let error as StoreError:
            named = nil
            note(code: error.code.rawValue, message: error.message, remedy: error.remedy, paused: false)
        default:
            named = nil
            note(
                code: "internal",
                message: "internal error: \(type(of: error))",
                remedy: "report it",
                paused: false
            )
        }
        vitals.withLock { $0.tally.failures += 1 }
        // What a person has to mend may also have changed what the shop is to us.
        if paused { preparedAt = nil }
        let wait = backoff.failed(named: named, spread: spread())
        let isNew = before.errorCode != vitals.current.health.errorCode
        journal.failed(
            vitals.current.health,
            isNew: isNew,
            failures: backoff.failures,
            wait: paused ? pace.pause : wait
        )
        nextPoll = .distantPast
        await save(force: isNew)
        return paused ? pace.pause : wait
    }

    private func note(code: String, message: String, remedy: String, paused: Bool) {
        let now = ports.now()
        vitals.withLock {
            if $0.health.errorCode != code { $0.health.errorSince = now }
            $0.health.errorCode = code
            $0.health.error = message
            $0.health.remedy = remedy
            $0.health.paused = paused
        }
    }

    private func recovered() async {
        let before = vitals.current.health
        guard before.errorCode != nil else { return }
        vitals.withLock {
            $0.health.errorCode = nil
            $0.health.error = nil
            $0.health.remedy = nil
            $0.health.errorSince = nil
            $0.health.paused = false
        }
        journal.recovered(before, now: ports.now())
        await save(force: true)
    }

    /// Writes the health down when it changed, and now and then while all is quiet.
    ///
    /// Commands ask the daemon first, so what is written serves only when no daemon runs.
    private func save(force: Bool) async {
        let health = vitals.current.health
        var quiet = health
        quiet.lastPollAt = savedHealth?.lastPollAt
        let old = ports.now().timeIntervalSince(savedAt) >= pace.healthInterval
        guard force || quiet != savedHealth || old, health != savedHealth else { return }
        // A store in trouble is already being reported; this row can wait.
        if (try? await ports.store.saveHealth(health, domain: plan.domain)) != nil {
            savedHealth = health
            savedAt = ports.now()
        }
    }

    /// Writes the shop's health down now.
    package func saveHealth() async {
        await save(force: true)
    }

    /// Reads orders again because an operator asked.
    package func refetch(_ ids: [ShopifyID]) async throws -> ImportReport {
        try await asked { try await sync.refetch(ids) }
    }

    /// Does what an operator asked for; an error names the channel.
    private func asked<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await ShopError.naming(plan.channels.first?.name) {
            if preparedAt == nil { try await prepare() }
            return try await body()
        }
    }

    /// Judges stored orders placed in a span again.
    package func rejudge(
        from: Date,
        before: Date = .distantFuture,
        _ selection: RejudgeRequest.Selection = .all
    ) async throws -> ImportReport {
        try await asked { try await sync.rejudge(from: from, before: before, selection) }
    }

    /// Asks Shopify again who the shop is and where its locations are; returns the store's number of the shop.
    package func renew() async throws -> Int64 {
        try await ShopError.naming(plan.channels.first?.name) { try await prepare() }
        return record ?? 0
    }
}

extension Duration {
    /// In seconds, for arithmetic with dates.
    package var seconds: TimeInterval {
        let (seconds, attoseconds) = components
        return TimeInterval(seconds) + TimeInterval(attoseconds) / 1e18
    }
}
