import Persistence
import SyncEngine

/// Whether a channel that the order store has rows of is at work, and what is said of it where it is not.
struct ChannelPresence {
    private let configuration: Configuration
    /// What is left of channels that the configuration does not have, by name.
    private let leftovers: [String: ChannelRecord]

    init(_ configuration: Configuration, _ database: OrderDatabase) async throws(StoreError) {
        self.configuration = configuration
        let left = try await ChannelNames(database)
            .leftovers(besides: configuration.channels.map(ChannelNames.Configured.init))
        leftovers = Dictionary(left.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Why nothing is sent to Shopify for a channel, with the remedy; nil where it is at work.
    func obstacle(_ channel: String) -> String? {
        guard !configuration.isUnknown else { return nil }
        if let settings = configuration.channel(channel) { return settings.enabled ? nil : Self.off(channel) }
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

    private static func turningOn(_ channel: String) -> String {
        "to turn it on set enabled = true in [channels.\(channel)] and run: kccsyncd reload"
    }
}
