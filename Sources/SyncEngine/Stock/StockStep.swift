package import Foundation

/// Brings a shop's levels to Shopify, by the stock protocol: one batch a call, one location after another.
package actor StockStep: PushStep {
    let shop: any StockShop
    let store: any StockStore
    let queue: any PushQueue
    let log: any EventLog
    let now: @Sendable () -> Date
    /// Since when KCC has been calling for a channel without a gap; nil where it does not.
    let linkSteadySince: @Sendable (String) -> Date?
    let newKey: @Sendable () -> String
    /// The channel that is looked at first, so that each has its turn.
    private var turn = 0
    /// When a batch whose outcome is open is to be sent again.
    private var retryAt: Date?

    /// - Parameters:
    ///   - linkSteadySince: For a channel's name; nil without a KCC link.
    ///   - newKey: A new idempotency key at each call.
    package init(
        shop: any StockShop,
        store: any StockStore,
        queue: any PushQueue,
        log: any EventLog,
        now: @escaping @Sendable () -> Date,
        linkSteadySince: @escaping @Sendable (String) -> Date? = { _ in nil },
        newKey: @escaping @Sendable () -> String = { UUID().uuidString }
    ) {
        self.shop = shop
        self.store = store
        self.queue = queue
        self.log = log
        self.now = now
        self.linkSteadySince = linkSteadySince
        self.newKey = newKey
    }

    /// SKUs looked at together, and rows of a batch: what Shopify takes at once.
    static let most = 250

    package func work(_ news: PollNews) async throws -> Date? {
        // What Shopify would refuse is not asked for; the shop's warnings say so.
        guard news.identity.granted.canSetStock else { return nil }
        // A batch whose outcome is open goes first: nothing newer may overtake it.
        if let job = try await queue.claim(
            .stock,
            shop: news.shop.id,
            resting: news.resting,
            now: now()
        ) {
            try await resume(job, news)
            return .distantPast
        }
        let channels = news.channels.stockSenders
        guard !channels.isEmpty else { return nil }
        turn = (turn + 1) % channels.count
        var next: [Date] = retryAt.map { [$0] } ?? []
        for offset in channels.indices {
            let channel = channels[(turn + offset) % channels.count]
            guard let round = StockRound(channel, news) else { continue }
            if try await work(round) { return .distantPast }
            if let due = try await store.nextDue(channel: round.scope.channel) { next.append(due) }
        }
        // What is due by now and could not be done waits for something: a second is soon enough.
        return next.min().map { max($0, now().addingTimeInterval(1)) }
    }

    /// Notes when an open batch is due again.
    func putOff(until date: Date) { retryAt = date }

    /// Does one thing for a channel; false where nothing was due.
    private func work(_ round: StockRound) async throws -> Bool {
        try await store.open(round.scope, digest: round.digest, now: now())
        let due = try await store.due(round.scope, now: now(), limit: Self.most)
        guard !due.cases.isEmpty else { return try await verify(round) }
        let (known, unknown) = Self.parted(due.cases, by: round.settings.stock)
        if try await map(unknown, round) { return true }
        var plan = StockPlan(round, inquiry(round), now: now())
        for entry in due.cases where !round.settings.stock.covers(entry.sku) {
            plan.mark(entry, .notListed, "upload is \"listed\", and the SKU is not", dueAt: nil)
        }
        for entry in known { plan.add(entry, handingOff: due.handingOff) }
        note(plan.outcome.marks, was: known, round)
        try await store.record(plan.outcome, of: round.scope, now: now())
        // Figures that can be sent go first; what has to be read or stocked can be sent in the next round.
        if !plan.sets.isEmpty { try await send(plan.sets, adjusts: false, round) }
        if !plan.adjustments.isEmpty { try await send(plan.adjustments, adjusts: true, round) }
        if !plan.activations.isEmpty { try await activate(plan.activations, round) }
        if !plan.reads.isEmpty { try await read(plan.reads, round) }
        return true
    }

    private func inquiry(_ round: StockRound) -> StockInquiry {
        var inquiry = StockInquiry(
            scope: round.scope,
            rules: round.settings.stock,
            locations: round.news.channels.reduce(into: [:]) { $0[$1.settings.name] = $1.location?.id }
        )
        inquiry.linked = Set(round.news.channels.map(\.settings).filter { $0.kcc != nil }.map(\.name))
        inquiry.linkSteadySince = linkSteadySince(round.scope.channel)
        inquiry.polledAt = round.news.polledAt
        inquiry.greatestLag = round.news.indexLag
        inquiry.skew = round.skew
        return inquiry
    }

    /// Cases with an item in Shopify, and those without; what is not listed is neither.
    private static func parted(_ cases: [StockCase], by rules: StockRules) -> ([StockCase], [StockCase]) {
        let covered = cases.filter { rules.covers($0.sku) }
        return (covered.filter { !$0.items.isEmpty }, covered.filter(\.items.isEmpty))
    }

    // MARK: Reading

    /// Reads what Shopify offers of some items.
    private func read(_ reads: [StockPlan.Read], _ round: StockRound) async throws {
        let reads = Array(reads.prefix(Self.most))
        let reading = try await shop.levels(of: reads.map(\.item), at: round.scope.location)
        var outcome = StockOutcome()
        for (read, entry) in zip(reads, reading.entries) {
            outcome.take(entry, before: read.view, at: reading.moment, moved: read.moved)
        }
        try await store.record(outcome, of: round.scope, now: now())
    }

    /// Stocks items at the location, a few a call: each takes a request of its own.
    private func activate(_ entries: [StockPlan.Activation], _ round: StockRound) async throws {
        var outcome = StockOutcome()
        for entry in entries.prefix(10) {
            let words = try await shop.activate(entry.item, at: round.scope.location, key: newKey())
            // Read again where Shopify did it; an item that is not there even then is not stocked over and over.
            outcome.marks.append(
                StockOutcome.Mark(
                    sku: entry.from.sku,
                    version: entry.from.version,
                    state: .notStocked,
                    reason: words.map { "Shopify says: \($0)" } ?? "",
                    dueAt: words == nil ? now() : now().addingTimeInterval(Self.day)
                )
            )
            if words == nil { outcome.views.append(entry.view.uncertain) }
        }
        note(outcome.marks.filter { !$0.reason.isEmpty }, was: entries.map(\.from), round)
        try await store.record(outcome, of: round.scope, now: now())
    }

    static let day: TimeInterval = 86_400

    // MARK: Telling

    /// Says once which SKUs cannot be sent, and why.
    func note(_ marks: [StockOutcome.Mark], was cases: [StockCase], _ round: StockRound) {
        let before = Dictionary(
            cases.map { (SKU($0.sku), $0.state) },
            uniquingKeysWith: { first, _ in first }
        )
        for state in StockState.allCases where state.isTrouble {
            let skus = marks.filter { $0.state == state && before[SKU($0.sku)] != state }
            guard let first = skus.first else { continue }
            let others = skus.count > 1 ? " and \(skus.count - 1) other\(skus.count > 2 ? "s" : "")" : ""
            log.record(
                Event(
                    .warning,
                    "\(round.scope.channel): stock of \(first.sku)\(others): \(first.reason)",
                    kind: .skuNotSent,
                    fields: [
                        .channel: round.scope.channel, .sku: first.sku, .reason: state.rawValue,
                        .count: String(skus.count),
                    ]
                )
            )
        }
    }
}

/// One look at one channel's levels.
struct StockRound {
    let settings: ChannelSettings
    let scope: StockScope
    let news: PollNews

    /// Nil for a channel that has no location.
    init?(_ channel: ChannelContext, _ news: PollNews) {
        guard let location = channel.location else { return nil }
        settings = channel.settings
        scope = StockScope(channel: channel.settings.name, shop: news.shop.id, location: location.id)
        self.news = news
    }

    /// Tells settings apart that could give a level another target.
    var digest: String {
        let rules = settings.stock
        let items = rules.items.keys.sorted()
            .map { sku in rules.items[sku].map { "\(sku)=\($0)" } ?? "" }
        let parts: [String] = [
            scope.location.gid, rules.upload.rawValue, rules.sites.joined(separator: "\u{1E}"),
            String(rules.percent),
            rules.rounding.rawValue, String(rules.minimum), String(rules.maximum),
            String(rules.oversellGuard),
            String(rules.activateItems),
        ]
        return (parts + items).joined(separator: "\u{1F}")
    }

    /// Shopify's clock less ours, in seconds.
    var skew: TimeInterval { news.identity.clockSkew?.seconds ?? 0 }
}
