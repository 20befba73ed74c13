import Foundation
import Persistence
import SyncEngine

/// What the order store needs as the months go by: it is examined after an unclean stop and weekly, and grows older by the hour.
///
/// Everything happens beside the work; nothing waits for it.
struct StoreCare: Sendable {
    let database: OrderDatabase
    let log: any EventLog

    private static let interval = Duration.seconds(3600)
    private static let examinedEvery: TimeInterval = 7 * 86_400

    /// Runs until cancelled.
    func run() async -> ExitStatus? {
        let care = DatabaseCare(database)
        var isDue = database.wasLeftOpen
        while !Task.isCancelled {
            if let examined = try? await care.lastExaminedAt() {
                // A clock that was put back must not put it off.
                let age = Date().timeIntervalSince(examined)
                isDue = isDue || age > Self.examinedEvery || age < -86_400
            }
            if isDue, await examine(care) { isDue = false }
            try? await Task.sleep(for: Self.interval)
            // A store in trouble is told of elsewhere.
            if !Task.isCancelled { try? database.grow() }
        }
        return nil
    }

    /// - Returns: Whether it came to an end.
    private func examine(_ care: DatabaseCare) async -> Bool {
        do {
            let problems = try await care.examine(now: Date())
            if let first = problems.first {
                log.record(Self.damage(problems.count, first, database.path))
            }
            return true
        } catch {
            if error.code == .corrupt { log.record(Self.damage(1, error.message, database.path)) }
            return false
        }
    }

    private static func damage(_ count: Int, _ first: String, _ path: String) -> Event {
        Event(
            .error,
            "\(path): is damaged: \(count) \(count == 1 ? "problem" : "problems"), the first: \(first); stop the daemon and restore the last backup: kccsyncd db restore FILE",
            kind: .storeDamaged,
            fields: [.count: String(count)]
        )
    }
}
