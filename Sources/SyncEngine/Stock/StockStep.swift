package import Foundation

/// Brings a shop's levels to Shopify, by the stock protocol: one batch a call, one location after another.
package actor StockStep: PushStep {
    let shop: any StockShop
    let store: any StockStore
    let queue: any PushQueue
    let log: any EventLog
    let now: @Sendable () -> Date
    /// All channels of the configuration, of every shop, enabled or not.
    private let channels: [ChannelSettings]
    /// Since when KCC has been calling for a channel without a gap; nil where it does not.
    private let linkSteadySince: @Sendable (String) -> Date?
    let newKey: @Sendable () -> String
    /// The channel that is looked at first, so that each has its turn.
    private var turn = 0
    /// When a batch whose outcome is open is to be sent again.
    private var retryAt: Date?
    /// What the last decisions of a channel were made by, and its encoded form.
    private var decidedBy: [String: (context: StockContext, fingerprint: String)] = [:]
    /// Channels whose location takes no stock at the moment.
    var closed: [String: ClosedLocation] = [:]
    /// Channels whose location Shopify has rejected although it lists it as active, until a level is taken.
    var rejected: Set<String> = []
    /// Channels whose location was found usable.
    var usable: Set<String> = []
    /// When a shop's locations were last listed here.
    var listedAt: Date?

    /// - Parameters:
    ///   - channels: All of the configuration: which of them hand orders off matters to every shop.
    ///   - linkSteadySince: For a channel's name; nil without a KCC link.
    ///   - newKey: A new idempotency key at each call.
    package init(
        shop: any StockShop,
        store: any StockStore,
        queue: any PushQueue,
        log: any EventLog,
        channels: [ChannelSettings],
        now: @escaping @Sendable () -> Date,
        linkSteadySince: @escaping @Sendable (String) -> Date? = { _ in nil },
        newKey: @escaping @Sendable () -> String = { UUID().uuidString }
    ) {
        self.shop = shop
        self.store = store
        self.queue = queue
        self.log = log
        self.channels = channels
        self.now = now
        self.linkSteadySince = linkSteadySince
        self.newKey = newKey
    }

    /// SKUs looked at together, and rows of a batch: what Shopify takes at once.
    static let most = 250

    package func work(_ news: PollNews) async throws -> PushProgress {
        // What Shopify would refuse is not asked for.
        guard news.identity.granted.canSetStock else {
            return try await blocked(
                news.channels.stockSenders,
                news,
                by: ["write_inventory", "read_products"]
            )
        }
        let records = try await store.records(shop: news.shop.id)
        // A batch whose outcome is open goes first: nothing newer may overtake it.
        if let job = try await queue.claim(
            .stock,
            shop: news.shop.id,
            resting: news.resting,
            now: now()
        ) {
            try await resume(job, records, news)
            return .answered
        }
        // Where the app may not see locations, one that is not known cannot be looked for.
        let all = news.channels.located(in: records.locations).stockSenders
        let senders = all.filter { $0.location != nil || news.identity.can("read_locations") }
        guard !senders.isEmpty else { return try await blocked(all, news, by: ["read_locations"]) }
        turn = (turn + 1) % senders.count
        var next: [Date] = retryAt.map { [$0] } ?? []
        for offset in senders.indices {
            let settings = senders[(turn + offset) % senders.count].settings
            switch try await look(settings, records) {
            case .usable: break
            case .closed(let until):
                next.append(until)
                continue
            case .back: return .answered
            }
            guard let context = context(settings.name, records, news) else { continue }
            if try await work(context) { return .answered }
            if let due = try await store.nextDue(channel: settings.name) { next.append(due) }
        }
        // What is due by now and could not be done waits for something: a second is soon enough.
        return .idle(until: next.min().map { max($0, now().addingTimeInterval(1)) })
    }

    /// What levels that wait lack, in the words of ``ScopeNeed``; idle where none waits.
    private func blocked(_ channels: [ChannelContext], _ news: PollNews, by scopes: [String]) async throws
        -> PushProgress
    {
        let missing = ScopeNeed.missing(for: channels.map(\.settings), granted: news.identity.granted)
            .first { scopes.contains($0.scope) }
        guard let missing else { return .idle(until: nil) }
        let open = try await queue.nextDue(.stock, shop: news.shop.id, resting: news.resting)
        var waits = open != nil
        for channel in channels where !waits {
            waits = try await store.hasWaiting(channel: channel.settings.name)
        }
        return waits ? .blocked(.waiting(missing.text)) : .idle(until: nil)
    }

    /// Notes when an open batch is due again.
    func putOff(until date: Date) { retryAt = date }

    func settings(_ channel: String) -> ChannelSettings? { channels.first { $0.name == channel } }

    func context(_ channel: String, _ records: StockRecords, _ news: PollNews) -> StockContext? {
        var signals = StockSignals()
        signals.polledAt = news.polledAt
        signals.indexLag = news.indexLag
        signals.skew = news.skew
        signals.linkSteadySince = linkSteadySince(channel)
        return StockContext(channel: channel, of: channels, records, signals)
    }

    /// Does one thing for a channel; false where nothing was due.
    private func work(_ context: StockContext) async throws -> Bool {
        try await store.open(context.scope, fingerprint: try fingerprint(of: context), now: now())
        if try await store.hasFuture(channel: context.scope.channel, now: now()) {
            try await store.forgetFuture(context, now: now())
        }
        var due = try await store.due(context, now: now(), limit: Self.most)
        if due.contains(where: { $0.isAhead(of: now()) }) {
            try await store.forgetFuture(context, now: now())
            due = try await store.due(context, now: now(), limit: Self.most)
        }
        guard !due.isEmpty else { return try await verify(context) }
        let (known, unknown) = Self.parted(due, by: context.rules)
        if try await map(unknown, context) { return true }
        var plan = StockPlan(context, now: now())
        for entry in due where !context.rules.covers(entry.sku) {
            plan.mark(entry, .notListed, StockDecision.notListed, dueAt: nil)
        }
        for entry in known { plan.add(entry) }
        note(plan.outcome.marks, was: known, context)
        try await store.record(plan.outcome, of: context.scope, now: now())
        // Figures that can be sent go first; what has to be read or stocked can be sent in the next round.
        if !plan.sets.isEmpty { try await send(plan.sets, adjusts: false, context) }
        if !plan.adjustments.isEmpty { try await send(plan.adjustments, adjusts: true, context) }
        if !plan.activations.isEmpty { try await activate(plan.activations, context) }
        if !plan.reads.isEmpty { try await read(plan.reads, context) }
        return true
    }

    /// Encoded again only where something in it may have changed: a list of items can be long.
    private func fingerprint(of context: StockContext) throws -> String {
        var basis = context
        basis.signals = StockSignals()
        if let last = decidedBy[context.scope.channel], last.context == basis { return last.fingerprint }
        let fingerprint = try context.fingerprint
        decidedBy[context.scope.channel] = (basis, fingerprint)
        return fingerprint
    }

    /// Cases with an item in Shopify, and those without; what is not listed is neither.
    private static func parted(_ cases: [StockCase], by rules: StockRules) -> ([StockCase], [StockCase]) {
        let covered = cases.filter { rules.covers($0.sku) }
        return (covered.filter { !$0.items.isEmpty }, covered.filter(\.items.isEmpty))
    }

    // MARK: Reading

    /// Reads what Shopify offers of some items.
    private func read(_ reads: [StockPlan.Read], _ context: StockContext) async throws {
        let reads = Array(reads.prefix(Self.most))
        let reading = try await shop.levels(of: reads.map(\.item), at: context.scope.location)
        guard try await trusts(reading, since: reads.map(\.view), context) else { return }
        var outcome = StockOutcome()
        for (read, entry) in zip(reads, reading.entries) {
            outcome.take(entry, before: read.view, at: reading.moment, moved: read.moved)
        }
        try await store.record(outcome, of: context.scope, now: now())
    }

    /// Stocks items at the location, a few a call: each takes a request of its own.
    private func activate(_ entries: [StockPlan.Activation], _ context: StockContext) async throws {
        guard try await isOpen(context) else { return }
        var outcome = StockOutcome()
        for entry in entries.prefix(10) {
            let refusal = try await activate(entry.item, at: context.scope.location)
            if let refusal, refusal.kind == .location {
                try await store.record(outcome, of: context.scope, now: now())
                return try await close(context, "Shopify says: \(refusal.message)")
            }
            let words = refusal?.message
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
        note(outcome.marks.filter { !$0.reason.isEmpty }, was: entries.map(\.from), context)
        try await store.record(outcome, of: context.scope, now: now())
    }

    /// - Returns: Why Shopify did not do it, in a `userError` or by rejecting the request as a whole; nil where it did.
    private func activate(_ item: ShopifyID, at location: ShopifyID) async throws(ShopError) -> StockRefusal?
    {
        do throws(ShopError) {
            return try await shop.activate(item, at: location, key: newKey())
        } catch {
            guard error.isRejection else { throw error }
            return StockRefusal(.refused, row: nil, message: error.message)
        }
    }

    static let day: TimeInterval = 86_400

    // MARK: Reporting

    /// Logs once which SKUs cannot be sent, and why.
    func note(_ marks: [StockOutcome.Mark], was cases: [StockCase], _ context: StockContext) {
        let before = Dictionary(
            cases.map { ($0.sku, $0.state) },
            uniquingKeysWith: { first, _ in first }
        )
        for state in StockState.allCases where state.isTrouble {
            let skus = marks.filter { $0.state == state && before[$0.sku] != state }
            guard let first = skus.first else { continue }
            let others = skus.count > 1 ? " and \(skus.count - 1) other\(skus.count > 2 ? "s" : "")" : ""
            log.record(
                Event(
                    .warning,
                    "\(context.scope.channel): stock of \(first.sku)\(others): \(first.reason)",
                    kind: .skuNotSent,
                    fields: [
                        .channel: context.scope.channel, .sku: first.sku.text, .reason: state.rawValue,
                        .count: String(skus.count),
                    ]
                )
            )
        }
    }
}
