extension Order {
    /// The order as it is handed off: with the channel's stand-ins in their places.
    ///
    /// A tip without SKU carries `tip_sku`, any other line without one `missing_sku`; where the parts do not add up, one
    /// more line with `adjustment_sku` carries the difference.
    package func withStandIns(_ settings: ChannelSettings?) -> Order {
        guard let settings else { return self }
        var order = self
        let figures = OrderFigures(of: self, settings.money)
        let tips = Set(figures.lines.filter(\.isTip).map(\.place))
        for place in order.lines.indices where !order.lines[place].hasSKU {
            guard let code = settings.code(of: order.lines[place], isTip: tips.contains(place)) else {
                continue
            }
            order.lines[place].sku = code.text
        }
        if let code = settings.adjustmentSKU, !figures.isBalanced {
            let difference = figures.money.bag(figures.difference)
            order.lines.append(
                OrderLine(
                    id: ShopifyID("adjustment"),
                    title: "Adjustment to Shopify's total",
                    sku: code,
                    quantity: 1,
                    currentQuantity: 1,
                    unitPrice: difference,
                    total: difference
                )
            )
        }
        return order
    }

    /// The order's lines as a despatch names them, with the channel's stock codes where a line has none, and which of them nobody
    /// sends: tips.
    package func despatchable(_ settings: ChannelSettings?) -> (lines: [OrderLine], tips: Set<ShopifyID>) {
        // The line that carries a difference is ours, and none of Shopify's.
        var settings = settings
        settings?.adjustmentSKU = nil
        let figures = OrderFigures(of: self, settings?.money ?? .shop)
        let tips = figures.lines.filter(\.isTip).map { lines[$0.place] }
        return (withStandIns(settings).lines, Set(tips.filter { !$0.requiresShipping }.map(\.id)))
    }
}
