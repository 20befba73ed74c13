import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// Holds the session that is at work, and puts the next one in its place when the configuration changes.
actor SessionHolder {
    private let reader: ConfigurationReader
    private let database: OrderDatabase
    private let curl: CurlLoop
    private let log: AdjustableLog
    private let service: ServiceManager

    private(set) var session: SyncSession
    private var running: Task<Void, Never>?
    private var stopRequested = false

    init(
        configuration: Configuration,
        reader: ConfigurationReader,
        database: OrderDatabase,
        curl: CurlLoop,
        log: AdjustableLog,
        service: ServiceManager
    ) {
        self.reader = reader
        self.database = database
        self.curl = curl
        self.log = log
        self.service = service
        session = SyncSession(configuration: configuration, database: database, curl: curl, log: log)
    }

    /// Configuration, lock, database and control socket are there: systemd may go on.
    func ready() async {
        let channels = session.configuration.channels.filter(\.enabled).count
        let orders = (try? await session.queries.orderCount()) ?? 0
        service.ready()
        MemorySettings.forgetStart()
        log.record(
            Event(
                .info,
                "ready: \(channels) \(channels == 1 ? "channel" : "channels"), database of \(orders) orders",
                kind: .ready
            )
        )
    }

    /// Runs sessions, one after another, until a stop is requested.
    func run() async -> ExitStatus? {
        while !stopRequested {
            let current = session
            let task = Task { await current.supervisor.run() }
            running = task
            await withTaskCancellationHandler {
                await task.value
            } onCancel: {
                task.cancel()
            }
            if Task.isCancelled { break }
        }
        return .done
    }

    /// Ends the work in two steps; this is the first.
    func requestStop() {
        stopRequested = true
        session.supervisor.requestStop()
    }

    /// The second step: what is still in flight is broken off.
    func cancel() {
        running?.cancel()
    }

    /// Reads the file again and works by it, or says why not and goes on as before.
    func reload() async -> ControlReply {
        service.reloading()
        defer { service.ready() }
        let next: Configuration
        do throws(ConfigurationError) {
            next = try reader.read()
        } catch {
            return refused(error.description)
        }
        let now = session.configuration.daemon
        if next.daemon.database != now.database || next.daemon.controlSocket != now.controlSocket {
            return refused(
                "daemon.database and daemon.control_socket cannot change while the daemon runs; restart it: systemctl restart kccsyncd"
            )
        }
        guard next != session.configuration else {
            // What was mended may be in Shopify's admin: paused shops try again now.
            for loop in session.supervisor.loops { loop.wake() }
            session.wakePushes()
            return ControlReply(lines: ["the configuration has not changed; shops in trouble are tried again"]
            )
        }
        let old = session
        session = SyncSession(configuration: next, database: database, curl: curl, log: log)
        old.supervisor.requestStop()
        log.adjust(to: next.daemon.logLevel)
        log.record(Event(.notice, "the changed configuration is in force", kind: .configurationApplied))
        var reply = ControlReply(lines: ["the changed configuration is in force"])
        reply.lines += next.warnings.map { "warning: \($0)" }
        reply.lines += await olderChanges(from: old.configuration, to: session)
        return reply
    }

    private func refused(_ why: String) -> ControlReply {
        log.record(
            Event(
                .error,
                "the configuration was refused and the old one stays in force: \(why)",
                kind: .configurationRefused
            )
        )
        return ControlReply(.configuration, error: why)
    }

    /// Orders of the last 7 days are judged again by themselves; of older ones the operator is told the number.
    private func olderChanges(from old: Configuration, to session: SyncSession) async -> [String] {
        let before = ShopPlan.plans(channels: old.channels, orderTypes: old.orderTypes)
        let after = ShopPlan.plans(
            channels: session.configuration.channels,
            orderTypes: session.configuration.orderTypes
        )
        let answerer = Answerer(configuration: session.configuration, database: database)
        var lines: [String] = []
        for plan in after {
            let was = before.first { $0.domain == plan.domain }
            guard let was, plan.judgingDigest != was.judgingDigest else { continue }
            // The count is a kindness: a store in trouble is reported elsewhere.
            guard let count = try? await answerer.olderChanges(domain: plan.domain, limit: Self.mostCounted),
                count > 0
            else { continue }
            lines.append(
                "\(plan.domain): \(count) orders older than 7 days would be decided differently; to do so: kccsyncd orders reimport --channel NAME --since DATE"
            )
        }
        return lines
    }

    /// Older orders looked at for the count that `reload` gives.
    private static let mostCounted = 20_000

    func execute(_ command: ControlCommand) async -> ControlReply {
        if case .reload = command { return await reload() }
        return await CommandExecutor(session: session).execute(command)
    }
}
