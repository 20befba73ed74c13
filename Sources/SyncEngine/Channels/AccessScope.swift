/// One access scope that the app can have in a shop, and what KCC's guide to the app calls its tick-box.
package struct AccessScope: Sendable, Equatable {
    package var handle: String
    /// Nil for a scope that KCC's guide does not list.
    package var tickBox: String?

    package static let writeOwnFulfilmentOrders = "write_merchant_managed_fulfillment_orders"
    static let readOwnFulfilmentOrders = "read_merchant_managed_fulfillment_orders"
    static let writeThirdPartyFulfilmentOrders = "write_third_party_fulfillment_orders"

    /// What scopes serve that no configuration needs by itself.
    package static let optional = [
        writeThirdPartyFulfilmentOrders: "despatches of a fulfilment service, where the shop has one",
        "read_all_orders": "orders older than 60 days",
    ]

    /// The tick-boxes of KCC's guide in its order, with the scopes' names after `read_` and `write_`; last, those that the
    /// guide lacks.
    private static let boxes: [(name: String?, scope: String, isReadOnly: Bool)] = [
        ("Assigned fulfilment orders", "assigned_fulfillment_orders", false),
        ("Customers", "customers", false),
        ("Draft orders", "draft_orders", false),
        ("Files", "files", false),
        ("Fulfilment services", "fulfillments", false),
        ("Inventory", "inventory", false),
        ("Legal policies", "legal_policies", false),
        ("Locations", "locations", false),
        ("Order editing", "order_edits", false),
        ("Orders", "orders", false),
        ("Payment terms", "payment_terms", false),
        ("Product listings", "product_listings", false),
        ("Products", "products", false),
        ("Reports", "reports", false),
        ("Resource feedback", "resource_feedbacks", false),
        ("Shipping", "shipping", false),
        ("Shop locales", "locales", false),
        ("Shopify payment accounts", "shopify_payments_accounts", true),
        ("Shopify payment bank accounts", "shopify_payments_bank_accounts", true),
        ("Shopify payment disputes", "shopify_payments_disputes", false),
        ("Shopify payment payouts", "shopify_payments_payouts", true),
        ("Store content", "content", false),
        ("Third-party fulfilment orders", "third_party_fulfillment_orders", false),
        (nil, "merchant_managed_fulfillment_orders", false),
        (nil, "all_orders", true),
    ]

    /// Every scope of KCC's guide and every other one that some configuration needs.
    package static let all: [AccessScope] = boxes.flatMap { box in
        (box.isReadOnly ? ["read"] : ["read", "write"])
            .map { AccessScope(handle: "\($0)_\(box.scope)", tickBox: box.name) }
    }
}
