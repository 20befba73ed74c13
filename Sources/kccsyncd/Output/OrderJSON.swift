import Foundation
import SyncEngine

/// Orders as programs read them; `docs/commands.md` lists the keys.
enum OrderJSON {
    /// What lists say of an order.
    ///
    /// - Parameter figures: In its channel's money; nil where its parts come to its total, by what is stored.
    static func summary(_ order: StoredOrder, _ figures: OrderFigures?) -> JSONValue {
        let standing = order.standing
        // The channel's money may have changed since the order was stored; amount and currency come from one source.
        let differing = figures.flatMap { $0.isBalanced ? nil : $0 }
        return .object([
            "channel": .text(standing.channel), "shop": .text(order.domain), "id": .text(order.id.gid),
            "name": .text(order.name), "ref": .text(standing.ref), "state": .text(standing.state.rawValue),
            "reason": .text(standing.reason?.rawValue), "detail": .text(order.detail),
            "order_type": .text(standing.orderType), "site": .text(standing.site),
            "customer": customer(order.customer),
            "financial_status": .text(order.financialStatus), "currency": .text(order.currency),
            "total": .text(order.total.text(currency: order.currency)),
            "difference": .text(
                differing.map { $0.money.number($0.difference) } ?? Amount.zero.text(currency: order.currency)
            ),
            "difference_currency": .text(differing?.money.currency),
            "placed_at": .date(order.placedAt),
            "updated_at": .date(order.updatedAt), "revision": .number(standing.revision),
            "hand_off": .text(standing.handOff.rawValue), "acknowledged_at": .date(order.acknowledgedAt),
            "personal_data_removed_at": .date(order.redactedAt),
            "changed_after_handoff": .bool(!standing.changedFields.isEmpty),
            "changed_fields": .texts(standing.changedFields), "gone": .bool(standing.gone),
        ])
    }

    static func whole(
        _ stored: StoredOrder,
        _ order: Order,
        _ settings: ChannelSettings?,
        history: [HistoryEntry],
        payments: [EnteredPayment]
    ) -> JSONValue {
        let whole = order.withStandIns(settings)
        let figures = OrderFigures(of: order, settings?.money ?? .shop)
        return summary(stored, figures)
            .adding([
                "figures": self.figures(figures),
                "lines": .array(whole.lines.map { line($0, order.currency) }),
                "shipping": .array(order.shippingLines.map { shipping($0, order.currency) }),
                "payments": .array(
                    order.transactions.map { transaction($0, order.currency) }
                        + payments.map {
                            entered(
                                $0,
                                order.currency,
                                counts: EnteredPayment.count(atStatus: order.financialStatus)
                            )
                        }
                ),
                "addresses": .object([
                    "billing": address(order.billingAddress), "shipping": address(order.shippingAddress),
                ]),
                "refunds": .array(order.refunds.map { refund($0, order.currency) }),
                "history": .array(
                    history.map {
                        .object(["at": .date($0.at), "what": .text($0.what), "detail": .text($0.detail)])
                    }
                ),
                "email": .text(order.email), "phone": .text(order.phone), "note": .text(order.note),
                "po_number": .text(order.poNumber), "tags": .texts(order.tags), "test": .bool(order.test),
                "taxes_included": .bool(order.taxesIncluded), "source_name": .text(order.sourceName),
                "presentment_currency": .text(order.presentmentCurrency),
                "presentment_total": .text(
                    order.totals.total.presentment.text(currency: order.presentmentCurrency)
                ),
                "discount_codes": .texts(order.discountCodes),
            ])
    }

    /// Fields that differ from what the ERP has, with both values.
    static func changes(_ changes: [OrderChange]) -> JSONValue {
        .array(
            changes.map {
                .object(["field": .text($0.field), "was": .text($0.was), "is": .text($0.now)])
            }
        )
    }

    static func customer(_ customer: StoredCustomer?) -> JSONValue {
        guard let customer else { return .null }
        return .object([
            "urn": .text(customer.urn), "name": .text(customer.displayName),
            "generic": .bool(customer.generic),
        ])
    }

    /// A customer as `customers list` prints it.
    static func listed(_ customer: StoredCustomer) -> JSONValue {
        .object([
            "urn": .text(customer.urn), "name": .text(customer.displayName),
            "generic": .bool(customer.generic),
            "email": .text(customer.email), "town": .text(customer.town),
            "postcode": .text(customer.postcode),
            "country_code": .text(customer.countryCode),
        ])
    }

    private static func money(_ amount: Amount, _ currency: String) -> JSONValue {
        .text(amount.text(currency: currency))
    }

    private static func sum(_ amounts: [Amount]) -> Amount { amounts.reduce(.zero, +) }

    private static func line(_ line: OrderLine, _ currency: String) -> JSONValue {
        .object([
            "id": .text(line.id.gid), "sku": .text(line.sku), "title": .text(line.name),
            "quantity": .number(line.quantity), "current_quantity": .number(line.currentQuantity),
            "unit_price": money(line.unitPrice.shop, currency),
            "discount": money(sum(line.allocations.map(\.amount.shop)), currency),
            "tax": money(sum(line.taxLines.map(\.amount.shop)), currency),
        ])
    }

    private static func shipping(_ line: ShippingLine, _ currency: String) -> JSONValue {
        .object([
            "title": .text(line.title), "code": .text(line.code), "price": money(line.price.shop, currency),
            "current_price": money(line.current.shop, currency),
            "discount": money(sum(line.allocations.map(\.amount.shop)), currency),
            "tax": money(sum(line.taxLines.map(\.amount.shop)), currency),
        ])
    }

    private static func transaction(_ transaction: Transaction, _ currency: String) -> JSONValue {
        .object([
            "id": .text(transaction.id.gid), "kind": .text(transaction.kind.lowercased()),
            "status": .text(transaction.status.lowercased()), "gateway": .text(transaction.gateway),
            "amount": money(transaction.amount.shop, currency), "at": .date(transaction.processedAt),
            "entered_by_hand": .bool(false), "counts": .bool(transaction.status == "SUCCESS"),
        ])
    }

    private static func entered(_ payment: EnteredPayment, _ currency: String, counts: Bool) -> JSONValue {
        .object([
            "id": .null, "kind": .text(payment.kind.rawValue), "status": .text("entered"),
            "gateway": .text(payment.reference), "amount": money(payment.amount, currency),
            "at": .date(payment.at),
            "entered_by_hand": .bool(true), "counts": .bool(counts),
        ])
    }

    private static func refund(_ refund: Refund, _ currency: String) -> JSONValue {
        .object([
            "id": .text(refund.id.gid), "at": .date(refund.createdAt),
            "amount": money(refund.total.shop, currency),
            "note": .text(refund.note),
            "lines": .array(
                refund.lines.map { .object(["line": .text($0.line.gid), "quantity": .number($0.quantity)]) }
            ),
        ])
    }

    private static func address(_ address: PostalAddress?) -> JSONValue {
        guard let address else { return .null }
        return .object([
            "first_name": .text(address.firstName), "last_name": .text(address.lastName),
            "company": .text(address.company), "address1": .text(address.address1),
            "address2": .text(address.address2),
            "city": .text(address.city), "province": .text(address.province), "zip": .text(address.zip),
            "country_code": .text(address.countryCode), "phone": .text(address.phone),
        ])
    }
}
