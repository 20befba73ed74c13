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
        if dryRun { return try await rehearse() }
        let reader = ConfigurationReader(path: option.config)
        let configuration: Configuration
        do {
            configuration = try reader.read()
        } catch {
            Self.log(.info).record(Event(.error, error.description, kind: .configurationRefused))
            throw ExitStatus.configuration.code
        }
        let log = Self.log(configuration.daemon.logLevel)
        for warning in configuration.warnings { log.record(Event(.warning, "configuration: \(warning)")) }
        let status =
            once
            ? try await reporting { try await cycle(configuration, log) }
            : await Daemon(reader: reader, log: log).run(configuration)
        if status != .done { throw status.code }
    }

    /// The journal under systemd, standard error elsewhere; repeats are counted instead of said.
    static func log(_ level: LogLevel) -> AdjustableLog {
        let log: any EventLog =
            JournalStream.isConnected() ? JournalLog(minimum: .debug) : StandardErrorLog(minimum: .debug)
        return AdjustableLog(RateLimitedLog(log, clock: ContinuousClock()), minimum: level)
    }

    private func cycle(_ configuration: Configuration, _ log: AdjustableLog) async throws -> ExitStatus {
        let lock = try InstanceLock(database: configuration.daemon.database)
        let database = try OrderDatabase.open(path: configuration.daemon.database)
        let curl = CurlLoop()
        let session = SyncSession(configuration: configuration, database: database, curl: curl, log: log)
        await withTaskGroup(of: Void.self) { group in
            for loop in session.supervisor.loops {
                group.addTask { _ = await loop.round() }
            }
        }
        await session.stopAndSave()
        await curl.stop()
        try database.close()
        _ = consume lock
        let codes = session.supervisor.loops.compactMap { $0.state.health.errorCode }
        return codes.map { ExitStatus(shopErrorCode: $0) }.max() ?? .done
    }

    private func rehearse() async throws {
        let configuration = try option.read(credentials: .refused)
        try await reporting {
            let path = configuration.daemon.database
            try Privileges.becomeOwner(of: path)
            let database =
                FileManager.default.fileExists(atPath: path)
                ? try OrderDatabase.openReadOnly(path: path) : try OrderDatabase.inMemory()
            let curl = CurlLoop()
            let plans = ShopPlan.plans(channels: configuration.channels, orderTypes: configuration.orderTypes)
            for plan in plans {
                guard let shop = SyncSession.shop(of: plan, curl: curl, log: option.quietLog) else {
                    continue
                }
                let ports = SyncPorts(
                    shop: shop,
                    store: SQLiteOrderStore(database),
                    log: option.quietLog,
                    now: { Date() },
                    stop: StopSignal()
                )
                let sync = ShopSync(plan: plan, ports: ports, rehearsing: true)
                let preparation = try await sync.prepare()
                for warning in preparation.warnings { Terminal.complain("\(plan.domain): \(warning)") }
                let report = try await sync.poll()
                Terminal.print(Self.lines(report, of: plan))
            }
            await curl.stop()
        }
    }

    static func lines(_ report: ImportReport, of plan: ShopPlan) -> [String] {
        var table = TextTable(["ORDER", "CHANNEL", "WOULD BE", "WHY"])
        for event in report.events {
            let why = [event.reason?.rawValue ?? "", event.detail].filter { !$0.isEmpty }
                .joined(separator: ": ")
            table.add([event.name, event.channel, event.state.rawValue, why])
        }
        let summary =
            "\(plan.domain): \(report.events.count) orders would change, \(report.unchanged) would not; nothing was written"
        return (table.isEmpty ? [] : table.lines) + [summary]
    }
}
