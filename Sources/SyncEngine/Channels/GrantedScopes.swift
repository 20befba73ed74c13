/// What the app may do in a shop: <https://shopify.dev/docs/api/usage/access-scopes>.
extension ShopIdentity {
    /// Whether a scope was granted; a write scope holds the read scope of the same name.
    package func can(_ scope: String) -> Bool {
        scopes.contains(scope)
            || scopes.contains(scope.replacing("read_", with: "write_", maxReplacements: 1))
    }

    /// Whether Shopify lets us tell it of despatches: any of the three scopes serves for some locations.
    var canFulfil: Bool {
        ["merchant_managed", "third_party", "assigned"].contains { can("write_\($0)_fulfillment_orders") }
    }

    /// Whether Shopify lets us find SKUs and set their stock.
    var canSetStock: Bool { can("write_inventory") && can("read_products") }

    /// What cannot be done for want of scopes, with what it means for these channels of the shop.
    package func missingScopeWarnings(for channels: [ChannelSettings]) -> [String] {
        var warnings: [String] = []
        func need(_ scope: String, _ consequence: String) {
            if !can(scope) { warnings.append("scope \(scope) is missing: \(consequence)") }
        }
        need("read_customers", "orders come without their customer's record")
        need("read_locations", "locations cannot be matched")
        need("read_merchant_managed_fulfillment_orders", "the location of web orders is not known")
        if !canFulfil, channels.contains(where: { $0.enabled && $0.uploadOrderStatus }) {
            need("write_merchant_managed_fulfillment_orders", "despatches wait and are not told to Shopify")
        }
        if channels.contains(where: \.sendsStock) {
            need("write_inventory", "stock levels wait and are not told to Shopify")
            need("read_products", "stock levels wait, because SKUs cannot be looked up")
        }
        return warnings
    }
}
