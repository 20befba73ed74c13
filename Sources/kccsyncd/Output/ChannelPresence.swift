import Persistence
import SyncEngine

/// Whether levels of a channel that the order store has rows of go to Shopify, and what is said of it where they do not.
struct ChannelPresence {
    private let configuration: Configuration
    /// What is left of channels that the configuration does not have, by name.
    private let leftovers: [String: ChannelRecord]
    /// Why nothing can be sent for a channel that is on, by name.
    private let problems: [String: String]

    init(_ source: Answerer) async throws(StoreError) {
        configuration = source.configuration
        let left = try await ChannelNames(source.database)
            .leftovers(besides: configuration.channels.map(ChannelNames.Configured.init))
        leftovers = Dictionary(left.map { ($0.name, $0) }) { first, _ in first }
        let found = try await SQLiteStockStore(source.database).problems()
        let contexts = try await source.contexts()
        var problems: [String: String] = [:]
        for context in contexts {
            let name = context.settings.name
            problems[name] =
                context.settings.stockObstacle.map { "channel \(name) sends no stock; \($0)" }
                ?? found[name]?.text ?? context.locationProblem.map(\.held)
        }
        for (name, rival) in contexts.stockRivals where problems[name] == nil { problems[name] = rival }
        self.problems = problems
    }

    /// Why nothing is sent to Shopify for a channel, with the remedy; nil where it is at work.
    func obstacle(_ channel: String) -> String? {
        guard !configuration.isUnknown else { return nil }
        if let settings = configuration.channel(channel) {
            return settings.enabled ? problems[channel] : Self.off(channel)
        }
        let left = ChannelText.leftover(leftovers[channel] ?? ChannelRecord(name: channel))
        let remedy = left.remedy.map { "; \($0)" } ?? ""
        return
            "channel \(channel) is not in the configuration any more, so nothing is sent to Shopify\(remedy)"
    }

    /// What is said of a channel that is off.
    static func off(_ channel: String) -> String {
        "channel \(channel) is off (enabled = false), so nothing is sent to Shopify; \(turningOn(channel))"
    }

    /// What is said of levels that were stored for a channel that is off.
    static func warning(ofOff channel: String) -> String {
        "channel \(channel) is off (enabled = false): levels are stored, and sent to Shopify when it is on again; \(turningOn(channel))"
    }

    /// What is said where a channel is gone, and nothing goes on with what it left.
    static func withoutChannel(_ channel: String, _ domain: String) -> String {
        "channel \(channel) is not in the configuration, and \(domain) has no other at work"
    }

    /// How a shop gets a channel at work.
    static func adding(_ shop: String) -> String {
        "add a channel of \(shop) to the file, or turn one on, and run: kccsyncd reload"
    }

    static func turningOn(_ channel: String) -> String {
        "to turn it on set enabled = true in [channels.\(channel)] and run: kccsyncd reload"
    }
}
