import Foundation
import SyncEngine

/// What a command asks of whoever may write the order store: the running daemon, or itself under the daemon's lock.
enum ControlCommand: Codable, Sendable {
    case reload
    case vitals
    case orders(OrderVerb, references: [String])
    case ignoreBefore(channel: String, date: DayOrInstant)
    case reimportSince(channel: String, date: DayOrInstant)
    case payment(reference: String, amount: String, kind: PaymentKind, note: String?)
    case exported(revisions: [Int64: Int])
    case customers([StoredCustomer])
    case backfill(channel: String, from: DayOrInstant, to: DayOrInstant)
    case progress(backfill: Int64)
    case refreshLocations(channel: String)
    case ask(Question, json: Bool)
    case shipments([ToldShipment])
    /// Says which of a file's shipments, or lines of them, would be rejected, and stores none.
    case tryShipments([ToldShipment])
    /// Stores all of a file's shipments, or none where one or a line of one would be rejected.
    case allShipments([ToldShipment])
    case levels([ToldLevel], source: StockLevel.Source)
    /// Says which of a file's levels would be rejected, and stores none.
    case tryLevels([ToldLevel])
    /// No site = all of the SKU's levels.
    case forgetLevel(channel: String, sku: SKU, site: String?)
    /// No channel = all.
    case retryStock(channel: String?)
    /// No ids = all that are parked or wait.
    case queue(QueueVerb, ids: [Int64])
    /// Takes notices of the KCC link off the list; no ids = all.
    case dismiss(ids: [Int64])
    /// What is to become of all orders that may have been handed over before the store was restored.
    case doubted(OrderVerb, channel: String?)
    case confirmRestoration
    case renameChannel(old: String, new: String)
    case forgetChannel(name: String)
    /// Removes what `[retention]` keeps no longer.
    case purge
    /// Takes out one customer's personal data, or only says what there is.
    ///
    /// `user` is who asks, as the command tells it.
    case redact(customer: String, isRehearsal: Bool, user: UInt32)
}

/// What can be done to jobs of the queue.
enum QueueVerb: String, Codable, Sendable {
    case retry
    case discard
}

/// What can be done to orders by name.
enum OrderVerb: String, Codable, Sendable {
    case ignore
    case reimport
    case refetch
    case ack
    case release
    case settle
    case resend
}

/// What came of it.
struct ControlReply: Codable, Sendable {
    var status: ExitStatus = .done
    /// For standard output, a line each.
    var lines: [String] = []
    /// For standard error, a line each.
    var errors: [String] = []
    /// For standard error, a line each: what was done, and should be known.
    var warnings: [String] = []
    /// For the report of a file, a line each: what became of shipments that were known already.
    var notes: [String]?
    /// Exported orders that have changed since they were read.
    var stale: [Int64] = []
    /// A number that the caller goes on with, such as a backfill's, or how many shipments were taken.
    var number: Int64?
    var levels: LevelCounts?
    var vitals: [LiveShop]?
    var backfill: Backfill?
    var answer: Answer?

    init(lines: [String] = []) {
        self.lines = lines
    }

    init(_ status: ExitStatus, error: String) {
        self.status = status
        errors = [error]
    }

    /// Adds one failure; the worst status wins.
    mutating func fail(_ status: ExitStatus, _ error: String) {
        self.status = max(self.status, status)
        errors.append(error)
    }
}

/// How a shop's loop is doing right now.
struct LiveShop: Codable, Sendable {
    var domain: String
    var health: ShopHealth
    var budget: Budget?
    var tally: PollTally
    /// Why the shop's pushes wait; nil while they do not.
    var pushError: String?
    /// When the last listing began that was stored to its end, by Shopify's clock.
    var listedAt: Date?
    /// Shopify's clock less ours, in seconds.
    var clockSkew: Double
    /// The longest that an order took to show in Shopify's search during the last day, in seconds.
    var indexLag: Double
    /// Since when KCC calls steadily, by channel.
    var linkSteadySince: [String: Date] = [:]

    struct Budget: Codable, Sendable {
        var available: Int
        var capacity: Int
        var restoreRate: Int
        var spent: Int
        var requests: Int
    }

    init(_ vitals: ShopVitals, pushes: ShopVitals?, news: PollNews?) {
        listedAt = news?.polledAt
        clockSkew = news?.skew ?? 0
        indexLag = news?.indexLag.seconds ?? 0
        tally = vitals.tally
        pushError = pushes?.health.error
        domain = vitals.domain
        health = vitals.health
        budget = vitals.budget.map {
            Budget(
                available: $0.available,
                capacity: $0.capacity,
                restoreRate: $0.restoreRate,
                spent: $0.spent,
                requests: $0.requests
            )
        }
    }
}
