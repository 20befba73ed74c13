package import Foundation

/// What decides about a SKU of a channel besides what is stored of it; asks for explanations without doing anything.
package struct StockInquiry: Sendable {
    package var scope: StockScope
    package var rules: StockRules
    /// Where the shop's channels keep their stock.
    package var locations: [String: ShopifyID]
    /// Channels with a KCC link, whether anything was ever acknowledged or not.
    package var linked: Set<String> = []
    package var linkSteadySince: Date?
    /// When the last complete listing began, by Shopify's clock.
    package var polledAt: Date?
    package var greatestLag = Duration.zero
    /// Shopify's clock less ours, in seconds.
    package var skew: TimeInterval = 0

    package init(scope: StockScope, rules: StockRules, locations: [String: ShopifyID]) {
        self.scope = scope
        self.rules = rules
        self.locations = locations
    }

    /// Decides about one item that carries the SKU; nil = as if Shopify had it and it was never read.
    package func explanation(
        of entry: StockCase,
        _ item: StockCase.Item?,
        handingOff: Set<String>,
        now: Date
    ) -> StockExplanation {
        var facts = StockFacts(
            sku: entry.sku,
            channel: scope.channel,
            shop: scope.shop,
            location: scope.location,
            rules: rules,
            levels: entry.levels,
            claims: entry.claims,
            view: item?.view,
            locations: locations,
            handingOff: handingOff.union(linked),
            polledAt: polledAt,
            now: now
        )
        facts.greatestLag = greatestLag
        facts.skew = skew
        facts.linkSteadySince = linkSteadySince
        facts.sentFor = entry.sentFor
        facts.sentTarget = entry.target
        facts.restoredAt = entry.restoredAt
        return StockDecision.evaluate(facts)
    }
}
