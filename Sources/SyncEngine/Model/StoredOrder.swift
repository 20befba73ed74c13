package import Foundation

/// One order of the store as commands show it.
package struct StoredOrder: Sendable {
    /// The store's own number of the order.
    package var row: Int64
    package var shop: Int64
    package var domain: String
    package var id: ShopifyID
    package var name: String
    package var standing: OrderStanding
    /// What decided, in words.
    package var detail: String
    package var customer: StoredCustomer?
    package var financialStatus: String?
    package var currency: String
    package var total: Amount
    /// Shopify's current total less the sum of the parts, in the channel's money set.
    package var difference: Amount
    package var placedAt: Date
    package var updatedAt: Date
    /// When the ERP was first known to have it.
    package var acknowledgedAt: Date? { standing.handOffState.acknowledgedAt }
    /// When its personal data was taken out; nil while it is there.
    package var redactedAt: Date?
    /// How an operator called it, which fits no other order; nil where nobody did.
    package var typed: String?

    /// What a command has to be given to find it.
    package var reference: String {
        typed.map(OrderName.argument) ?? OrderName.reference(name, id, reason: standing.reason)
    }

    /// What is said of an order that KCC may have, where a channel can offer it.
    package var doubtRemedy: String {
        "look for it in KCC; if it is there run: kccsyncd orders ack \(reference); else: kccsyncd orders resend \(reference)"
    }

    package init(
        row: Int64,
        shop: Int64,
        domain: String,
        id: ShopifyID,
        name: String,
        standing: OrderStanding,
        detail: String,
        customer: StoredCustomer?,
        financialStatus: String?,
        currency: String,
        total: Amount,
        difference: Amount,
        placedAt: Date,
        updatedAt: Date
    ) {
        self.row = row
        self.shop = shop
        self.domain = domain
        self.id = id
        self.name = name
        self.standing = standing
        self.detail = detail
        self.customer = customer
        self.financialStatus = financialStatus
        self.currency = currency
        self.total = total
        self.difference = difference
        self.placedAt = placedAt
        self.updatedAt = updatedAt
    }
}

/// A customer of the store.
package struct StoredCustomer: Sendable, Equatable, Codable {
    package var id: Int64
    package var urn: String?
    package var generic: Bool
    package var company: String?
    package var forename: String?
    package var surname: String?
    package var email: String?
    package var address1: String?
    package var town: String?
    package var postcode: String?
    package var countryCode: String?

    package init(id: Int64 = 0, urn: String?, generic: Bool = false) {
        self.id = id
        self.urn = urn
        self.generic = generic
    }

    /// What a list shows: the firm, else the person, else the code.
    package var displayName: String {
        let person = [forename, surname].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
        return [company ?? "", person, urn ?? ""].first { !$0.isEmpty } ?? "customer \(id)"
    }
}

/// One line of an order's history.
package struct HistoryEntry: Sendable {
    package var at: Date
    package var what: String
    package var detail: String

    package init(at: Date, what: String, detail: String) {
        self.at = at
        self.what = what
        self.detail = detail
    }
}

/// A payment that an operator entered by hand for an unpaid order.
package struct EnteredPayment: Sendable {
    package var at: Date
    package var amount: Amount
    package var kind: PaymentKind
    package var reference: String?

    package init(at: Date, amount: Amount, kind: PaymentKind, reference: String?) {
        self.at = at
        self.amount = amount
        self.kind = kind
        self.reference = reference
    }
}

/// KCC's kinds of payment.
package enum PaymentKind: String, Sendable, CaseIterable, Codable {
    case cash
    case cheque
    case card
    case voucher
    case bacs
}

/// What is stored of a shop, for `status`.
package struct ShopStatus: Sendable {
    package var record: ShopRecord
    package var health: ShopHealth
    /// Orders by channel, state and reason.
    package var counts: [OrderCount]
    package var waiting: [String: Int]
    package var personalData: PersonalDataSight

    package init(
        record: ShopRecord,
        health: ShopHealth,
        counts: [OrderCount],
        waiting: [String: Int],
        personalData: PersonalDataSight
    ) {
        self.personalData = personalData
        self.record = record
        self.health = health
        self.counts = counts
        self.waiting = waiting
    }
}

/// How many orders of a channel are in one state for one reason.
package struct OrderCount: Sendable {
    package var channel: String
    package var state: OrderState
    package var reason: String?
    package var count: Int

    package init(channel: String, state: OrderState, reason: String?, count: Int) {
        self.channel = channel
        self.state = state
        self.reason = reason
        self.count = count
    }
}

/// How many orders were placed on one day, by what became of them.
package struct DailyOrders: Sendable, Equatable {
    /// The day's beginning.
    package var day: Date
    package var counts: [OrderState: Int]

    package init(day: Date, counts: [OrderState: Int]) {
        self.day = day
        self.counts = counts
    }
}
