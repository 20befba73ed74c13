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
    package var sku: String
    /// KCC's site; empty where the teller names none.
    package var site: String
    package var level: Amount
    /// As of when, by our clock: t_L.
    package var toldAt: Date
    /// As of when this figure was told first: a repetition says nothing new.
    package var figureSince: Date
    package var source: Source

    package init(
        channel: String,
        sku: String,
        site: String = "",
        level: Amount,
        toldAt: Date,
        source: Source
    ) {
        self.channel = channel
        self.sku = sku
        self.site = site
        self.level = level
        self.toldAt = toldAt
        figureSince = toldAt
        self.source = source
    }
}

/// What telling some levels changed.
package struct LevelReport: Sendable, Equatable {
    /// New, or another figure than before.
    package var changed = 0
    /// The figure of before, as of a later time.
    package var same = 0
    /// As of an earlier time than what is known: left out.
    package var older = 0

    package init() {}

    package static func += (left: inout LevelReport, right: LevelReport) {
        left.changed += right.changed
        left.same += right.same
        left.older += right.older
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

    /// Whether an operator has to know.
    package var isTrouble: Bool {
        switch self {
        case .waiting, .confirmed, .notListed: false
        case .unknownSKU, .notTracked, .notStocked, .duplicateSKU, .refused: true
        }
    }
}

/// How a channel's SKUs stand.
package struct StockSummary: Sendable {
    package var channel: String
    package var counts: [StockState: Int]
    /// Whether an order of the channel was ever acknowledged.
    package var handsOff: Bool
    /// Orders that nobody has taken for more than a day, and their units, which are held back meanwhile.
    package var stalled = (orders: 0, units: 0)

    package init(channel: String, counts: [StockState: Int], handsOff: Bool) {
        self.channel = channel
        self.counts = counts
        self.handsOff = handsOff
    }
}

/// One row of `stock list`.
package struct StockRow: Sendable, Equatable {
    package var channel: String
    package var sku: String
    /// The sum over the sites that have told one.
    package var level: Amount
    package var target: Int?
    package var confirmed: Int?
    package var confirmedAt: Date?
    package var state: StockState
    package var reason: String

    package init(channel: String, sku: String, level: Amount, state: StockState, reason: String) {
        self.channel = channel
        self.sku = sku
        self.level = level
        self.state = state
        self.reason = reason
    }
}
