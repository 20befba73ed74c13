/// A scope that channels need, what they need it for, and what happens without it.
package struct ScopeNeed: Sendable, Equatable {
    /// Such as `write_inventory`.
    package var scope: String
    /// Such as `stock levels`.
    package var purpose: String
    /// What does not work while it is missing.
    package var consequence: String

    /// What an operator does about a missing scope.
    package static let remedy = "add this scope to the app and reinstall it"

    /// For `check`, `status`, `setup` and the journal.
    package var text: String { "scope \(scope) is missing: \(consequence)" }

    /// What channels of one shop need of it, most important first.
    ///
    /// The one place that derives scopes from settings.
    ///
    /// - Parameters:
    ///   - granted: Decides which consequences a missing scope still has.
    ///   - readsOldOrders: Whether orders are to be read that are older than 60 days.
    package static func needs(
        of channels: [ChannelSettings],
        granted: GrantedScopes,
        readsOldOrders: Bool
    ) -> [ScopeNeed] {
        var needs = [ScopeNeed(scope: "read_orders", purpose: "orders", consequence: "orders cannot be read")]
        func need(_ scope: String, _ purpose: String, _ consequence: String) {
            needs.append(ScopeNeed(scope: scope, purpose: purpose, consequence: consequence))
        }
        if readsOldOrders {
            need(
                "read_all_orders",
                "orders older than 60 days",
                "orders older than 60 days cannot be read"
            )
        }
        need("read_customers", "customers", "orders come without their customer's record")
        need("read_locations", "locations", "locations cannot be matched")
        let hidden = granted.seesOwnFulfilmentOrders ? nil : "the location of web orders is unknown"
        if channels.contains(where: { $0.enabled && $0.uploadOrderStatus }) {
            let parts = ["despatches from the shop's own locations are not sent to Shopify", hidden]
            need(
                AccessScope.writeOwnFulfilmentOrders,
                "despatches, location of web orders",
                parts.compactMap(\.self).joined(separator: ", and ")
            )
        } else {
            need(
                AccessScope.readOwnFulfilmentOrders,
                "location of web orders",
                hidden ?? ""
            )
        }
        if channels.contains(where: \.sendsStock) {
            need("write_inventory", "stock levels", "stock levels are held back until it is granted")
            need(
                "read_products",
                "SKUs of stock levels",
                "stock levels are held back, because SKUs cannot be looked up"
            )
        }
        return needs
    }

    /// What channels of one shop need and the shop has not granted.
    package static func missing(
        for channels: [ChannelSettings],
        granted: GrantedScopes,
        readsOldOrders: Bool = false
    ) -> [ScopeNeed] {
        needs(of: channels, granted: granted, readsOldOrders: readsOldOrders)
            .filter { !granted.has($0.scope) }
    }
}

extension ShopError {
    /// Work that waits for a scope, and is not tried without it.
    static func waiting(_ obstacle: String) -> ShopError {
        ShopError(.scopeMissing, .pause, obstacle, remedy: ScopeNeed.remedy)
    }
}
