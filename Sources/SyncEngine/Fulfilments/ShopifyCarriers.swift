/// The carriers that Shopify knows by name, and makes tracking links for.
///
/// The list is that of version 2026-07
/// (<https://shopify.dev/docs/api/admin-graphql/latest/objects/FulfillmentTrackingInfo#field-FulfillmentTrackingInfo.fields.company>).
package enum ShopifyCarriers {
    /// Shopify's names, which are case exact.
    package static let names = Set(list)

    /// Shopify's name of a carrier whose name differs from it in case and punctuation at most.
    package static func name(like text: String) -> String? {
        names.contains(text) ? text : folded[CustomerKeys.fold(text)]
    }

    private static let folded = Dictionary(list.map { (CustomerKeys.fold($0), $0) }) { first, _ in first }

    private static let list = everywhere + byCountry.flatMap(\.names)

    private static let everywhere = [
        "4PX", "AGS", "Amazon", "Amazon Logistics UK", "An Post", "Anjun Logistics", "APC", "Asendia USA",
        "Australia Post", "Bonshaw", "BPost", "BPost International", "Canada Post", "Canpar", "CDL Last Mile",
        "China Post", "Chronopost", "Chukou1", "Colissimo", "Comingle", "Coordinadora", "Correios", "Correos",
        "CTT", "CTT Express", "Cyprus Post", "Delnext", "Deutsche Post", "DHL eCommerce",
        "DHL eCommerce Asia",
        "DHL Express", "DPD", "DPD Local", "DPD UK", "DTD Express", "DX", "Eagle", "Estes", "Evri", "FedEx",
        "First Global Logistics", "First Line", "FSC", "Fulfilla", "GLS",
        "Guangdong Weisuyi Information Technology (WSE)", "Heppner Internationale Spedition GmbH & Co.",
        "Iceland Post", "IDEX", "Israel Post", "Japan Post (EN)", "Japan Post (JA)", "La Poste Colissimo",
        "La Poste Burkina Faso", "Lasership", "Latvia Post", "Lietuvos Paštas", "Logisters",
        "Lone Star Overnight", "M3 Logistics", "Meteor Space", "Mondial Relay", "New Zealand Post",
        "NinjaVan",
        "North Russia Supply Chain (Shenzhen) Co.", "OnTrac", "Packeta", "Pago Logistics",
        "Ping An Da Tengfei Express", "Pitney Bowes", "Portal PostNord", "Poste Italiane", "PostNL",
        "PostNord DK", "PostNord NO", "PostNord SE", "Purolator", "Qxpress", "Qyun Express", "Royal Mail",
        "Royal Shipments", "Sagawa (EN)", "Sagawa (JA)", "Sendle", "SF Express", "SFC Fulfillment", "ShipBob",
        "SHREE NANDAN COURIER", "Singapore Post", "Southwest Air Cargo", "StarTrack", "Step Forward Freight",
        "Swiss Post", "TForce Final Mile", "Tinghao", "TNT", "Toll IPEC", "United Delivery Service", "UPS",
        "USPS", "Venipak", "We Post", "Whistl", "Wizmo", "WMYC", "Xpedigo", "XPO Logistics", "Yamato (EN)",
        "Yamato (JA)", "YiFan Express", "YunExpress",
    ]

    /// Those that Shopify lists for shops of some countries.
    private static let byCountry: [(country: String, names: [String])] = [
        (
            "AU",
            [
                "Australia Post", "Sendle", "Aramex Australia", "TNT Australia", "Hunter Express",
                "Couriers Please", "Bonds", "Allied Express", "Direct Couriers", "Northline", "GO Logistics",
            ]
        ),
        ("AT", ["Österreichische Post"]),
        ("BG", ["Speedy"]),
        ("CA", ["Intelcom", "BoxKnight", "Loomis", "GLS"]),
        (
            "CN",
            [
                "China Post", "DHL eCommerce Asia", "WanbExpress", "YunExpress", "Anjun Logistics",
                "SFC Fulfillment", "FSC",
            ]
        ),
        ("CZ", ["Zásilkovna"]),
        (
            "DE",
            ["Deutsche Post (DE)", "Deutsche Post (EN)", "DHL", "DHL Express", "Swiship", "Hermes", "GLS"]
        ),
        ("ES", ["SEUR"]),
        ("FR", ["Colissimo", "Mondial Relay", "Colis Privé", "GLS"]),
        ("GB", ["Evri", "DPD UK", "Parcelforce", "Yodel", "DHL Parcel", "Tuffnells"]),
        ("GR", ["ACS Courier"]),
        ("HK", ["SF Express"]),
        ("IE", ["Fastway", "DPD Ireland"]),
        (
            "IN",
            [
                "DTDC", "India Post", "Delhivery", "Gati KWE", "Professional Couriers", "XpressBees",
                "Ecom Express", "Ekart", "Shadowfax", "Bluedart",
            ]
        ),
        ("IT", ["BRT", "GLS Italy"]),
        ("JP", ["エコ配", "西濃運輸", "西濃スーパーエキスプレス", "福山通運", "日本通運", "名鉄運輸", "第一貨物"]),
        ("NL", ["DHL Parcel", "DPD"]),
        ("NO", ["Bring"]),
        ("PL", ["Inpost"]),
        ("TR", ["PTT", "Yurtiçi Kargo", "Aras Kargo", "Sürat Kargo"]),
        (
            "US",
            [
                "GLS", "Alliance Air Freight", "Pilot Freight", "LSO", "Old Dominion", "Pandion",
                "R+L Carriers", "Southwest Air Cargo",
            ]
        ),
        ("ZA", ["Fastway", "Skynet"]),
    ]
}
