/// An operation's text with the fragments that it uses, and what it is expected to cost.
///
/// The texts are the `.graphql` files beside the operations, embedded at build time so that tools
/// can validate what is really sent.
struct GraphQLDocument: Sendable {
    let name: String
    let text: String
    /// Points requested, until an answer has told.
    let firstEstimate: Int

    /// - Parameters:
    ///   - name: The operation's name, which its text declares.
    ///   - bytes: The embedded file.
    ///   - firstEstimate: Points at the page sizes that we send, by the model in
    ///     <https://shopify.dev/docs/api/usage/limits>, rounded up.
    init(_ name: String, _ bytes: [UInt8], firstEstimate: Int) {
        self.name = name
        self.firstEstimate = firstEstimate
        let operation = Self.compact(String(decoding: bytes, as: UTF8.self))
        var parts = [operation]
        var known: Set<Substring> = []
        var open = Self.spreads(in: operation)
        while let next = open.popLast() {
            guard known.insert(next).inserted, let fragment = Self.fragments[next] else { continue }
            parts.append(fragment)
            open += Self.spreads(in: fragment)
        }
        text = parts.joined(separator: "\n")
    }

    /// The shared fragments by name.
    static let fragments: [Substring: String] = {
        var found: [Substring: String] = [:]
        let text = compact(String(decoding: PackageResources.Fragments_graphql, as: UTF8.self))
        for part in text.split(separator: "fragment ") {
            found[part.prefix { $0 != " " }] = "fragment " + part
        }
        return found
    }()

    /// Names behind `...`, inline fragments (`... on Type`) left out.
    private static func spreads(in text: String) -> [Substring] {
        text.split(separator: "\n")
            .compactMap { line in
                guard line.hasPrefix("..."), !line.hasPrefix("... ") else { return nil }
                return line.dropFirst(3)
            }
    }

    /// Without indentation, comments and empty lines: the text travels with every request.
    private static func compact(_ text: String) -> String {
        text.split(separator: "\n")
            .map { $0.drop { $0 == " " } }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .joined(separator: "\n")
    }
}

extension GraphQLDocument {
    static let shopIdentity = Self("ShopIdentity", PackageResources.ShopIdentity_graphql, firstEstimate: 10)
    static let locations = Self("Locations", PackageResources.Locations_graphql, firstEstimate: 15)
    static let orderList = Self("OrderList", PackageResources.OrderList_graphql, firstEstimate: 15)
    // A plain list of ids costs one node's selection, however long it is.
    static let orderRead = Self("OrderRead", PackageResources.OrderRead_graphql, firstEstimate: 105)
    static let orderLines = Self("OrderLinesPage", PackageResources.OrderLinesPage_graphql, firstEstimate: 60)
    static let orderShipping = Self(
        "OrderShippingPage",
        PackageResources.OrderShippingPage_graphql,
        firstEstimate: 50
    )
    static let orderDiscounts = Self(
        "OrderDiscountsPage",
        PackageResources.OrderDiscountsPage_graphql,
        firstEstimate: 30
    )
    static let refundLines = Self(
        "RefundLinesPage",
        PackageResources.RefundLinesPage_graphql,
        firstEstimate: 30
    )
    static let fulfilmentOrders = Self(
        "FulfilmentOrdersPage",
        PackageResources.FulfilmentOrdersPage_graphql,
        firstEstimate: 105
    )
    static let fulfilmentOrderLines = Self(
        "FulfilmentOrderLinesPage",
        PackageResources.FulfilmentOrderLinesPage_graphql,
        firstEstimate: 15
    )

    /// All of them, for the tests that check the texts.
    static let all = [
        shopIdentity, locations, orderList, orderRead, orderLines, orderShipping, orderDiscounts, refundLines,
        fulfilmentOrders, fulfilmentOrderLines,
    ]
}
