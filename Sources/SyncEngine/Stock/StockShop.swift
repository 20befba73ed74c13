package import Foundation

/// What of a Shopify store the stock pushes need.
package protocol StockShop: Sendable {
    /// Reads one page of all variants' inventory items.
    ///
    /// - Parameter after: Where the page before ended; nil begins.
    func catalogue(after: String?) async throws(ShopError) -> CataloguePage

    /// Finds the inventory items that carry one of these SKUs; at most ``skusPerSearch``.
    ///
    /// From Shopify's search, which lags behind its database.
    func findItems(skus: [SKU]) async throws(ShopError) -> [CatalogueItem]

    /// Reads what Shopify offers of at most 250 items at a location, from its database.
    func levels(of items: [ShopifyID], at location: ShopifyID) async throws(ShopError) -> LevelReading

    /// Sets figures, all or none, unless one has moved; under one key Shopify does it once.
    func set(_ batch: StockBatch) async throws(ShopError) -> StockAnswer

    /// Adds to figures whatever they are by now; under one key Shopify does it once.
    func adjust(_ batch: StockBatch) async throws(ShopError) -> StockAnswer

    /// Reads all locations, inactive ones included.
    func locations() async throws(ShopError) -> [ShopLocation]

    /// Stocks an item at a location; its figure stays what it was, or becomes 0.
    ///
    /// - Returns: Why Shopify rejected it; nil where it did it.
    func activate(_ item: ShopifyID, at location: ShopifyID, key: String) async throws(ShopError)
        -> StockRefusal?
}

extension StockShop {
    /// SKUs asked for in one search: their query stays well below what Shopify reads.
    package static var skusPerSearch: Int { 40 }
}

/// An inventory item as the catalogue shows it.
package struct CatalogueItem: Sendable, Equatable {
    package var id: ShopifyID
    package var sku: SKU
    package var tracked: Bool

    package init(id: ShopifyID, sku: SKU, tracked: Bool) {
        self.id = id
        self.sku = sku
        self.tracked = tracked
    }
}

/// A page of the catalogue; variants without SKU are left out.
package struct CataloguePage: Sendable {
    package var items: [CatalogueItem]
    /// Where the next page begins; nil on the last.
    package var next: String?

    package init(items: [CatalogueItem], next: String?) {
        self.items = items
        self.next = next
    }
}

/// Between which moments of Shopify's clock a request was executed.
///
/// Its `Date` header has whole seconds, rounded down, and may be written at any moment of the exchange: the bounds are
/// as wide as that makes them.
package struct ShopMoment: Sendable, Equatable {
    /// Before the request went out: t_V1.
    package var askedAt: Date
    /// After the answer came: t_V2.
    package var answeredAt: Date

    package init(askedAt: Date, answeredAt: Date) {
        self.askedAt = askedAt
        self.answeredAt = answeredAt
    }
}

/// What Shopify offers of some items at one location.
package struct LevelReading: Sendable {
    package struct Entry: Sendable, Equatable {
        package var item: ShopifyID
        package var found: Found

        package init(item: ShopifyID, found: Found) {
            self.item = item
            self.found = found
        }
    }

    /// What became of an item that was asked for.
    package enum Found: Sendable, Equatable {
        /// Nil where it is not stocked there, or no longer.
        case level(Int?, sku: SKU, tracked: Bool)
        /// Deleted.
        case missing
    }

    /// One for each item asked for, in that order.
    package var entries: [Entry]
    package var moment: ShopMoment

    package init(entries: [Entry], moment: ShopMoment) {
        self.entries = entries
        self.moment = moment
    }
}

/// Figures that go out together, fixed with their key: the exact content of a request.
package struct StockBatch: Sendable, Equatable, Codable {
    package struct Row: Sendable, Equatable, Codable {
        package var item: ShopifyID
        package var sku: SKU
        /// The figure to set, or the difference to add.
        package var quantity: Int
        /// What Shopify must still offer; nil for a difference, which commutes with sales.
        package var from: Int?
        /// What is sent once Shopify has taken the row.
        ///
        /// Stored with the batch, which outlives its process. Nil in batches of older versions.
        package var sent: StockSent?

        package init(item: ShopifyID, sku: SKU, quantity: Int, from: Int?, sent: StockSent? = nil) {
            self.item = item
            self.sku = sku
            self.quantity = quantity
            self.from = from
            self.sent = sent
        }

        /// What takes it back: the figure before, unless it has moved since, or the opposite difference.
        var reversed: Row {
            Row(item: item, sku: sku, quantity: from ?? -quantity, from: from == nil ? nil : quantity)
        }
    }

    /// A UUID: Shopify remembers it for 24 hours.
    package var key: String
    package var location: ShopifyID
    package var adjusts: Bool
    package var rows: [Row]
    /// Our clock when it was first sent.
    package var firstSentAt: Date

    package init(key: String, location: ShopifyID, adjusts: Bool, rows: [Row], firstSentAt: Date) {
        self.key = key
        self.location = location
        self.adjusts = adjusts
        self.rows = rows
        self.firstSentAt = firstSentAt
    }
}

/// Shopify's answer to a batch.
package struct StockAnswer: Sendable {
    /// Empty: done.
    package var refusals: [StockRefusal]
    /// The SKUs of the items that it changed, as Shopify has them now; empty where nothing changed.
    package var skus: [ShopifyID: SKU]
    package var moment: ShopMoment

    package init(refusals: [StockRefusal], skus: [ShopifyID: SKU] = [:], moment: ShopMoment) {
        self.refusals = refusals
        self.skus = skus
        self.moment = moment
    }

    /// What it comes to that Shopify rejected a request as a whole: no row is named, and nothing was executed.
    package init(rejection: ShopError, at date: Date) {
        self.init(
            refusals: [StockRefusal(.refused, row: nil, message: rejection.message)],
            moment: ShopMoment(askedAt: date, answeredAt: date)
        )
    }
}

/// One entry of an answer's `userErrors`.
package struct StockRefusal: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The figure has moved.
        case stale
        case unknownItem
        case notStocked
        /// The location takes no stock: the whole channel is concerned.
        case location
        /// The key's first request is still under way.
        case concurrent
        /// The key was used for something else: a defect of ours.
        case keyMismatch
        /// The key's first request failed; nothing is known of it.
        case previousFailed
        /// Again later.
        case unavailable
        case refused
    }

    package var kind: Kind
    /// The row that it is about; nil where Shopify does not say.
    package var row: Int?
    /// Shopify's words.
    package var message: String

    package init(_ kind: Kind, row: Int?, message: String) {
        self.kind = kind
        self.row = row
        self.message = message
    }
}
