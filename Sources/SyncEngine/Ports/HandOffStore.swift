package import Foundation

/// What the KCC link needs of the database.
///
/// Every method is one transaction unless it says otherwise, and all can be repeated: KCC sends again whatever was not
/// answered.
package protocol HandOffStore: Sendable {
    /// Makes the store agree with the channel's settings: mapped sites, when an order counts as known, and what could not be
    /// mapped with other settings.
    ///
    /// Called once for each configuration, before anything else.
    func open(_ channel: LinkedChannel, now: Date) async throws(StoreError)

    /// Takes up what KCC's position proves, and chooses the orders of its next page.
    ///
    /// - Parameter limit: Orders of the page at most.
    func beginPage(_ channel: LinkedChannel, _ continuation: Continuation, limit: Int, now: Date)
        async throws(StoreError) -> PageDraft

    /// Reads orders whole, in the order of their numbers' list; those that are not offered any more are left out.
    func offered(_ rows: [Int64]) async throws(StoreError) -> [OfferedOrder]

    /// Records a page before it is answered: what is on it, and what could not be mapped.
    ///
    /// - Returns: Its position; nil where an order has changed since it was read, and nothing was recorded.
    func commit(_ orders: ServedOrders, of draft: PageDraft, channel: LinkedChannel, now: Date)
        async throws(StoreError) -> PagePosition?

    /// Reads the orders of a channel's shop that KCC names, whether it took them before or not.
    func named(_ references: [String], channel: LinkedChannel) async throws(StoreError) -> [OfferedOrder]

    /// Records that KCC asked for orders again by name: they are not acknowledged any more, and KCC has this revision now.
    ///
    /// - Returns: False where an order has changed since it was read, and nothing was recorded.
    func commitNamed(_ orders: ServedOrders, channel: LinkedChannel, now: Date) async throws(StoreError)
        -> Bool

    /// Takes up KCC's reports of orders, all or none.
    func take(_ reports: [OrderReport], of channel: LinkedChannel, now: Date) async throws(StoreError)
        -> ReportOutcome

    /// Gives a request its place in the order of arrival.
    func arrive(at now: Date) -> Arrival

    /// Stores KCC's levels, all or none.
    ///
    /// - Parameter body: Tells the request apart from others: one that KCC repeats because it could not be stored, or because
    ///   it got no answer, keeps the place of its first arrival.
    func take(_ levels: [LevelReportRow], of channel: LinkedChannel, body: String, arrival: Arrival)
        async throws(StoreError) -> ReportOutcome

    /// The answer to an upload has gone out: a body of the same content is a new one from now on.
    func delivered(_ body: String, channel: String)

    /// Writes down which answers have gone out and which bodies could not be stored, unless a request has taken that along.
    func settleDeliveries() async throws(StoreError)

    /// Takes KCC's stock codes and deletions, all or none.
    ///
    /// - Parameter body: As with levels.
    func take(
        _ items: [StockItemReport],
        deleted: [String],
        of channel: LinkedChannel,
        body: String,
        arrival: Arrival
    ) async throws(StoreError) -> ReportOutcome

    /// Keeps a body that could not be read, the first bytes of it, once.
    func keepUnreadable(_ body: UnreadableBody, channel: String, now: Date) async throws(StoreError)
        -> [Notice]

    /// Notes what a person has to look at.
    ///
    /// - Returns: Whether it is new.
    func raise(_ notice: Notice) async throws(StoreError) -> Bool

    /// Takes up reports of orders that were not known when they came, and are now.
    func adoptOrphans(_ channel: LinkedChannel, now: Date) async throws(StoreError) -> ReportOutcome
}

/// Orders that could make KCC's next page.
package struct PageDraft: Sendable, Equatable {
    /// Our numbers of them, in the order of the hand-off; all of customers with a URN, or all without.
    package var rows: [Int64]
    /// From when on orders are wanted; nil = all.
    package var start: Date?
    /// KCC's position where another store gave it: nothing is served, and it is answered unchanged.
    package var foreign: String?
    /// KCC's position, if it is one of ours; an empty page answers it unchanged.
    package var answers: PagePosition?
    /// Orders that KCC's position acknowledged.
    package var acknowledged: Int
    package var notices: [Notice]

    package init(
        rows: [Int64] = [],
        start: Date? = nil,
        foreign: String? = nil,
        answers: PagePosition? = nil,
        acknowledged: Int = 0,
        notices: [Notice] = []
    ) {
        self.rows = rows
        self.start = start
        self.foreign = foreign
        self.answers = answers
        self.acknowledged = acknowledged
        self.notices = notices
    }
}

/// What became of orders that were mapped for an answer.
package struct ServedOrders: Sendable {
    /// An order that is in the answer, with the revision that KCC gets.
    package struct Entry: Sendable {
        package var row: Int64
        package var revision: Int
        /// What was cut or left out to fit KCC, a line each, without a person's data.
        package var remarks: [String]

        package init(row: Int64, revision: Int, remarks: [String]) {
            self.row = row
            self.revision = revision
            self.remarks = remarks
        }
    }

    /// An order that cannot be sent as it is.
    package struct Refusal: Sendable {
        package var row: Int64
        package var revision: Int
        package var problem: String
        package var remedy: String

        package init(row: Int64, revision: Int, problem: String, remedy: String) {
            self.row = row
            self.revision = revision
            self.problem = problem
            self.remedy = remedy
        }
    }

    package var entries: [Entry]
    package var refusals: [Refusal]

    package init(entries: [Entry], refusals: [Refusal]) {
        self.entries = entries
        self.refusals = refusals
    }
}

/// What an upload of KCC's changed.
package struct ReportOutcome: Sendable, Equatable {
    /// Shipments that are queued now, or whose tracking is.
    package var despatches = 0
    /// Orders that a status confirmed for the first time.
    package var confirmed = 0
    package var levels = LevelReport()
    /// Notices that are new.
    package var notices: [Notice] = []

    package init() {}
}

/// One row of KCC's stock level upload.
package struct LevelReportRow: Sendable, Equatable {
    package var stockCode: SKU
    /// KCC's id of the item, which a new stock code does not change.
    package var stockID: String
    package var siteID: String
    /// Nil where KCC tells no figure: what is known stays.
    package var level: Amount?
    /// What KCC sent in place of a figure; nil where it sent none.
    package var found: String?

    package init(stockCode: SKU, stockID: String, siteID: String, level: Amount?) {
        self.stockCode = stockCode
        self.stockID = stockID
        self.siteID = siteID
        self.level = level
    }
}

/// One of KCC's stock items, as far as we look at it.
package struct StockItemReport: Sendable, Equatable {
    package var stockID: String
    package var stockCode: SKU
    package var otherRef: String?
    package var barcodes: [String]

    package init(stockID: String, stockCode: SKU, otherRef: String?, barcodes: [String]) {
        self.stockID = stockID
        self.stockCode = stockCode
        self.otherRef = otherRef
        self.barcodes = barcodes
    }
}

/// An upload that is no JSON or XML, or not what its address takes.
package struct UnreadableBody: Sendable, Equatable {
    /// Such as `statuses`.
    package var endpoint: String
    package var digest: String
    /// Its whole size in bytes.
    package var size: Int
    /// Its beginning, for diagnosis.
    package var beginning: [UInt8]
    /// What is wrong with it.
    package var problem: String

    package init(endpoint: String, digest: String, size: Int, beginning: [UInt8], problem: String) {
        self.endpoint = endpoint
        self.digest = digest
        self.size = size
        self.beginning = beginning
        self.problem = problem
    }
}
