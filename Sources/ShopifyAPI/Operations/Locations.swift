package import SyncEngine

extension ShopifyShop {
    package func locations() async throws(ShopError) -> [ShopLocation] {
        var found: [ShopLocation] = []
        var after: String?
        repeat {
            let reply = try await ask(
                .locations,
                PageVariables(first: 250, after: after),
                as: LocationsAnswer.self,
                importance: .operatorAsked,
                what: "listing the locations"
            )
            let page = reply.data.locations
            found += page.nodes.map {
                ShopLocation(
                    id: $0.id,
                    name: $0.name,
                    active: $0.isActive,
                    fulfilmentService: $0.isFulfillmentService
                )
            }
            after = try page.pageInfo.next(after: after, "listing the locations")
        } while after != nil
        return found
    }
}

/// What the operation Locations returns.
private struct LocationsAnswer: GraphQLAnswer {
    var locations: Page<Location>

    struct Location: Decodable, Sendable {
        var id: ShopifyID
        var name: String
        var isActive: Bool
        var isFulfillmentService: Bool
    }
}

/// Variables of the operations that list something of the whole shop.
private struct PageVariables: Encodable, Sendable {
    var first: Int
    var after: String?
}
