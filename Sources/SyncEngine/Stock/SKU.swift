/// A stock code, compared byte for byte.
///
/// Strings that Swift calls equal may be written with different bytes, as `é` is in two ways; KCC, Shopify and SQLite take
/// such for two codes.
package struct SKU: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package static func == (left: SKU, right: SKU) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
