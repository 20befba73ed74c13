package import Foundation
import SyncEngine

/// "Now" that stands still until a test moves it.
package final class ManualNow: Sendable {
    private let date: Locked<Date>

    package init(_ date: Date = Instants.now) {
        self.date = Locked(date)
    }

    package var current: Date { date.current }
    package func advance(by seconds: TimeInterval) { date.withLock { $0 += seconds } }
    package func set(_ instant: Date) { date.set(instant) }
}
