import Foundation
import SyncEngine

/// Slows down whoever tries passwords, without locking out KCC.
///
/// An address that was wrong too often within a minute is not listened to for another. Behind a proxy that does not say whose
/// requests it passes on, all have one address, KCC's too: those are never shut out, but each wrong answer is given late.
final class GuessLimiter: Sendable {
    private struct Guesses {
        var count: Int
        var since: Date
    }

    private struct State {
        var guesses: [String: Guesses] = [:]
        var late = 0
    }

    private let state = Locked(State())

    /// Wrong answers of an address within a minute before it is shut out.
    static let most = 20
    static let span: TimeInterval = 60
    /// Addresses remembered: an attacker with more of them than this has to be stopped by the proxy.
    private static let mostAddresses = 10_000
    /// Answers that may be held back at once.
    private static let mostLate = 64

    /// Whether an address is not listened to now.
    func isShutOut(_ address: String?, at now: Date) -> Bool {
        guard let address else { return false }
        return state.withLock { state in
            guard let guesses = state.guesses[address] else { return false }
            return guesses.count >= Self.most && abs(now.timeIntervalSince(guesses.since)) < Self.span
        }
    }

    /// Counts a wrong answer.
    func failed(_ address: String?, at now: Date) {
        guard let address else { return }
        state.withLock { state in
            if let guesses = state.guesses[address], abs(now.timeIntervalSince(guesses.since)) < Self.span {
                state.guesses[address]?.count += 1
                // From the last of them on it is shut out for a whole span.
                if guesses.count + 1 == Self.most { state.guesses[address]?.since = now }
                return
            }
            if state.guesses.count >= Self.mostAddresses {
                state.guesses = state.guesses.filter {
                    abs(now.timeIntervalSince($0.value.since)) < Self.span
                }
                if state.guesses.count >= Self.mostAddresses { state.guesses = [:] }
            }
            state.guesses[address] = Guesses(count: 1, since: now)
        }
    }

    /// Waits before a wrong answer is given.
    ///
    /// - Returns: False where too many wait already: the request is to be refused at once.
    func hold(for time: Duration) async -> Bool {
        let isFree = state.withLock { state in
            guard state.late < Self.mostLate else { return false }
            state.late += 1
            return true
        }
        guard isFree else { return false }
        try? await Task.sleep(for: time)
        state.withLock { $0.late -= 1 }
        return true
    }
}
