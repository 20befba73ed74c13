import Foundation
package import SyncEngine

extension ShopifyShop {
    package func levels(of items: [ShopifyID], at location: ShopifyID) async throws(ShopError) -> LevelReading
    {
        precondition(items.count <= 250, "Shopify takes 250 ids at most")
        let what = items.count == 1 ? "reading a stock level" : "reading \(items.count) stock levels"
        let reply = try await ask(
            .inventoryLevels,
            LevelVariables(ids: items, location: location),
            as: LevelsAnswer.self,
            importance: .stock,
            what: what
        )
        guard reply.data.nodes.count == items.count else {
            throw ShopError(
                .unexpectedShape,
                .retry(after: nil),
                "\(what): expected as many entries in nodes, found \(reply.data.nodes.count)"
            )
        }
        let entries = zip(items, reply.data.nodes)
            .map { item, node in
                LevelReading.Entry(item: item, found: node?.found ?? .missing)
            }
        return LevelReading(entries: entries, moment: moment(of: reply))
    }

    /// Between which moments of Shopify's clock a request was executed; our clock where its answer names no time.
    func moment<Answer>(of reply: Reply<Answer>) -> ShopMoment {
        let date = reply.date ?? now()
        let elapsed = reply.elapsed.seconds
        // The header may have been written at any moment of the exchange, and its fraction of a second is cut off.
        return ShopMoment(
            askedAt: date.addingTimeInterval(-elapsed),
            answeredAt: date.addingTimeInterval(1 + elapsed)
        )
    }
}

/// Variables of the operation InventoryLevels.
private struct LevelVariables: Encodable, Sendable {
    var ids: [ShopifyID]
    var location: ShopifyID
}

/// What the operation InventoryLevels returns.
private struct LevelsAnswer: GraphQLAnswer {
    var nodes: [Item?]

    struct Item: Decodable, Sendable {
        // An id of another kind would come back as an empty object.
        var id: ShopifyID?
        var sku: String?
        var tracked: Bool?
        var inventoryLevel: Level?

        var found: LevelReading.Found {
            guard id != nil else { return .missing }
            let level = inventoryLevel.flatMap { $0.isActive ? $0.quantities.first?.quantity : nil }
            return .level(level, sku: SKU(sku ?? ""), tracked: tracked ?? false)
        }
    }

    struct Level: Decodable, Sendable {
        var isActive: Bool
        var quantities: [Quantity]
    }

    struct Quantity: Decodable, Sendable {
        var quantity: Int
    }
}
