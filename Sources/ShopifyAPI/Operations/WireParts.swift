import Foundation
import SyncEngine

/// A time as Shopify writes it.
struct Instant: Decodable, Sendable {
    var date: Date

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let date = HTTPTime.instant(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a time such as 2026-11-23T10:00:00Z"
            )
        }
        self.date = date
    }
}

/// A percentage, which JSON writes as a number.
///
/// Read as a decimal, never through binary floating point on our side. Shopify's own arithmetic may
/// have gone that way already (7.000000000000001), so more than six digits are rounded.
struct Percent: Decodable, Sendable {
    var amount: Amount

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let amount = Amount(rounding: try container.decode(Decimal.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a percentage of a usual size"
            )
        }
        self.amount = amount
    }
}

extension Amount {
    /// The nearest amount of six digits behind the point, halves away from zero; nil out of range.
    init?(rounding decimal: Decimal) {
        var value = decimal
        var rounded = Decimal()
        NSDecimalRound(&rounded, &value, 6, .plain)
        self.init(rounded.description)
    }
}

/// An amount in the shop's currency, and in the customer's where that was asked for.
struct WireMoney: Decodable, Sendable {
    private var shopMoney: Money
    private var presentmentMoney: Money?

    private struct Money: Decodable {
        var amount: Amount
    }

    /// Whether the customer's side came, too.
    var isWhole: Bool { presentmentMoney != nil }

    /// Both sides; the shop's for both in an order of one currency, for which the other is not asked.
    var bag: MoneyBag {
        MoneyBag(shop: shopMoney.amount, presentment: (presentmentMoney ?? shopMoney).amount)
    }
}

/// An object of which only the id was asked for.
struct WireReference: Decodable, Sendable {
    var id: ShopifyID
}

/// A tax on a line, a delivery charge or the order.
struct WireTax: Decodable, Sendable {
    var title: String
    var ratePercentage: Percent?
    /// The same as a fraction of one.
    var rate: Decimal?
    var priceSet: WireMoney

    var tax: TaxLine {
        TaxLine(
            title: title,
            ratePercent: ratePercentage?.amount ?? rate.flatMap { Amount(rounding: $0 * 100) },
            amount: priceSet.bag
        )
    }
}

/// A key and value on an order or a line.
struct WireAttribute: Decodable, Sendable {
    var key: String
    var value: String?

    var attribute: OrderAttribute { OrderAttribute(key: key, value: value) }
}

/// The part of a discount that fell on something.
struct WireAllocation: Decodable, Sendable {
    var allocatedAmountSet: WireMoney
    var discountApplication: Application

    struct Application: Decodable, Sendable {
        var index: Int
    }

    var allocation: DiscountAllocation {
        DiscountAllocation(discount: discountApplication.index, amount: allocatedAmountSet.bag)
    }
}

/// A discount; which of the fields it has depends on its kind.
struct WireDiscount: Decodable, Sendable {
    var index: Int
    var allocationMethod: String?
    var targetType: String?
    var value: Value?
    var code: String?
    var title: String?

    /// Either an amount or a percentage.
    struct Value: Decodable, Sendable {
        var amount: Amount?
        var percentage: Percent?
    }

    var discount: Discount {
        var discount = Discount(index: index)
        discount.code = code
        discount.title = title
        discount.amount = value?.amount
        discount.percent = value?.percentage?.amount
        discount.method = allocationMethod
        discount.target = targetType
        return discount
    }
}

/// A postal address.
struct WireAddress: Decodable, Sendable {
    var firstName: String?
    var lastName: String?
    var company: String?
    var address1: String?
    var address2: String?
    var city: String?
    var province: String?
    var provinceCode: String?
    var zip: String?
    var country: String?
    var countryCodeV2: String?
    var phone: String?

    var address: PostalAddress {
        var address = PostalAddress()
        address.firstName = firstName
        address.lastName = lastName
        address.company = company
        address.address1 = address1
        address.address2 = address2
        address.city = city
        address.province = province
        address.provinceCode = provinceCode
        address.zip = zip
        address.country = country
        address.countryCode = countryCodeV2
        address.phone = phone
        return address
    }
}
