/// An exact amount of some currency, counted in millionths of its unit.
///
/// Shopify sends amounts as decimal strings. Six digits behind the point hold every price that a shop can set and leave
/// room for some nine million million units, so sums are plain integer arithmetic and no binary floating point is ever
/// involved. Sums beyond that range stay at its end: an order that states absurd figures must not end the daemon; it
/// agrees with no total, and is held.
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

    /// The amount with at least so many digits behind the point, and more where it has more.
    package func text(minimumDigits: Int) -> String {
        let magnitude = micros.magnitude
        let whole = magnitude / 1_000_000
        var fraction = magnitude % 1_000_000
        var digits = 6
        while digits > minimumDigits, fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        let sign = micros < 0 ? "-" : ""
        guard digits > 0 else { return sign + String(whole) }
        let figures = String(fraction)
        return sign + String(whole) + "." + String(repeating: "0", count: digits - figures.utf8.count)
            + figures
    }

    package static func < (left: Amount, right: Amount) -> Bool { left.micros < right.micros }

    package static func + (left: Amount, right: Amount) -> Amount {
        Amount(micros: left.micros.saturatingAdd(right.micros))
    }

    package static func - (left: Amount, right: Amount) -> Amount {
        let (difference, over) = left.micros.subtractingReportingOverflow(right.micros)
        return Amount(micros: over ? (left.micros < 0 ? .min : .max) : difference)
    }

    /// The amount so many times; beyond all bounds it stays at their end.
    package func times(_ count: Int) -> Amount {
        let (product, over) = micros.multipliedReportingOverflow(by: Int64(count))
        return Amount(micros: over ? ((micros < 0) == (count < 0) ? .max : .min) : product)
    }

    package static func += (left: inout Amount, right: Amount) { left = left + right }
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

extension FixedWidthInteger {
    /// The sum, or the nearest end of the range.
    package func saturatingAdd(_ other: Self) -> Self {
        let (sum, over) = addingReportingOverflow(other)
        return over ? (self < 0 ? .min : .max) : sum
    }
}

/// How currencies are written.
package enum Currency {
    private static let withoutFraction: Set = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
        "XOF", "XPF",
    ]
    private static let withThousandths: Set = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]

    /// Digits behind the point by ISO 4217; two for all that are not listed.
    package static func digits(of code: String) -> Int {
        if withoutFraction.contains(code) { return 0 }
        return withThousandths.contains(code) ? 3 : 2
    }
}
