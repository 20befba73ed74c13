import SyncEngine

/// Holds requests back until the shop's bucket has the points for them.
///
/// More important requests go first, equally important ones in the order they came. One timer at
/// most is under way, for the moment when the first in the queue can go.
final class CostBucket: Sendable {
    private typealias Waiter = CheckedContinuation<Bool, Never>

    private struct State {
        var bucket = BucketState()
        var waiters: [UInt64: Waiter] = [:]
        /// Tickets cancelled or granted before their continuation existed.
        var early: [UInt64: Bool] = [:]
        var timer: Task<Void, Never>?
        /// Tells a timer that was replaced from the present one.
        var timerNumber = 0
    }

    private let state = Locked(State())
    private let now: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameter clock: Any clock that only goes forward.
    init<C: Clock>(clock: C) where C.Duration == Duration {
        let start = clock.now
        now = { @Sendable in start.duration(to: clock.now) }
        sleep = { @Sendable duration in try await clock.sleep(for: duration) }
    }

    deinit {
        state.withLock { $0.timer?.cancel() }
    }

    /// Permission to send one request, to be given back with ``settle(_:_:)``.
    struct Ticket: Sendable {
        fileprivate var number: UInt64
        fileprivate var document: String
    }

    /// Waits until the request may be sent.
    ///
    /// - Parameters:
    ///   - document: Under this name its cost is remembered from answer to answer.
    ///   - estimate: Points that it asks for, until an answer has told.
    ///   - importance: Its place in the queue.
    /// - Returns: The permission; nil where the task was cancelled meanwhile.
    func reserve(_ document: String, estimate: Int, importance: Importance) async -> Ticket? {
        let number = change { bucket in
            bucket.enqueue(points: bucket.learnt[document] ?? estimate, importance: importance)
        }
        let granted = await withTaskCancellationHandler {
            await withCheckedContinuation { (waiter: Waiter) in
                let verdict = state.withLock { state in
                    let verdict = state.early.removeValue(forKey: number)
                    if verdict == nil { state.waiters[number] = waiter }
                    return verdict
                }
                if let verdict { waiter.resume(returning: verdict) }
            }
        } onCancel: {
            withdraw(number)
        }
        return granted ? Ticket(number: number, document: document) : nil
    }

    /// Ends a request, whether an answer came or not.
    func settle(_ ticket: Ticket, _ cost: QueryCost?) {
        change { $0.settle(ticket.number, cost, document: ticket.document, at: now()) }
    }

    var budget: ShopBudget {
        state.withLock { $0.bucket.budget(at: now()) }
    }

    /// Changes the arithmetic, then lets go whoever can go.
    @discardableResult
    private func change<Result>(_ body: (inout BucketState) -> Result) -> Result {
        let (result, ready) = state.withLock { state in
            let result = body(&state.bucket)
            return (result, release(&state))
        }
        for waiter in ready { waiter.resume(returning: true) }
        return result
    }

    /// Grants and arms the timer; returns the waiters to resume outside the lock.
    private func release(_ state: inout State) -> [Waiter] {
        let action = state.bucket.advance(to: now())
        state.timer?.cancel()
        state.timer = nil
        if let delay = action.lookAgainAfter {
            state.timerNumber += 1
            let number = state.timerNumber
            state.timer = Task { [weak self, sleep] in
                try? await sleep(delay)
                self?.timerFired(number)
            }
        }
        return action.granted.compactMap { ticket in
            if let waiter = state.waiters.removeValue(forKey: ticket) { return waiter }
            state.early[ticket] = true
            return nil
        }
    }

    private func timerFired(_ number: Int) {
        let ready = state.withLock { state in
            state.timerNumber == number && state.timer != nil ? release(&state) : []
        }
        for waiter in ready { waiter.resume(returning: true) }
    }

    private func withdraw(_ number: UInt64) {
        let (waiter, ready) = state.withLock { state -> (Waiter?, [Waiter]) in
            // One already granted goes its way: its request sees the cancellation itself.
            guard state.bucket.withdraw(number) else { return (nil, []) }
            let waiter = state.waiters.removeValue(forKey: number)
            if waiter == nil { state.early[number] = false }
            // It may have been the one that held back the others.
            return (waiter, release(&state))
        }
        waiter?.resume(returning: false)
        for waiter in ready { waiter.resume(returning: true) }
    }
}
