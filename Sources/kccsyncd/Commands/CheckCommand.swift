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

    func run() async throws {
        let configuration = try option.read(credentials: .refused)
        let channels = configuration.channels.filter { channel == nil ? $0.enabled : $0.name == channel }
        guard !channels.isEmpty else {
            Terminal.complain("channel \(channel ?? ""): not configured, or no channel is enabled")
            throw ExitStatus.usage.code
        }
        let curl = CurlLoop()
        var worst = ExitStatus.done
        var working = 0
        var trouble = 0
        for settings in channels {
            let plan = ShopPlan(
                domain: settings.shop.domain,
                channels: [settings],
                orderTypes: configuration.orderTypes
            )
            guard
                let shop = ShopConnector.shopify(over: curl).connect(plan, StandardErrorLog(minimum: .error))
            else { continue }
            let findings = await ChannelCheck(settings: settings, shop: shop).run()
            print("\(settings.name)  \(settings.shop)")
            for finding in findings.all { Terminal.print(finding.lines) }
            worst = max(worst, findings.status)
            trouble += findings.all.filter { $0.grade != .ok }.count
            if findings.status == .done { working += 1 }
        }
        await curl.stop()
        print("")
        let things =
            trouble == 0 ? "nothing to mend" : trouble == 1 ? "1 thing to mend" : "\(trouble) things to mend"
        print(
            "\(working) of \(channels.count) \(channels.count == 1 ? "channel" : "channels") can work; \(things)."
        )
        if worst != .done { throw worst.code }
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
