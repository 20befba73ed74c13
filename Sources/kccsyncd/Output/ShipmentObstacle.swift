import Persistence
import SyncEngine

/// Why shipments that wait are not sent to Shopify now, with the remedy.
///
/// The one place that says so; what concerns a single shipment is recorded with its job.
struct ShipmentObstacle {
    private let configuration: Configuration
    private let shops: ShipmentShops
    /// Why channels that are on do nothing, by name.
    private let rests: [String: ChannelProblem]

    init(_ source: Answerer) async throws(StoreError) {
        configuration = source.configuration
        shops = try await SQLitePushQueue(source.store).shops()
        rests = Dictionary(
            try await source.contexts()
                .compactMap { context in
                    context.rest.map { (context.settings.name, $0) }
                }
        ) { first, _ in first }
    }

    /// Why nothing is sent of a channel's shipments; nil where they go as soon as they are due.
    ///
    /// - Parameter shop: The shop that they are of, by the store's number.
    func text(channel: String, shop: Int64) -> String? {
        // Without a file nothing is known of channels.
        guard !configuration.isUnknown, let place = shops.places[shop] else { return nil }
        return ofChannel(channel, shop, place.domain) ?? ofScopes(place.scopes)
    }

    /// Whether the configuration has a channel for its shop.
    func isConfigured(_ key: ShipmentShops.Key) -> Bool {
        let domain = shops.places[key.shop]?.domain
        return domain != nil && configuration.channel(key.channel)?.shop.domain == domain
    }

    /// The same of a shipment as it is listed; nil for one that does not wait.
    func text(_ shipment: SQLiteShipmentStore.Listed) -> String? {
        shipment.state.waits ? text(channel: shipment.channel, shop: shipment.shop) : nil
    }

    /// The reason with what to do where the shipment of a job is not to be sent.
    static func whole(_ text: String, job: Int64) -> String {
        "\(text); if it is not to be sent run: kccsyncd queue discard \(job)"
    }

    /// A line for each reason, with how many there are of it.
    ///
    /// - Parameter noun: Such as `shipment waits` and `shipments wait`.
    static func lines(_ texts: [String], _ noun: (one: String, many: String)) -> [String] {
        var counts: [(text: String, count: Int)] = []
        for text in texts {
            if let place = counts.firstIndex(where: { $0.text == text }) {
                counts[place].count += 1
            } else {
                counts.append((text, 1))
            }
        }
        return counts.map { "\(Counted.text($0.count, noun.one, noun.many)): \($0.text)" }
    }

    private func ofChannel(_ name: String, _ shop: Int64, _ domain: String) -> String? {
        guard let settings = configuration.channel(name), settings.shop.domain == domain else {
            // A shop that was not reached so far may be this one with a new address.
            if let settings = configuration.channel(name), !shops.knows(settings.shop.domain) { return nil }
            return ofGone(name, shop, domain)
        }
        if !settings.enabled {
            return
                "channel \(name) is off (enabled = false), so its shipments are not sent to Shopify; \(ChannelPresence.turningOn(name))"
        }
        if let rest = rests[name] {
            return "channel \(name) sends no shipments: \(rest.text); \(rest.remedy)"
        }
        guard settings.uploadOrderStatus else {
            return
                "channel \(name) has upload_order_status = false, so its shipments are queued and not sent to Shopify; to send them set upload_order_status = true in [channels.\(name)] and run: kccsyncd reload"
        }
        return nil
    }

    /// The shop's other channels go on with the shipments of one that is gone, but not with what it withheld.
    private func ofGone(_ name: String, _ shop: Int64, _ domain: String) -> String? {
        guard configuration.hasChannelAtWork(domain) else {
            return
                "\(ChannelPresence.withoutChannel(name, domain)), so its shipments are not sent to Shopify; \(ChannelPresence.adding(domain))"
        }
        guard shops.withheld.contains(.init(channel: name, shop: shop)) else { return nil }
        return
            "channel \(name) is not in the configuration, and had upload_order_status = false, so its shipments are not sent to Shopify; to send them bring [channels.\(name)] back with upload_order_status = true and run: kccsyncd reload"
    }

    private func ofScopes(_ scopes: [String]) -> String? {
        guard !scopes.isEmpty, let obstacle = GrantedScopes(scopes).fulfilmentObstacle else { return nil }
        return "\(obstacle); \(ScopeNeed.remedy)"
    }
}
