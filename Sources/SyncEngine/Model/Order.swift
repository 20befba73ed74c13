package import Foundation

/// A Shopify order as it is stored: whole, in both currencies, without a rounding step anywhere.
///
/// Its JSON form is the snapshot that the order store keeps; `docs/order-store.md` describes it for
/// integrators. Field meanings are Shopify's
/// (<https://shopify.dev/docs/api/admin-graphql/latest/objects/Order>).
package struct Order: Codable, Sendable, Equatable {
    package var id: ShopifyID
    /// With the leading `#` that Shopify shows, if the shop's format has one.
    package var name: String
    package var createdAt: Date
    /// When the sale happened: for imported orders earlier than `createdAt`.
    package var processedAt: Date
    /// The version: Shopify moves it at every change, and sometimes for none.
    package var updatedAt: Date
    package var cancelledAt: Date?
    package var cancelReason: String?
    package var closedAt: Date?
    package var test = false
    package var edited = false
    /// `PAID`, `PENDING`, …; an open set of values.
    package var financialStatus: String?
    package var fulfilmentStatus: String?
    package var sourceName: String?
    /// A till's receipt number.
    package var sourceIdentifier: String?
    /// Where a till sale was made.
    package var retailLocation: ShopifyID?
    package var currency: String
    package var presentmentCurrency: String
    package var taxesIncluded = false
    package var taxExempt = false
    package var email: String?
    package var phone: String?
    package var note: String?
    package var poNumber: String?
    package var tags: [String] = []
    package var customerLocale: String?
    package var gateways: [String] = []
    package var attributes: [OrderAttribute] = []
    package var customer: OrderCustomer?
    package var billingAddress: PostalAddress?
    package var shippingAddress: PostalAddress?
    package var lines: [OrderLine] = []
    package var shippingLines: [ShippingLine] = []
    package var taxLines: [TaxLine] = []
    package var discounts: [Discount] = []
    package var discountCodes: [String] = []
    package var totals: OrderTotals
    package var transactions: [Transaction] = []
    package var refunds: [Refund] = []
    package var fulfilmentOrders: [FulfilmentOrder] = []
    /// Paths of the fields that Shopify withheld, such as `shippingAddress` or `customer.firstName`.
    package var withheld: [String] = []

    package init(
        id: ShopifyID,
        name: String,
        createdAt: Date,
        processedAt: Date,
        updatedAt: Date,
        currency: String,
        presentmentCurrency: String,
        totals: OrderTotals
    ) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        self.processedAt = processedAt
        self.updatedAt = updatedAt
        self.currency = currency
        self.presentmentCurrency = presentmentCurrency
        self.totals = totals
    }

    /// A till sale: made by Shopify's POS, or at a retail location.
    package var isPOS: Bool {
        sourceName == "pos" || retailLocation != nil
    }

    package var version: OrderVersion {
        OrderVersion(id: id, updatedAt: updatedAt)
    }

    /// Units that are still wanted: neither refunded nor removed.
    package var currentQuantity: Int {
        lines.reduce(0) { $0.saturatingAdd($1.currentQuantity) }
    }
}

/// An order's id and the time of its last change: what a listing tells.
package struct OrderVersion: Hashable, Sendable {
    package var id: ShopifyID
    package var updatedAt: Date

    package init(id: ShopifyID, updatedAt: Date) {
        self.id = id
        self.updatedAt = updatedAt
    }
}

/// The sums that Shopify states for a whole order.
package struct OrderTotals: Codable, Sendable, Equatable {
    /// With tax and discounts, before returns.
    package var total: MoneyBag
    /// After returns and removals.
    package var current: MoneyBag
    package var tax: MoneyBag?
    /// After returns and removals; nil in orders that an older version stored.
    package var currentTax: MoneyBag?
    package var tip: MoneyBag?
    package var duties: MoneyBag?
    /// After returns and removals.
    package var currentDuties: MoneyBag?
    package var fees: MoneyBag?
    /// After returns and removals.
    package var currentFees: MoneyBag?
    /// What cash rounding added to (or took from) the payments, and the refunds.
    package var paymentRounding: MoneyBag?
    package var refundRounding: MoneyBag?
    package var received: MoneyBag?
    package var refunded: MoneyBag?
    package var outstanding: MoneyBag?

    package init(total: MoneyBag, current: MoneyBag) {
        self.total = total
        self.current = current
    }

    /// Duties after returns, as far as they are known.
    package var dutiesNow: MoneyBag? { currentDuties ?? duties }
    /// Fees after returns, as far as they are known.
    package var feesNow: MoneyBag? { currentFees ?? fees }
}

/// A key and value that the shop's theme or an app put on an order or a line.
package struct OrderAttribute: Codable, Sendable, Equatable {
    package var key: String
    package var value: String?

    package init(key: String, value: String?) {
        self.key = key
        self.value = value
    }
}
