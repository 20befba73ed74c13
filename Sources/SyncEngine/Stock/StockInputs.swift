package import Foundation

/// Everything that a decision about one SKU at one location depends on.
package struct StockInputs: Sendable {
    package var sku: SKU
    package var context: StockContext
    /// Every site's, whether it counts or not.
    package var levels: [StockLevel]
    package var claims: [StockClaim]
    package var view: StockView?
    /// Our clock.
    package var now: Date
    /// What Shopify last confirmed; what `oversell_guard = false` goes by.
    package var sent: StockSent?

    package init(
        sku: SKU,
        context: StockContext,
        levels: [StockLevel],
        claims: [StockClaim],
        view: StockView?,
        now: Date
    ) {
        self.sku = sku
        self.context = context
        self.levels = levels
        self.claims = claims
        self.view = view
        self.now = now
    }
}
