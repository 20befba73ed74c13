// `DispatchSourceTimer` is not Sendable on Linux; the import is confined to this file.
@preconcurrency import Dispatch

/// Something that rings after a while, or when it is rung by hand.
///
/// A loop arms it after its work and waits, so that rounds never overlap; rings that come while
/// nobody waits are kept, but never more than one.
package protocol Alarm: Sendable {
    /// Sets the time of the next ring, in place of the one set before.
    func arm(after delay: Duration, leeway: Duration)

    /// Rings now.
    func ring()

    /// Waits for a ring; returns false once the task is cancelled.
    func wait() async -> Bool
}

/// An alarm by a Dispatch timer.
package final class DispatchAlarm: Alarm {
    private let timer: any DispatchSourceTimer
    private let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    package init() {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        rings = stream
        self.continuation = continuation
        timer = DispatchSource.makeTimerSource(queue: Self.queue)
        timer.setEventHandler { @Sendable in continuation.yield() }
        timer.activate()
    }

    deinit {
        timer.cancel()
    }

    /// One queue for all alarms: their handlers do nothing but yield.
    private static let queue = DispatchQueue(label: "kccsyncd.alarms")

    package func arm(after delay: Duration, leeway: Duration) {
        let (seconds, attoseconds) = delay.components
        let nanoseconds = Int(clamping: max(0, seconds)) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        let slack = leeway.components
        timer.schedule(
            deadline: .now() + .nanoseconds(max(0, nanoseconds)),
            leeway: .nanoseconds(Int(slack.seconds) * 1_000_000_000 + Int(slack.attoseconds / 1_000_000_000))
        )
    }

    package func ring() {
        continuation.yield()
    }

    package func wait() async -> Bool {
        var iterator = rings.makeAsyncIterator()
        return await iterator.next() != nil && !Task.isCancelled
    }
}
