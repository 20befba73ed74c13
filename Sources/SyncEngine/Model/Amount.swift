/// An exact amount of some currency, counted in millionths of its unit.
///
/// Shopify sends amounts as decimal strings. Six digits behind the point hold every price that a
/// shop can set and leave room for some nine million million units, so sums are plain integer
/// arithmetic and no binary floating point is ever involved.
package struct Amount: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Millionths of the currency's unit.
    package var micros: Int64

    package static let zero = Amount(micros: 0)

    package init(micros: Int64) {
        self.micros = micros
    }

    /// Reads a decimal number such as `48.2`, `-0.05` or `12`.
    ///
    /// Returns nil where the text is no such number, is out of range, or has more than six
    /// significant digits behind the point: an amount is never rounded on its way in.
    package init?(_ text: some StringProtocol) {
        var bytes = Substring(text).utf8
        var negative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            negative = sign == UInt8(ascii: "-")
            bytes = bytes.dropFirst()
        }
        var value: Int64 = 0
        var digits = 0
        var fraction = -1
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                guard fraction < 0, digits > 0 else { return nil }
                fraction = 0
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            digits += 1
            let digit = Int64(byte - UInt8(ascii: "0"))
            if fraction >= 6 {
                guard digit == 0 else { return nil }
                continue
            }
            if fraction >= 0 { fraction += 1 }
            let (scaled, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, overAgain) = scaled.addingReportingOverflow(digit)
            guard !over, !overAgain else { return nil }
            value = sum
        }
        guard digits > 0, fraction != 0 else { return nil }
        for _ in max(0, fraction)..<6 {
            let (scaled, over) = value.multipliedReportingOverflow(by: 10)
            guard !over else { return nil }
            value = scaled
        }
        micros = negative ? -value : value
    }

    /// The shortest exact form: `48.2`, `12`, `-0.05`.
    package var description: String {
        text(minimumDigits: 0)
    }

    /// The amount with at least the digits that a currency is written with: `48.20` for GBP,
    /// `4820` for JPY; more where the amount has more.
    package func text(currency: String) -> String {
        text(minimumDigits: Currency.digits(of: currency))
    }

    private func text(minimumDigits: Int) -> String {
        let magnitude = micros.magnitude
        var fraction = String(magnitude % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > minimumDigits, fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = (micros < 0 ? "-" : "") + String(magnitude / 1_000_000)
        return fraction.isEmpty ? whole : whole + "." + fraction
    }

    package static func < (left: Amount, right: Amount) -> Bool { left.micros < right.micros }
    package static func + (left: Amount, right: Amount) -> Amount {
        Amount(micros: left.micros + right.micros)
    }
    package static func - (left: Amount, right: Amount) -> Amount {
        Amount(micros: left.micros - right.micros)
    }
    package static func += (left: inout Amount, right: Amount) { left = left + right }
    package static func -= (left: inout Amount, right: Amount) { left = left - right }
    package static prefix func - (amount: Amount) -> Amount { Amount(micros: -amount.micros) }
    package static func * (amount: Amount, count: Int) -> Amount {
        Amount(micros: amount.micros * Int64(count))
    }
}

extension Amount: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let amount = Amount(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "expected a decimal amount with at most six digits behind the point"
            )
        }
        self = amount
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// How currencies are written.
package enum Currency {
    /// Digits behind the point by ISO 4217; two for all that are not listed.
    package static func digits(of code: String) -> Int {
        switch code {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
            "XOF",
            "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
            3
        default: 2
        }
    }
}

/// One amount in both of an order's currencies: the shop's own and the one the customer saw.
///
/// See <https://shopify.dev/docs/api/admin-graphql/latest/objects/MoneyBag>.
package struct MoneyBag: Hashable, Sendable, Codable {
    package var shop: Amount
    package var presentment: Amount

    package static let zero = MoneyBag(shop: .zero, presentment: .zero)

    package init(shop: Amount, presentment: Amount) {
        self.shop = shop
        self.presentment = presentment
    }

    package static func + (left: MoneyBag, right: MoneyBag) -> MoneyBag {
        MoneyBag(shop: left.shop + right.shop, presentment: left.presentment + right.presentment)
    }

    package static func - (left: MoneyBag, right: MoneyBag) -> MoneyBag {
        MoneyBag(shop: left.shop - right.shop, presentment: left.presentment - right.presentment)
    }

    package static func += (left: inout MoneyBag, right: MoneyBag) { left = left + right }

    package static func * (bag: MoneyBag, count: Int) -> MoneyBag {
        MoneyBag(shop: bag.shop * count, presentment: bag.presentment * count)
    }
}
