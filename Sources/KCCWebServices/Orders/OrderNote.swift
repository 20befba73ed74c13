import SyncEngine

/// Composes "OrderNote": what the staff should read, and what KCC has no field for.
struct OrderNote {
    let handed: HandedOffOrder

    private var order: Order { handed.order }
    private var money: OrderMoney { handed.money }

    /// - Parameters:
    ///   - fullTexts: What was too long for KCC's fields.
    ///   - payment: What is to be said of the payment.
    ///   - goodwill: Money that was given back for no line.
    /// - Returns: The note's lines; nil where there is nothing to say.
    func text(fullTexts: [String], payment: String?, goodwill: Amount) -> String? {
        var lines = (order.note ?? "").cleanLines
        lines += handed.attributes.compactMap { attribute in
            let value = attribute.value?.oneLine
            return [attribute.key.oneLine, value].compactMap(\.self).joined(separator: ": ").oneLine
        }
        lines += listing("Tags", handed.tags)
        lines += listing("Discount codes", order.discountCodes)
        lines += listing("Delivery", order.shippingLines.map(\.title))
        lines += fullTexts
        if let payment { lines.append(payment) }
        if goodwill > .zero {
            lines.append("Refunded in Shopify without an item: \(money.text(goodwill))")
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private func listing(_ label: String, _ items: [String]) -> [String] {
        let items = items.compactMap(\.oneLine)
        return items.isEmpty ? [] : ["\(label): \(items.joined(separator: ", "))"]
    }
}
