/// What becomes of a channel's stock levels on their way to Shopify: `[channels.NAME.stock]`.
package struct StockRules: Sendable, Equatable, Codable {
    /// Which SKUs are sent: `upload`.
    package enum Upload: String, Sendable, CaseIterable, Codable {
        case all
        /// Only those that have a table of their own under `items`.
        case listed
    }

    /// What becomes of a fraction of a unit: `rounding`.
    package enum Rounding: String, Sendable, CaseIterable, Codable {
        case down
        case up
        /// A half goes up.
        case nearest
    }

    /// An item's own rule; 0 leaves the figure to the channel.
    package struct Item: Sendable, Equatable, Codable {
        package var percent = 0
        package var rounding: Rounding?
        package var minimum = 0
        package var maximum = 0

        package init() {}
    }

    package var upload = Upload.all
    /// KCC's sites whose levels add up; empty = every site.
    package var sites: [String] = []
    /// Names that `[sites]` has; empty where it names none.
    package var namedSites: [String] = []
    /// Of the level, 1 to 100.
    package var percent = 100
    package var rounding = Rounding.down
    /// Units; 0 = no floor.
    package var minimum = 0
    /// Units; 0 = no cap.
    package var maximum = 0
    /// Whether units sold that a level does not know are held back.
    package var oversellGuard = true
    /// How long a sale may take to show in Shopify's order search.
    package var indexLag = Duration.seconds(30)
    /// How long KCC's last word stands against an order acknowledged after it.
    package var guardSettle = Duration.seconds(600)
    /// Whether an item is stocked at the channel's location where it is not yet.
    package var activateItems = true
    package var items: [SKU: Item] = [:]

    package init() {}

    /// Whether a SKU's level goes to Shopify at all.
    package func covers(_ sku: SKU) -> Bool {
        upload == .all || items[sku] != nil
    }

    /// Whether the channel counts the levels of a site; one that `[sites]` names no longer counts nowhere.
    package func counts(site: String) -> Bool {
        guard site.isEmpty || isNamed(site) else { return false }
        return sites.isEmpty || sites.contains(site)
    }

    /// Whether an order that is handed off to a site takes its units from the channel's levels.
    ///
    /// An order keeps the site that it was served with: one that `[sites]` names no longer may be any of them.
    package func commits(site: String?) -> Bool {
        guard let site else { return sites.isEmpty }
        return sites.isEmpty || sites.contains(site) || !isNamed(site)
    }

    private func isNamed(_ site: String) -> Bool { namedSites.isEmpty || namedSites.contains(site) }

    /// Of all levels of a SKU those whose sum is its level.
    package func counted(_ levels: [StockLevel]) -> [StockLevel] {
        levels.filter { counts(site: $0.site) }
    }

    /// What Shopify may offer of a level before anything is held back, never below 0.
    ///
    /// - Parameter level: The sum of the sites' levels, in units; fractions are KCC's.
    package func units(of level: Amount, sku: SKU) -> Int {
        let item = items[sku]
        let percent = Int64(item.flatMap { $0.percent > 0 ? $0.percent : nil } ?? self.percent)
        let (product, overflow) = max(0, level.micros).multipliedReportingOverflow(by: percent)
        // Hundredths of a millionth; a level beyond that range is beyond Shopify's as well.
        let scaled = overflow ? Int64.max : product
        let unit: Int64 = 100_000_000
        let whole = scaled / unit
        let rest = scaled % unit
        let up: Bool
        switch item?.rounding ?? rounding {
        case .down: up = false
        case .up: up = rest > 0
        case .nearest: up = rest >= unit / 2
        }
        var units = Int(min(whole + (up ? 1 : 0), Self.mostUnits))
        let floor = item.flatMap { $0.minimum > 0 ? $0.minimum : nil } ?? minimum
        let cap = item.flatMap { $0.maximum > 0 ? $0.maximum : nil } ?? maximum
        if floor > 0 { units = max(units, floor) }
        if cap > 0 { units = min(units, cap) }
        return units
    }

    /// The most that Shopify takes as a quantity.
    private static let mostUnits: Int64 = 1_000_000_000
}
