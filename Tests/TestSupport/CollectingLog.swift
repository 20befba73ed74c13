package import SyncEngine

/// An event log that keeps everything for a test to look at.
package final class CollectingLog: EventLog {
    private let kept = Locked<[Event]>([])

    package init() {}

    package func record(_ event: Event) { kept.withLock { $0.append(event) } }

    package var events: [Event] { kept.current }
    package var messages: [String] { events.map(\.message) }

    /// What was recorded since the last call.
    package func drain() -> [Event] {
        kept.withLock { events in
            defer { events = [] }
            return events
        }
    }
}
