/// Shopify's names of orders, such as `#1042`.
package enum OrderName {
    /// The name without a leading `#`, which a shell takes for the beginning of a comment; a REF is found by either.
    package static func plain(_ name: String) -> String {
        name.hasPrefix("#") ? String(name.dropFirst()) : name
    }
}
