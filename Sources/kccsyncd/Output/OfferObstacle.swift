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
            let isAtWork = configuration.channels.contains { $0.enabled && $0.shop.domain == order.domain }
            guard !isAtWork else { return nil }
            kind = .withoutChannel
        }
        self.order = order
    }

    /// What is said of an order that waits.
    var text: String {
        switch kind {
        case .off: "goes out when its channel is on: \(Self.off(order.standing.channel))"
        case .withoutChannel:
            "nobody offers it: \(Self.withoutChannel(order)); \(Self.remedy(without: order))"
        }
    }

    /// What is said of an order that KCC may have.
    var doubt: String? {
        guard case .withoutChannel = kind else { return nil }
        let name = order.reference
        return
            "look for it in KCC; if it is there run: kccsyncd orders ack \(name); else add a channel of \(order.domain) to the file, or turn one on, and run: kccsyncd reload; then run: kccsyncd orders resend \(name); if it is not wanted: kccsyncd orders ignore \(name)"
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
        "its channel \(order.standing.channel) is not in the configuration, and \(order.domain) has no other at work"
    }

    static func remedy(without order: StoredOrder) -> String {
        let name = order.reference
        let add = "add a channel of that shop to the file, or turn one on, and run: kccsyncd reload"
        // What KCC has can be neither acknowledged nor ignored.
        guard order.standing.handOff != .acknowledged else { return add }
        return
            "\(add); if KCC has it run: kccsyncd orders ack \(name); if it is not wanted: kccsyncd orders ignore \(name)"
    }
}
