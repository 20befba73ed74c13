import Foundation
import KCCWebServices
import Persistence
import SyncEngine

/// Runs the link to KCC beside the sessions: its listener, and what has to be seen to between its calls.
struct LinkDesk: Sendable {
    let sessions: SessionHolder
    let log: any EventLog

    /// Serves KCC until cancelled.
    ///
    /// - Parameter whenListening: Called with the port.
    func serve(_ link: LinkSettings, socket: CInt?, whenListening: @escaping @Sendable (Int) -> Void) async
        -> ExitStatus?
    {
        do {
            try await LinkListener(link, ports: ports(link), socket: socket).run { whenListening($0) }
            return nil
        } catch let error as LinkError {
            log.record(Event(.error, error.description, kind: .startRefused))
            return .configuration
        } catch {
            // The end of everything, on purpose.
            return nil
        }
    }

    /// What the listener works with: always the session of the configuration that is active.
    func ports(_ link: LinkSettings) -> LinkPorts {
        let sessions = sessions
        return LinkPorts(
            store: sessions.handOff,
            log: log,
            pulse: sessions.pulse,
            settings: { await sessions.session.configuration.link ?? link },
            side: { await sessions.side($0) },
            onNews: { await sessions.session.wakePushes() },
            pages: DaemonPages(sessions: sessions),
            now: sessions.now
        )
    }

    /// How often it is tried again to note what became of uploads, where the store could not at once.
    private static let beat = Duration.seconds(1)
    /// Beats between looks at everything else.
    private static let looks = 15

    /// Takes up reports of orders that have come in since, and says so when KCC keeps silent, until cancelled.
    func care() async -> ExitStatus? {
        var watch = LinkWatch()
        var beats = 0
        while !Task.isCancelled {
            // A store in trouble is told of elsewhere, and both are tried again.
            try? await sessions.handOff.settleDeliveries()
            if beats % Self.looks == 0 { try? await look(&watch) }
            beats += 1
            try? await Task.sleep(for: Self.beat)
        }
        return nil
    }

    /// Writes down which answers have gone out, after the last request and before the store is closed.
    func finish() async {
        // The end of the process cancels the rest.
        await Task { try? await sessions.handOff.settleDeliveries() }.value
    }

    /// Takes up what waits, and says what has changed, once.
    func look(_ watch: inout LinkWatch) async throws {
        await sessions.settleNames()
        let session = await sessions.session
        guard let link = session.configuration.link else { return }
        for channel in session.linked {
            let outcome = try await sessions.handOff.adoptOrphans(channel, now: session.now())
            for notice in outcome.notices { log.record(notice.event) }
            if outcome.despatches > 0 { session.wakePushes() }
        }
        for event in watch.events(try await session.answerer.contexts()) { log.record(event) }
        let channels = session.linked.filter(\.settings.enabled)
        let standings = try await HandOffQueries(session.database)
            .standings(channels.map { ($0.name, $0.kcc.confirmAfter) }, now: session.now())
        for standing in standings {
            for event in watch.events(standing, link, now: session.now()) { log.record(event) }
        }
    }
}

/// Notices when a channel's link falls silent or recovers, and when orders go unconfirmed, once each.
struct LinkWatch {
    private var silent: Set<String> = []
    private var unconfirmed: [String: Int] = [:]
    private var withoutLocation: Set<String> = []

    /// Says once of each linked channel that its levels go nowhere, and again after it was put right.
    mutating func events(_ contexts: [ChannelContext]) -> [Event] {
        contexts.filter { $0.settings.kcc != nil }
            .compactMap { context in
                let name = context.settings.name
                guard let problem = context.problems.first(where: { $0.kind == .noLocation }) else {
                    withoutLocation.remove(name)
                    return nil
                }
                guard withoutLocation.insert(name).inserted else { return nil }
                return Event(
                    .warning,
                    "\(name): \(problem.line)",
                    kind: .skuNotSent,
                    fields: [.channel: name, .reason: "no_location"]
                )
            }
    }

    /// What is to be said now.
    mutating func events(_ standing: LinkStanding, _ link: LinkSettings, now: Date) -> [Event] {
        var events: [Event] = []
        func say(_ level: LogLevel, _ text: String, _ kind: EventKind, _ count: Int) {
            let fields: [EventField: String] = [.channel: standing.channel, .count: String(count)]
            events.append(Event(level, "\(standing.channel): \(text)", kind: kind, fields: fields))
        }
        if let last = standing.ordersAt {
            let isSilent = now.timeIntervalSince(last) > StatusReport.longestSilence(link)
            if isSilent, silent.insert(standing.channel).inserted {
                say(
                    .warning,
                    "KCC last asked for orders \(Spoken.ago(last, now: now)), and should every \(TimeSpan.text(link.frequency)); look at its channel screen and at the proxy",
                    .linkSilent,
                    0
                )
            } else if !isSilent, silent.remove(standing.channel) != nil {
                say(.notice, "KCC asks for orders again", .linkContact, 0)
            }
        }
        let count = standing.unconfirmed.count
        if count > unconfirmed[standing.channel, default: 0] {
            let names = standing.unconfirmed.names.joined(separator: ", ")
            say(
                .warning,
                "\(Counted.text(count, "order that KCC took long ago is", "orders that KCC took long ago are")) named by no status (\(names)); it may have failed to import them: see its list of imported orders",
                .ordersUnconfirmed,
                count
            )
        }
        unconfirmed[standing.channel] = count
        return events
    }
}
