package import Foundation

/// One Shopify store, as the engine needs it.
///
/// An implementation authenticates, paces itself by the shop's cost bucket, completes lists that
/// Shopify cut off, and classifies every failure once, as a ``ShopError``. Calls may come from any
/// task; more important ones overtake less important ones that still wait for points.
package protocol Shop: Sendable {
    /// Asks who the shop is and what our credentials may do there.
    func identity() async throws(ShopError) -> ShopIdentity

    /// Reads all locations, inactive ones and fulfilment services included.
    func locations() async throws(ShopError) -> [ShopLocation]

    /// Lists versions of orders by time of change, oldest first, one page a call.
    func list(_ request: OrderListRequest) async throws(ShopError) -> OrderListPage

    /// Reads whole orders, at most 250 a call, from Shopify's database rather than its search index.
    func read(_ ids: [ShopifyID], importance: Importance) async throws(ShopError) -> OrderReading

    /// What is known of the API budget without asking.
    var budget: ShopBudget { get async }
}

/// Which request goes first when points are short.
package enum Importance: Int, Sendable, Comparable {
    case background
    case backfill
    case stock
    case fulfilment
    case polling
    case operatorAsked

    package static func < (left: Importance, right: Importance) -> Bool { left.rawValue < right.rawValue }
}

/// What a shop says of itself and of our access to it.
package struct ShopIdentity: Sendable, Equatable {
    package var id: ShopifyID
    package var name: String
    package var domain: String
    /// An IANA name such as `Europe/London`.
    package var timeZone: String
    package var currency: String
    /// Handles such as `read_orders`.
    package var scopes: Set<String>
    /// Versions that Shopify supports today, oldest first; empty where it does not tell.
    package var supportedVersions: [String]
    /// The version that answered, which is not the one asked for when that has expired.
    package var answeredVersion: String?
    /// Shopify's clock less ours, when the answer arrived; nil where it told no time.
    package var clockSkew: Duration?
    package var roundTrip: Duration

    package init(
        id: ShopifyID,
        name: String,
        domain: String,
        timeZone: String,
        currency: String,
        scopes: Set<String>,
        supportedVersions: [String] = [],
        answeredVersion: String? = nil,
        clockSkew: Duration? = nil,
        roundTrip: Duration = .zero
    ) {
        self.id = id
        self.name = name
        self.domain = domain
        self.timeZone = timeZone
        self.currency = currency
        self.scopes = scopes
        self.supportedVersions = supportedVersions
        self.answeredVersion = answeredVersion
        self.clockSkew = clockSkew
        self.roundTrip = roundTrip
    }
}

extension ShopIdentity {
    /// What an operator should know where Shopify's answers tell no time.
    package static let noClockWarning =
        "Shopify's answers carry no Date header, so stock levels are timed by this machine's clock; check that a proxy does not remove the header, and keep the clock right: timedatectl set-ntp true"
}

/// A place that a shop keeps stock at or sells from.
package struct ShopLocation: Sendable, Equatable, Codable {
    package var id: ShopifyID
    package var name: String
    package var active: Bool
    package var fulfilmentService: Bool

    package init(id: ShopifyID, name: String, active: Bool, fulfilmentService: Bool = false) {
        self.id = id
        self.name = name
        self.active = active
        self.fulfilmentService = fulfilmentService
    }

    /// Whether a configuration's `channel_location` means this location: by name, number or gid.
    package func matches(_ text: String) -> Bool {
        name == text || id.gid == text || id.number == Substring(text)
    }
}

/// One page of a listing.
package struct OrderListRequest: Sendable {
    /// Changed, or placed, at or after this instant, to the second.
    package var since: Date
    /// Changed, or placed, at or before this instant; nil = up to now.
    package var until: Date?
    /// By when they were placed (`processedAt`) instead of by time of change: what a backfill lists.
    package var byPlacing = false
    /// Where the page before ended.
    package var after: String?
    /// Orders per page, 1 to 250.
    package var pageSize: Int
    package var importance: Importance

    package init(since: Date, pageSize: Int, importance: Importance, until: Date? = nil, after: String? = nil)
    {
        self.since = since
        self.pageSize = pageSize
        self.importance = importance
        self.until = until
        self.after = after
    }
}

/// Versions of orders, oldest change first.
package struct OrderListPage: Sendable {
    package var versions: [OrderVersion]
    /// Where the next page begins; nil on the last.
    package var next: String?
    /// Shopify's clock when it answered, less the time that the answer took: all that its index held then is listed.
    ///
    /// Nil where the answer told no time.
    package var askedAt: Date?
    /// Shopify's clock less ours when the answer arrived, in seconds; nil where it told no time.
    package var clockSkew: TimeInterval?

    package init(
        versions: [OrderVersion],
        next: String?,
        askedAt: Date? = nil,
        clockSkew: TimeInterval? = nil
    ) {
        self.versions = versions
        self.next = next
        self.askedAt = askedAt
        self.clockSkew = clockSkew
    }
}

/// What reading a batch of orders gave.
package struct OrderReading: Sendable {
    /// One entry for each id asked for, in that order.
    package var entries: [Entry]
    /// Shopify's clock when it answered; our own where its answer did not carry the time.
    package var readAt: Date
    /// From the request's start to the answer's end, waiting for points not included.
    package var elapsed: Duration
    /// The body's size after decompression.
    package var bytes: Int
    /// Points that Shopify charged.
    package var points: Int

    package init(entries: [Entry], readAt: Date, elapsed: Duration = .zero, bytes: Int = 0, points: Int = 0) {
        self.entries = entries
        self.readAt = readAt
        self.elapsed = elapsed
        self.bytes = bytes
        self.points = points
    }

    /// One order of a batch.
    package enum Entry: Sendable {
        case order(Order)
        /// Deleted, or older than we may read.
        case missing(ShopifyID)
        /// Came in a shape that we cannot take; the text says what was expected where.
        case unreadable(ShopifyID, String)

        package var id: ShopifyID {
            switch self {
            case .order(let order): order.id
            case .missing(let id), .unreadable(let id, _): id
            }
        }
    }
}

/// The state of a shop's cost bucket as of the last answer.
package struct ShopBudget: Sendable, Equatable {
    /// Points that can be spent at once.
    package var available: Int
    package var capacity: Int
    /// Points that come back per second.
    package var restoreRate: Int
    /// Points charged since the process began.
    package var spent: Int
    package var requests: Int

    package init(available: Int, capacity: Int, restoreRate: Int, spent: Int, requests: Int) {
        self.available = available
        self.capacity = capacity
        self.restoreRate = restoreRate
        self.spent = spent
        self.requests = requests
    }
}
