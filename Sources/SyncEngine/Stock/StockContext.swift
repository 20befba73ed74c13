package import Foundation

/// Everything that decides what Shopify offers of a channel's SKUs, besides the rows of each SKU.
///
/// It is made in one place, ``init(channel:of:_:_:)``, and given to the sync step, `stock explain`, `status` and the
/// store's queries, so that what is shown is what decides.
package struct StockContext: Sendable, Equatable {
    package var scope: StockScope
    package var rules: StockRules
    /// The channel's location as Shopify last listed it.
    package var location: ShopLocation
    /// Locations of the shop's channels, for orders that are not assigned to one yet.
    package var locations: [String: ShopifyID]
    /// Channels of any shop whose orders somebody takes.
    package var handingOff: Set<String>
    /// Set while the store was restored and nobody has confirmed it: older levels are not trusted.
    package var restoration: Restoration?
    /// An IANA name.
    package var timeZone: String
    package var signals: StockSignals

    package init(
        scope: StockScope,
        rules: StockRules,
        location: ShopLocation? = nil,
        locations: [String: ShopifyID],
        handingOff: Set<String>,
        timeZone: String = "UTC",
        signals: StockSignals = StockSignals()
    ) {
        self.scope = scope
        self.rules = rules
        self.location = location ?? ShopLocation(id: scope.location, name: "", active: true)
        self.locations = locations
        self.handingOff = handingOff
        self.timeZone = timeZone
        self.signals = signals
    }

    /// How long an order may take until a poll shows it.
    package var indexLag: TimeInterval {
        max(rules.indexLag.seconds, 2 * signals.indexLag.seconds)
    }

    /// Nil where the channel is not configured, or its location is none of the shop's.
    ///
    /// - Parameter channels: All of the configuration, whether enabled or not.
    package init?(
        channel name: String,
        of channels: [ChannelSettings],
        _ records: StockRecords,
        _ signals: StockSignals
    ) {
        guard let settings = channels.first(where: { $0.name == name }),
            let location = Self.location(of: settings, records)
        else { return nil }
        self.init(
            scope: StockScope(channel: name, shop: records.shop, location: location.id),
            rules: settings.stock,
            location: location,
            locations: channels.reduce(into: [:]) { found, channel in
                guard channel.shop.domain == settings.shop.domain else { return }
                found[channel.name] = Self.location(of: channel, records)?.id
            },
            handingOff: Self.handingOff(channels, records),
            timeZone: records.timeZone,
            signals: signals
        )
        restoration = records.restoration
    }

    /// Channels whose orders somebody takes: those with a KCC link, from their first day, those of whose orders one was ever
    /// acknowledged, and those that are gone from the configuration and had a link: KCC may have their orders.
    package static func handingOff(_ channels: [ChannelSettings], _ records: HandOffRecords) -> Set<String> {
        records.acknowledging.union(channels.filter { $0.kcc != nil }.map(\.name))
            .union(records.linked.subtracting(channels.map(\.name)))
    }

    private static func handingOff(_ channels: [ChannelSettings], _ records: StockRecords) -> Set<String> {
        handingOff(channels, records.handOff)
    }

    private static func location(of settings: ChannelSettings, _ records: StockRecords) -> ShopLocation? {
        records.locations.chosen(by: settings.channelLocation)
    }

    /// Decides about one item that carries a SKU; nil = as if Shopify had it and it was never read.
    package func explanation(of entry: StockCase, _ item: StockCase.Item?, now: Date) -> StockExplanation {
        var inputs = StockInputs(
            sku: entry.sku,
            context: self,
            levels: entry.levels,
            claims: entry.claims,
            view: item?.view,
            now: now
        )
        inputs.sent = entry.sent
        return StockDecision.evaluate(inputs)
    }

    // MARK: Changes

    /// What decides a target, encoded: once it differs from the last one, all SKUs of the channel are decided again.
    package var fingerprint: String {
        get throws {
            var rules = rules
            // Decides when a figure is sent, and not which.
            rules.indexLag = .zero
            rules.items = [:]
            let content = Fingerprint(
                rules: rules,
                items: self.rules.items.sorted { $0.key < $1.key }
                    .map { Fingerprint.Item(sku: $0.key, rule: $0.value) },
                location: scope.location.gid,
                locations: locations.mapValues(\.gid),
                handingOff: handingOff.sorted()
            )
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(content), as: UTF8.self)
        }
    }

    private struct Fingerprint: Encodable {
        struct Item: Encodable {
            var sku: SKU
            var rule: StockRules.Item
        }

        var rules: StockRules
        var items: [Item]
        var location: String
        var locations: [String: String]
        var handingOff: [String]
    }
}

/// What the order store knows of a shop that decisions about its stock depend on.
package struct StockRecords: Sendable, Equatable {
    /// Our number of the shop.
    package var shop: Int64
    /// An IANA name.
    package var timeZone: String
    /// As Shopify last listed them.
    package var locations: [ShopLocation]
    package var handOff: HandOffRecords
    package var restoration: Restoration?

    package init(shop: Int64, timeZone: String, locations: [ShopLocation], handOff: HandOffRecords) {
        self.shop = shop
        self.timeZone = timeZone
        self.locations = locations
        self.handOff = handOff
    }
}

/// What the order store knows of channels' hand-offs, of any shop and whether they are configured or not.
package struct HandOffRecords: Sendable, Equatable {
    /// Channels of whose orders one was ever acknowledged.
    package var acknowledging: Set<String>
    /// Channels that ever had a link to KCC.
    package var linked: Set<String>

    package init(acknowledging: Set<String> = [], linked: Set<String> = []) {
        self.acknowledging = acknowledging
        self.linked = linked
    }
}

/// How polls and KCC's calls are going, as far as decisions about stock depend on it.
package struct StockSignals: Sendable, Equatable {
    /// When the last listing that is stored to its end began, by Shopify's clock.
    package var polledAt: Date?
    /// The longest that an order took to show in Shopify's search during the last day.
    package var indexLag = Duration.zero
    /// Shopify's clock less ours, in seconds.
    package var skew: TimeInterval = 0
    /// Since when KCC has been calling without a gap of more than two of its intervals; nil without a link, or where it
    /// does not call now.
    package var linkSteadySince: Date?

    package init() {}
}
