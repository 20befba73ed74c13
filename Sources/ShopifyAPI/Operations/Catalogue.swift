package import SyncEngine

extension ShopifyShop: StockShop {
    package func catalogue(after: String?) async throws(ShopError) -> CataloguePage {
        let what = "reading the catalogue"
        let reply = try await ask(
            .catalogue,
            CatalogueVariables(first: 250, after: after),
            as: CatalogueAnswer.self,
            importance: .stock,
            what: what
        )
        let page = reply.data.productVariants
        return CataloguePage(
            items: page.nodes.compactMap(\.item),
            next: try page.pageInfo.next(after: after, what)
        )
    }

    package func findItems(skus: [SKU]) async throws(ShopError) -> [CatalogueItem] {
        let what = skus.count == 1 ? "looking for a SKU" : "looking for \(skus.count) SKUs"
        let wanted = Set(skus)
        var found: [CatalogueItem] = []
        var after: String?
        repeat {
            let reply = try await ask(
                .skuLookup,
                CatalogueVariables(first: 250, after: after, query: SKUQuery.text(skus)),
                as: CatalogueAnswer.self,
                importance: .stock,
                what: what
            )
            let page = reply.data.productVariants
            found += page.nodes.compactMap(\.item).filter { wanted.contains($0.sku) }
            after = try page.pageInfo.next(after: after, what)
        } while after != nil
        return found
    }
}

/// SKUs in Shopify's search syntax: <https://shopify.dev/docs/api/usage/search-syntax>.
enum SKUQuery {
    static func text(_ skus: [SKU]) -> String {
        skus.map { "sku:'\(escaped($0.text))'" }.joined(separator: " OR ")
    }

    /// Between quotes only the quote itself and the backslash mean something.
    private static func escaped(_ sku: String) -> String {
        var text = ""
        for scalar in sku.unicodeScalars {
            if scalar == "'" || scalar == "\\" { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}

/// Variables of the operations Catalogue and SkuLookup.
private struct CatalogueVariables: Encodable, Sendable {
    var first: Int
    var after: String?
    /// Only SkuLookup has one.
    var query: String?
}

/// What the operations Catalogue and SkuLookup return.
private struct CatalogueAnswer: GraphQLAnswer {
    var productVariants: Page<Variant>

    struct Variant: Decodable, Sendable {
        var inventoryItem: Item

        /// Nil for a variant without SKU: no level can be meant for it.
        var item: CatalogueItem? {
            guard let sku = SKU(given: inventoryItem.sku) else { return nil }
            return CatalogueItem(id: inventoryItem.id, sku: sku, tracked: inventoryItem.tracked)
        }
    }

    struct Item: Decodable, Sendable {
        var id: ShopifyID
        var sku: String?
        var tracked: Bool
    }
}
