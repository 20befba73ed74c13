import SyncEngine

/// An alarm that rings only when a test rings it, and tells what it was armed for.
package final class ManualAlarm: Alarm {
    /// Every wait that a loop asked for.
    package let arms: AsyncStream<Duration>
    private let armed: AsyncStream<Duration>.Continuation
    private let rings: AsyncStream<Void>
    private let rung: AsyncStream<Void>.Continuation

    package init() {
        (arms, armed) = AsyncStream.makeStream(of: Duration.self)
        (rings, rung) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    package func arm(after delay: Duration, leeway: Duration) { armed.yield(delay) }
    package func ring() { rung.yield() }

    package func wait() async -> Bool {
        var iterator = rings.makeAsyncIterator()
        return await iterator.next() != nil && !Task.isCancelled
    }
}
