/// How long to wait before trying again what failed for now.
package struct Backoff: Sendable, Equatable {
    /// Failures in a row.
    package private(set) var failures = 0
    private let first: Duration
    private let most: Duration

    /// - Parameters:
    ///   - first: The wait after the first failure.
    ///   - most: The longest wait.
    package init(first: Duration = .seconds(5), most: Duration = .seconds(300)) {
        self.first = first
        self.most = most
    }

    package mutating func succeeded() {
        failures = 0
    }

    /// Counts a failure and says how long to wait: doubled each time, capped, and spread by a tenth
    /// either way so that shops that failed together do not come back together.
    ///
    /// - Parameters:
    ///   - named: What the other side asked for; obeyed where it is longer.
    ///   - spread: A number from 0 to 1 that places the wait in the spread.
    package mutating func failed(named: Duration? = nil, spread: Double) -> Duration {
        failures += 1
        let doubled = first * (1 << min(failures - 1, 16))
        let wait = min(doubled, most) * (0.9 + 0.2 * spread)
        return max(wait, named ?? .zero)
    }
}
