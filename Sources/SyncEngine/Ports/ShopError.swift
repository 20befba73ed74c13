/// Why a shop did not do what it was asked, and what follows from it.
///
/// Made once, where the answer is read; everything above decides by ``disposition`` and prints
/// ``description`` and ``remedy``, and never looks at texts again.
package struct ShopError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    package var disposition: Disposition
    /// One line, lower-case start, no full stop; names what was asked, what was expected and found.
    package var message: String
    /// What a person can do about it, with CHANNEL for the channel's name; empty where waiting is all.
    package var remedy: String
    /// Whether the answer shows that nothing was executed, whatever the code: Shopify denied a mutation as a whole.
    package var isUnexecuted = false

    package init(_ code: Code, _ disposition: Disposition, _ message: String, remedy: String = "") {
        self.code = code
        self.disposition = disposition
        self.message = message
        self.remedy = remedy
    }

    /// Whether what was asked may have been done all the same, so that it must be looked at before it is asked again.
    ///
    /// False only where Shopify said, or the connection showed, that nothing was executed.
    package var mayHaveRun: Bool {
        if isUnexecuted { return false }
        return switch code {
        case .throttled, .rateLimited, .tokenRefused, .clientRefused, .shopNotPermitted, .shopFrozen,
            .shopLocked, .forbidden,
            .shopUnknown, .redirected, .badRequest, .queryRefused, .tooExpensive, .tls:
            false
        case .unreachable, .timedOut, .cancelled, .serverError, .scopeMissing, .versionExpired, .tooLarge,
            .truncated, .notJSON,
            .unexpectedShape, .searchIgnored, .incomplete:
            true
        }
    }

    package var description: String {
        remedy.isEmpty ? message : "\(message); \(remedy)"
    }

    /// The remedy with a channel's name where it says CHANNEL: an answer does not tell whose it is.
    package func remedy(for channel: String) -> String {
        remedy.replacing("CHANNEL", with: channel)
    }

    /// Does something for a shop's channel, whose name any error then has in its remedy.
    package static func naming<Value>(_ channel: String?, _ body: () async throws -> Value) async throws
        -> Value
    {
        do {
            return try await body()
        } catch var error as ShopError {
            if let channel { error.remedy = error.remedy(for: channel) }
            throw error
        }
    }

    /// What the caller does next.
    package enum Disposition: Sendable, Equatable {
        /// Temporary: again, not before the given time where Shopify named one.
        case retry(after: Duration?)
        /// Needs a person: this shop rests, is tried again slowly, and others go on.
        case pause
        /// Our request was wrong: logged as an error; trying it unchanged is of no use.
        case fault
    }

    /// What happened, for tests, counters and log fields.
    package enum Code: String, Sendable, CaseIterable {
        case unreachable
        case timedOut = "timed_out"
        case tls
        case cancelled
        case throttled
        case rateLimited = "rate_limited"
        case serverError = "server_error"
        case tokenRefused = "token_refused"
        case clientRefused = "client_refused"
        case shopNotPermitted = "shop_not_permitted"
        case shopFrozen = "shop_frozen"
        case shopLocked = "shop_locked"
        case forbidden
        case scopeMissing = "scope_missing"
        case shopUnknown = "shop_unknown"
        case versionExpired = "version_expired"
        case redirected
        case tooLarge = "too_large"
        case truncated
        case notJSON = "not_json"
        case unexpectedShape = "unexpected_shape"
        case badRequest = "bad_request"
        case queryRefused = "query_refused"
        case searchIgnored = "search_ignored"
        case tooExpensive = "too_expensive"
        case incomplete
    }
}
