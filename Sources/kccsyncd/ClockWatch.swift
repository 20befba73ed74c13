import Foundation
import SyncEngine

/// Notices when somebody sets the machine's clock: the wall clock's steps that the steady one does not explain.
///
/// The steady one counts through a suspended machine (CLOCK_BOOTTIME), so that waking up is no jump.
struct ClockWatch {
    private var wall: Date
    private var steady: ContinuousClock.Instant

    /// What time servers correct bit by bit is not worth a word.
    static let least: TimeInterval = 60

    init(wall: Date, steady: ContinuousClock.Instant) {
        self.wall = wall
        self.steady = steady
    }

    /// Looks again.
    ///
    /// - Returns: Seconds that the clock was set forward by since the last look, negative for back; nil where it was not.
    mutating func jump(wall: Date, steady: ContinuousClock.Instant) -> TimeInterval? {
        let jump = wall.timeIntervalSince(self.wall) - self.steady.duration(to: steady).seconds
        self.wall = wall
        self.steady = steady
        return abs(jump) < Self.least ? nil : jump
    }

    /// What is said of a jump.
    static func event(_ jump: TimeInterval) -> Event {
        let span = TimeSpan.text(.seconds((abs(jump) / 60).rounded() * 60))
        return Event(
            .warning,
            "the clock was set \(jump < 0 ? "back" : "forward") by \(span); orders go by Shopify's times, so that none is missed or comes twice; see: timedatectl",
            kind: .clockSet,
            fields: [.duration: String(Int(abs(jump) * 1000))]
        )
    }
}
