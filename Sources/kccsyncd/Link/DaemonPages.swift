import Foundation
import KCCWebServices
import Persistence
import SyncEngine

/// What the link's listener shows to people and to monitoring.
struct DaemonPages: OperatorPages {
    let sessions: SessionHolder

    func status() async -> OperatorPage {
        let session = await sessions.session
        do {
            let report = try await StatusReport(answerer(session))
            let days = try await session.queries.daily(
                days: StatusPage.days,
                now: session.now(),
                in: report.zone
            )
            return OperatorPage(StatusPage(report: report, days: days, now: session.now()).html)
        } catch {
            let why = (error as? StoreError)?.description ?? "internal error: \(type(of: error))"
            return OperatorPage(isWell: false, StatusPage.trouble(why))
        }
    }

    func metrics() async -> OperatorPage {
        let session = await sessions.session
        // Prometheus takes a 503 for a failed scrape, and figures of none for a drop to nothing.
        let metrics = try? await Metrics(
            answerer(session),
            unit: sessions.instance.unit,
            reloadRefused: await sessions.reloadRefused
        )
        guard let metrics else {
            return OperatorPage(isWell: false, "# EOF\n")
        }
        return OperatorPage(metrics.text)
    }

    func health() async -> OperatorPage {
        let session = await sessions.session
        let stuck = session.supervisor.stuck
        guard stuck.isEmpty else {
            return OperatorPage(isWell: false, "these do not move: \(stuck.joined(separator: ", "))")
        }
        do throws(StoreError) {
            try await session.store.ping()
            return OperatorPage("ok")
        } catch {
            return OperatorPage(isWell: false, "the database does not answer")
        }
    }

    private func answerer(_ session: SyncSession) -> Answerer {
        session.answerer
    }
}
