/// A channel with a KCC link, and what the configuration says around it.
package struct LinkedChannel: Sendable, Equatable {
    package var settings: ChannelSettings
    package var kcc: KCCSettings
    /// KCC's SiteID of each site: `[sites]`.
    package var sites: [String: Int]
    /// Shopify's names of KCC's couriers: `[carriers]`.
    package var carriers: [String: String]
    /// `order_ref_format` of this channel and of the others of its shop: KCC may report an order over any of their links.
    package var refFormats: [String]
    /// Names of all channels that the file has for the shop: orders of others are those of channels that are gone.
    package var configured: Set<String>

    /// Nil for a channel without a link.
    ///
    /// - Parameter siblings: The channels of its shop.
    package init?(
        _ settings: ChannelSettings,
        sites: [String: Int],
        carriers: [String: String],
        siblings: [ChannelSettings] = []
    ) {
        guard let kcc = settings.kcc else { return nil }
        let others = siblings.map(\.orderRefFormat).filter { $0 != settings.orderRefFormat }
        configured = Set(siblings.map(\.name) + [settings.name])
        refFormats = [settings.orderRefFormat] + others
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

    /// Tells `[sites]` apart.
    package var sitesText: String {
        sites.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\u{1F}")
    }

    /// Stock codes of lines that are ours and not Shopify's.
    var ownCodes: Set<SKU> {
        Set([settings.tipSKU, settings.dutySKU, settings.adjustmentSKU].compactMap { SKU(given: $0) })
    }
}
