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
    /// The fields that differ from an earlier version in what an ERP that has that version got of them.
    ///
    /// Closing, fulfilments and Shopify's own bookkeeping are left out: they change on their own, and an ERP has no use for them. So
    /// are figures of the order as it was placed where those of now stay the same, and tags and attributes that are in no note.
    ///
    /// - Parameter settings: The channel's; nil where that is not in the file.
    package func changes(since earlier: Order, _ settings: ChannelSettings?) -> [OrderChange] {
        let (now, before) = (HandedOffOrder(self, settings), HandedOffOrder(earlier, settings))
        return Self.fields.compactMap { field in
            guard !field.isSame(now, before) else { return nil }
            let texts = (was: field.text(before), now: field.text(now))
            guard texts.was == texts.now else {
                return OrderChange(field.name, was: texts.was, now: texts.now)
            }
            if let more = field.more { return OrderChange(field.name, was: more(before), now: more(now)) }
            let details = OrderChangeDetails(before, now, keys: field.keys)
            return details.isEmpty ? nil : OrderChange(field.name, was: details.was, now: details.now)
        }
    }

    /// One field that matters to an ERP that has the order.
    private struct Field: Sendable {
        var name: String
        /// The properties of an order that it is made of.
        var keys: [String] = []
        var isSame: @Sendable (HandedOffOrder, HandedOffOrder) -> Bool
        var text: @Sendable (HandedOffOrder) -> String
        /// What differs where the text does not; nil = the properties that do.
        var more: (@Sendable (HandedOffOrder) -> String)?
    }

    private static let fields: [Field] = [
        Field(
            name: "name",
            keys: ["name"],
            isSame: { $0.order.name == $1.order.name },
            text: { $0.order.name }
        ),
        Field(
            name: "cancelled",
            keys: ["cancelledAt", "cancelReason"],
            isSame: {
                $0.order.cancelledAt == $1.order.cancelledAt && $0.order.cancelReason == $1.order.cancelReason
            },
            text: { handed in
                guard handed.order.cancelledAt != nil else { return "" }
                return ["cancelled", handed.order.cancelReason?.lowercased()].compactMap(\.self)
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "payment",
            keys: ["financialStatus", "transactions", "totals.received", "totals.outstanding"],
            isSame: {
                let (now, was) = ($0.order, $1.order)
                return now.financialStatus == was.financialStatus && now.transactions == was.transactions
                    && now.totals.received == was.totals.received
                    && now.totals.outstanding == was.totals.outstanding
            },
            text: { handed in
                let moves = handed.order.transactions.map {
                    "\($0.kind.lowercased()) \(handed.text($0.amount)) \($0.status.lowercased())"
                }
                return ([handed.order.financialStatus ?? ""] + moves).filter { !$0.isEmpty }
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "refunds",
            keys: ["refunds", "totals.refunded"],
            isSame: {
                $0.order.refunds == $1.order.refunds && $0.order.totals.refunded == $1.order.totals.refunded
            },
            text: { handed in
                handed.order.refunds
                    .map { refund in
                        let units = refund.lines.reduce(0) { $0.saturatingAdd($1.quantity) }
                        return "\(handed.text(refund.total)) for \(Counted.text(units, "unit", "units"))"
                    }
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "lines",
            keys: ["lines"],
            isSame: { $0.order.lines == $1.order.lines },
            text: { handed in
                handed.order.lines
                    .map { line in
                        "\(line.currentQuantity) x \(line.sku ?? line.title) at \(handed.text(line.unitPrice))"
                    }
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "shipping",
            keys: ["shippingLines"],
            isSame: { $0.order.shippingLines.map(\.asCharged) == $1.order.shippingLines.map(\.asCharged) },
            text: { handed in
                handed.order.shippingLines.map { "\($0.title) \(handed.text($0.current))" }
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "discounts",
            keys: ["discounts", "discountCodes"],
            isSame: {
                $0.order.discounts == $1.order.discounts && $0.order.discountCodes == $1.order.discountCodes
            },
            text: { handed in
                (handed.order.discountCodes
                    + handed.order.discounts.compactMap {
                        $0.code == nil ? $0.title ?? $0.amount?.description : nil
                    })
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "taxes",
            isSame: { $0.hasSameTax(as: $1) },
            text: { handed in
                // The tax of now comes first; the charges are those of the whole order.
                let charges = handed.order.taxLines.map { "\($0.title) \(handed.text($0.amount))" }
                return (["\(handed.money.number(handed.figures.tax)) \(handed.money.currency)"] + charges)
                    .joined(separator: ", ")
            },
            more: { handed in
                let prices = handed.order.taxesIncluded ? "included in the prices" : "added to the prices"
                return
                    "tax \(handed.money.number(handed.figures.tax)), \(prices), of delivery \(handed.money.number(handed.figures.deliveryTax)) \(handed.money.currency)"
            }
        ),
        Field(
            name: "totals",
            isSame: {
                let (now, was) = ($0.figures, $1.figures)
                return now.total == was.total && now.tip == was.tip && now.duties == was.duties
                    && now.fees == was.fees
            },
            text: { handed in
                let figures = handed.figures
                let more = [("tip", figures.tip), ("duties", figures.duties), ("fees", figures.fees)]
                    .compactMap { name, amount in
                        amount == .zero ? nil : "\(name) \(handed.money.number(amount))"
                    }
                return (["\(handed.money.number(figures.total)) \(handed.money.currency)"] + more)
                    .joined(separator: ", ")
            }
        ),
        Field(
            name: "customer",
            keys: ["customer", "email", "phone"],
            isSame: {
                $0.order.customer == $1.order.customer && $0.order.email == $1.order.email
                    && $0.order.phone == $1.order.phone
            },
            text: { handed in
                let order = handed.order
                return [order.customer?.firstName, order.customer?.lastName, order.email, order.phone]
                    .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
            }
        ),
        Field(
            name: "billing_address",
            keys: ["billingAddress"],
            isSame: { $0.order.billingAddress == $1.order.billingAddress },
            text: { $0.order.billingAddress?.oneLine ?? "" }
        ),
        Field(
            name: "shipping_address",
            keys: ["shippingAddress"],
            isSame: { $0.order.shippingAddress == $1.order.shippingAddress },
            text: { $0.order.shippingAddress?.oneLine ?? "" }
        ),
        Field(
            name: "note",
            keys: ["note", "attributes"],
            isSame: { $0.order.note == $1.order.note && $0.attributes == $1.attributes },
            text: { handed in
                ([handed.order.note ?? ""] + handed.attributes.map { "\($0.key): \($0.value ?? "")" })
                    .filter { !$0.isEmpty }.joined(separator: ", ")
            }
        ),
        Field(
            name: "tags",
            keys: ["tags"],
            isSame: { $0.tags == $1.tags },
            text: { $0.tags.joined(separator: ", ") }
        ),
        Field(
            name: "po_number",
            keys: ["poNumber"],
            isSame: { $0.order.poNumber == $1.order.poNumber },
            text: { $0.order.poNumber ?? "" }
        ),
    ]
}

extension HandedOffOrder {
    /// Whether the tax is the same; what an older version stored says nothing of what was taken back.
    fileprivate func hasSameTax(as earlier: HandedOffOrder) -> Bool {
        guard order.taxesIncluded == earlier.order.taxesIncluded else { return false }
        guard order.statesCurrentFigures, earlier.order.statesCurrentFigures else {
            return order.taxLines == earlier.order.taxLines
        }
        // The tax of another delivery charge changes with that, which has its own name.
        return figures.tax == earlier.figures.tax
            && (figures.deliveryTax == earlier.figures.deliveryTax
                || figures.delivery != earlier.figures.delivery)
    }
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
