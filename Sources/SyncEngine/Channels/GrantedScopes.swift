/// The access scopes that a shop has granted to the app: <https://shopify.dev/docs/api/usage/access-scopes>.
package struct GrantedScopes: Sendable, Equatable {
    /// As Shopify lists them.
    package var handles: Set<String>

    package init(_ handles: some Sequence<String>) {
        self.handles = Set(handles)
    }

    /// Whether a scope is granted; a write scope includes the read scope of the same name.
    package func has(_ scope: String) -> Bool {
        handles.contains(scope)
            || handles.contains(scope.replacing("read_", with: "write_", maxReplacements: 1))
    }

    /// Whether the app can fulfil at least some fulfilment orders: any of the three scopes covers some locations.
    package var canFulfil: Bool {
        ["merchant_managed", "third_party", "assigned"].contains { has("write_\($0)_fulfillment_orders") }
    }

    /// Why shipments are not sent to Shopify, without the remedy, which is ``ScopeNeed/remedy``; nil where the app can fulfil.
    package var fulfilmentObstacle: String? {
        canFulfil
            ? nil
            : "scope \(AccessScope.writeOwnFulfilmentOrders) is missing, so shipments are not sent to Shopify"
    }

    /// Whether the app can fulfil, and has not lost the scope for the shop's own locations, which most orders need.
    func canFulfil(noLessThan before: GrantedScopes) -> Bool {
        let own = AccessScope.writeOwnFulfilmentOrders
        return canFulfil && (has(own) || !before.has(own))
    }

    /// Whether the app can find SKUs and set their stock.
    var canSetStock: Bool { has("write_inventory") && has("read_products") }

    /// Whether the app sees where the shop's own locations are to send an order from.
    package var seesOwnFulfilmentOrders: Bool { has(AccessScope.readOwnFulfilmentOrders) }

    /// The scope to add where units are in no fulfilment order that the app sees; nil where none would help.
    package var missingForHiddenUnits: String? {
        [AccessScope.writeOwnFulfilmentOrders, AccessScope.writeThirdPartyFulfilmentOrders]
            .first { !has($0) }
    }
}

extension ShopIdentity {
    package var granted: GrantedScopes { GrantedScopes(scopes) }

    /// Whether a scope is granted.
    package func can(_ scope: String) -> Bool { granted.has(scope) }
}
