import Foundation

/// Works off one shop's pushes beside its polls: fulfilments before stock, one request at a time.
package actor PushLoop {
    private let plan: ShopPlan
    private let board: PushBoard
    private let steps: [any PushStep]
    private let ports: SyncPorts
    private let alarm: any Alarm
    private let pause: Duration
    private let spread: @Sendable () -> Double
    private let vitals: Locked<ShopVitals>
    private var backoff = Backoff()
    /// Failures since Shopify last answered.
    private var failuresInRow: Int { backoff.failures }
    /// Whether the last failure holds for the whole shop, so that nothing else is worth trying now.
    private var isHeldBack = false
    /// The codes of pushes that failed without any trouble of the shop, since one cycle began.
    private var failedAlone: Set<String> = []
    /// What keeps steps from their work until an operator acts, by the step's place.
    private var blocked: [Int: ShopError] = [:]
    /// What needs a person is not tried before, however often the polls ring; other trouble is over once they come through.
    private var restsUntil = Date.distantPast
    /// Set when somebody told something or asks to try again.
    private let isAsked = Locked(false)

    /// - Parameters:
    ///   - steps: The most urgent first; whenever one has done something, the first is asked again.
    ///   - pause: How long a shop that needs a person rests between tries.
    ///   - spread: A number from 0 to 1, new at each call.
    package init(
        plan: ShopPlan,
        board: PushBoard,
        steps: [any PushStep],
        ports: SyncPorts,
        alarm: any Alarm,
        pause: Duration = .seconds(1800),
        spread: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.plan = plan
        self.board = board
        self.steps = steps
        self.ports = ports
        self.alarm = alarm
        self.pause = pause
        self.spread = spread
        vitals = Locked(ShopVitals(domain: plan.domain))
        board.onNews { alarm.ring() }
    }

    /// What is going on, without waiting for the step under way.
    package nonisolated var state: ShopVitals { vitals.current }

    package nonisolated var domain: String { plan.domain }

    /// What the shop's polls have found out; nil before the first.
    package nonisolated var news: PollNews? { board.news }

    /// Wakes the loop, out of a rest as well: something was told.
    package nonisolated func wake() {
        isAsked.set(true)
        alarm.ring()
    }

    /// Works until the stop signal or cancellation.
    package func run() async {
        alarm.arm(after: .zero, leeway: .zero)
        while await alarm.wait(), !ports.stop.isRequested {
            let wait = await round()
            guard !ports.stop.isRequested else { break }
            vitals.withLock { $0.rest(for: wait) }
            alarm.arm(after: wait, leeway: min(.seconds(1), wait * 0.1))
        }
    }

    /// Failures in a row after which one cycle gives up: the shop itself is in trouble.
    private static let mostFailures = 5

    /// Does all that is due and comes back; for a process that does one cycle.
    ///
    /// A push that fails keeps no other from its turn: it is due again later, and the next one is tried at once.
    ///
    /// - Returns: The codes of what failed, and of what keeps work waiting until an operator acts.
    @discardableResult
    package func runWhatIsDue() async -> Set<String> {
        var codes: Set<String> = []
        failedAlone = []
        while !ports.stop.isRequested {
            let before = failuresInRow
            let wait = await round()
            if failuresInRow > before {
                guard let code = state.health.errorCode else { break }
                codes.insert(code)
                guard failuresInRow < Self.mostFailures, !isHeldBack else { break }
            } else if wait > .zero {
                break
            }
        }
        return codes.union(failedAlone).union(blocked.values.map(\.code.rawValue))
    }

    /// The longest rest: whatever was missed is found after it.
    private static let longestRest = Duration.seconds(60)

    /// Does what is due and says how long to wait.
    package func round() async -> Duration {
        vitals.withLock { $0.progress() }
        guard let news = board.news else { return Self.longestRest }
        if isAsked.current {
            isAsked.set(false)
            restsUntil = .distantPast
        }
        let rest = restsUntil.timeIntervalSince(ports.now())
        // A rest that lies further ahead than the longest was set by a clock that has been put back since.
        if rest > 0, rest <= pause.seconds { return .seconds(rest) }
        do {
            var next = Date.distantFuture
            for (place, step) in steps.enumerated() where !ports.stop.isRequested {
                let progress = try await step.work(news)
                if case .blocked(let error) = progress {
                    blocked[place] = error
                } else {
                    blocked[place] = nil
                }
                switch progress {
                // A step that has more to do lets the more urgent ones look first.
                case .answered:
                    succeeded()
                    return .zero
                case .failedAlone(let error):
                    succeeded()
                    failedAlone.insert(error.code.rawValue)
                    if error.code == .scopeMissing { board.askRenewal() }
                    return .zero
                case .again: return .zero
                case .blocked: break
                case .idle(let due): next = min(next, due ?? .distantFuture)
                }
            }
            succeeded()
            // What is due by now and was not done waits for something: a second is soon enough.
            let wait = max(next.timeIntervalSince(ports.now()), 1)
            return .seconds(min(wait, Self.longestRest.seconds))
        } catch {
            return failed(error)
        }
    }

    /// Ends the backoff, whether or not more work waits: an answer is an answer.
    private func succeeded() {
        backoff.succeeded()
        isHeldBack = false
        if let (_, error) = blocked.min(by: { $0.key < $1.key }) { return note(error) }
        vitals.withLock {
            $0.health.errorCode = nil
            $0.health.error = nil
            $0.health.remedy = nil
        }
    }

    /// The polls of the same shop tell an operator what is wrong; here it is only waited for.
    private func failed(_ error: any Error) -> Duration {
        var named: Duration?
        isHeldBack = true
        if let error = error as? ShopError {
            if error.code == .cancelled { return Self.longestRest }
            isHeldBack = error.disposition == .pause || !error.countsAsFailure
            // The scopes that the polls know are older than this.
            if error.code == .scopeMissing { board.askRenewal() }
            if error.disposition == .pause {
                note(error)
                restsUntil = ports.now().addingTimeInterval(pause.seconds)
                _ = backoff.failed(spread: spread())
                return pause
            }
            if case .retry(let after) = error.disposition { named = after }
            note(error)
        } else if let error = error as? StoreError {
            if error.code == .cancelled { return Self.longestRest }
            note(error.code.rawValue, error.message, error.remedy)
        } else {
            note("internal", "internal error: \(type(of: error))", "report it")
        }
        return backoff.failed(named: named, spread: spread())
    }

    private func note(_ error: ShopError) {
        note(error.code.rawValue, error.message, error.remedy(for: plan.channels.first?.name ?? "CHANNEL"))
    }

    private func note(_ code: String, _ message: String, _ remedy: String) {
        let isNew = vitals.current.health.errorCode != code
        vitals.withLock {
            $0.health.errorCode = code
            $0.health.error = message
            $0.health.remedy = remedy
        }
        guard isNew else { return }
        let names = plan.channels.map(\.name).joined(separator: ", ")
        ports.log.record(
            Event(
                .warning,
                "\(names): pushes wait: \(message)\(remedy.isEmpty ? "" : "; \(remedy)")",
                kind: .pushesWaiting,
                fields: [.channel: names, .shop: plan.domain, .reason: code]
            )
        )
    }
}
