import ArgumentParser
import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// `kccsyncd run`: the daemon, one cycle, or a rehearsal.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the daemon.",
        discussion:
            "Under systemd it tells when it is ready and feeds the watchdog; elsewhere it logs to standard error."
    )

    @OptionGroup var option: ConfigurationOption
    @Flag(help: "Do one full cycle of every channel and exit with the worst outcome.")
    var once = false
    @Flag(help: "Read Shopify, decide and print; write nothing, here or there.")
    var dryRun = false

    func run() async throws {
        MemorySettings.keepSmall()
        Signals.ignoreFatalWrites()
        umask(0o077)
        if dryRun { return try await Rehearsal(option: option).poll() }
        let reader = ConfigurationReader(path: option.config)
        let configuration: Configuration
        do {
            configuration = try reader.read()
        } catch {
            Self.log(.info).record(Self.refusal(error))
            throw ExitStatus.configuration.code
        }
        let log = Self.log(configuration.daemon.logLevel)
        if let shortage = DescriptorLimit.shortage {
            log.record(Event(.error, shortage, kind: .startRefused))
            throw ExitStatus.configuration.code
        }
        for warning in configuration.warnings { log.record(Event(.warning, "configuration: \(warning)")) }
        let status =
            once
            ? try await reporting { try await cycle(configuration, log) }
            : await Daemon(reader: reader, log: log).run(configuration)
        if status != .done { throw status.code }
    }

    /// What is said of a configuration that cannot be started with.
    static func refusal(_ error: ConfigurationError) -> Event {
        Event(.error, error.description, kind: .startRefused)
    }

    /// The journal under systemd, standard error elsewhere; repeats are counted instead of said.
    static func log(_ level: LogLevel) -> AdjustableLog {
        let log: any EventLog =
            JournalStream.isConnected() ? JournalLog(minimum: .debug) : StandardErrorLog(minimum: .debug)
        let addressed = InstanceLog(log, instance: .ofProcess)
        return AdjustableLog(RateLimitedLog(addressed, clock: ContinuousClock()), minimum: level)
    }

    /// Polls every shop, then pushes all that is due.
    ///
    /// - Returns: The codes of the pushes that failed.
    private static func round(_ session: SyncSession) async -> Set<String> {
        await withTaskGroup(of: Void.self) { group in
            for loop in session.supervisor.loops {
                group.addTask { _ = await loop.poll() }
            }
        }
        return await withTaskGroup(of: Set<String>.self) { group in
            for loop in session.supervisor.pushes {
                group.addTask { await loop.runWhatIsDue() }
            }
            return await group.reduce(into: []) { $0.formUnion($1) }
        }
    }

    /// How long until a sale that is in Shopify's figures shows in its order search; nil where no level waits for that.
    private static func stockWait(_ session: SyncSession) async throws -> Duration? {
        let senders = session.configuration.channels.filter { $0.sendsStock && $0.stock.oversellGuard }
        var wait: Duration?
        for channel in senders where try await session.stock.hasWaiting(channel: channel.name) {
            wait = max(wait ?? .zero, channel.stock.indexLag + .seconds(3))
        }
        return wait
    }

    private func cycle(_ configuration: Configuration, _ log: AdjustableLog) async throws -> ExitStatus {
        let lock = try InstanceLock(database: configuration.daemon.database)
        let database = try OrderDatabase.open(path: configuration.daemon.database)
        let curl = CurlLoop()
        MemorySettings.forgetStart()
        let session = SyncSession(
            configuration: configuration,
            database: database,
            shops: .shopify(over: curl),
            log: log
        )
        _ = try await session.carryOutRenames()
        var failed = await Self.round(session)
        if let wait = try await Self.stockWait(session) {
            try await Task.sleep(for: wait)
            failed.formUnion(await Self.round(session))
        }
        // A channel that rests imports nothing until the file is put right.
        let isResting = try await session.answerer.contexts().contains { $0.rest != nil }
        await session.stopAndSave()
        await curl.stop()
        try database.close()
        _ = consume lock
        // A push that failed counts although others went out after it.
        let codes = session.supervisor.loops.compactMap { $0.state.health.errorCode } + failed
        let worst = codes.map { ExitStatus(shopErrorCode: $0) }.max() ?? .done
        return isResting ? max(worst, .configuration) : worst
    }
}
