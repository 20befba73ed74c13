/// A channel with a KCC link, and what the configuration says around it.
package struct LinkedChannel: Sendable, Equatable {
    package var settings: ChannelSettings
    package var kcc: KCCSettings
    /// KCC's SiteID of each site: `[sites]`.
    package var sites: [String: Int]
    /// Shopify's names of KCC's couriers: `[carriers]`.
    package var carriers: [String: String]

    /// Nil for a channel without a link.
    package init?(_ settings: ChannelSettings, sites: [String: Int], carriers: [String: String]) {
        guard let kcc = settings.kcc else { return nil }
        self.settings = settings
        self.kcc = kcc
        self.sites = sites
        self.carriers = carriers
    }

    package var name: String { settings.name }

    /// The site with KCC's id; nil where `[sites]` names none.
    package func site(withID id: String) -> String? {
        sites.first { String($0.value) == id }?.key
    }

    /// Tells settings apart that could map an order in another way: what could not be mapped is tried again then.
    package var mappingDigest: String {
        var plain = settings
        plain.credential = .token(Secret(""))
        plain.stock = StockRules()
        plain.kcc?.password = Secret("")
        // A dictionary has another order in each process.
        plain.kcc?.payments = [:]
        plain.kcc?.couriers = [:]
        plain.kcc?.salesSources = [:]
        let tables: [[String]] = [
            kcc.payments.map { "\($0)" }, kcc.couriers.map { "\($0)" }, kcc.salesSources.map { "\($0)" },
            sites.map { "\($0)" },
        ]
        let text = ["\(plain)"] + tables.map { $0.sorted().joined(separator: "\u{1F}") }
        let hash = text.joined(separator: "\u{1E}").utf8
            .reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }

    /// Tells `[sites]` apart.
    package var sitesDigest: String {
        sites.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\u{1F}")
    }

    /// Stock codes of lines that are ours and not Shopify's.
    var ownCodes: Set<SKU> {
        Set([settings.tipSKU, settings.dutySKU, settings.adjustmentSKU].compactMap { $0.map(SKU.init) })
    }
}
