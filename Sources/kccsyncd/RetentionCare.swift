import Foundation
import Persistence
import SyncEngine

/// Takes personal data out when its time has come, once a day, and finishes what could not be erased at once.
///
/// Everything happens beside the work, in small transactions.
struct RetentionCare: Sendable {
    let sessions: SessionHolder
    let log: any EventLog

    private static let interval = Duration.seconds(3600)
    private static let day: TimeInterval = 86_400

    /// Runs until cancelled.
    func run() async -> ExitStatus? {
        var due = Date()
        var saidTooLarge = false
        while !Task.isCancelled {
            let session = await sessions.session
            let now = Date()
            // A clock that was put back must not put it off.
            if now >= due || due.timeIntervalSince(now) > Self.day, await remove(session, now) {
                due = now.addingTimeInterval(Self.day)
            }
            await erase(session, &saidTooLarge)
            try? await Task.sleep(for: Self.interval)
        }
        return nil
    }

    /// - Returns: Whether it came to an end; a store in trouble is told of elsewhere.
    private func remove(_ session: SyncSession, _ now: Date) async -> Bool {
        guard let kept = session.configuration.retention.personalData else { return true }
        let cutoff = now.addingTimeInterval(-kept.seconds)
        guard
            let report = try? await Redaction(session.store).removeData(placedBefore: cutoff, now: now)
        else { return false }
        if report.orders > 0 {
            log.record(
                Event(
                    .notice,
                    "personal data of \(Spoken.count(report.orders, "order", "orders")) was removed",
                    kind: .personalDataRemoved,
                    fields: [.count: String(report.orders), .reason: "retention"]
                )
            )
        }
        for name in report.damaged {
            log.record(Event(.warning, PurgeCommands.damage(name), fields: [.order: name]))
        }
        return true
    }

    private func erase(_ session: SyncSession, _ said: inout Bool) async {
        guard case .tooLarge(let size) = try? await Redaction(session.store).erase(), !said else { return }
        said = true
        log.record(
            Event(
                .notice,
                "\(session.configuration.daemon.database): personal data was removed, and unused bytes of the file may hold pieces of it; with its \(size) MiB it is written anew only while no daemon works: stop the daemon and run kccsyncd db purge"
            )
        )
    }
}
