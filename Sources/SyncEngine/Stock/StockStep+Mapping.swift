import Foundation

extension StockStep {
    /// From so many SKUs on, reading the whole catalogue is cheaper than searching for each.
    private static let manySKUs = 120

    /// Finds the items of SKUs that have none yet, by one request: in the whole catalogue, page by page, at first need
    /// and for many, by a search for what has come up since.
    ///
    /// - Returns: Whether anything was done.
    func map(_ cases: [StockCase], _ round: StockRound) async throws -> Bool {
        guard !cases.isEmpty else { return false }
        let state = try await store.catalogue(shop: round.scope.shop)
        if let state, state.next != nil {
            try await readCatalogue(state, round)
            return true
        }
        if state?.readAt == nil || cases.count >= Self.manySKUs {
            // What a catalogue read within the hour does not have, Shopify does not have.
            guard let readAt = state?.readAt, now().timeIntervalSince(readAt) < 3600 else {
                try await readCatalogue(nil, round)
                return true
            }
            try await settle(cases, found: [], round)
            return true
        }
        let some = Array(cases.prefix(type(of: shop).skusPerSearch))
        let found = try await shop.findItems(skus: some.map(\.sku))
        try await store.saveSearch(for: some.map(\.sku), found, shop: round.scope.shop, now: now())
        try await settle(some, found: found, round)
        return true
    }

    private func readCatalogue(_ state: CatalogueState?, _ round: StockRound) async throws {
        let page = try await shop.catalogue(after: state?.next)
        let before = try await store.catalogue(shop: round.scope.shop)
        var next = CatalogueState(begunAt: state?.begunAt ?? now(), next: page.next, readAt: before?.readAt)
        if page.next == nil { next.readAt = now() }
        try await store.saveCatalogue(page.items, next, shop: round.scope.shop, now: now())
    }

    /// Marks those that were not found: a SKU may be new, or Shopify's search slow, so the first looks come soon.
    private func settle(_ cases: [StockCase], found: [CatalogueItem], _ round: StockRound) async throws {
        let known = Set(found.map { SKU($0.sku) })
        var outcome = StockOutcome()
        for entry in cases where !known.contains(SKU(entry.sku)) {
            let age = entry.state == .unknownSKU ? now().timeIntervalSince(entry.since) : 0
            outcome.marks.append(
                StockOutcome.Mark(
                    sku: entry.sku,
                    version: entry.version,
                    state: .unknownSKU,
                    reason: "Shopify has no variant with this SKU",
                    dueAt: now().addingTimeInterval(min(max(age, 300), Self.day))
                )
            )
        }
        note(outcome.marks, was: cases, round)
        try await store.record(outcome, of: round.scope, now: now())
    }

    // MARK: Every night

    /// Reads some levels back, once a night after three o'clock; what differs becomes due.
    ///
    /// - Returns: Whether anything was done.
    func verify(_ round: StockRound) async throws -> Bool {
        let (doneAt, after) = try await store.verification(channel: round.scope.channel)
        guard let doneAt, after != nil || doneAt < lastNight(round) else { return false }
        let items = try await store.unverified(round.scope, after: after)
        guard let last = items.last else {
            try await store.saveVerification(channel: round.scope.channel, after: nil, now: now())
            return after != nil
        }
        let reading = try await shop.levels(of: items.map(\.id), at: round.scope.location)
        var outcome = StockOutcome()
        var differing: [String] = []
        for (item, entry) in zip(items, reading.entries) {
            outcome.take(entry, before: item.view, at: reading.moment, moved: false)
            var differs = entry.found == .missing
            if case .level(let quantity, let sku, let tracked) = entry.found {
                differs =
                    SKU(sku) != SKU(item.sku) || !tracked
                    || (item.view.map { $0.origin != .unknown && $0.quantity != quantity } ?? false)
            }
            if differs { differing.append(item.sku) }
        }
        // Marked without a version: due at once, and decided like anything else.
        outcome.due = differing
        try await store.record(outcome, of: round.scope, now: now())
        try await store.saveVerification(channel: round.scope.channel, after: last.id.gid, now: now())
        if let first = differing.first {
            let others = differing.count > 1 ? " and \(differing.count - 1) more" : ""
            log.record(
                Event(
                    .warning,
                    "\(round.scope.channel): Shopify's stock is not as it was last seen: \(first)\(others)",
                    kind: .stockDiffers,
                    fields: [.channel: round.scope.channel, .sku: first, .count: String(differing.count)]
                )
            )
        }
        return true
    }

    /// Three o'clock in the shop's zone, the last time that it was.
    private func lastNight(_ round: StockRound) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = round.news.shop.zone
        let now = now()
        let night = calendar.date(bySettingHour: 3, minute: 0, second: 0, of: now) ?? now
        return night <= now ? night : night.addingTimeInterval(-Self.day)
    }
}
