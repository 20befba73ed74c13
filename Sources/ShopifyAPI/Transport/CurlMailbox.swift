import SyncEngine
import CCurl
import Foundation

/// What callers and the curl thread share.
///
/// An exchange is registered before its continuation exists, so that a cancellation which comes
/// first is not lost; one that comes after the end finds nothing registered and is ignored.
final class CurlMailbox: Sendable {
    typealias Outcome = Result<HTTPAnswer, TransportError>
    typealias Caller = CheckedContinuation<Outcome, Never>

    /// What the thread is to do next.
    enum Letter {
        case start(UInt64, HTTPRequest, Caller)
        case cancel(UInt64)
    }

    /// All that came since the thread last looked.
    struct Delivery {
        var letters: [Letter]
        /// No more requests; end once the table is empty.
        var stopping: Bool
        /// End now.
        var cancelling: Bool
    }

    private enum Phase {
        case registered
        case cancelledEarly
        case started
    }

    private struct State {
        var letters: [Letter] = []
        var phases: [UInt64: Phase] = [:]
        var lastID: UInt64 = 0
        var stopping = false
        var cancelling = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
        // Nil once the thread has ended; only ever used for wake-ups, under the lock.
        var multi: UnsafeMutableRawPointer?

        func wake() {
            if let multi { _ = curl_multi_wakeup(multi) }
        }
    }

    private let state: Locked<State>

    init(multi: UnsafeMutableRawPointer?) {
        var first = State()
        first.multi = multi
        state = Locked(first)
    }

    // MARK: Any thread

    func register() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            state.phases[state.lastID] = .registered
            return state.lastID
        }
    }

    func start(_ id: UInt64, _ request: HTTPRequest, _ caller: Caller) {
        let refusal: TransportError? = state.withLock { state in
            if state.phases[id] == .cancelledEarly {
                state.phases[id] = nil
                return TransportError(.cancelled, "cancelled before it began")
            }
            if state.stopping || state.multi == nil {
                state.phases[id] = nil
                return TransportError(.cancelled, "the HTTP loop was stopped")
            }
            state.phases[id] = .started
            state.letters.append(.start(id, request, caller))
            state.wake()
            return nil
        }
        if let refusal { caller.resume(returning: .failure(refusal)) }
    }

    func cancel(_ id: UInt64) {
        state.withLock { state in
            switch state.phases[id] {
            case .registered: state.phases[id] = .cancelledEarly
            case .started:
                state.letters.append(.cancel(id))
                state.wake()
            case .cancelledEarly, nil: break
            }
        }
    }

    func stop(cancelling: Bool, waiter: CheckedContinuation<Void, Never>?) {
        let ended = state.withLock { state in
            state.stopping = true
            if cancelling { state.cancelling = true }
            if state.multi == nil { return true }
            if let waiter { state.stopWaiters.append(waiter) }
            state.wake()
            return false
        }
        if ended { waiter?.resume() }
    }

    // MARK: The curl thread

    var multi: UnsafeMutableRawPointer? {
        state.withLock(\.multi)
    }

    func collect() -> Delivery {
        state.withLock { state in
            defer { state.letters = [] }
            return Delivery(letters: state.letters, stopping: state.stopping, cancelling: state.cancelling)
        }
    }

    func forget(_ id: UInt64) {
        state.withLock { $0.phases[id] = nil }
    }

    /// Ends the thread's right to be woken and returns those that wait for its end, unless requests
    /// came meanwhile.
    func close() -> [CheckedContinuation<Void, Never>]? {
        state.withLock { state in
            guard state.letters.isEmpty else { return nil }
            state.multi = nil
            defer { state.stopWaiters = [] }
            return state.stopWaiters
        }
    }
}
