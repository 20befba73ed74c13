import SyncEngine

/// What an order costs now, as programs read it.
extension OrderJSON {
    static func figures(_ figures: OrderFigures) -> JSONValue {
        func money(_ amount: Amount) -> JSONValue { .text(figures.money.number(amount)) }
        return .object([
            "money": .text(figures.money.set.rawValue), "currency": .text(figures.money.currency),
            "lines": .array(
                figures.lines.map { line in
                    .object([
                        "id": .text(line.id.gid), "quantity": .number(line.quantity),
                        "unit_price": money(line.unitPrice), "discount": money(line.discount),
                        "tax": money(line.tax), "value": money(line.value), "tip": .bool(line.isTip),
                    ])
                }
            ),
            "delivery": money(figures.delivery), "delivery_tax": money(figures.deliveryTax),
            "tax": money(figures.tax), "tip": money(figures.tip), "duties": money(figures.duties),
            "fees": money(figures.fees), "cash_rounding": money(figures.rounding),
            "goodwill": money(figures.goodwill), "parts": money(figures.sum),
            "shopify_total": money(figures.stated), "total": money(figures.total),
            "difference": money(figures.difference), "tolerance": money(figures.tolerance.amount),
            "tolerance_reason": .text(figures.tolerance.reason),
        ])
    }
}
