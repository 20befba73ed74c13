package import Foundation

/// A channel's settings together with what they mean in its shop: start, location, sites and order types.
///
/// Sync, `check`, `check-config`, `orders explain`, `reload` and `status` all work with the context that
/// ``init(_:orderTypes:facts:now:)`` builds.
package struct ChannelContext: Sendable, Equatable {
    package var settings: ChannelSettings
    package var start: ChannelStart
    /// What `channel_location` means in this shop; nil where it is not set, not found, or fits several.
    package var location: ShopLocation?
    package var orderTypes: [OrderTypeRule]
    /// The shop's zone, in which reasons give times.
    package var zone: TimeZone
    /// Whether the app sees where web orders are sent from; true where that is not known.
    package var seesFulfilmentOrders = true
    /// What is wrong with it.
    package var problems: [ChannelProblem] = []
    /// A start date to be stored, because it is accepted now; nil where nothing changes.
    package var newStart: StartDate?

    /// A context whose parts are known already.
    package init(
        settings: ChannelSettings,
        startDate: Date,
        location: ShopLocation? = nil,
        orderTypes: [OrderTypeRule] = [],
        zone: TimeZone = .gmt
    ) {
        self.settings = settings
        self.start = .at(startDate)
        self.location = location
        self.orderTypes = orderTypes
        self.zone = zone
    }

    /// Builds the context of a channel.
    package init(_ settings: ChannelSettings, orderTypes: [OrderTypeRule], facts: ChannelFacts, now: Date) {
        self.settings = settings
        self.orderTypes = orderTypes
        zone = facts.zone
        (start, newStart) = ChannelStart.decide(
            settings.startDate,
            stored: facts.start,
            zone: facts.zone,
            now: now
        )
        if !facts.scopes.isEmpty {
            seesFulfilmentOrders = GrantedScopes(facts.scopes).seesOwnFulfilmentOrders
        }
        location = facts.locations.chosen(by: settings.channelLocation)
        let starts = ChannelProblem.start(start, of: settings, now: now, in: facts.zone)
        let place = ChannelProblem.location(location, among: facts, of: settings)
        let earlier = ChannelProblem.earlier(newStart, than: facts.start, of: settings, in: facts.zone)
        problems = settings.enabled ? [starts, earlier, place].compactMap(\.self) : []
    }

    /// Orders placed before this instant are not imported; nil while the channel rests.
    package var startDate: Date? { start.instant }

    /// Why the channel imports nothing at all; nil while it does.
    package var rest: ChannelProblem? { problems.first { $0.kind == .rests } }

    /// Why its location takes no stock; nil where it does, as far as the store knows.
    package var locationProblem: ChannelProblem? {
        problems.first { $0.kind == .locationUnknown || $0.kind == .locationInactive }
    }

    /// Whether orders are to be read that Shopify shows only with the scope `read_all_orders`.
    package func readsOldOrders(at now: Date) -> Bool {
        startDate.map { now.timeIntervalSince($0) > 60 * 86_400 } ?? false
    }
}

extension ChannelProblem {
    fileprivate static func start(
        _ start: ChannelStart,
        of settings: ChannelSettings,
        now: Date,
        in zone: TimeZone
    ) -> ChannelProblem? {
        func remedy(_ rejected: CalendarDay, _ earliest: CalendarDay) -> String {
            "set start_date to \(earliest) or later; for older orders run: kccsyncd backfill \(settings.name) --from \(rejected)"
        }
        let why = "is rejected (more than \(ChannelStart.mostDays) days before the channel's first sync)"
        switch start {
        case .at(let instant):
            guard instant > now else { return nil }
            let what =
                settings.startDate.map { "start_date \($0)" }
                ?? "the start date accepted before, \(instant.shown(in: zone)),"
            return ChannelProblem(
                kind: .startAhead,
                text:
                    "\(what) has not come yet: orders placed before it are not imported, so nothing is imported until then",
                remedy:
                    "if that is not intended set an earlier start_date in [channels.\(settings.name)] and run: kccsyncd reload"
            )
        case .unchanged(let instant, let rejected, let earliest):
            return ChannelProblem(
                kind: .startRejected,
                text:
                    "start_date \(rejected) \(why); the date accepted before stays active: \(instant.shown(in: zone))",
                remedy: remedy(rejected, earliest)
            )
        case .resting(let rejected, let earliest):
            return ChannelProblem(
                kind: .rests,
                text: "start_date \(rejected) \(why), so the channel imports nothing",
                remedy: remedy(rejected, earliest)
            )
        }
    }

    /// The problem of a date that is accepted now and lies before the one that was active.
    fileprivate static func earlier(
        _ accepted: StartDate?,
        than stored: StartDate?,
        of settings: ChannelSettings,
        in zone: TimeZone
    ) -> ChannelProblem? {
        guard let accepted, let stored, accepted.instant < stored.instant, let day = accepted.configured
        else {
            return nil
        }
        return ChannelProblem(
            kind: .startEarlier,
            text:
                "start_date \(day) is earlier than the date accepted before (\(stored.instant.shown(in: zone))): orders placed between the two are not fetched by themselves",
            remedy: "to fetch them run: kccsyncd backfill \(settings.name) --from \(day)"
        )
    }

    fileprivate static func location(
        _ location: ShopLocation?,
        among facts: ChannelFacts,
        of settings: ChannelSettings
    ) -> ChannelProblem? {
        guard settings.channelLocation != nil else {
            guard facts.levels > 0, settings.wantsStock else { return nil }
            return ChannelProblem(
                kind: .noLocation,
                text:
                    "levels of \(Counted.text(facts.levels, "SKU", "SKUs")) were received and are not sent to Shopify: channel_location is not set",
                remedy: choice(among: facts.locations, of: settings)
            )
        }
        guard location != nil || !facts.locations.isEmpty else { return nil }
        return self.location(location, among: facts.locations, of: settings)
    }

    /// The problem of a location that is missing or inactive; nil where it is listed as active.
    ///
    /// - Parameters:
    ///   - location: What `channel_location` means; nil where it is none of the shop's locations, or fits several.
    ///   - locations: All of the shop's.
    static func location(
        _ location: ShopLocation?,
        among locations: [ShopLocation],
        of settings: ChannelSettings
    ) -> ChannelProblem? {
        guard let location else {
            let wanted = settings.channelLocation ?? ""
            let found = locations.active(named: wanted).count
            guard found < 2 else {
                return ChannelProblem(
                    kind: .locationUnknown,
                    text: "channel_location \"\(wanted)\" fits \(found) locations of the shop",
                    remedy: "set it to the location's id; see: kccsyncd locations \(settings.name)"
                )
            }
            return ChannelProblem(
                kind: .locationUnknown,
                text: "channel_location \"\(wanted)\" is none of the shop's locations",
                remedy: choice(among: locations, of: settings)
            )
        }
        guard !location.active else { return nil }
        return ChannelProblem(
            kind: .locationInactive,
            text: "location \(location.name) (\(location.id.number)) is inactive",
            remedy:
                "activate it in Shopify, then run: kccsyncd locations \(settings.name) --refresh\(another(than: location, among: locations))"
        )
    }

    /// The problem of a location that is listed as active, and that Shopify rejects all the same.
    ///
    /// - Parameter words: Why, as far as Shopify says.
    static func rejected(_ location: ShopLocation?, words: String, among locations: [ShopLocation])
        -> ChannelProblem
    {
        ChannelProblem(
            kind: .locationInactive,
            text: "location \(location?.name ?? "") takes no stock (\(words))",
            remedy:
                "see Settings > Locations in Shopify\(location.map { another(than: $0, among: locations) } ?? "")"
        )
    }

    private static func choice(among locations: [ShopLocation], of settings: ChannelSettings) -> String {
        let offered = names(of: locations.filter(\.active))
        let name = settings.name
        return offered.isEmpty
            ? "set channel_location in [channels.\(name)] to a name of: kccsyncd locations \(name) --refresh"
            : "set channel_location in [channels.\(name)] to one of: \(offered); then run: kccsyncd reload"
    }

    private static func another(than location: ShopLocation, among locations: [ShopLocation]) -> String {
        let others = names(of: locations.filter { $0.active && $0.id != location.id })
        return others.isEmpty ? "" : "; or choose another: \(others)"
    }

    /// In the order of the names: that of the list is not the same in the store and in Shopify.
    private static func names(of locations: [ShopLocation]) -> String {
        locations.map(\.name).sorted().joined(separator: ", ")
    }
}

extension [ShopLocation] {
    /// The location that `channel_location` means: of several with the name the active one; nil where none or several fit.
    package func chosen(by text: String?) -> ShopLocation? {
        guard let text else { return nil }
        let active = active(named: text)
        return active.count > 1 ? nil : active.first ?? first { $0.matches(text) }
    }

    fileprivate func active(named text: String) -> [ShopLocation] {
        filter { $0.active && $0.matches(text) }
    }
}
