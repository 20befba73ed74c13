package import Foundation
package import SyncEngine

/// Turns imported Shopify orders into KCC's "SalesOrder".
///
/// A pure function of the order, the customer it goes to and the channel's settings: the same order gives the same
/// bytes however often KCC asks for it.
package struct SalesOrderMapping: Sendable {
    let channel: ChannelSettings
    let kcc: KCCSettings
    /// KCC's SiteID by the configuration's site name.
    let sites: [String: Int]
    let clock: LocalTime
    let payments: PaymentMapping

    /// - Parameters:
    ///   - sites: The table `[sites]`.
    ///   - timeZone: Whose clock "OrderDate" shows.
    package init(channel: ChannelSettings, kcc: KCCSettings, sites: [String: Int], timeZone: TimeZone) {
        self.channel = channel
        self.kcc = kcc
        self.sites = sites
        clock = LocalTime(timeZone)
        payments = PaymentMapping(kcc, clock)
    }

    /// The order as KCC is to get it, proven to come to Shopify's total.
    ///
    /// - Throws: Why it cannot be sent; nothing of it has been sent then.
    package func map(_ offered: OfferedOrder) throws(MappingProblem) -> MappedOrder {
        let (order, standing) = (offered.order, offered.stored.standing)
        let ref = standing.ref ?? Judge.ref(of: order, channel)
        var findings = MappingFindings(ref: ref)
        let figures = OrderFigures(of: order, kcc.money)
        let money = figures.money
        let invoice = try InvoiceMapping(
            order: order,
            channel: channel,
            figures: figures,
            released: standing.handOffState.released
        )
        .map(findings)
        let settlement = try settlement(offered, figures, money, &findings)
        let people = try PeopleMapping(offered: offered, kcc: kcc, figures: figures).map(&findings)
        let note = OrderNote(handed: HandedOffOrder(order, figures, kcc))
            .text(fullTexts: findings.fullTexts, payment: settlement.note, goodwill: figures.goodwill)
        let header = try header(
            offered,
            figures,
            settlement,
            discount: invoice.discount,
            note: note,
            findings
        )
        let items = invoice.lines.map { item($0, figures, &findings) }
        return MappedOrder(
            salesOrder: .record([
                "Customer": people.customer,
                "InvoiceAddress": people.invoiceAddress,
                "InvoiceContact": people.invoiceContact,
                "DeliveryAddress": people.deliveryAddress,
                "DeliveryContact": people.deliveryContact,
                "Header": header,
                "Items": .list(child: "OrderItem", items),
                "Payments": settlement.payments.isEmpty
                    ? nil : .list(child: "OrderPayment", settlement.payments),
            ]),
            remarks: findings.remarks,
            lineCodes: invoice.lines.map(\.code)
        )
    }

    /// A line; KCC looks its code up in one list of codes after another.
    private func item(
        _ line: InvoiceMapping.Line,
        _ figures: OrderFigures,
        _ findings: inout MappingFindings
    ) -> WireValue {
        let (invoice, money) = (line.invoice, figures.money)
        let first = kcc.stockCodes.first ?? KCCSettings.StockCodeKind(mapping: "StockCode", item: nil)
        let others = kcc.stockCodes.dropFirst()
            .map { kind in
                WireValue.record(["Mapping": .text(kind.mapping), "MappingItem": .text(kind.item)])
            }
        if first.mapping == "StockCode", line.code.contains("#") || !line.code.fits(50) {
            findings.remark("sku_unusual", "SKU \(line.code) is none that a stock code of KCC's can be")
        }
        return .record([
            "SKU": .text(line.code),
            "Mapping": .text(first.mapping),
            "MappingItem": .text(first.item),
            "AlternateMapping": others.isEmpty ? nil : .list(child: "ItemMapping", others),
            "Quantity": .whole(invoice.quantity),
            "ExtendedDescription": .list(child: nil, []),
            "StockDescription": line.text.map { .stockDescription(source: "Explicit", parameter: $0) },
            "UnitPrice": .record([figures.taxesIncluded ? "Gross" : "Net": money.value(invoice.unitPrice)]),
            "ValueDiscount": invoice.discount == .zero ? nil : money.value(invoice.discount),
            "ImportRef": .text(line.refs.long),
            "WebItemRef": .text(line.refs.short),
        ])
    }
}

/// An order in KCC's form.
package struct MappedOrder: Sendable {
    /// The contract's "SalesOrder".
    package var salesOrder: WireValue
    /// What an operator should know of it.
    package var remarks: [MappingRemark]
    /// The stock codes that are sent, in the lines' order.
    package var lineCodes: [String]

    package init(salesOrder: WireValue, remarks: [MappingRemark], lineCodes: [String]) {
        self.salesOrder = salesOrder
        self.remarks = remarks
        self.lineCodes = lineCodes
    }
}
