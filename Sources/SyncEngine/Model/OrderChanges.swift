/// A field that differs between two versions of an order, with both values as text.
package struct OrderChange: Sendable, Equatable {
    /// The field's code, such as `lines` or `shipping_address`.
    package var field: String
    /// Its value in the earlier version; empty where there was none.
    package var was: String
    /// Its value now; empty where there is none.
    package var now: String

    package init(_ field: String, was: String, now: String) {
        self.field = field
        self.was = was
        self.now = now
    }
}

extension Order {
    /// The fields that differ from an earlier version in a way that matters to an ERP that has that version.
    ///
    /// Tags, the closing date, fulfilments and Shopify's own bookkeeping are left out: they change on their own, and an
    /// ERP has no use for them.
    package func changes(since earlier: Order) -> [OrderChange] {
        Self.fields.compactMap { field in
            guard !field.isSame(self, earlier) else { return nil }
            let (was, now) = (field.text(earlier), field.text(self))
            guard was == now else { return OrderChange(field.name, was: was, now: now) }
            let details = OrderChangeDetails(earlier, self, keys: field.keys)
            return OrderChange(field.name, was: details.was, now: details.now)
        }
    }

    /// One field that matters to an ERP that has the order.
    private struct Field: Sendable {
        var name: String
        /// The properties of an order that it is made of.
        var keys: [String]
        var isSame: @Sendable (Order, Order) -> Bool
        var text: @Sendable (Order) -> String
    }

    private static let fields: [Field] = [
        Field(name: "name", keys: ["name"], isSame: { $0.name == $1.name }, text: \.name),
        Field(
            name: "cancelled",
            keys: ["cancelledAt", "cancelReason"],
            isSame: { $0.cancelledAt == $1.cancelledAt && $0.cancelReason == $1.cancelReason },
            text: { order in
                guard order.cancelledAt != nil else { return "" }
                return ["cancelled", order.cancelReason?.lowercased()].compactMap(\.self)
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "payment",
            keys: ["financialStatus", "transactions", "totals.received", "totals.outstanding"],
            isSame: {
                $0.financialStatus == $1.financialStatus && $0.transactions == $1.transactions
                    && $0.totals.received == $1.totals.received
                    && $0.totals.outstanding == $1.totals.outstanding
            },
            text: { order in
                let moves = order.transactions.map {
                    "\($0.kind.lowercased()) \(order.text($0.amount)) \($0.status.lowercased())"
                }
                return ([order.financialStatus ?? ""] + moves).filter { !$0.isEmpty }.joined(separator: ", ")
            }
        ),
        Field(
            name: "refunds",
            keys: ["refunds", "totals.refunded"],
            isSame: { $0.refunds == $1.refunds && $0.totals.refunded == $1.totals.refunded },
            text: { order in
                order.refunds
                    .map { refund in
                        let units = refund.lines.reduce(0) { $0.saturatingAdd($1.quantity) }
                        return "\(order.text(refund.total)) for \(Counted.text(units, "unit", "units"))"
                    }
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "lines",
            keys: ["lines"],
            isSame: { $0.lines == $1.lines },
            text: { order in
                order.lines
                    .map { line in
                        "\(line.currentQuantity) x \(line.sku ?? line.title) at \(order.text(line.unitPrice))"
                    }
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "shipping",
            keys: ["shippingLines"],
            isSame: { $0.shippingLines.map(\.asCharged) == $1.shippingLines.map(\.asCharged) },
            text: { order in
                order.shippingLines.map { "\($0.title) \(order.text($0.current))" }
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "discounts",
            keys: ["discounts", "discountCodes"],
            isSame: { $0.discounts == $1.discounts && $0.discountCodes == $1.discountCodes },
            text: { order in
                (order.discountCodes
                    + order.discounts.compactMap { $0.code == nil ? $0.title ?? $0.amount?.description : nil })
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "taxes",
            keys: ["taxLines", "taxesIncluded", "totals.tax", "totals.currentTax"],
            isSame: {
                $0.taxLines == $1.taxLines && $0.taxesIncluded == $1.taxesIncluded && $0.hasSameTax(as: $1)
            },
            text: { order in
                // The tax of now comes first; the charges are those of the whole order.
                let figures = OrderFigures(of: order, .shop)
                let charges = order.taxLines.map { "\($0.title) \(order.text($0.amount))" }
                return (["\(figures.money.number(figures.tax)) \(order.currency)"] + charges)
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "totals",
            keys: [
                "totals.total", "totals.current", "totals.tip", "totals.duties", "totals.currentDuties",
                "totals.fees",
                "totals.currentFees",
            ],
            isSame: {
                let (now, was) = ($0.totals, $1.totals)
                return now.total == was.total && now.current == was.current && now.tip == was.tip
                    && now.duties == was.duties && now.dutiesNow == was.dutiesNow && now.fees == was.fees
                    && now.feesNow == was.feesNow
            },
            text: { order in
                let more = [
                    ("tip", order.totals.tip), ("duties", order.totals.dutiesNow),
                    ("fees", order.totals.feesNow),
                ]
                .compactMap { name, amount in
                    amount.flatMap { $0 == .zero ? nil : "\(name) \(order.text($0))" }
                }
                return (["\(order.text(order.totals.current)) \(order.currency)"] + more)
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "customer",
            keys: ["customer", "email", "phone"],
            isSame: { $0.customer == $1.customer && $0.email == $1.email && $0.phone == $1.phone },
            text: { order in
                [order.customer?.firstName, order.customer?.lastName, order.email, order.phone]
                    .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
            }
        ),
        Field(
            name: "billing_address",
            keys: ["billingAddress"],
            isSame: { $0.billingAddress == $1.billingAddress },
            text: { $0.billingAddress?.oneLine ?? "" }
        ),
        Field(
            name: "shipping_address",
            keys: ["shippingAddress"],
            isSame: { $0.shippingAddress == $1.shippingAddress },
            text: { $0.shippingAddress?.oneLine ?? "" }
        ),
        Field(
            name: "note",
            keys: ["note", "attributes"],
            isSame: { $0.note == $1.note && $0.attributes == $1.attributes },
            text: { order in
                ([order.note ?? ""] + order.attributes.map { "\($0.key): \($0.value ?? "")" })
                    .filter { !$0.isEmpty }.joined(separator: ", ")
            }
        ),
        Field(
            name: "po_number",
            keys: ["poNumber"],
            isSame: { $0.poNumber == $1.poNumber },
            text: { $0.poNumber ?? "" }
        ),
    ]

    /// Whether the tax is the same; what an older version stored says nothing of what was taken back.
    private func hasSameTax(as earlier: Order) -> Bool {
        guard let now = totals.currentTax, let was = earlier.totals.currentTax else { return true }
        return now == was && totals.tax == earlier.totals.tax
    }

    /// An amount in the shop's money, without the currency.
    private func text(_ amount: MoneyBag) -> String { amount.shop.text(currency: currency) }
}

extension ShippingLine {
    /// The charge as it is compared: an older version did not store what is left of it.
    fileprivate var asCharged: ShippingLine {
        var line = self
        line.currentPrice = current
        return line
    }
}

extension PostalAddress {
    /// Everything that it names, in one line.
    fileprivate var oneLine: String {
        [
            firstName, lastName, company, address1, address2, city, provinceCode ?? province, zip,
            countryCode,
            phone,
        ]
        .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
