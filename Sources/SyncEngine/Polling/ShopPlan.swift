package import Foundation

/// One shop and the channels that share it: what a loop is started with.
package struct ShopPlan: Sendable, Equatable {
    /// The shop's address as configured, such as `mystore.myshopify.com`.
    package var domain: String
    /// Enabled channels, in the file's order.
    package var channels: [ChannelSettings]
    package var orderTypes: [OrderTypeRule]
    /// Names of all channels that the file has for the shop, disabled ones too.
    package var configured: Set<String>
    /// KCC's couriers and Shopify's names of them: `[carriers]`.
    package var carriers: [String: String] = [:]

    package init(domain: String, channels: [ChannelSettings], orderTypes: [OrderTypeRule]) {
        self.domain = domain
        self.channels = channels
        self.orderTypes = orderTypes
        configured = Set(channels.map(\.name))
    }

    /// Channels of one shop share the interval; the reader of the configuration checks it.
    package var interval: Duration {
        channels.first?.pollInterval ?? .seconds(15)
    }

    /// Groups enabled channels by shop, keeping the file's order.
    package static func plans(channels: [ChannelSettings], orderTypes: [OrderTypeRule]) -> [ShopPlan] {
        var plans: [ShopPlan] = []
        for channel in channels where channel.enabled {
            if let place = plans.firstIndex(where: { $0.domain == channel.shop.domain }) {
                plans[place].channels.append(channel)
            } else {
                plans.append(
                    ShopPlan(domain: channel.shop.domain, channels: [channel], orderTypes: orderTypes)
                )
            }
        }
        for place in plans.indices {
            plans[place].configured = configured(channels, domain: plans[place].domain)
        }
        return plans
    }

    /// Names of all channels that the file has for a shop, disabled ones too.
    package static func configured(_ channels: [ChannelSettings], domain: String) -> Set<String> {
        Set(channels.filter { $0.shop.domain == domain }.map(\.name))
    }

    /// Whether another file's plan for the shop decides every order in the same way, as far as the files show.
    package func decides(like other: ShopPlan) -> Bool {
        configured == other.configured
            && DecisiveSettings.text(channels, orderTypes)
                == DecisiveSettings.text(other.channels, other.orderTypes)
    }
}

/// Asks loops to come to an end between two steps.
package final class StopSignal: Sendable {
    private let requested = Locked(false)

    package init() {}

    package var isRequested: Bool { requested.current || Task.isCancelled }

    package func request() { requested.set(true) }
}

/// Everything outside the engine that a shop's loop works with.
package struct SyncPorts: Sendable {
    package var shop: any Shop
    package var store: any OrderStore
    package var log: any EventLog
    /// Our clock.
    package var now: @Sendable () -> Date
    package var stop: StopSignal

    package init(
        shop: any Shop,
        store: any OrderStore,
        log: any EventLog,
        now: @escaping @Sendable () -> Date,
        stop: StopSignal
    ) {
        self.shop = shop
        self.store = store
        self.log = log
        self.now = now
        self.stop = stop
    }
}
