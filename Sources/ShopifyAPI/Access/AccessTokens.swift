import Foundation
import SyncEngine

/// The access token of one shop: fixed, or asked for with client credentials and renewed in time.
///
/// A token of the client credentials grant lasts a day and has no refresh token: a new one is asked
/// for in the same way
/// (<https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant>).
/// However many tasks need one, one request is under way at most.
final class AccessTokens: Sendable {
    typealias Outcome = Result<Secret, ShopError>
    private typealias Waiter = CheckedContinuation<Outcome, Never>

    /// A token with its end.
    struct Grant: Sendable {
        var token: Secret
        var expires: Date
    }

    private struct State {
        var grant: Grant?
        /// A failed early renewal is not tried again before this.
        var restUntil = Date.distantPast
        var flight: Task<Void, Never>?
        /// Tells a request that nobody waited for any more from the present one.
        var flightNumber = 0
        /// Callers whose continuation does not exist yet.
        var arriving: Set<UInt64> = []
        var waiters: [UInt64: Waiter] = [:]
        var lastWaiter: UInt64 = 0
    }

    /// Renewal begins this long before a token's end.
    static let margin: TimeInterval = 5 * 60
    /// Between attempts at a renewal while the old token still holds.
    private static let rest: TimeInterval = 30

    private let fixed: Secret?
    private let fetch: @Sendable () async -> Result<Grant, ShopError>
    private let now: @Sendable () -> Date
    private let state = Locked(State())

    /// A token that never changes.
    init(fixed token: Secret) {
        fixed = token
        now = { @Sendable in Date() }
        fetch = { @Sendable in .failure(StatusClassification.tokenRefused("401")) }
    }

    /// Tokens that are asked for.
    init(
        fetching fetch: @escaping @Sendable () async -> Result<Grant, ShopError>,
        now: @escaping @Sendable () -> Date
    ) {
        fixed = nil
        self.fetch = fetch
        self.now = now
    }

    deinit {
        state.withLock { $0.flight?.cancel() }
    }

    /// The token to send, renewed first where it ends within ``margin``.
    ///
    /// A renewal that fails while the old token still holds is not an error: the old one serves on.
    func current() async throws(ShopError) -> Secret {
        if let fixed { return fixed }
        let time = now()
        let (held, restUntil) = state.withLock { ($0.grant, $0.restUntil) }
        if let held, held.expires.timeIntervalSince(time) > Self.margin { return held.token }
        guard let held, held.expires > time else { return try await renewed() }
        if time < restUntil { return held.token }
        do throws(ShopError) {
            return try await renewed()
        } catch {
            if error.code == .cancelled { throw error }
            state.withLock { $0.restUntil = time.addingTimeInterval(Self.rest) }
            return held.token
        }
    }

    /// Another token after Shopify refused this one with 401; nil where there is no other.
    func replacement(for refused: Secret) async throws(ShopError) -> Secret? {
        if fixed != nil { return nil }
        // Another task may have renewed it while our request was under way.
        if let held = state.withLock(\.grant), held.token != refused { return held.token }
        return try await renewed()
    }

    /// Joins the request for a token, or begins it.
    private func renewed() async throws(ShopError) -> Secret {
        let id = state.withLock { state in
            state.lastWaiter += 1
            state.arriving.insert(state.lastWaiter)
            return state.lastWaiter
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                let early = state.withLock { state in
                    guard state.arriving.remove(id) != nil else { return true }
                    state.waiters[id] = waiter
                    if state.flight == nil {
                        state.flightNumber += 1
                        state.flight = begin(state.flightNumber)
                    }
                    return false
                }
                if early { waiter.resume(returning: Self.cancelled) }
            }
        } onCancel: {
            cancel(id)
        }
        return try outcome.get()
    }

    private static let cancelled = Outcome.failure(
        ShopError(.cancelled, .retry(after: nil), "asking for an access token: cancelled")
    )

    private func begin(_ number: Int) -> Task<Void, Never> {
        Task { [weak self, fetch] in
            let outcome = await fetch()
            self?.finish(number, outcome)
        }
    }

    private func finish(_ number: Int, _ outcome: Result<Grant, ShopError>) {
        let waiters = state.withLock { state in
            // The old token stays until a new one is there.
            if case .success(let grant) = outcome { state.grant = grant }
            guard number == state.flightNumber else { return [Waiter]() }
            state.flight = nil
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: outcome.map(\.token)) }
    }

    private func cancel(_ id: UInt64) {
        let waiter = state.withLock { state in
            state.arriving.remove(id)
            guard let waiter = state.waiters.removeValue(forKey: id) else { return Waiter?.none }
            // Nobody waits any more: the request itself is of no use.
            if state.waiters.isEmpty {
                state.flight?.cancel()
                state.flight = nil
                state.flightNumber += 1
            }
            return waiter
        }
        waiter?.resume(returning: Self.cancelled)
    }
}
