package import Foundation

/// Decides whose clock a time is shown on, and whose midnight a day without a zone means: that of the shop concerned.
package struct ShopZones: Sendable, Equatable, Codable {
    private let shops: [String: TimeZone]
    private let channels: [String: String]

    /// - Parameters:
    ///   - shops: The zone's IANA name by the shop's domain, of shops that were synced.
    ///   - channels: The shop's domain by channel.
    package init(shops: [String: String] = [:], channels: [String: String] = [:]) {
        self.shops = shops.mapValues(TimeZone.ofShop)
        self.channels = channels
    }

    /// A shop's zone; this machine's before its first sync.
    package func zone(ofShop domain: String) -> TimeZone { shops[domain] ?? .current }

    /// The zone of a channel's shop; this machine's before its first sync.
    package func zone(ofChannel name: String) -> TimeZone {
        channels[name].map(zone(ofShop:)) ?? .current
    }

    /// The zone that a link's dates without a zone mean: `time_zone` of its table, else its shop's.
    package func zone(ofLink channel: LinkedChannel) -> TimeZone {
        channel.kcc.timeZone.flatMap(TimeZone.init(identifier:)) ?? zone(ofChannel: channel.name)
    }

    /// The zone of what concerns several shops: theirs where they share one, else this machine's.
    package var shared: TimeZone {
        let configured = channels.values.compactMap { shops[$0] }
        let zones = Set(configured.isEmpty ? Array(shops.values) : configured)
        return zones.count == 1 ? zones.first ?? .current : .current
    }
}

extension TimeZone {
    /// The zone that Shopify names for a shop; GMT where this machine does not know it.
    package static func ofShop(_ identifier: String) -> TimeZone { TimeZone(identifier: identifier) ?? .gmt }
}

extension Date {
    /// `21 Nov 2026 14:03 GMT`, on the clock of a zone.
    package func shown(in zone: TimeZone) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_GB")
        formatter.timeZone = zone
        formatter.dateFormat = "d MMM yyyy HH:mm zzz"
        return formatter.string(from: self)
    }
}
