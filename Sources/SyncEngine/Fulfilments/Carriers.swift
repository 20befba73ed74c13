/// Shopify's names of the carriers that an ERP names in its own way.
///
/// Shopify shows a link for the names it knows, and compares them letter by letter
/// (<https://shopify.dev/docs/api/admin-graphql/latest/objects/FulfillmentTrackingInfo>).
package struct Carriers: Sendable, Equatable {
    /// `[carriers]` of the configuration, which wins.
    private let configured: [String: String]

    package init(_ configured: [String: String] = [:]) {
        self.configured = configured
    }

    /// Shopify's name; the ERP's own where nothing is known of it.
    package func company(_ carrier: String) -> String {
        if let name = configured[carrier] { return name }
        let folded = CustomerKeys.fold(carrier)
        if let name = configured.first(where: { CustomerKeys.fold($0.key) == folded })?.value { return name }
        return ShopifyCarriers.name(like: carrier) ?? Self.known[folded] ?? carrier
    }

    /// How a shipment travels; nil where neither a number nor a carrier is told.
    package func tracking(of shipment: Shipment) -> Tracking? {
        guard !shipment.tracking.isEmpty else { return nil }
        var tracking = shipment.tracking
        tracking.company = shipment.tracking.company.map(company)
        return tracking
    }

    /// Names that are in no list of Shopify's, by letters and digits alone.
    private static let known: [String: String] = {
        let names: [String: [String]] = [
            "Royal Mail": [
                "rm", "rm24", "rm48", "royalmail24", "royalmail48", "royalmailtracked24",
                "royalmailtracked48",
            ],
            "Parcelforce": ["parcelforce24", "parcelforce48", "pf"],
            "DPD UK": ["dpdgb"],
            "Evri": ["myhermes", "hermesuk"],
            "FedEx": ["fedexuk"],
            "TNT": ["tntuk"],
        ]
        return Dictionary(uniqueKeysWithValues: names.flatMap { name, keys in keys.map { ($0, name) } })
    }()
}
