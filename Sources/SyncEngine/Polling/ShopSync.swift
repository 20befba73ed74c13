package import Foundation

/// The steps of keeping one shop's orders in step: prepare, poll, look again, sweep, backfill.
///
/// It holds what is known of the shop between polls. When a step is due is the business of
/// ``ShopLoop``; a step that throws leaves the store as after its last whole batch.
package actor ShopSync {
    let plan: ShopPlan
    let ports: SyncPorts
    var record: ShopRecord?
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
        /// What an operator should know although polling goes on.
        package var warnings: [String]
    }

    /// Learns who the shop is, where its locations are, and what the channels' settings mean there.
    ///
    /// - Throws: `ShopError` or `StoreError`; a channel whose start date is refused is only left out.
    package func prepare() async throws -> Preparation {
        let identity = try await ports.shop.identity()
        guard identity.can("read_orders") else {
            throw ShopError(
                .scopeMissing,
                .pause,
                "scope read_orders is missing: orders cannot be read",
                remedy: "give the app that scope and install it again"
            )
        }
        let record = try await open(identity)
        var warnings = identity.missingScopeWarnings(for: plan.channels)
        var locations: [ShopLocation] = []
        if identity.can("read_locations") {
            locations = try await ports.shop.locations()
            if !rehearsing { try await ports.store.saveLocations(locations, shop: record.id) }
        }
        var contexts: [ChannelContext] = []
        for settings in plan.channels {
            switch try await start(of: settings, record) {
            case .refused(let why): warnings.append(why)
            case .accepted(let instant):
                let location = settings.channelLocation.flatMap { text in locations.first { $0.matches(text) }
                }
                if let wanted = settings.channelLocation, location == nil {
                    warnings.append(
                        "channel \(settings.name): channel_location \"\(wanted)\" is none of the shop's locations; see: kccsyncd locations \(settings.name)"
                    )
                }
                contexts.append(
                    ChannelContext(
                        settings: settings,
                        startDate: instant,
                        location: location,
                        orderTypes: plan.orderTypes
                    )
                )
            }
        }
        warnings += contexts.stockRivals
        let sixtyDays = ports.now().addingTimeInterval(-60 * 86_400)
        if !identity.can("read_all_orders"), contexts.contains(where: { $0.startDate < sixtyDays }) {
            warnings.append("scope read_all_orders is missing: orders older than 60 days cannot be read")
        }
        if let asked = plan.channels.first?.apiVersion, let answered = identity.answeredVersion,
            answered != asked
        {
            warnings.append(
                "Shopify answered with API version \(answered) instead of \(asked), which has expired; set api_version to a supported one"
            )
        }
        if identity.clockSkew == nil { warnings.append(ShopIdentity.noClockWarning) }
        readsAllOrders = identity.can("read_all_orders")
        judge = Judge(channels: contexts)
        self.record = record
        onProgress()
        return Preparation(identity: identity, warnings: warnings)
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

    private enum Start {
        case accepted(Date)
        case refused(String)
    }

    /// The channel's start: a date once accepted stands; a new one may reach ninety days back.
    private func start(of settings: ChannelSettings, _ record: ShopRecord) async throws -> Start {
        let now = ports.now()
        let stored = try await ports.store.startDate(of: settings.name, shop: record.id)
        let configured = settings.startDate?.description
        if let stored, configured == nil || stored.configured == configured {
            return .accepted(stored.instant)
        }
        let zone = TimeZone(identifier: record.timeZone) ?? .gmt
        let instant = settings.startDate.map { $0.midnight(in: zone) } ?? now.addingTimeInterval(-7 * 86_400)
        if now.timeIntervalSince(instant) > 90 * 86_400 {
            return .refused(
                "channel \(settings.name): start_date \(configured ?? "") is more than 90 days before its first sync, so the channel rests; set a later date and use kccsyncd backfill for older orders"
            )
        }
        if !rehearsing {
            try await ports.store.acceptStartDate(
                StartDate(configured: configured, instant: instant),
                of: settings.name,
                shop: record.id
            )
        }
        return .accepted(instant)
    }

    /// The earliest start of all channels: where the first listing begins.
    var earliestStart: Date? {
        judge.channels.map(\.startDate).min()
    }
}

extension CalendarDay {
    /// The first instant of the day in a zone.
    package func midnight(in zone: TimeZone) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let noon = calendar.date(from: DateComponents(year: year, month: month, day: day, hour: 12))
        // Some zones change their clocks at midnight, so that 00:00 does not exist there on that day.
        return noon.map { calendar.startOfDay(for: $0) } ?? .distantPast
    }
}
