import Foundation

/// A value that many threads share, one at a time.
///
/// An `NSLock` rather than `Synchronization.Mutex`: the latter makes the thread sanitizer report
/// races on Linux in programs that have none, and the sanitizer's verdict is a gate.
final class Locked<Value>: @unchecked Sendable {
    // Sendable because `value` is reached through `withLock` alone, which holds the lock throughout.
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    /// Runs the closure while no other thread can see the value; it must not wait or call out.
    func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
