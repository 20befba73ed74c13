import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

/// One order on its way to KCC, with settings that a test can change.
struct Situation {
    var channel = ChannelSettings.plain()
    var kcc = KCCSettings(
        username: "khaos",
        password: Secret("not-a-password"),
        companyClass: .name("Web"),
        salesSource: .name("WEB"),
        site: "MAIN"
    )
    var sites = ["MAIN": 1, "SHOP1": 4]
    var zone = "Europe/London"
    var order = Order.paid().with { $0.transactions = [.card("30")] }
    var customer: StoredCustomer?
    var payments: [EnteredPayment] = []
    var standing = OrderStanding(
        state: .imported,
        reason: nil,
        channel: "web",
        handOff: HandOffState(.waiting)
    )

    init(_ change: (inout Situation) -> Void = { _ in }) {
        change(&self)
    }

    /// Prices with tax in them: 2 × 10.00 + 5.00 delivery = 25.00, as most British shops have it.
    static func gross(_ change: (inout Situation) -> Void = { _ in }) -> Situation {
        Situation { situation in
            situation.order.taxesIncluded = true
            situation.order.comes(to: "25", paid: true)
            change(&situation)
        }
    }

    var offered: OfferedOrder {
        OfferedOrder(
            stored: StoredOrder(
                row: 1,
                shop: 1,
                domain: "test.myshopify.com",
                id: order.id,
                name: order.name,
                standing: standing,
                detail: "",
                customer: customer,
                financialStatus: order.financialStatus,
                currency: order.currency,
                total: order.totals.total.shop,
                difference: .zero,
                placedAt: order.processedAt,
                updatedAt: order.updatedAt
            ),
            order: order,
            payments: payments
        )
    }

    func map() throws -> MappedOrder {
        let zone = try #require(TimeZone(identifier: zone))
        return try SalesOrderMapping(channel: channel, kcc: kcc, sites: sites, timeZone: zone).map(offered)
    }

    /// The order as KCC reads it.
    func sent() throws -> JSONNode {
        try JSONReader.read(JSONText.bytes(map().salesOrder))
    }

    /// Why it is not sent; nil where it is.
    func problem() -> MappingProblem? {
        do {
            _ = try map()
            return nil
        } catch {
            return error as? MappingProblem
        }
    }
}

extension Order {
    /// Sets what Shopify says the order comes to, and with `paid` one card payment of all of it.
    mutating func comes(to text: String, current: String? = nil, paid: Bool = false) {
        totals.total = .both(text)
        totals.current = .both(current ?? text)
        if paid { transactions = [.card(current ?? text)] }
    }
}

extension Transaction {
    static func of(
        _ kind: String,
        _ amount: String,
        _ number: Int = 71,
        gateway: String? = "shopify_payments",
        parent: Int? = nil,
        _ change: (inout Transaction) -> Void = { _ in }
    ) -> Transaction {
        var transaction = Transaction(
            id: ShopifyID(kind: "OrderTransaction", number: String(number)),
            kind: kind,
            status: "SUCCESS",
            amount: .both(amount)
        )
        transaction.gateway = gateway
        transaction.parent = parent.map { ShopifyID(kind: "OrderTransaction", number: String($0)) }
        change(&transaction)
        return transaction
    }

    /// A payment by card that has gone through.
    static func card(_ amount: String, _ number: Int = 71) -> Transaction {
        of("SALE", amount, number) {
            $0.cardCompany = "Visa"
            $0.paymentID = "c9xT1"
            $0.processedAt = Instants.placed
        }
    }
}
