import Foundation
import KCCWebServices
import Persistence
import SyncEngine

/// What the link's listener shows to people and to monitoring.
struct DaemonPages: OperatorPages {
    let sessions: SessionHolder

    func status() async -> String {
        let session = await sessions.session
        do {
            let report = try await StatusReport(answerer(session))
            let days = try await session.queries.daily(days: StatusPage.days, now: Date())
            return StatusPage(report: report, days: days, now: Date()).html
        } catch {
            return StatusPage.trouble(
                (error as? StoreError)?.description ?? "internal error: \(type(of: error))"
            )
        }
    }

    func metrics() async -> String {
        let session = await sessions.session
        guard let metrics = try? await Metrics(answerer(session)) else { return "# EOF\n" }
        return metrics.text
    }

    func health() async -> (isWell: Bool, line: String) {
        let session = await sessions.session
        let stuck = session.supervisor.stuck
        guard stuck.isEmpty else { return (false, "these do not move: \(stuck.joined(separator: ", "))") }
        do throws(StoreError) {
            try await session.store.ping()
            return (true, "ok")
        } catch {
            return (false, "the database does not answer")
        }
    }

    private func answerer(_ session: SyncSession) -> Answerer {
        Answerer(configuration: session.configuration, database: session.database, live: session.live)
    }
}
