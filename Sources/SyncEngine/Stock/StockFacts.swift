package import Foundation

/// Everything that a decision about one SKU at one location depends on.
package struct StockFacts: Sendable {
    package var sku: String
    package var channel: String
    package var shop: Int64
    package var location: ShopifyID
    package var rules: StockRules
    /// Every site's, whether it counts or not.
    package var levels: [StockLevel]
    package var claims: [StockClaim]
    package var view: StockView?
    /// Where the channels of this shop keep their stock: for orders that are not assigned yet.
    package var locations: [String: ShopifyID]
    /// Channels whose orders somebody takes: a KCC link, or anything ever acknowledged.
    package var handingOff: Set<String>
    /// Since when KCC has been calling without a gap of more than two of its intervals; nil without a link, or where
    /// it does not call now.
    package var linkSteadySince: Date?
    /// When the last listing that is stored to its end began, by Shopify's clock.
    package var polledAt: Date?
    /// The longest that an order took to show in Shopify's search during the last day.
    package var greatestLag: Duration
    /// Our clock.
    package var now: Date
    /// Shopify's clock less ours, in seconds.
    package var skew: TimeInterval
    /// As of when the levels were that were last sent; what `oversell_guard = false` goes by.
    package var sentFor: Date?
    package var sentTarget: Int?
    /// When the store was put back from a copy, until somebody confirms it: levels of before are not trusted.
    package var restoredAt: Date?

    package init(
        sku: String,
        channel: String,
        shop: Int64 = 1,
        location: ShopifyID,
        rules: StockRules,
        levels: [StockLevel],
        claims: [StockClaim],
        view: StockView?,
        locations: [String: ShopifyID],
        handingOff: Set<String>,
        polledAt: Date?,
        now: Date
    ) {
        self.sku = sku
        self.channel = channel
        self.shop = shop
        self.location = location
        self.rules = rules
        self.levels = levels
        self.claims = claims
        self.view = view
        self.locations = locations
        self.handingOff = handingOff
        self.polledAt = polledAt
        self.greatestLag = .zero
        self.now = now
        self.skew = 0
    }
}
