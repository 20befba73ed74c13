import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// The long-running process: opens everything, works by one configuration after another, and ends in order.
struct Daemon: Sendable {
    let reader: ConfigurationReader
    let log: AdjustableLog
    let service = ServiceManager()

    /// How long what is in flight may take after a stop was asked for; below `TimeoutStopSec=` of the unit.
    static let grace = Duration.seconds(4)

    /// Runs until SIGTERM or SIGINT.
    func run(_ configuration: Configuration) async -> ExitStatus {
        do {
            let opened = try await StoreOpening(
                path: configuration.daemon.database,
                service: service,
                log: log
            )
            .run()
            let database = opened.database
            let signals = Signals.stream()
            if let restoration = try await OrderQueries(database).restoration() {
                journal(restoration, of: database)
            }
            let curl = CurlLoop()
            let status = await work(configuration, database: database, curl: curl, signals: signals)
            await curl.stop()
            try database.close()
            _ = consume opened
            return status
        } catch {
            log.record(Event(.error, error.description, kind: .databaseTrouble))
            return ExitStatus(error)
        }
    }

    private func journal(_ restoration: Restoration, of database: OrderDatabase) {
        log.record(
            Event(
                .warning,
                "\(database.path): was restored (\(restoration.recognition)); orders that KCC may have are held, levels wait to be told again, shipments are compared with Shopify first; see kccsyncd status, and when all is right run: kccsyncd db confirm",
                kind: .storeRestored,
                fields: [.reason: restoration.sign.rawValue]
            )
        )
    }

    /// Ends the process where the store's file may not be touched any more, until cancelled.
    ///
    /// At once and without closing anything: a file that is closed is written to, and what was not committed is no loss.
    private func endWhereFatal(_ database: OrderDatabase) async -> ExitStatus? {
        for await failure in database.fatalFailures {
            log.record(Event(.error, "ending at once: \(failure.description)", kind: .databaseTrouble))
            _exit(ExitStatus(failure).rawValue)
        }
        return nil
    }

    /// Serves commands, watches, and lets the sessions follow one another.
    private func work(
        _ configuration: Configuration,
        database: OrderDatabase,
        curl: CurlLoop,
        signals: AsyncStream<Signal>
    ) async -> ExitStatus {
        let sessions = SessionHolder(
            configuration: configuration,
            reader: reader,
            database: database,
            shops: .shopify(over: curl),
            log: log,
            service: service
        )
        let server = ControlServer(path: configuration.daemon.controlSocket) { command in
            await sessions.execute(command)
        }
        let desk = LinkDesk(sessions: sessions, log: log)
        let listening = AsyncStream<Int>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let status = await withTaskGroup(of: ExitStatus?.self) { group in
            if let link = configuration.link {
                group.addTask {
                    await desk.serve(link, socket: service.listenSocket) { listening.continuation.yield($0) }
                }
                group.addTask { await desk.care() }
            }
            group.addTask {
                do {
                    try await server.run {
                        var port: Int?
                        // Whoever waits for us waits for KCC's link as well.
                        if configuration.link != nil {
                            for await found in listening.stream {
                                port = found
                                break
                            }
                        }
                        if !Task.isCancelled { await sessions.ready(port: port) }
                    }
                    return nil
                } catch is CancellationError {
                    return nil
                } catch {
                    log.record(
                        Event(
                            .error,
                            "\(configuration.daemon.controlSocket): cannot be listened on (\(error)); its folder must exist and belong to the user that kccsyncd runs as"
                        )
                    )
                    return .configuration
                }
            }
            group.addTask { await endWhereFatal(database) }
            group.addTask { await sessions.run() }
            group.addTask { await Watch(sessions: sessions, service: service, log: log).run() }
            group.addTask { await StoreCare(database: database, log: log).run() }
            group.addTask { await RetentionCare(sessions: sessions, log: log).run() }
            group.addTask { await watchInbox(sessions) }
            group.addTask { await heed(signals, sessions) }
            var status = ExitStatus.done
            for await ended in group {
                guard let ended else { continue }
                status = max(status, ended)
                // The first end that matters ends everything.
                await sessions.requestStop()
                group.cancelAll()
            }
            return status
        }
        await desk.finish()
        return status
    }

    /// Takes in what is put into the inbox folder, every few seconds, until cancelled.
    private func watchInbox(_ sessions: SessionHolder) async -> ExitStatus? {
        let inbox = Inbox(log: log)
        while !Task.isCancelled {
            let configuration = await sessions.session.configuration
            if let folder = configuration.daemon.inbox {
                await inbox.look(
                    folder,
                    channels: configuration.stockChannels,
                    perform: { await sessions.execute($0) }
                )
            }
            try? await Task.sleep(for: Inbox.interval)
        }
        return nil
    }

    /// First signal: finish what is in flight; second, or the end of the grace: cancel.
    private func heed(_ signals: AsyncStream<Signal>, _ sessions: SessionHolder) async -> ExitStatus? {
        var stopping = false
        return await withTaskGroup(of: Void.self) { deadline in
            for await signal in signals {
                switch signal {
                case .hangUp where !stopping:
                    _ = await sessions.reload()
                case .hangUp:
                    continue
                case .terminate, .interrupt:
                    if stopping {
                        await sessions.cancel()
                        continue
                    }
                    stopping = true
                    service.stopping()
                    log.record(Event(.notice, "stopping: finishing what is in flight", kind: .stopping))
                    await sessions.requestStop()
                    deadline.addTask {
                        try? await Task.sleep(for: Self.grace)
                        if !Task.isCancelled { await sessions.cancel() }
                    }
                }
            }
            deadline.cancelAll()
            return nil
        }
    }
}
