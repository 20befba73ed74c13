/// Shopify's names of orders, such as `#1042`.
package enum OrderName {
    /// The name without a leading `#`, which a shell takes for the beginning of a comment; a REF is found by either.
    package static func plain(_ name: String) -> String {
        name.hasPrefix("#") ? String(name.dropFirst()) : name
    }

    /// What a command has to be given to find an order: its plain name, or its gid where another order has that as its
    /// reference.
    package static func reference(_ name: String, _ id: ShopifyID, reason: ReasonCode?) -> String {
        reason == .refTaken ? id.gid : argument(name)
    }

    /// The plain name as a word of a shell: names may hold blanks and quotes.
    package static func argument(_ name: String) -> String { ShellWord.text(plain(name)) }
}
