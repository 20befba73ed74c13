package import Foundation
package import SyncEngine

extension ChannelSettings {
    /// A channel with every setting at its default.
    package static func plain(
        _ name: String = "web",
        _ change: (inout ChannelSettings) -> Void = { _ in }
    ) -> ChannelSettings {
        var settings = ChannelSettings(
            name: name,
            shop: ShopAddress(scheme: "https", host: "test.myshopify.com"),
            credential: .token(Secret("not-a-token"))
        )
        change(&settings)
        return settings
    }
}

extension ShopLocation {
    package static let warehouse = ShopLocation(id: .location(1), name: "Main Warehouse", active: true)
    package static let branch = ShopLocation(id: .location(2), name: "Branch", active: true)
}

extension ChannelContext {
    /// A plain channel as it is after its shop's first sync.
    package static func plain(
        _ name: String = "web",
        start: Date = Instants.start,
        _ change: (inout ChannelSettings) -> Void = { _ in }
    ) -> ChannelContext {
        let settings = ChannelSettings.plain(name, change)
        let location = settings.channelLocation.flatMap { wanted in
            [ShopLocation.warehouse, .branch].first { $0.matches(wanted) }
        }
        return ChannelContext(settings: settings, startDate: start, location: location)
    }
}

extension ShopPlan {
    package static func of(_ channels: ChannelSettings..., orderTypes: [OrderTypeRule] = []) -> ShopPlan {
        ShopPlan(domain: "test.myshopify.com", channels: channels, orderTypes: orderTypes)
    }
}

extension ShopIdentity {
    /// A British shop that grants everything.
    package static func plain(_ scopes: Set<String>? = nil, number: Int = 1) -> ShopIdentity {
        ShopIdentity(
            id: ShopifyID(kind: "Shop", number: String(number)),
            name: "Test",
            domain: "test.myshopify.com",
            timeZone: "Europe/London",
            currency: "GBP",
            scopes: scopes ?? [
                "read_orders", "read_all_orders", "read_customers", "read_locations",
                "read_products", "write_inventory", "write_merchant_managed_fulfillment_orders",
            ],
            answeredVersion: "2026-07",
            clockSkew: .zero
        )
    }
}

/// What a judge asks of other orders and customers, answered from memory.
package struct MemoryFacts: Facts {
    /// The holder's name of each associated ref that is taken.
    package var holders: [String: String] = [:]
    package var known: [KnownCustomer] = []
    /// What the shop's other orders have shown.
    package var sight = PersonalDataSight(seen: true, blank: 0)

    /// The starts of channels, by name.
    package var starts: [String: StartDate] = [:]

    /// What was entered for orders.
    package var entered: [ShopifyID: [EnteredPayment]] = [:]

    package init() {}

    package func payments(of order: ShopifyID) throws -> [EnteredPayment] { entered[order] ?? [] }
    package func start(ofChannel name: String) throws -> StartDate? { starts[name] }
    package func holder(ofRef ref: String, otherThan order: ShopifyID) throws -> String? { holders[ref] }
    package func personalData(besides order: ShopifyID) throws -> PersonalDataSight { sight }
    package func customers(sharing keys: CustomerKeys) throws -> [KnownCustomer] { known }
}
