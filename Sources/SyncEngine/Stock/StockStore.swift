package import Foundation

/// What the stock pushes need of the database.
///
/// Every method is one transaction; all of them can be repeated.
package protocol StockStore: Sendable {
    /// Reads what decisions about a shop's stock depend on besides its SKUs.
    func records(shop: Int64) async throws(StoreError) -> StockRecords

    /// Makes all SKUs of a channel due once what decides about them differs from the last call, and takes back SKUs that a
    /// job held which is over.
    func open(_ scope: StockScope, fingerprint: String, now: Date) async throws(StoreError)

    /// SKUs that are due, the longest first, with all that a decision about them depends on.
    func due(_ context: StockContext, now: Date, limit: Int) async throws(StoreError) -> [StockCase]

    /// Whether the time of one of a channel's levels lies ahead of our clock, which has been put right since it arrived.
    func hasFuture(channel: String, now: Date) async throws(StoreError) -> Bool

    /// Brings a channel's times that lie ahead of our clock back: a level's to before every order that came after it.
    ///
    /// What waited for a moment is due. Does nothing until orders were polled by the clock that was put right.
    func forgetFuture(_ context: StockContext, now: Date) async throws(StoreError)

    /// Stores a shop's locations as Shopify has just listed them.
    func saveLocations(_ locations: [ShopLocation], shop: Int64) async throws(StoreError)

    /// Records why nothing can be sent for a channel; nil where everything can.
    ///
    /// - Returns: Whether that is news.
    func saveProblem(_ problem: String?, channel: String, now: Date) async throws(StoreError) -> Bool

    /// Makes due what a location that could not be used has kept from Shopify.
    func reopen(_ scope: StockScope, now: Date) async throws(StoreError)

    /// When the next SKU of a channel is due; nil where none waits.
    func nextDue(channel: String) async throws(StoreError) -> Date?

    /// Whether a level of a channel waits to be sent.
    func hasWaiting(channel: String) async throws(StoreError) -> Bool

    /// Records what became of some SKUs and of what Shopify offers.
    func record(_ outcome: StockOutcome, of scope: StockScope, now: Date) async throws(StoreError)

    /// Gives back whatever SKUs a job still holds: they are due, and nothing of what Shopify offers of them is certain.
    ///
    /// - Parameter keeping: Rows that certainly were not sent, so that what is known of them stays.
    func release(job: Int64, of scope: StockScope, keeping: StockBatch?, now: Date) async throws(StoreError)

    /// How far the shop's catalogue has been read; nil before it ever was.
    func catalogue(shop: Int64) async throws(StoreError) -> CatalogueState?

    /// Stores a page of the catalogue; at its end items that were not in it are forgotten.
    func saveCatalogue(_ items: [CatalogueItem], _ state: CatalogueState, shop: Int64, now: Date)
        async throws(StoreError)

    /// Replaces what is known of some SKUs by what a search for them found.
    func saveSearch(for skus: [SKU], _ items: [CatalogueItem], shop: Int64, now: Date)
        async throws(StoreError)

    /// The next items of the nightly verification, 250 at most; empty at its end.
    func unverified(_ scope: StockScope, after: String?) async throws(StoreError) -> [VerifiedItem]

    /// When a channel's last verification was complete, and where one that is under way stands.
    func verification(channel: String) async throws(StoreError) -> (doneAt: Date?, after: String?)

    /// Remembers how far a verification came; nil = complete.
    func saveVerification(channel: String, after: String?, now: Date) async throws(StoreError)
}

/// A channel's place in a shop.
package struct StockScope: Sendable, Equatable {
    package var channel: String
    package var shop: Int64
    package var location: ShopifyID

    package init(channel: String, shop: Int64, location: ShopifyID) {
        self.channel = channel
        self.shop = shop
        self.location = location
    }
}

/// What is stored about one SKU of a channel.
package struct StockCase: Sendable {
    package var sku: SKU
    /// Moves whenever the SKU becomes due: a decision made of older facts must not put it off.
    package var version: Int64
    package var state: StockState
    package var reason: String
    package var since: Date
    package var target: Int?
    /// The newest level that Shopify confirmed.
    package var sent: StockSent?
    /// Every site's, whether it counts or not.
    package var levels: [StockLevel]
    package var claims: [StockClaim]
    /// The shop's items that carry the SKU, and what was seen of them; several = duplicates.
    package var items: [Item]

    package struct Item: Sendable {
        package var id: ShopifyID
        package var tracked: Bool
        package var seenAt: Date
        package var view: StockView?

        package init(id: ShopifyID, tracked: Bool, seenAt: Date, view: StockView?) {
            self.id = id
            self.tracked = tracked
            self.seenAt = seenAt
            self.view = view
        }
    }

    package init(
        sku: SKU,
        version: Int64,
        state: StockState,
        reason: String,
        since: Date,
        target: Int?,
        sent: StockSent?,
        levels: [StockLevel],
        claims: [StockClaim],
        items: [Item]
    ) {
        self.sku = sku
        self.version = version
        self.state = state
        self.reason = reason
        self.since = since
        self.target = target
        self.sent = sent
        self.levels = levels
        self.claims = claims
        self.items = items
    }

    /// Whether a time in it lies ahead of our clock, which only one that was set back since can have written.
    package func isAhead(of now: Date) -> Bool {
        let latest = now.addingTimeInterval(1)
        return levels.contains { $0.toldAt > latest || $0.figureSince > latest }
            || claims.contains { $0.acknowledgedAt.map { $0 > latest } ?? false }
    }
}

/// What became of some SKUs.
package struct StockOutcome: Sendable {
    package var marks: [Mark] = []
    package var views: [StockView] = []
    /// Items that Shopify no longer has.
    package var forgotten: [ShopifyID] = []
    /// Items as they were just read.
    package var seen: [CatalogueItem] = []
    /// SKUs to be looked at again at once, whatever is known of them.
    package var due: [SKU] = []

    package init() {}

    package var isEmpty: Bool {
        marks.isEmpty && views.isEmpty && forgotten.isEmpty && seen.isEmpty && due.isEmpty
    }

    package struct Mark: Sendable, Equatable {
        package var sku: SKU
        /// Of the facts that were decided by; nil makes the SKU due at once.
        package var version: Int64?
        package var state: StockState
        package var reason: String
        package var target: Int?
        package var confirmed: Int?
        /// What Shopify confirmed; nil where nothing of it is news.
        package var sent: StockSent?
        /// When to look again; nil = when something new is told.
        package var dueAt: Date?
        /// The job that holds the SKU from now on.
        package var job: Int64?

        package init(sku: SKU, version: Int64?, state: StockState, reason: String, dueAt: Date?) {
            self.sku = sku
            self.version = version
            self.state = state
            self.reason = reason
            self.dueAt = dueAt
        }
    }
}

/// How far a shop's catalogue has been read.
package struct CatalogueState: Sendable, Equatable {
    package var begunAt: Date
    /// Where the next page begins, while it is being read.
    package var next: String?
    /// When it was last read to its end.
    package var readAt: Date?

    package init(begunAt: Date, next: String?, readAt: Date?) {
        self.begunAt = begunAt
        self.next = next
        self.readAt = readAt
    }
}

/// An item to be compared with Shopify.
package struct VerifiedItem: Sendable {
    package var sku: SKU
    package var id: ShopifyID
    package var view: StockView?

    package init(sku: SKU, id: ShopifyID, view: StockView?) {
        self.sku = sku
        self.id = id
        self.view = view
    }
}
