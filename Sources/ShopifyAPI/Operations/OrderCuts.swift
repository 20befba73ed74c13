import SyncEngine

/// The lists of an order of which the first request brought a part only.
struct OrderCuts: Sendable {
    var lines: Rest?
    var shipping: Rest?
    var discounts: Rest?
    /// By refund.
    var refunds: [(id: ShopifyID, rest: Rest)]
    var fulfilmentOrders: Rest?
    /// By fulfilment order.
    var fulfilmentOrderLines: [(id: ShopifyID, rest: Rest)]

    /// The part of a list that did not come yet.
    struct Rest: Sendable {
        /// Where it begins; nil where Shopify did not say, which ``PageInfo`` complains about.
        var page: PageInfo

        /// Nil where the list is whole.
        init?(_ page: PageInfo) {
            guard page.hasNextPage else { return nil }
            self.page = page
        }
    }
}
