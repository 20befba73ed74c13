package import Foundation

/// One line of an order.
package struct OrderLine: Codable, Sendable, Equatable {
    package var id: ShopifyID
    /// Product and variant as the customer saw them.
    package var name: String
    package var title: String
    package var variantTitle: String?
    /// As it was when the order was placed; nil or empty where the product had none.
    package var sku: String?
    /// Units ordered, those refunded or removed since included.
    package var quantity: Int
    /// Units still wanted.
    package var currentQuantity: Int
    package var requiresShipping = true
    package var isGiftCard = false
    package var taxable = true
    /// For one unit, before any discount.
    package var unitPrice: MoneyBag
    /// For all `quantity` units, before any discount.
    package var total: MoneyBag
    package var attributes: [OrderAttribute] = []
    package var taxLines: [TaxLine] = []
    package var allocations: [DiscountAllocation] = []

    package init(
        id: ShopifyID,
        title: String,
        sku: String?,
        quantity: Int,
        currentQuantity: Int,
        unitPrice: MoneyBag,
        total: MoneyBag
    ) {
        self.id = id
        self.name = title
        self.title = title
        self.sku = sku
        self.quantity = quantity
        self.currentQuantity = currentQuantity
        self.unitPrice = unitPrice
        self.total = total
    }

    /// The stock code that an ERP looks up; nil where the line has none.
    package var stockCode: SKU? { SKU(given: sku) }
    package var hasSKU: Bool { stockCode != nil }
}

/// A charge for delivery.
package struct ShippingLine: Codable, Sendable, Equatable {
    package var id: ShopifyID?
    package var title: String
    package var code: String?
    package var carrier: String?
    package var price: MoneyBag
    package var discountedPrice: MoneyBag
    /// After discounts and refunds; nil in orders that an older version stored.
    package var currentPrice: MoneyBag?
    package var taxLines: [TaxLine] = []
    package var allocations: [DiscountAllocation] = []

    package init(id: ShopifyID?, title: String, price: MoneyBag, discountedPrice: MoneyBag) {
        self.id = id
        self.title = title
        self.price = price
        self.discountedPrice = discountedPrice
    }

    /// What the charge is now, as far as that is known.
    package var current: MoneyBag { currentPrice ?? discountedPrice }
}

/// One tax on a line, a delivery charge or the order.
package struct TaxLine: Codable, Sendable, Equatable {
    package var title: String
    /// Percent, such as 20 for the UK's standard VAT; nil where Shopify names none.
    package var ratePercent: Amount?
    package var amount: MoneyBag

    package init(title: String, ratePercent: Amount?, amount: MoneyBag) {
        self.title = title
        self.ratePercent = ratePercent
        self.amount = amount
    }
}

/// A discount code, an automatic discount, or one given by hand.
package struct Discount: Codable, Sendable, Equatable {
    /// Its place in the order, to which allocations refer.
    package var index: Int
    package var code: String?
    package var title: String?
    package var amount: Amount?
    package var percent: Amount?
    /// `ACROSS`, `EACH` or `ONE`.
    package var method: String?
    /// `LINE_ITEM` or `SHIPPING_LINE`.
    package var target: String?

    package init(index: Int) {
        self.index = index
    }
}

/// The part of a discount that fell on one line or delivery charge.
package struct DiscountAllocation: Codable, Sendable, Equatable {
    /// The `index` of the discount.
    package var discount: Int
    package var amount: MoneyBag

    package init(discount: Int, amount: MoneyBag) {
        self.discount = discount
        self.amount = amount
    }
}

/// A movement of money: a payment, an authorisation, a refund and so on.
package struct Transaction: Codable, Sendable, Equatable {
    package var id: ShopifyID
    /// Such as `SALE`, `CAPTURE`, `AUTHORIZATION`, `REFUND` or `VOID`.
    package var kind: String
    /// Such as `SUCCESS`, `PENDING` or `FAILURE`.
    package var status: String
    package var test = false
    package var gateway: String?
    package var gatewayTitle: String?
    package var processedAt: Date?
    package var paymentID: String?
    package var amount: MoneyBag
    package var parent: ShopifyID?
    /// Such as `Visa` or `Mastercard`.
    package var cardCompany: String?

    package init(id: ShopifyID, kind: String, status: String, amount: MoneyBag) {
        self.id = id
        self.kind = kind
        self.status = status
        self.amount = amount
    }
}

/// Something given back: goods, money, or both.
package struct Refund: Codable, Sendable, Equatable {
    package var id: ShopifyID
    package var createdAt: Date?
    package var note: String?
    package var total: MoneyBag
    package var lines: [RefundLine] = []

    package init(id: ShopifyID, total: MoneyBag) {
        self.id = id
        self.total = total
    }
}

/// Units of a line that a refund takes back.
package struct RefundLine: Codable, Sendable, Equatable {
    package var line: ShopifyID
    package var quantity: Int
    package var restockType: String?
    package var restocked = false
    package var subtotal: MoneyBag
    package var tax: MoneyBag

    package init(line: ShopifyID, quantity: Int, subtotal: MoneyBag, tax: MoneyBag) {
        self.line = line
        self.quantity = quantity
        self.subtotal = subtotal
        self.tax = tax
    }
}

/// Units of an order that one location is to send.
package struct FulfilmentOrder: Codable, Sendable, Equatable {
    package var id: ShopifyID
    /// Such as `OPEN`, `IN_PROGRESS`, `ON_HOLD`, `CLOSED` or `CANCELLED`.
    package var status: String
    /// Nil where the location was deleted since.
    package var location: ShopifyID?
    package var locationName: String?
    package var lines: [FulfilmentOrderLine] = []

    package init(id: ShopifyID, status: String, location: ShopifyID?) {
        self.id = id
        self.status = status
        self.location = location
    }
}

/// Units of one SKU in a fulfilment order.
package struct FulfilmentOrderLine: Codable, Sendable, Equatable {
    package var id: ShopifyID
    package var sku: String?
    package var quantity: Int
    package var remaining: Int

    package init(id: ShopifyID, sku: String?, quantity: Int, remaining: Int) {
        self.id = id
        self.sku = sku
        self.quantity = quantity
        self.remaining = remaining
    }
}

/// Who placed the order, as far as Shopify tells.
package struct OrderCustomer: Codable, Sendable, Equatable {
    package var id: ShopifyID
    package var firstName: String?
    package var lastName: String?
    package var email: String?
    package var phone: String?
    package var taxExempt = false

    package init(id: ShopifyID) {
        self.id = id
    }
}

/// A postal address as it was typed.
package struct PostalAddress: Codable, Sendable, Equatable {
    package var firstName: String?
    package var lastName: String?
    package var company: String?
    package var address1: String?
    package var address2: String?
    package var city: String?
    package var province: String?
    package var provinceCode: String?
    package var zip: String?
    package var country: String?
    /// ISO 3166-1 alpha-2.
    package var countryCode: String?
    package var phone: String?

    package init() {}

    /// Whether it names a place, not only a person.
    package var hasPlace: Bool {
        [address1, city, zip].contains { Self.isFilled($0) }
    }

    /// Whether a text says anything; white space does not.
    package static func isFilled(_ text: String?) -> Bool {
        !(text ?? "").allSatisfy(\.isWhitespace)
    }
}
