import Persistence
import SyncEngine

/// Why nobody offers KCC an order that waits, and what can be done about it.
struct OfferObstacle {
    private enum Kind {
        /// The order's channel is off.
        case off
        /// The order's channel is not in the configuration, and its shop has none that works.
        case withoutChannel
    }

    private let kind: Kind
    private let order: StoredOrder

    /// Nil where a channel at work offers the order, or will decide about it.
    init?(_ order: StoredOrder, _ configuration: Configuration) {
        guard configuration.link != nil else { return nil }
        if let settings = configuration.channel(of: order) {
            guard !settings.enabled, settings.kcc != nil else { return nil }
            kind = .off
        } else {
            guard !configuration.hasChannelAtWork(order.domain) else { return nil }
            kind = .withoutChannel
        }
        self.order = order
    }

    /// Whether it is what keeps the order, or will once an operator has released it.
    var decides: Bool {
        order.standing.state == .imported
            && (order.standing.handOff == .waiting || order.standing.isHeldForTotals)
    }

    /// What is said of an order that waits, or that is held because its totals differ.
    var text: String {
        let release = order.standing.isHeldForTotals ? "once it is released it " : ""
        return switch kind {
        case .off: "\(release)goes out when its channel is on: \(Self.off(order.standing.channel))"
        case .withoutChannel:
            "nobody offers it: \(Self.withoutChannel(order)); \(Self.remedy(without: order))"
        }
    }

    /// What is said of an order that KCC may have.
    var doubt: String? {
        guard case .withoutChannel = kind else { return nil }
        let name = order.reference
        return
            "look for it in KCC; if it is there run: kccsyncd orders ack \(name); else \(ChannelPresence.adding(order.domain)); then run: kccsyncd orders resend \(name); if it is not wanted: kccsyncd orders ignore \(name)"
    }

    /// Whether the order's channel is off.
    var isOff: Bool { if case .off = kind { true } else { false } }

    // MARK: Words

    /// What is said of a channel that is off.
    static func off(_ channel: String) -> String {
        "channel \(channel) is off (enabled = false), so KCC gets no orders; \(ChannelPresence.turningOn(channel))"
    }

    /// What is said of an order whose shop has no channel at work.
    static func withoutChannel(_ order: StoredOrder) -> String {
        "its \(ChannelPresence.withoutChannel(order.standing.channel, order.domain))"
    }

    /// What can be done about it, in the state that the order is in.
    static func remedy(without order: StoredOrder) -> String {
        let (standing, name) = (order.standing, order.reference)
        let add = ChannelPresence.adding("that shop")
        // What KCC has can be neither acknowledged nor ignored.
        guard standing.handOff != .acknowledged else { return add }
        if standing.state == .ignored { return "\(add); then run: kccsyncd orders reimport \(name)" }
        let ignore = "if it is not wanted: kccsyncd orders ignore \(name)"
        // Nobody can have what the rules did not accept.
        guard standing.state == .imported else {
            return "\(add), and the rules decide about it again; \(ignore)"
        }
        guard standing.handOff != .withdrawn else { return add }
        let release = standing.isHeldForTotals ? "kccsyncd orders release \(name); then run: " : ""
        return "\(add); if KCC has it run: \(release)kccsyncd orders ack \(name); \(ignore)"
    }
}
