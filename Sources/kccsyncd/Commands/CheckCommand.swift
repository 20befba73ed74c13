import ArgumentParser
import Foundation
import ShopifyAPI
import SyncEngine

/// `kccsyncd check [CHANNEL]`: each channel against Shopify.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Try each channel against Shopify and say what is missing."
    )

    @OptionGroup var option: ConfigurationOption
    @Argument(help: "Only this channel.") var channel: String?
    @Flag(help: "List every access scope: granted or not, and what it is needed for.") var scopes = false

    func run() async throws {
        let configuration = try option.read(credentials: .refused)
        let chosen = CheckedChannels(channel, of: configuration.channels)
        if let problem = chosen.problem {
            Terminal.complain(problem)
            throw chosen.status.code
        }
        let facts = await StoredFacts(configuration, option).facts
        let curl = CurlLoop()
        var summary = CheckSummary()
        for settings in chosen.channels {
            let plan = ShopPlan(
                domain: settings.shop.domain,
                channels: [settings],
                orderTypes: configuration.orderTypes
            )
            guard
                let shop = ShopConnector.shopify(over: curl).connect(plan, StandardErrorLog(minimum: .error))
            else { continue }
            let check = ChannelCheck(
                settings: settings,
                orderTypes: configuration.orderTypes,
                shop: shop,
                facts: facts.map { $0[settings.name] ?? ChannelFacts() }
            )
            let findings = await check.run()
            print("\(settings.name)  \(settings.shop)\(settings.enabled ? "" : "  off (enabled = false)")")
            for finding in findings.all { Terminal.print(finding.lines) }
            if scopes, let identity = findings.identity { Terminal.print(check.scopeTable(identity).lines) }
            summary.add(findings)
        }
        await curl.stop()
        for name in chosen.skipped { print("\(name)  off (enabled = false), not checked") }
        print("")
        print(summary.line)
        if summary.status != .done { throw summary.status.code }
    }
}

/// The channels that `check` looks at, or why there are none.
struct CheckedChannels {
    let channels: [ChannelSettings]
    /// Names of those that are left out because they are off.
    let skipped: [String]
    private(set) var problem: String?
    private(set) var status = ExitStatus.done

    /// - Parameter name: Only this one, on or off; nil = all that are on.
    init(_ name: String?, of configured: [ChannelSettings]) {
        channels = configured.filter { name == nil ? $0.enabled : $0.name == name }
        skipped = name == nil ? configured.filter { !$0.enabled }.map(\.name) : []
        guard channels.isEmpty else { return }
        let names = configured.map(\.name)
        let list = names.joined(separator: ", ")
        if let name {
            status = .usage
            let remedy = NearestName.question(name, among: names) ?? "channels are: \(list)"
            problem = "channel \(name): not configured; \(remedy)"
        } else {
            status = .configuration
            problem =
                "every channel is off (enabled = false), so there is nothing to check: \(list); set enabled = true, or check one as it is: kccsyncd check \(names.first ?? "CHANNEL")"
        }
    }
}

/// What became of all channels.
struct CheckSummary {
    private(set) var status = ExitStatus.done
    private var channels = 0
    private var failed = 0
    private var problems = 0

    mutating func add(_ findings: Findings) {
        channels += 1
        if findings.status != .done { failed += 1 }
        problems += findings.all.filter { $0.grade != .ok }.count
        status = max(status, findings.status)
    }

    /// Such as `2 channels checked: 1 failed (3 problems)`.
    var line: String {
        let count = problems == 0 ? "" : " (\(Counted.text(problems, "problem", "problems")))"
        return
            "\(Counted.text(channels, "channel", "channels")) checked: \(failed == 0 ? "ok" : "\(failed) failed")\(count)"
    }
}

/// What the order store knows of channels, for commands that try a configuration.
struct StoredFacts {
    /// By channel; nil where there is a store that this user may not read and no daemon that answers.
    let facts: [String: ChannelFacts]?

    /// Reads the store, or asks the daemon where the caller may not open it.
    init(_ configuration: Configuration, _ option: ConfigurationOption) async {
        guard FileManager.default.fileExists(atPath: configuration.daemon.database) else {
            let reply = try? await Control(option: option).daemon(.ask(.facts, json: false))
            facts = reply?.answer?.facts ?? [:]
            return
        }
        facts = try? await Inquiry.answer(.facts, json: false, option: option).facts
    }
}

/// What was found of one channel.
struct Findings {
    /// One line of a check.
    struct Finding {
        enum Grade: String {
            case ok
            case warning
            case failed = "FAILED"
        }

        var grade: Grade
        var text: String
        var remedy = ""

        var lines: [String] {
            let mark = grade.rawValue + String(repeating: " ", count: 9 - grade.rawValue.count)
            return ["  \(mark)\(text)"] + (remedy.isEmpty ? [] : ["           \(remedy)"])
        }
    }

    private(set) var all: [Finding] = []
    private(set) var status = ExitStatus.done
    /// The first thing that Shopify, or the way there, refused.
    private(set) var error: ShopError?
    /// The shop, once it has answered.
    var identity: ShopIdentity?

    mutating func ok(_ text: String) { all.append(Finding(grade: .ok, text: text)) }

    mutating func warn(_ text: String, _ remedy: String = "") {
        all.append(Finding(grade: .warning, text: text, remedy: remedy))
    }

    mutating func fail(_ status: ExitStatus, _ text: String, _ remedy: String = "") {
        self.status = max(self.status, status)
        all.append(Finding(grade: .failed, text: text, remedy: remedy))
    }

    /// - Parameter channel: For the remedy.
    mutating func fail(_ error: ShopError, of channel: String) {
        self.error = self.error ?? error
        fail(ExitStatus(error), error.message, error.remedy(for: channel))
    }
}
