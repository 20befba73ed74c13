extension Order {
    /// The order as it is handed off: with the channel's stand-ins in their places.
    ///
    /// A line without SKU carries `missing_sku`; where the parts do not add up, one more line with `adjustment_sku`
    /// carries the difference.
    package func withStandIns(_ settings: ChannelSettings?) -> Order {
        guard let settings else { return self }
        var order = self
        if let code = settings.missingSKU {
            for index in order.lines.indices where !order.lines[index].hasSKU {
                order.lines[index].sku = code
            }
        }
        let difference = TotalsCheck.difference(of: self)
        if let code = settings.adjustmentSKU, difference != .zero {
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
}
