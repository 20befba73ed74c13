/// A Shopify global id, such as `gid://shopify/Order/5100000000001`.
///
/// See <https://shopify.dev/docs/api/usage/gids>.
package struct ShopifyID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let gid: String

    package init(_ gid: String) {
        self.gid = gid
    }

    /// Makes the gid of a kind of object from the number that Shopify's admin shows in its addresses.
    package init(kind: String, number: String) {
        self.gid = "gid://shopify/\(kind)/\(number)"
    }

    /// The part behind the last slash, without the query that some gids carry.
    package var number: Substring {
        let tail = gid.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return tail.prefix { $0 != "?" }
    }

    package var description: String { gid }

    package static func < (left: ShopifyID, right: ShopifyID) -> Bool {
        left.gid < right.gid
    }
}

extension ShopifyID: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(gid)
    }
}
