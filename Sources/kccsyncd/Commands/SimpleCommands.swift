import ArgumentParser
import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// `kccsyncd check-config`: the file alone, offline.
struct CheckConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check the configuration file, without talking to anyone."
    )

    @OptionGroup var option: ConfigurationOption

    func run() async throws {
        let configuration = try option.read(credentials: .tolerated)
        Terminal.complain(ConfigurationReport.warnings(configuration.warnings, in: option.config))
        // A store that this user cannot read, or that is not there yet, has nothing to say.
        if let store = try? ReadOnlyStore(configuration),
            let left = try? await ChannelNames(store.database)
                .leftovers(besides: configuration.channels.map(ChannelNames.Configured.init))
        {
            for record in left { Terminal.complain("warning: \(ChannelText.leftover(record).line)") }
            let answerer = Answerer(configuration: configuration, database: store.database)
            for line in (try? await answerer.uncountedLevels()) ?? [] {
                Terminal.complain("warning: \(line)")
            }
        }
        for line in try await Self.contextLines(configuration) { Terminal.complain(line) }
        let channels = configuration.channels.count
        print("\(option.config): ok, \(Spoken.count(channels, "channel", "channels"))")
    }
}

extension CheckConfigCommand {
    /// What is wrong with the channels, given what the order store knows of them; a channel that it does not know, or all of
    /// them where it cannot be read, are taken as never synced.
    static func contextLines(_ configuration: Configuration, now: Date = Date()) async throws -> [String] {
        let channels = configuration.channels.filter(\.enabled)
        var facts: [String: ChannelFacts] = [:]
        let path = configuration.daemon.database
        if FileManager.default.fileExists(atPath: path) {
            guard let store = try? ReadOnlyStore(path: path),
                let stored = try? await OrderQueries(store.database).facts(of: channels)
            else {
                return [
                    "\(path): cannot be read, so start_date and channel_location are not checked against it"
                ]
            }
            facts = stored
        }
        return channels.flatMap { settings in
            ChannelContext(
                settings,
                orderTypes: configuration.orderTypes,
                facts: facts[settings.name] ?? ChannelFacts(),
                now: now
            )
            .problems.map { "warning: channel \(settings.name): \($0.line)" }
        }
    }
}

/// `kccsyncd reload`: the running daemon reads its file again.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the running daemon read its configuration again.",
        discussion: "A changed file is applied whole or not at all; exit status 78 says that it was refused."
    )

    @OptionGroup var option: ConfigurationOption

    func run() async throws {
        // The daemon reads the file itself and says in the journal what is wrong with it; all that is needed here is
        // where it listens.
        let socket = ConfigurationReader(path: option.config).controlSocket
        let curl = CurlLoop()
        let reply: ControlReply
        do throws(ControlClient.Absence) {
            reply = try await ControlClient(path: socket, curl: curl).send(.reload)
        } catch {
            switch error {
            case .unreachable(let why, let status): reply = ControlReply(status, error: why)
            case .notRunning:
                reply = ControlReply(
                    .temporary,
                    error: "no daemon runs, so there is nothing to reload; it reads its file when it starts"
                )
            }
        }
        await curl.stop()
        Terminal.print(reply.lines)
        for error in reply.errors { Terminal.complain(error) }
        if reply.status != .done { throw reply.status.code }
    }
}

/// `kccsyncd locations CHANNEL`.
struct LocationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locations",
        abstract: "List the Shopify locations of a channel's shop."
    )

    @OptionGroup var inquiry: Inquiry
    @Argument(help: "The channel's name.") var channel: String
    @Flag(help: "Ask Shopify first.") var refresh = false

    func run() async throws {
        if refresh {
            try await Control(option: inquiry.option).performAndPrint(.refreshLocations(channel: channel))
        }
        // Before the first start there is no store that could be asked, and starting the daemon is not what is missing.
        if case .valid(let configuration) = try inquiry.option.settings(),
            !FileManager.default.fileExists(atPath: configuration.daemon.database),
            try await Control(option: inquiry.option).daemon(.vitals) == nil
        {
            Terminal.complain(Answerer.neverSynced(channel).description)
            throw ExitStatus.usage.code
        }
        try await inquiry.ask(.locations(channel: channel))
    }
}

/// `kccsyncd backfill CHANNEL`.
struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Bring in orders from before a channel's start date.",
        discussion:
            "Every rule but the start date judges them. An interrupted backfill goes on where it stopped."
    )

    @OptionGroup var option: ConfigurationOption
    @Argument(help: "The channel's name.") var channel: String
    @Option(help: "Orders placed on or after this day (YYYY-MM-DD) or instant (RFC 3339).") var from:
        DayOrInstant
    @Option(help: "Orders placed before this day or instant; default: now.") var to: DayOrInstant?
    @Flag(help: "Show what would come in, and write nothing.") var dryRun = false

    func validate() throws {
        // Of a day only the shop's zone says when it begins; in none does it begin earlier than in this one.
        let first = TimeZone(secondsFromGMT: 14 * 3600) ?? .gmt
        if let problem = BackfillSpan.problem(beginning: from.date(in: first), now: Date(), first) {
            throw ValidationError(problem)
        }
        // Of a day and an instant only the shop's zone says which is later; both in one form compare in any.
        if let to, to.date(in: .gmt) <= from.date(in: .gmt), to.isDay == from.isDay {
            throw ValidationError(BackfillSpan.order)
        }
    }

    func run() async throws {
        let end = to ?? .instant(Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)))
        if dryRun {
            return try await Rehearsal(option: option).backfill(channel, from: from, to: end)
        }
        let control = Control(option: option)
        let command = ControlCommand.backfill(channel: channel, from: from, to: end)
        let reply = try await control.perform(command)
        for error in reply.errors { Terminal.complain(error) }
        guard reply.status == .done, let id = reply.number else { throw reply.status.code }
        let done = try await follow(id, control)
        Terminal.endProgress()
        guard let done else {
            Terminal.complain(
                "\(channel): the daemon ended before the backfill was done; it goes on where it stopped when the daemon runs again"
            )
            throw ExitStatus.temporary.code
        }
        print(Self.summary(done))
    }

    /// Shows how far the work is until it is done; nil once nobody works on it any more.
    private func follow(_ id: Int64, _ control: Control) async throws -> Backfill? {
        let alarm = DispatchAlarm()
        while let backfill = try await control.daemon(.progress(backfill: id))?.backfill {
            if backfill.finishedAt != nil { return backfill }
            Self.show(backfill)
            alarm.arm(after: .milliseconds(300), leeway: .milliseconds(50))
            guard await alarm.wait() else { return nil }
        }
        // Without a daemon it was done by this command itself, before it came here.
        guard let backfill = try await control.perform(.progress(backfill: id)).backfill else { return nil }
        return backfill.finishedAt == nil ? nil : backfill
    }

    private static func summary(_ done: Backfill) -> String {
        "\(done.channel): \(Spoken.count(done.listed, "order", "orders")) looked at, \(Spoken.count(done.imported)) imported, \(Spoken.count(done.refused)) skipped, \(Spoken.count(done.failed)) failed"
    }

    static func show(_ backfill: Backfill) {
        let whole = backfill.to.timeIntervalSince(backfill.from)
        let done = backfill.position.timeIntervalSince(backfill.from)
        Terminal.progress(
            whole > 0 ? done / whole : 1,
            "\(Spoken.count(backfill.listed, "order", "orders")), \(backfill.imported) imported"
        )
    }
}
