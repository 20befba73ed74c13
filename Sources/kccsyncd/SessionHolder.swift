import Foundation
import KCCWebServices
import Persistence
import SyncEngine

/// Holds the session that is at work, and puts the next one in its place when the configuration changes.
actor SessionHolder {
    private let reader: ConfigurationReader
    private let database: OrderDatabase
    private let shops: ShopConnector
    /// Our clock.
    nonisolated let now: @Sendable () -> Date
    private let log: AdjustableLog
    private let service: ServiceManager

    /// One for all sessions: what it remembers must outlive a reload.
    nonisolated let handOff: SQLiteHandOffStore
    nonisolated let pulse = LinkPulse()
    private(set) var session: SyncSession
    private var running: Task<Void, Never>?
    private var stopRequested = false
    /// Whether renames that were asked for have been carried out as far as the session's configuration allows.
    private var areNamesSettled = false
    /// Whether the newest configuration was refused, and an older one is at work.
    private(set) var reloadRefused = false
    /// Whose daemon this is.
    nonisolated var instance: Instance { reader.instance }

    init(
        configuration: Configuration,
        reader: ConfigurationReader,
        database: OrderDatabase,
        shops: ShopConnector,
        log: AdjustableLog,
        service: ServiceManager,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.reader = reader
        self.database = database
        self.shops = shops
        self.now = now
        self.log = log
        self.service = service
        handOff = SQLiteHandOffStore(SQLiteOrderStore(database))
        session = SyncSession(
            configuration: configuration,
            database: database,
            shops: shops,
            log: log,
            pulse: pulse,
            now: now
        )
    }

    /// Configuration, lock, database and control socket are there: systemd may go on.
    ///
    /// - Parameter port: Where the link to KCC listens; nil without one.
    func ready(port: Int?) async {
        let link = port.map { ", KCC link on port \($0)" } ?? ""
        let channels = session.configuration.channels.filter(\.enabled).count
        let orders = (try? await session.queries.orderCount()) ?? 0
        service.ready()
        MemorySettings.forgetStart()
        log.record(
            Event(
                .info,
                "ready: \(Counted.text(channels, "channel", "channels")), database of \(Counted.text(orders, "order", "orders"))\(link)",
                kind: .ready
            )
        )
    }

    /// Runs sessions, one after another, until a stop is requested.
    func run() async -> ExitStatus? {
        while !stopRequested {
            let current = session
            await openLink()
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

    /// Makes the store agree with the active configuration's channels and links, and says what is left of others.
    ///
    /// What keeps it from that is the database's trouble.
    func openLink() async {
        await settleNames()
        do throws(StoreError) {
            for record in try await leftovers() {
                log.record(
                    Event(.warning, ChannelText.leftover(record).line, fields: [.channel: record.name])
                )
            }
        } catch {
            log.record(Event(.error, error.description, kind: .databaseTrouble))
        }
        for channel in session.linked {
            do throws(StoreError) {
                guard try await channelNames.owner(of: channel.name) == channel.name else { continue }
                try await handOff.open(channel, now: now())
            } catch {
                log.record(Event(.error, error.description, kind: .databaseTrouble))
            }
        }
    }

    /// Carries out renames that the session's configuration allows, unless that was done; the link answers nobody before.
    func settleNames() async {
        guard !areNamesSettled else { return }
        do throws(StoreError) {
            _ = try await carryOutRenames()
        } catch {
            log.record(Event(.error, error.description, kind: .databaseTrouble))
        }
    }

    private func carryOutRenames() async throws(StoreError) -> [ChannelNames.Carried] {
        let current = session
        let carried = try await current.carryOutRenames()
        // Another reload may have come meanwhile.
        if current.stop === session.stop { areNamesSettled = true }
        return carried
    }

    private var channelNames: ChannelNames { ChannelNames(database) }

    private func leftovers() async throws(StoreError) -> [ChannelRecord] {
        try await channelNames.leftovers(
            besides: session.configuration.channels.map(ChannelNames.Configured.init)
        )
    }

    /// What answers KCC below a name: a channel's, or one that it had before, for KCC keeps addresses for a day.
    func side(_ name: String) async -> LinkSide {
        let linked = session.linked
        let channel = linked.first { $0.name == name }
        guard areNamesSettled, let owner = try? await channelNames.owner(of: name) else { return .unsettled }
        switch (channel, linked.first { $0.name == owner }) {
        case (let channel?, _):
            // Levels for the shop of one must not reach the shop of the other.
            return owner == name ? await side(of: channel) : .unsettled
        case (nil, let successor?): return await side(of: successor)
        case (nil, nil): return .nobody
        }
    }

    private func side(of channel: LinkedChannel) async -> LinkSide {
        // A store in trouble is reported elsewhere, and serves no orders to be dated.
        let zones = (try? await session.zones()) ?? ShopZones()
        return .channel(channel, zones.zone(ofLink: channel))
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
    func reload() async -> ControlReply { await reload(with: reader) }

    /// Reads the file that a reader has and works by it, or says why not and goes on as before.
    func reload(with reader: ConfigurationReader) async -> ControlReply {
        service.reloading()
        defer { service.ready() }
        let next: Configuration
        do throws(ConfigurationError) {
            next = try reader.read()
        } catch {
            return refused(error.description)
        }
        let daemon = session.configuration.daemon
        if next.daemon.database != daemon.database || next.daemon.controlSocket != daemon.controlSocket {
            return refused(
                "daemon.database and daemon.control_socket cannot change while the daemon runs; restart it: systemctl restart \(reader.instance.unit)"
            )
        }
        guard LinkSettings.listensAlike(next.link, session.configuration.link) else {
            return refused(
                "kcc.listen, kcc.public_url, kcc.tls_certificate and kcc.tls_key cannot change while the daemon runs; restart it: systemctl restart \(reader.instance.unit)"
            )
        }
        reloadRefused = false
        guard next != session.configuration else {
            // What was mended may be in Shopify's admin: paused shops try again now.
            for loop in session.supervisor.loops { await loop.renewSoon() }
            session.wakePushes()
            return ControlReply(lines: ["the configuration has not changed; shops in trouble are tried again"]
            )
        }
        let old = session
        areNamesSettled = false
        session = SyncSession(
            configuration: next,
            database: database,
            shops: shops,
            log: log,
            pulse: pulse,
            now: now
        )
        old.supervisor.requestStop()
        log.adjust(to: next.daemon.logLevel)
        log.record(Event(.notice, "the changed configuration is in force", kind: .configurationApplied))
        var reply = ControlReply(lines: ["the changed configuration is in force"])
        reply.lines += next.warnings.map { "warning: \($0)" }
        do throws(StoreError) {
            reply.lines += try await carryOutRenames().map(\.line)
            reply.lines += try await leftovers().map { "warning: \(ChannelText.leftover($0).line)" }
        } catch {
            log.record(Event(.error, error.description, kind: .databaseTrouble))
        }
        // A store in trouble is reported elsewhere.
        for context in (try? await session.answerer.contexts()) ?? [] {
            reply.lines += context.problems.map {
                "warning: channel \(context.settings.name): \($0.line)"
            }
        }
        for line in (try? await session.answerer.uncountedLevels()) ?? [] {
            reply.lines.append("warning: \(line)")
        }
        reply.lines += await olderChanges(from: old.configuration, to: session)
        return reply
    }

    private func refused(_ why: String) -> ControlReply {
        reloadRefused = true
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
        let answerer = session.answerer
        var lines: [String] = []
        for plan in after {
            let was = before.first { $0.domain == plan.domain }
            guard let was, !plan.decides(like: was) else { continue }
            if let count = try? await answerer.handOffChanges(domain: plan.domain), count > 0 {
                lines.append(
                    "\(plan.domain): \(Counted.text(count, "order", "orders")) not handed off yet \(count == 1 ? "follows" : "follow") the new settings (channel, reference, site or type)"
                )
            }
            // The count is a kindness: a store in trouble is reported elsewhere.
            guard let count = try? await answerer.olderChanges(domain: plan.domain, limit: Self.mostCounted),
                count > 0
            else { continue }
            lines.append(
                "\(plan.domain): \(Counted.text(count, "order", "orders")) older than 7 days would be decided differently; to do so from the date DATE on: kccsyncd orders reimport --channel \(plan.channels.first?.name ?? "NAME") --since DATE"
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
