import Foundation

/// A channel's location that takes no stock: inactive, gone, or rejected by Shopify.
struct ClosedLocation {
    /// When Shopify is asked again.
    var nextLook: Date
    /// Seconds until the look after that.
    var wait: TimeInterval
}

/// What a look at a channel's location finds.
enum LocationLook {
    /// It takes stock.
    case usable
    /// It takes none, and is looked at again then.
    case closed(until: Date)
    /// It takes stock again; what was read of the shop's locations before is not up to date.
    case back
}

/// One problem of the channel instead of one of each SKU: while its location takes no stock, levels stay due.
extension StockStep {
    private static let firstWait: TimeInterval = 60
    private static let longestWait: TimeInterval = 300

    /// Looks whether a channel's location takes stock: in the store, and in Shopify while it does not.
    func look(_ settings: ChannelSettings, _ records: StockRecords) async throws -> LocationLook {
        let name = settings.name
        guard settings.channelLocation != nil else { return .usable }
        let known = records.locations.chosen(by: settings.channelLocation)
        guard let closed = closed[name] else {
            guard let known, known.active else {
                return .closed(
                    until: try await close(settings, known, among: records.locations, words: nil)
                )
            }
            // One that Shopify has rejected is usable once a level was taken.
            if !rejected.contains(name) { try await clear(name, known) }
            return .usable
        }
        // A look that lies further ahead than the longest wait was set by a clock that has been put back since.
        let ahead = closed.nextLook.timeIntervalSince(now())
        guard ahead <= 0 || ahead > Self.longestWait else { return .closed(until: closed.nextLook) }
        let locations = try await list(shop: records.shop)
        let chosen = locations.chosen(by: settings.channelLocation)
        guard let place = chosen, place.active else {
            return .closed(until: try await close(settings, chosen, among: locations, words: nil))
        }
        let scope = StockScope(channel: name, shop: records.shop, location: place.id)
        try await store.reopen(scope, now: now())
        self.closed[name] = nil
        if !rejected.contains(name) { try await clear(name, place) }
        return .back
    }

    /// Notes that Shopify has taken levels at the location.
    func taken(_ context: StockContext) async throws {
        guard rejected.remove(context.scope.channel) != nil else { return }
        try await clear(context.scope.channel, context.location)
    }

    /// Closes a channel whose location Shopify has rejected.
    func close(_ context: StockContext, _ words: String) async throws {
        guard let settings = settings(context.scope.channel) else { return }
        let locations = try await list(shop: context.scope.shop)
        rejected.insert(settings.name)
        let place = locations.first { $0.id == context.scope.location }
        _ = try await close(settings, place, among: locations, words: words)
    }

    /// Whether the channel's location is active; asked at most once a minute.
    func isOpen(_ context: StockContext) async throws -> Bool {
        if let listedAt, abs(now().timeIntervalSince(listedAt)) < Self.firstWait { return true }
        guard let settings = settings(context.scope.channel) else { return false }
        let locations = try await list(shop: context.scope.shop)
        let place = locations.first { $0.id == context.scope.location }
        if let place, place.active { return true }
        _ = try await close(settings, place, among: locations, words: nil)
        return false
    }

    /// Whether a reading can be believed: levels that have all become inactive may be a location that has.
    func trusts(_ reading: LevelReading, since views: [StockView?], _ context: StockContext) async throws
        -> Bool
    {
        let isSuspicious = zip(views, reading.entries)
            .contains { view, entry in
                guard view?.quantity != nil, case .level(nil, _, _) = entry.found else { return false }
                return true
            }
        return isSuspicious ? try await isOpen(context) : true
    }

    private func list(shop id: Int64) async throws -> [ShopLocation] {
        let locations = try await shop.locations()
        try await store.saveLocations(locations, shop: id)
        listedAt = now()
        return locations
    }

    private func close(
        _ settings: ChannelSettings,
        _ place: ShopLocation?,
        among locations: [ShopLocation],
        words: String?
    ) async throws -> Date {
        let name = settings.name
        let wait = closed[name].map { min($0.wait * 2, Self.longestWait) } ?? Self.firstWait
        let next = now().addingTimeInterval(wait)
        closed[name] = ClosedLocation(nextLook: next, wait: wait)
        usable.remove(name)
        let problem =
            ChannelProblem.location(place, among: locations, of: settings)
            ?? .rejected(place, words: words ?? "", among: locations)
        let text = problem.held
        if try await store.saveProblem(text, channel: name, now: now()) {
            log.record(
                Event(.warning, "\(name): \(text)", kind: .pushesWaiting, fields: [.channel: name])
            )
        }
        return next
    }

    /// Ends the channel's problem; the first look of a process ends one that an earlier process stored.
    private func clear(_ name: String, _ place: ShopLocation) async throws {
        guard usable.insert(name).inserted,
            try await store.saveProblem(nil, channel: name, now: now())
        else { return }
        log.record(
            Event(
                .notice,
                "\(name): location \(place.name) can be used again; stock levels are being sent",
                kind: .shopRecovered,
                fields: [.channel: name]
            )
        )
    }
}
