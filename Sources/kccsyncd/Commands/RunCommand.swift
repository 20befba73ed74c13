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
        let status = try await OneCycle(session: session).run()
        await session.stopAndSave()
        await curl.stop()
        try database.close()
        _ = consume lock
        return status
    }
}
