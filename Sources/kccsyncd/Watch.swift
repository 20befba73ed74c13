import Foundation
import Persistence
import SyncEngine

/// Feeds systemd's watchdog while all is alive, and keeps the status line true.
struct Watch: Sendable {
    let sessions: SessionHolder
    let service: ServiceManager
    let log: any EventLog

    /// Runs until cancelled.
    func run() async -> ExitStatus? {
        let interval = service.watchdogInterval.map { min($0 / 3, .seconds(10)) } ?? .seconds(10)
        var said = ""
        var troubled = false
        var pruneAt = Date()
        var clock = ClockWatch(wall: Date(), steady: .now)
        // By the third look every shop has been polled, and the start is over.
        var looksUntilSettled = 3
        while !Task.isCancelled {
            looksUntilSettled -= 1
            if looksUntilSettled == 0 { MemorySettings.forgetStart() }
            let session = await sessions.session
            if let jump = clock.jump(wall: Date(), steady: .now) { await heed(jump, session) }
            let stuck = session.supervisor.stuck
            do {
                // A database that hangs never answers, and then the watchdog is not fed either.
                try await session.store.ping()
                if stuck.isEmpty { service.watchdog() }
                if troubled {
                    log.record(Event(.notice, "the database answers again", kind: .databaseRecovered))
                }
                troubled = false
            } catch {
                if !troubled, error.code != .cancelled {
                    log.record(Event(.error, error.description, kind: .databaseTrouble))
                    troubled = true
                }
                // A full disk or a locked file is no reason to be killed: a new start would not help.
                if error.isTemporary, stuck.isEmpty { service.watchdog() }
            }
            await writeMetrics(session)
            await prune(session, &pruneAt)
            let line = await StatusLine(session).text()
            if line != said {
                service.status(line)
                said = line
            }
            try? await Task.sleep(for: interval)
        }
        return nil
    }

    /// Says that the clock was set, and lets nothing wait for a time of the clock as it was.
    private func heed(_ jump: TimeInterval, _ session: SyncSession) async {
        log.record(ClockWatch.event(jump))
        guard jump < 0 else { return }
        // A store in trouble is told of elsewhere.
        try? await session.store.shortenWaits(now: Date())
        session.wakePushes()
    }

    /// Puts the figures where Prometheus' collector finds them; what keeps it from that is said as often as the log lets it.
    private func writeMetrics(_ session: SyncSession) async {
        guard let path = session.configuration.daemon.metricsFile else { return }
        do {
            try await Metrics(
                session.answerer,
                unit: sessions.instance.unit,
                reloadRefused: await sessions.reloadRefused
            )
            .write(to: path)
        } catch is StoreError {
            // The database's trouble is told by the look at it.
        } catch {
            log.record(
                Event(
                    .warning,
                    "\(path): the metrics cannot be written; its folder must exist and be writable for the user that kccsyncd runs as"
                )
            )
        }
    }

    /// Once a day removes jobs that ended long ago.
    private func prune(_ session: SyncSession, _ due: inout Date) async {
        let now = Date()
        guard now >= due || due.timeIntervalSince(now) > 86_400 else { return }
        due = now.addingTimeInterval(86_400)
        let kept = session.configuration.retention.finishedJobs.seconds
        // A store in trouble is told of elsewhere, and tomorrow is another day.
        _ = try? await session.queue.prune(before: now.addingTimeInterval(-kept))
    }
}

/// The one line that `systemctl status` shows.
struct StatusLine: Sendable {
    private let session: SyncSession

    init(_ session: SyncSession) {
        self.session = session
    }

    func text() async -> String {
        let shops = session.supervisor.loops.map(\.state)
        // A store in trouble shows in the shops' errors.
        let zone = ((try? await session.zones()) ?? ShopZones()).shared
        let channels = session.configuration.channels.filter(\.enabled).count
        var parts = ["\(Counted.text(channels, "channel", "channels"))"]
        if let last = shops.compactMap(\.health.lastPollAt).max() {
            parts.append("last poll \(last.shown(in: zone))")
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let midnight = calendar.startOfDay(for: session.now())
        if let today = try? await session.queries.orderCount(since: midnight) {
            parts.append("\(Counted.text(today, "order", "orders")) today")
        }
        for context in (try? await session.answerer.contexts()) ?? [] {
            if let rest = context.rest { parts.append("\(context.settings.name) PAUSED: \(rest.text)") }
        }
        let troubled = shops.filter { $0.health.errorCode != nil }
        for shop in troubled.prefix(3) {
            parts.append(
                "\(shop.domain) \(shop.health.paused ? "PAUSED" : "in trouble"): \(shop.health.error ?? "")"
            )
        }
        if troubled.count > 3 {
            parts.append("\(Counted.text(troubled.count - 3, "more shop", "more shops")) in trouble")
        }
        return parts.joined(separator: "; ")
    }
}
