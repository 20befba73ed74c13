import Foundation

/// The steps of keeping one shop's orders in step: prepare, poll, look again, sweep, backfill.
///
/// It holds what is known of the shop between polls. When a step is due is the business of
/// ``ShopLoop``; a step that throws leaves the store as after its last whole batch.
package actor ShopSync {
    let plan: ShopPlan
    let ports: SyncPorts
    var record: ShopRecord?
    /// What the shop said when it was last asked who it is; nil before it answered.
    private(set) var identity: ShopIdentity?
    var judge = Judge(channels: [])
    var sizer = BatchSizer()
    var polls = 0
    var readsAllOrders = false
    /// Shopify's clock when the last poll that was stored to its end began.
    var listedAt: Date?
    /// Shopify's clock less ours, in seconds, as the last listing showed it; nil where none told its time.
    var clockSkew: TimeInterval?
    var indexLag = IndexLag()
    var backfillSpan: BackfillSpan?
    /// How much time the next span of a backfill covers, in seconds.
    var spanLength: TimeInterval = 86_400
    /// When set, batches are judged and reported, and nothing is written.
    let rehearsing: Bool
    /// Told of every step forward, so that a watchdog can tell slow from stuck.
    let onProgress: @Sendable () -> Void

    package init(
        plan: ShopPlan,
        ports: SyncPorts,
        rehearsing: Bool = false,
        onProgress: @escaping @Sendable () -> Void = {}
    ) {
        self.plan = plan
        self.ports = ports
        self.rehearsing = rehearsing
        self.onProgress = onProgress
    }

    /// What preparing found.
    package struct Preparation: Sendable {
        package var identity: ShopIdentity
        /// Every channel of the shop, those that rest included.
        package var contexts: [ChannelContext]
        /// What an operator should know of the shop although polling goes on.
        package var warnings: [String]
        /// What the channels need and the shop has not granted.
        package var missing: [ScopeNeed]

        /// All of it in words, for the journal.
        package var lines: [String] {
            missing.map { "\($0.text); \(ScopeNeed.remedy)" } + warnings
                + contexts.flatMap { context in
                    // That KCC's levels go nowhere shows when they come, which is at any time.
                    context.problems
                        .filter {
                            $0.kind != .startEarlier
                                && ($0.kind != .noLocation || context.settings.kcc == nil)
                        }
                        .map { "channel \(context.settings.name): \($0.line)" }
                }
        }
    }

    /// Learns who the shop is, where its locations are, and what the channels' settings mean there.
    ///
    /// - Throws: `ShopError` or `StoreError`; a channel whose start date is rejected only rests.
    package func prepare() async throws -> Preparation {
        let identity = try await ports.shop.identity()
        self.identity = identity
        guard identity.can("read_orders") else {
            throw ShopError(
                .scopeMissing,
                .pause,
                "scope read_orders is missing: orders cannot be read",
                remedy: ScopeNeed.remedy
            )
        }
        let record = try await open(identity)
        if !rehearsing {
            try await ports.store.holdOrders(under: plan.configured, besides: record.id, now: ports.now())
        }
        var locations: [ShopLocation]?
        if identity.can("read_locations") {
            let found = try await ports.shop.locations()
            if !rehearsing { try await ports.store.saveLocations(found, shop: record.id) }
            locations = found
        }
        // How far back a start may lie is counted on Shopify's clock, which is right.
        let now = ports.now().addingTimeInterval(identity.clockSkew?.seconds ?? 0)
        var contexts: [ChannelContext] = []
        for settings in plan.channels {
            var facts = try await ports.store.facts(of: settings.name, shop: record.id)
            facts.timeZone = identity.timeZone
            facts.locations = locations ?? facts.locations
            facts.scopes = identity.scopes.sorted()
            let context = ChannelContext(settings, orderTypes: plan.orderTypes, facts: facts, now: now)
            if let start = context.newStart, !rehearsing {
                try await ports.store.acceptStartDate(start, of: settings.name, shop: record.id)
            }
            contexts.append(context)
        }
        let missing = ScopeNeed.missing(
            for: plan.channels,
            granted: identity.granted,
            readsOldOrders: contexts.contains { $0.readsOldOrders(at: now) }
        )
        var warnings = contexts.filter { $0.startDate != nil }.stockRivals.map(\.text)
        if let asked = plan.channels.first?.apiVersion, let answered = identity.answeredVersion,
            answered != asked
        {
            warnings.append(
                "Shopify answered with API version \(answered) instead of \(asked), which has expired; set api_version to a supported one"
            )
        }
        // Once the date is stored nothing shows any more that it was another one.
        warnings += contexts.flatMap(\.problems).filter { $0.kind == .startEarlier }.map(\.line)
        if identity.clockSkew == nil { warnings.append(ShopIdentity.noClockWarning) }
        readsAllOrders = identity.can("read_all_orders")
        judge = Judge(channels: contexts, configured: plan.configured)
        self.record = record
        onProgress()
        return Preparation(identity: identity, contexts: contexts, warnings: warnings, missing: missing)
    }

    /// A rehearsal writes nothing, so a shop that was never synced has only a stand-in for its record.
    private func open(_ identity: ShopIdentity) async throws -> ShopRecord {
        guard rehearsing else {
            return try await ports.store.openShop(domain: plan.domain, identity: identity)
        }
        return try await ports.store.findShop(identity.id)
            ?? ShopRecord(
                id: 0,
                gid: identity.id,
                domain: plan.domain,
                timeZone: identity.timeZone,
                currency: identity.currency,
                watermark: nil,
                sweptAt: nil
            )
    }

    /// The earliest start of all channels, where the first listing begins; nil while all of them rest.
    var earliestStart: Date? {
        judge.channels.compactMap(\.startDate).min()
    }
}
