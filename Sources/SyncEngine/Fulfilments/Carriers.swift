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
        return Self.known[folded] ?? carrier
    }

    /// How a shipment travels; nil where neither a number nor a carrier is told.
    package func tracking(of shipment: Shipment) -> Tracking? {
        let company = shipment.carrier.map(company)
        guard !shipment.tracking.isEmpty || company != nil else { return nil }
        // Shopify takes an address only together with a number.
        let url = shipment.tracking.isEmpty ? nil : shipment.url
        return Tracking(numbers: shipment.tracking, company: company, url: url)
    }

    /// By letters and digits alone.
    private static let known: [String: String] = {
        let names: [String: [String]] = [
            "Royal Mail": [
                "royalmail", "rm", "rm24", "rm48", "royalmail24", "royalmail48", "royalmailtracked24",
                "royalmailtracked48",
            ],
            "Parcelforce": ["parcelforce", "parcelforce24", "parcelforce48", "pf"],
            "DPD UK": ["dpduk", "dpdgb", "dpdlocal"],
            "DPD": ["dpd"],
            "DHL Express": ["dhlexpress", "dhl"],
            "Evri": ["evri", "hermes", "myhermes", "hermesuk"],
            "Yodel": ["yodel"],
            "UPS": ["ups"],
            "FedEx": ["fedex", "fedexuk"],
            "TNT": ["tnt", "tntuk"],
            "GLS": ["gls"],
            "An Post": ["anpost"],
            "USPS": ["usps"],
        ]
        return Dictionary(uniqueKeysWithValues: names.flatMap { name, keys in keys.map { ($0, name) } })
    }()
}
