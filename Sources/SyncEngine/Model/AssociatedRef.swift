/// An order's reference in KCC, compared as KCC compares it: white space at its ends does not count.
package struct AssociatedRef: Hashable, Sendable {
    /// Without white space at its ends.
    package let text: String

    package init(_ text: String) {
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        let end = scalars.lastIndex { !$0.properties.isWhitespace }
        self.text = end.map { String(scalars[...$0]) } ?? ""
    }

    /// Nil for a missing or blank text.
    package init?(_ text: String?) {
        guard let text else { return nil }
        self.init(text)
        if self.text.isEmpty { return nil }
    }

    package static func == (left: AssociatedRef, right: AssociatedRef) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    /// Shopify's name of an order, where this is one: it begins with `#`, and a report may name its order by it.
    package var shopifyName: String? { text.hasPrefix("#") && text.count > 1 ? text : nil }

    /// Whether a report with this reference means the order that has another one, or Shopify's name.
    package func means(_ own: AssociatedRef, named name: String) -> Bool {
        self == own || shopifyName.map { $0.utf8.elementsEqual(name.utf8) } == true
    }

    /// Shopify's order name, without its `#`, that a reference of this format stands for; nil for another format's.
    ///
    /// - Parameter format: `order_ref_format`, with `{0}` for the name.
    package func orderName(in format: String) -> String? {
        guard let (before, after) = Self.affixes(of: format), text.hasPrefix(before),
            text.dropFirst(before.count).hasSuffix(after)
        else { return nil }
        let name = text.dropFirst(before.count).dropLast(after.count)
        return name.isEmpty ? nil : String(name)
    }

    /// What a format puts before and after an order's name; nil where it has no name.
    package static func affixes(of format: String) -> (before: String, after: String)? {
        guard let place = format.firstRange(of: "{0}") else { return nil }
        return (start(format[..<place.lowerBound]), end(format[place.upperBound...]))
    }

    private static func start(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace))
    }

    private static func end(_ text: Substring) -> String {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
