/// How a shop's loop is doing, as others see it while it works.
package struct ShopVitals: Sendable {
    package var domain: String
    package var health = ShopHealth()
    package var budget: ShopBudget?
    package var tally = PollTally()
    /// When the loop last took a step, by a clock that nobody can set.
    private var movedAt = ContinuousClock.now
    /// How long it meant to rest after that.
    private var restsFor = Duration.zero

    package init(domain: String) {
        self.domain = domain
    }

    mutating func progress() {
        movedAt = .now
        restsFor = .zero
    }

    mutating func rest(for wait: Duration) {
        movedAt = .now
        restsFor = wait
    }

    /// The longest that one step may take: several requests at their time limit, and points to wait for.
    package static let patience = Duration.seconds(300)

    /// Whether the loop should have moved by now and has not.
    package func isStuck(at now: ContinuousClock.Instant = .now) -> Bool {
        now - movedAt > restsFor + Self.patience
    }
}

/// How often a shop's polls went well or not since the process began.
package struct PollTally: Sendable, Equatable, Codable {
    package var polls = 0
    package var failures = 0
    /// Spent in polls that went well, with what they stored.
    package var seconds = 0.0

    package init() {}
}
