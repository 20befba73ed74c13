package import Foundation

/// How much of a SKU KCC has at one of its sites, as somebody told it.
package struct StockLevel: Sendable, Equatable, Codable {
    /// Who told it: it decides how soon a level counts as knowing an order.
    package enum Source: String, Sendable, Codable, CaseIterable {
        case file
        case command
        case kcc
    }

    package var channel: String
    package var sku: SKU
    /// KCC's site; empty where none was named.
    package var site: String
    package var level: Amount
    /// Its place in the order of arrival, which decides what is newer.
    package var arrival: Int64
    /// As of when, by our clock: t_L; it is compared with Shopify's times only.
    package var toldAt: Date
    /// As of when this figure was told first: a repetition says nothing new.
    package var figureSince: Date
    package var source: Source

    package init(
        channel: String,
        sku: SKU,
        site: String = "",
        level: Amount,
        arrival: Int64 = 0,
        toldAt: Date,
        source: Source
    ) {
        self.channel = channel
        self.sku = sku
        self.site = site
        self.level = level
        self.arrival = arrival
        self.toldAt = toldAt
        figureSince = toldAt
        self.source = source
    }

    /// Such as `at MAIN`.
    package var place: String { site.isEmpty ? "without a site" : "at \(site)" }
}

/// What receiving some levels changed.
package struct LevelReport: Sendable, Equatable {
    /// New, or another figure than before.
    package var changed = 0
    /// The figure of before, received again.
    package var same = 0
    /// Arrived before what is known, or is of an older file: left out.
    package var older = 0
    /// Places of the older ones among the levels that were given.
    package var leftOut: [Int] = []
    /// Without a site although the SKU has levels with one: left out.
    package var siteless: [Siteless] = []

    /// A level without a site, and the levels that the SKU has.
    package struct Siteless: Sendable, Equatable {
        /// The level's place among those that were given.
        package var index: Int
        package var known: [StockLevel]

        package init(index: Int, known: [StockLevel]) {
            self.index = index
            self.known = known
        }
    }

    package init() {}

    package static func += (left: inout LevelReport, right: LevelReport) {
        left.changed += right.changed
        left.same += right.same
        left.older += right.older
        left.leftOut += right.leftOut
        left.siteless += right.siteless
    }
}

/// How a SKU of a channel stands with Shopify.
package enum StockState: String, Sendable, Codable, CaseIterable {
    /// Something is to be done, or waited for; the reason says what.
    case waiting
    /// Shopify offers the target.
    case confirmed
    /// Shopify has no variant with that SKU.
    case unknownSKU = "unknown_sku"
    /// Shopify does not count its stock.
    case notTracked = "not_tracked"
    /// It is not stocked at the channel's location.
    case notStocked = "not_stocked"
    /// Several variants carry the SKU: all are set to the target, and together may sell more than there is.
    case duplicateSKU = "duplicate_sku"
    /// Shopify refused it; the reason holds its words.
    case refused
    /// `upload = "listed"`, and the SKU is not.
    case notListed = "not_listed"
    /// Its levels are all at sites that do not count for the channel.
    case notCounted = "not_counted"

    /// Whether an operator has to know.
    package var isTrouble: Bool {
        switch self {
        case .waiting, .confirmed, .notListed: false
        case .unknownSKU, .notTracked, .notStocked, .duplicateSKU, .refused, .notCounted: true
        }
    }
}

/// How a channel's SKUs stand.
package struct StockSummary: Sendable {
    package var channel: String
    package var counts: [StockState: Int]
    /// Orders that nobody has taken for more than a day, and their units, which are held back meanwhile.
    package var stalled = (orders: 0, units: 0)
    /// Why nothing can be sent for the whole channel, such as an inactive location.
    package var problem: StockProblem?

    package init(channel: String, counts: [StockState: Int]) {
        self.channel = channel
        self.counts = counts
    }
}

/// Why no level of a channel can be sent.
package struct StockProblem: Sendable, Equatable {
    package var text: String
    /// By our clock.
    package var since: Date

    package init(text: String, since: Date) {
        self.text = text
        self.since = since
    }
}

/// One row of `stock list`.
package struct StockRow: Sendable, Equatable {
    package var channel: String
    package var sku: SKU
    /// Every site's, whether it counts or not.
    package var levels: [StockLevel] = []
    package var target: Int?
    package var confirmed: Int?
    package var confirmedAt: Date?
    package var state: StockState
    package var reason: String

    package init(channel: String, sku: SKU, state: StockState, reason: String) {
        self.channel = channel
        self.sku = sku
        self.state = state
        self.reason = reason
    }
}
