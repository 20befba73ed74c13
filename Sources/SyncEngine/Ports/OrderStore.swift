package import Foundation

/// Where orders are kept: what the engine needs of the database.
///
/// Every method is one transaction; a thrown error means that nothing of it happened, or, after a
/// failed commit, that it may have: all of them can be repeated.
package protocol OrderStore: Sendable {
    /// Makes the shop known by its gid, or renews what is known of it, and returns its record.
    func openShop(domain: String, identity: ShopIdentity) async throws(StoreError) -> ShopRecord

    /// What is stored of a shop; nil before its first sync.
    func findShop(_ gid: ShopifyID) async throws(StoreError) -> ShopRecord?

    /// What is stored of the shop at an address; nil before its first sync.
    func findShop(domain: String) async throws(StoreError) -> ShopRecord?

    /// Replaces the shop's locations.
    func saveLocations(_ locations: [ShopLocation], shop: Int64) async throws(StoreError)

    /// What is stored of a channel of a shop.
    func facts(of channel: String, shop: Int64) async throws(StoreError) -> ChannelFacts

    /// What a shop's orders have shown of personal data.
    func personalData(shop: Int64) async throws(StoreError) -> PersonalDataSight

    /// Accepts a start date.
    func acceptStartDate(_ start: StartDate, of channel: String, shop: Int64) async throws(StoreError)

    /// Of these versions, those that the store does not have.
    func unstored(_ versions: [OrderVersion], shop: Int64) async throws(StoreError) -> [OrderVersion]

    /// Stores a batch, judges each order in its own savepoint, and moves the watermark: all or nothing.
    func importBatch(_ batch: ImportBatch) async throws(StoreError) -> ImportReport

    /// Judges as ``importBatch(_:)`` would, and writes nothing.
    func rehearse(_ batch: ImportBatch) async throws(StoreError) -> ImportReport

    /// Orders to be looked at again by now, the most overdue first.
    func revisits(shop: Int64, dueBy now: Date, limit: Int) async throws(StoreError) -> [ShopifyID]

    /// When the next order is to be looked at again; nil where none is.
    func nextRevisit(shop: Int64) async throws(StoreError) -> Date?

    /// Remembers how the polls of a shop went.
    func saveHealth(_ health: ShopHealth, domain: String) async throws(StoreError)

    /// Judges stored orders again, a page at a time, those placed in the span only.
    func rejudge(_ request: RejudgeRequest) async throws(StoreError) -> RejudgeReport

    /// The digest of the settings that the last complete re-judging used; nil before the first.
    func judgedDigest(shop: Int64) async throws(StoreError) -> String?

    /// Remembers that all recent orders were judged by these settings.
    func saveJudgedDigest(_ digest: String, shop: Int64) async throws(StoreError)

    /// Versions changed in the span that the store has, by id.
    func versions(shop: Int64, from: Date, to: Date) async throws(StoreError) -> [OrderVersion]

    /// Remembers when the last sweep was complete.
    func saveSweep(at: Date, shop: Int64) async throws(StoreError)

    /// The shop's unfinished backfills, oldest first.
    func openBackfills(shop: Int64) async throws(StoreError) -> [Backfill]

    /// Stores how far a backfill came.
    func saveBackfill(_ backfill: Backfill) async throws(StoreError)

    /// Holds orders that KCC may have and that other shops have under these channels' names, which are this shop's now.
    func holdOrders(under names: Set<String>, besides shop: Int64, now: Date) async throws(StoreError)

    /// Fails unless the database answers.
    func ping() async throws(StoreError)
}

/// What is stored of a shop.
package struct ShopRecord: Sendable, Equatable {
    /// Our own number of the shop.
    package var id: Int64
    package var gid: ShopifyID
    package var domain: String
    package var timeZone: String
    package var currency: String
    /// The greatest `updatedAt` listed whose order is stored; nil before the first.
    package var watermark: Date?
    package var sweptAt: Date?

    package init(
        id: Int64,
        gid: ShopifyID,
        domain: String,
        timeZone: String,
        currency: String,
        watermark: Date?,
        sweptAt: Date?
    ) {
        self.id = id
        self.gid = gid
        self.domain = domain
        self.timeZone = timeZone
        self.currency = currency
        self.watermark = watermark
        self.sweptAt = sweptAt
    }

    package var zone: TimeZone { .ofShop(timeZone) }
}

/// A channel's start: the day that was configured, if one was, and the instant it means.
package struct StartDate: Sendable, Equatable, Codable {
    /// Nil where the default, seven days before the first sync, was fixed.
    package var configured: String?
    package var instant: Date
    /// When the channel synced first; nil where an older version did not record it.
    package var firstSync: Date?

    package init(configured: String?, instant: Date, firstSync: Date?) {
        self.configured = configured
        self.instant = instant
        self.firstSync = firstSync
    }
}

/// Orders read together, to be stored together.
package struct ImportBatch: Sendable {
    package var shop: Int64
    package var entries: [OrderReading.Entry]
    /// Shopify's clock when the orders were read.
    package var readAt: Date
    /// Our clock.
    package var now: Date
    /// Where the listing may begin next time; nil leaves the watermark as it is.
    package var watermark: Date?
    /// The channel whose backfill the orders come from, so that their date does not matter there.
    package var backfill: String?
    /// Whether orders older than sixty days can be read.
    package var readsAllOrders = false
    package var judge: Judge

    package init(shop: Int64, entries: [OrderReading.Entry], readAt: Date, now: Date, judge: Judge) {
        self.shop = shop
        self.entries = entries
        self.readAt = readAt
        self.now = now
        self.judge = judge
    }
}

/// What became of a batch.
package struct ImportReport: Sendable, Equatable {
    /// Orders that are new, or whose content or state changed.
    package var events: [OrderEvent] = []
    /// Orders that were the same as stored, or older.
    package var unchanged = 0

    package init() {}

    package static func += (left: inout ImportReport, right: ImportReport) {
        left.events += right.events
        left.unchanged += right.unchanged
    }
}

/// What happened to one order.
package struct OrderEvent: Sendable, Equatable {
    package enum Change: String, Sendable {
        /// Seen for the first time, or in another state than before.
        case judged
        /// Same state, new content.
        case updated
        /// Changed after KCC, or whoever exported it, had it.
        case changedAfterHandOff = "changed_after_handoff"
        /// Shopify no longer has it.
        case gone
    }

    package var change: Change
    package var id: ShopifyID
    package var name: String
    package var channel: String
    package var state: OrderState
    package var reason: ReasonCode?
    /// What decided, or which fields changed; for the journal, so without a person's data.
    package var detail: String
    /// Where it stands between us and the ERP.
    package var handOff: HandOff

    package init(
        _ change: Change,
        id: ShopifyID,
        name: String,
        channel: String,
        state: OrderState,
        reason: ReasonCode?,
        detail: String = "",
        handOff: HandOff = .none
    ) {
        self.change = change
        self.handOff = handOff
        self.id = id
        self.name = name
        self.channel = channel
        self.state = state
        self.reason = reason
        self.detail = detail
    }
}

/// How a shop's polls have been going.
package struct ShopHealth: Sendable, Equatable, Codable {
    package var lastPollAt: Date?
    /// The last error's code and words; nil while all is well.
    package var errorCode: String?
    package var error: String?
    package var remedy: String?
    package var errorSince: Date?
    /// Whether a person has to mend something before the shop is polled normally again.
    package var paused = false
    package var warnings: [String] = []
    package var scopes: [String] = []
    package var answeredVersion: String?
    package var supportedVersions: [String] = []

    package init() {}
}

/// Which stored orders to judge again.
package struct RejudgeRequest: Sendable {
    package var shop: Int64
    package var judge: Judge
    package var now: Date
    /// Placed at or after.
    package var from: Date
    /// Placed before.
    package var before: Date
    /// Continue behind this order of ours; 0 begins.
    package var afterRow: Int64 = 0
    /// Orders per transaction.
    package var limit = 200
    /// Count what would change, and write nothing.
    package var rehearse = false
    package var selection = Selection.all

    /// Which of the shop's orders.
    package enum Selection: Sendable, Equatable {
        /// All that were placed in the span.
        case all
        /// Those that are not handed off yet, whenever they were placed.
        case toHandOff
        /// All others that were placed in the span.
        case others
        /// Those of a channel that a rule refused for this reason, whenever they were placed.
        case refused(ReasonCode, channel: String)
    }

    package init(shop: Int64, judge: Judge, now: Date, from: Date, before: Date) {
        self.shop = shop
        self.judge = judge
        self.now = now
        self.from = from
        self.before = before
    }
}

/// How one page of re-judging went.
package struct RejudgeReport: Sendable, Equatable {
    package var report = ImportReport()
    package var looked = 0
    /// Where to go on; nil at the end.
    package var next: Int64?

    package init() {}
}

/// An operator's wish to have old orders looked at, and how far it has come.
package struct Backfill: Sendable, Equatable, Codable {
    package var id: Int64
    package var shop: Int64
    package var channel: String
    package var from: Date
    package var to: Date
    /// Everything placed before this is done.
    package var position: Date
    package var listed: Int
    package var imported: Int
    package var refused: Int
    package var failed: Int
    package var finishedAt: Date?

    package init(id: Int64, shop: Int64, channel: String, from: Date, to: Date) {
        self.id = id
        self.shop = shop
        self.channel = channel
        self.from = from
        self.to = to
        self.position = from
        self.listed = 0
        self.imported = 0
        self.refused = 0
        self.failed = 0
        self.finishedAt = nil
    }
}
