import SyncEngine

/// The "Header" of a sales order, and how it is paid.
extension SalesOrderMapping {
    /// How an order is paid, as KCC is told.
    struct Settlement {
        var payments: [WireValue]
        /// "RemainderOnAccount"; nil where payments say enough.
        var onAccount: Bool?
        /// A line of the order's note.
        var note: String?
    }

    func settlement(
        _ offered: OfferedOrder,
        _ figures: OrderFigures,
        _ money: OrderMoney,
        _ findings: inout MappingFindings
    ) throws(MappingProblem) -> Settlement {
        let (order, total) = (offered.order, figures.total)
        var ledger = figures.ledger(of: order, entered: offered.payments)
        let entered = order.standing(offered.payments)
        let overpaid = figures.overpaid(by: order, entered: offered.payments)
        if let found = overpaid, !offered.stored.standing.handOffState.released {
            let plain = OrderName.argument(offered.stored.name)
            throw findings.problem(
                "totals_differ",
                figures.text(found),
                remedy: figures.remedy(found, plain)
            )
        }
        // web-services §11.6: an order of nothing has no payments.
        let surplus = overpaid.map { "Paid \(money.text($0.paid)), more than the total" }
        guard total > .zero else { return Settlement(payments: [], note: surplus) }
        ledger.cap(at: total + max(.zero, figures.rounding))
        let all =
            ledger.entries.map { payments.map($0, money) }
            + entered.map { payments.map($0, of: findings.ref, money) }
        guard all.isEmpty else { return Settlement(payments: all, note: surplus) }
        var note: String? = "Unpaid in Shopify"
        if order.financialStatus == "PAID" {
            note = "Paid in Shopify, which names no payment"
            findings.remark("payment_unknown", "Shopify calls the order paid and names no payment")
        } else if figures.goodwill > .zero {
            note = nil
        }
        return Settlement(payments: [], onAccount: kcc.unpaidOnAccount, note: note)
    }

    func header(
        _ offered: OfferedOrder,
        _ figures: OrderFigures,
        _ settlement: Settlement,
        discount: Amount,
        note: String?,
        _ findings: MappingFindings
    ) throws(MappingProblem) -> WireValue {
        let (order, money) = (offered.order, figures.money)
        let codes = kcc.sendDiscountCodes ? order.discountCodes.compactMap(\.asCode) : []
        let basis = order.taxesIncluded ? "Gross" : "Net"
        return .record([
            "AssociatedRef": .text(findings.ref),
            "OrderDate": .text(clock.text(order.processedAt)),
            "Site": .item(try site(offered, findings)),
            "SalesSource": .item(try salesSource(offered, findings)),
            "Brand": .item(try brand(findings)),
            "Courier": .item(courier(of: order)),
            "Client": .item(kcc.client),
            "Website": .item(kcc.website),
            "InvoicePriority": .item(kcc.invoicePriority),
            "DiscountCodes": .list(child: nil, codes.map { .item(.code($0)) }),
            "OrderNote": .text(note),
            "PONumber": .text(order.poNumber?.oneLine),
            // Without a charge KCC would work one out.
            "DeliveryCharge": .record([basis: money.value(figures.delivery)]),
            "DeliveryTaxAmount": money.value(figures.deliveryTax),
            "RemainderOnAccount": settlement.onAccount.map { .flag($0) },
            "CalcMethod": .whole(kcc.calcMethod == .automatic ? 0 : order.taxesIncluded ? 2 : 1),
            "ValueDiscount": discount == .zero ? nil : money.value(discount),
            "GrossTotal": money.value(figures.total),
            "CustomData": .text(order.id.gid),
            "Currency": .item(.code(money.currency)),
        ])
    }

    private func site(
        _ offered: OfferedOrder,
        _ findings: MappingFindings
    ) throws(MappingProblem) -> DataItem {
        let name = offered.stored.standing.site ?? kcc.site
        if let id = sites[name] { return .id(String(id)) }
        throw findings.problem(
            "no_site_id",
            "site \(name) has no SiteID of KCC's",
            remedy: "add it to [sites] with KCC's SiteID: \(TOMLText.key(name)) = SITEID"
        )
    }

    private func salesSource(
        _ offered: OfferedOrder,
        _ findings: MappingFindings
    ) throws(MappingProblem) -> DataItem {
        let type = offered.stored.standing.orderType
        if let source = kcc.salesSource(of: type), !source.isBlank {
            return try idOrName(source, "sales_source", findings)
        }
        throw findings.problem(
            "no_sales_source",
            "no sales source is set for orders of type \(type)",
            remedy: "set sales_source of the channel's kcc table"
        )
    }

    private func brand(_ findings: MappingFindings) throws(MappingProblem) -> DataItem? {
        guard let brand = kcc.brand else { return nil }
        return try idOrName(brand, "brand", findings)
    }

    /// KCC finds sales sources and brands by id or name, and not by code.
    private func idOrName(
        _ item: DataItem,
        _ key: String,
        _ findings: MappingFindings
    ) throws(MappingProblem) -> DataItem {
        guard case .code = item else { return item }
        throw findings.problem(
            "no_\(key)",
            "\(key) is given by code, which KCC does not take",
            remedy: "give its id or its name"
        )
    }

    /// Only what the table says: KCC's own rules choose best where it says nothing.
    private func courier(of order: Order) -> DataItem? {
        for line in order.shippingLines {
            for name in [line.title, line.code].compactMap({ $0?.oneLine }) {
                if let courier = kcc.couriers[name] { return courier }
            }
        }
        return nil
    }
}
