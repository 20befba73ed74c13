/// A stock code, as Shopify's variants (SKU) and KCC's items (StockCode) carry it.
///
/// White space at the ends is not part of it, and the rest is compared byte by byte: Swift calls strings equal that are
/// written with different bytes, as `é` is in two ways, and KCC, Shopify and SQLite take such strings for two codes.
package struct SKU: Hashable, Sendable {
    /// Without white space at the ends.
    package let text: String

    package init(_ text: String) {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else {
            self.text = ""
            return
        }
        self.text = String(scalars[first...last])
    }

    /// Nil where there is no code: nothing was given, or white space alone.
    package init?(given text: String?) {
        guard let text else { return nil }
        self.init(text)
        if isEmpty { return nil }
    }

    package var isEmpty: Bool { text.isEmpty }

    package static func == (left: SKU, right: SKU) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

extension SKU: Comparable {
    /// By bytes, as SQLite orders them.
    package static func < (left: SKU, right: SKU) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension SKU: CustomStringConvertible {
    package var description: String { text }
}

extension SKU: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) { self.init(text) }
}

extension SKU: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
