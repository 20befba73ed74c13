import Foundation
import SyncEngine
import TestSupport

extension TestShop: Shop {
    func identity() async throws(ShopError) -> ShopIdentity {
        var identity = try await orders.identity()
        identity.clockSkew = state.withLock(\.sendsDate) ? .seconds(skew) : nil
        return identity
    }

    /// Shopify's clock less the daemon's, in seconds.
    private var skew: TimeInterval {
        now.current.timeIntervalSince(ours.current)
    }

    func locations() async throws(ShopError) -> [ShopLocation] { try await orders.locations() }

    func list(_ request: OrderListRequest) async throws(ShopError) -> OrderListPage {
        var page = try await orders.list(request)
        guard state.withLock(\.sendsDate) else { return page }
        page.askedAt = page.askedAt ?? now.current
        page.clockSkew = skew
        return page
    }

    func read(_ ids: [ShopifyID], importance: Importance) async throws(ShopError) -> OrderReading {
        try await orders.read(ids, importance: importance)
    }

    var budget: ShopBudget { get async { await orders.budget } }
}

extension TestShop: StockShop {
    func catalogue(after: String?) async throws(ShopError) -> CataloguePage {
        try await stock.catalogue(after: after)
    }

    func findItems(skus: [SKU]) async throws(ShopError) -> [CatalogueItem] {
        try await stock.findItems(skus: skus)
    }

    func levels(of items: [ShopifyID], at location: ShopifyID) async throws(ShopError) -> LevelReading {
        try await stock.levels(of: items, at: location)
    }

    func set(_ batch: StockBatch) async throws(ShopError) -> StockAnswer { try await stock.set(batch) }
    func adjust(_ batch: StockBatch) async throws(ShopError) -> StockAnswer { try await stock.adjust(batch) }

    func activate(_ item: ShopifyID, at location: ShopifyID, key: String) async throws(ShopError)
        -> StockRefusal?
    {
        try await stock.activate(item, at: location, key: key)
    }
}
