import Foundation
import SyncEngine

/// One order as people read it.
enum OrderText {
    /// One line an order.
    static func list(_ orders: [StoredOrder], _ zones: ShopZones) -> [String] {
        var table = TextTable(
            ["ORDER", "CHANNEL", "PLACED", "STATE", "REASON", "REF", "CUSTOMER", "TOTAL"],
            rightAligned: [7]
        )
        for order in orders {
            let standing = order.standing
            table.add([
                order.name, standing.channel, order.placedAt.shown(in: zones.zone(ofShop: order.domain)),
                state(standing), standing.reason?.rawValue ?? "",
                standing.ref ?? "", order.customer?.displayName ?? "",
                "\(order.total.text(currency: order.currency)) \(order.currency)",
            ])
        }
        return table.isEmpty ? ["no orders"] : table.lines
    }

    /// Such as `acknowledged (changed)`, or `skipped (acknowledged)` for what KCC has although it is not imported.
    private static func state(_ standing: OrderStanding) -> String {
        let isOffered = standing.state != .imported || standing.handOff == .waiting
        let state = isOffered ? standing.state.rawValue : standing.handOff.rawValue
        let notes = [
            standing.isAcknowledgedUnimported ? standing.handOff.rawValue : nil,
            standing.changedFields.isEmpty ? nil : "changed",
        ]
        .compactMap(\.self)
        return notes.isEmpty ? state : "\(state) (\(notes.joined(separator: ", ")))"
    }

    /// Such as `#1042  web  placed 21 Nov 2026 14:03 GMT  48.20 GBP PAID`.
    static func heading(_ stored: StoredOrder, _ zone: TimeZone) -> String {
        let money = "\(stored.total.text(currency: stored.currency)) \(stored.currency)"
        return
            "\(stored.name)  \(stored.standing.channel)  placed \(stored.placedAt.shown(in: zone))  \(money) \(stored.financialStatus ?? "")"
    }

    /// Such as `failed: line_without_sku`, and what else there is to know.
    ///
    /// - Parameter obstacle: Why nobody offers the order where it waits; nil where a channel does.
    static func outcome(
        _ stored: StoredOrder,
        _ changes: [OrderChange],
        obstacle: OfferObstacle? = nil,
        _ zone: TimeZone
    ) -> [String] {
        let standing = stored.standing
        var lines: [String] = []
        switch (standing.state, standing.handOff) {
        case (.imported, .waiting): lines.append("imported, waits for its hand-off as \(standing.ref ?? "")")
        case (.imported, .acknowledged):
            lines.append(
                "imported, acknowledged \(stored.acknowledgedAt?.shown(in: zone) ?? "") as \(standing.ref ?? "")"
            )
        case (.imported, let handOff):
            lines.append("imported, \(handOff.rawValue): \(standing.reason?.rawValue ?? "")")
        case (let state, _): lines.append("\(state.rawValue): \(standing.reason?.rawValue ?? "")")
        }
        if let obstacle, obstacle.decides { lines.append(obstacle.text) }
        if standing.isAcknowledgedUnimported {
            let at = stored.acknowledgedAt.map { " \($0.shown(in: zone))" } ?? ""
            lines.append(
                "KCC has it: acknowledged by \(standing.handOffState.acknowledgement)\(at); it will not be offered"
            )
        }
        if !standing.changedFields.isEmpty {
            lines.append(
                "changed after its hand-off: \(standing.changedFields.joined(separator: ", ")); when dealt with, run: kccsyncd orders settle \(stored.reference)"
            )
            for change in changes {
                lines.append("    \(change.field): was \(shown(change.was)), is \(shown(change.now))")
            }
        }
        if standing.reason == .maybeHandedOff {
            lines.append(obstacle?.doubt ?? stored.doubtRemedy)
        }
        if let date = stored.redactedAt {
            lines.append("personal data removed on \(date.shown(in: zone))")
        }
        if standing.gone { lines.append("deleted in Shopify") }
        return lines
    }

    /// A value in quotes; one that is missing in words.
    private static func shown(_ value: String) -> String { value.isEmpty ? "not set" : "\"\(value)\"" }

    static func whole(
        _ stored: StoredOrder,
        _ order: Order,
        _ settings: ChannelSettings?,
        history: [HistoryEntry],
        payments: [EnteredPayment],
        changes: [OrderChange],
        obstacle: OfferObstacle?,
        _ zone: TimeZone
    ) -> [String] {
        func money(_ amount: Amount) -> String { amount.text(currency: order.currency) }
        let figures = OrderFigures(of: order, settings?.money ?? .shop)
        let order = order.withStandIns(settings)
        var lines = [heading(stored, zone)] + outcome(stored, changes, obstacle: obstacle, zone)
        let standing = stored.standing
        lines.append(
            "type \(standing.orderType), site \(standing.site ?? "-"), revision \(standing.revision)"
        )
        lines.append("customer  \(stored.customer.map { "\($0.displayName) \($0.urn ?? "(new)")" } ?? "-")")
        for (name, address) in [("invoice", order.billingAddress), ("delivery", order.shippingAddress)] {
            guard let address else { continue }
            let parts = [
                address.firstName, address.lastName, address.company, address.address1, address.address2,
                address.city,
                address.zip, address.countryCode,
            ]
            lines.append(
                "\(name)  \(parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", "))"
            )
        }
        var table = TextTable(
            ["SKU", "TITLE", "QTY", "PRICE", "DISCOUNT", "TAX"],
            rightAligned: [2, 3, 4, 5]
        )
        for line in order.lines {
            let quantity =
                line.currentQuantity == line.quantity
                ? String(line.quantity) : "\(line.currentQuantity) of \(line.quantity)"
            table.add([
                line.sku ?? "-", line.name, quantity, money(line.unitPrice.shop),
                money(line.allocations.map(\.amount.shop).reduce(.zero, +)),
                money(line.taxLines.map(\.amount.shop).reduce(.zero, +)),
            ])
        }
        lines += table.lines
        for shipping in order.shippingLines {
            lines.append("delivery  \(shipping.title)  \(money(shipping.current.shop))")
        }
        lines.append("now       \(figures.equation)")
        for transaction in order.transactions {
            lines.append(
                "payment   \(transaction.kind.lowercased()) \(money(transaction.amount.shop)) \(transaction.gateway ?? "") \(transaction.status.lowercased())"
            )
        }
        for payment in payments {
            let counts = EnteredPayment.count(atStatus: order.financialStatus)
            let note = counts ? "" : ", no longer counts"
            lines.append("payment   \(payment.kind.rawValue) \(money(payment.amount)) entered by hand\(note)")
        }
        for refund in order.refunds { lines.append("refund    \(money(refund.total.shop))") }
        for entry in history {
            lines.append(
                "\(entry.at.shown(in: zone))  \(entry.what)\(entry.detail.isEmpty ? "" : ": \(entry.detail)")"
            )
        }
        return lines
    }
}
