/// When a push that did not succeed is tried again, and when an operator is asked: one policy for all pushes.
package struct RetryPolicy: Sendable, Equatable {
    /// The wait after the first temporary failure; doubled with each further one.
    package var first = Duration.seconds(5)
    /// The longest wait after a temporary failure.
    package var most = Duration.seconds(300)
    /// Rejections of one and the same request before an operator is asked.
    package var mostRejections = 5
    /// Rejections in a row of requests that were planned again from a fresh reading, before an operator is asked.
    package var mostReplans = 20

    package init() {}

    /// What happened to a push.
    package enum Event: Sendable, Equatable {
        /// Shopify could not be reached, or failed, or had no points left.
        case failed(ShopError)
        /// Shopify rejected a request by what is in it; the digest tells the same request from another one.
        case rejected(digest: String)
        /// Shopify rejected the request as a whole: a fresh reading of the order changes nothing.
        case rejectedAsWhole
        /// Shopify did what was asked.
        case succeeded
    }

    /// What follows.
    package enum Action: Sendable, Equatable {
        /// The same again, or whatever is due by then.
        case retry(after: Duration)
        /// The push is planned again from a fresh reading.
        case replan(after: Duration)
        /// An operator has to look.
        case park
        /// Nothing is wrong.
        case goOn
    }
}

/// How often a push failed, counted apart by what that means.
///
/// Temporary failures never park a push, and do not count as rejections: four bad answers and a rejection are one rejection.
package struct PushAttempts: Sendable, Equatable, Codable {
    /// Temporary failures since the last success.
    package private(set) var failures = 0
    /// Rejections in a row of the request that ``rejected`` names.
    package private(set) var rejections = 0
    /// Rejections in a row that a fresh reading answered with another request.
    package private(set) var replans = 0
    /// The digest of the request that was rejected last.
    package private(set) var rejected: String?

    package init() {}

    /// Counts what happened and says what follows.
    ///
    /// - Parameter spread: A number from 0 to 1 that places the wait in its jitter of a tenth either way.
    package mutating func record(
        _ event: RetryPolicy.Event,
        by policy: RetryPolicy = RetryPolicy(),
        spread: Double
    ) -> RetryPolicy.Action {
        let jitter = 0.9 + 0.2 * spread
        switch event {
        case .failed(let error):
            var named: Duration?
            if case .retry(let after) = error.disposition { named = after }
            // Points that are used up, and a stop, are nobody's failure.
            if error.countsAsFailure { failures += 1 }
            let doubled = policy.first * (1 << min(max(failures - 1, 0), 16))
            return .retry(after: named ?? min(doubled, policy.most) * jitter)
        case .rejected(let digest):
            if let rejected, rejected != digest {
                replans += 1
                rejections = 0
            }
            rejected = digest
            rejections += 1
            if rejections >= policy.mostRejections || replans >= policy.mostReplans { return .park }
            return .replan(after: .seconds(1 << min(rejections + replans, 8)) * jitter)
        case .rejectedAsWhole:
            return .park
        case .succeeded:
            self = PushAttempts()
            return .goOn
        }
    }
}

extension ShopError {
    /// Whether it counts as a failure of what was asked: throttling and a stop do not.
    package var countsAsFailure: Bool { ![.throttled, .rateLimited, .cancelled].contains(code) }

    /// Whether Shopify rejected this very request as a whole: others may well succeed.
    ///
    /// An answer with GraphQL `errors` that are neither throttling nor a refused access nor a failure of Shopify's own.
    package var isRejection: Bool { code == .queryRefused || code == .tooExpensive }
}
