import SyncEngine

/// A connection: a part of a list, and where the rest begins.
///
/// See <https://shopify.dev/docs/api/usage/pagination-graphql>.
struct Page<Node: Decodable & Sendable>: Decodable, Sendable {
    var nodes: [Node]
    var pageInfo: PageInfo
}

/// Whether there is more, and behind which cursor.
struct PageInfo: Decodable, Sendable {
    var hasNextPage: Bool
    var endCursor: String?

    /// The cursor of the page behind this one; nil on the last.
    ///
    /// - Throws: `unexpectedShape` where there should be more but the cursor is missing or did not
    ///   move, which would otherwise go on for ever.
    func next(after previous: String?, _ what: String) throws(ShopError) -> String? {
        guard hasNextPage else { return nil }
        guard let endCursor, endCursor != previous else {
            throw ShopError(
                .unexpectedShape,
                .retry(after: nil),
                "\(what): expected a new cursor for the next page, found none"
            )
        }
        return endCursor
    }
}
