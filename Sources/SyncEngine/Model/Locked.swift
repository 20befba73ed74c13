private import Foundation

/// A value behind a lock.
///
/// `Synchronization.Mutex` would do the same, but on Linux the thread sanitiser reports races in
/// correct programs that use it, and then its run could not be a gate.
package final class Locked<Value>: @unchecked Sendable {
    // Safe because `value` is touched only while `lock` is held, in `withLock`.
    private var value: Value
    private let lock = NSLock()

    package init(_ value: Value) {
        self.value = value
    }

    /// Runs a short body with the value; it must not call back into anything that takes the same lock.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}

extension Locked where Value: Sendable {
    /// A copy of the value.
    package var current: Value {
        withLock { $0 }
    }

    package func set(_ value: Value) {
        withLock { $0 = value }
    }
}
