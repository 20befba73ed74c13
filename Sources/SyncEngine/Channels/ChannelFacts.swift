package import Foundation

/// What the order store and the shop say of a channel, from which its context is built.
package struct ChannelFacts: Sendable, Equatable, Codable {
    /// The IANA name of the shop's zone; nil before its first sync.
    package var timeZone: String?
    /// What was accepted as the channel's start; nil before its first sync.
    package var start: StartDate?
    /// The shop's locations; empty where they are not known.
    package var locations: [ShopLocation] = []
    /// What the shop has granted; empty where that is not known.
    package var scopes: [String] = []
    /// SKUs of which a level was received for the channel.
    package var levels = 0

    /// A channel that was never synced.
    package init() {}

    package var zone: TimeZone { timeZone.map(TimeZone.ofShop) ?? .current }
}
