import Foundation

extension StockStep {
    /// From so many SKUs on, reading the whole catalogue is cheaper than searching for each.
    private static let manySKUs = 120

    /// Finds the items of SKUs that have none yet, by one request: in the whole catalogue, page by page, at first need
    /// and for many, by a search for what has come up since.
    ///
    /// - Returns: Whether anything was done.
    func map(_ cases: [StockCase], _ context: StockContext) async throws -> Bool {
        guard !cases.isEmpty else { return false }
        let state = try await store.catalogue(shop: context.scope.shop)
        if let state, state.next != nil {
            try await readCatalogue(state, context)
            return true
        }
        if state?.readAt == nil || cases.count >= Self.manySKUs {
            // What a catalogue read within the hour does not have, Shopify does not have.
            guard let readAt = state?.readAt, now().timeIntervalSince(readAt) < 3600 else {
                try await readCatalogue(nil, context)
                return true
            }
            try await settle(cases, found: [], context)
            return true
        }
        let some = Array(cases.prefix(type(of: shop).skusPerSearch))
        let found = try await shop.findItems(skus: some.map(\.sku))
        try await store.saveSearch(for: some.map(\.sku), found, shop: context.scope.shop, now: now())
        try await settle(some, found: found, context)
        return true
    }

    private func readCatalogue(_ state: CatalogueState?, _ context: StockContext) async throws {
        let page = try await shop.catalogue(after: state?.next)
        let before = try await store.catalogue(shop: context.scope.shop)
        var next = CatalogueState(begunAt: state?.begunAt ?? now(), next: page.next, readAt: before?.readAt)
        if page.next == nil { next.readAt = now() }
        try await store.saveCatalogue(page.items, next, shop: context.scope.shop, now: now())
    }

    /// Marks those that were not found: a SKU may be new, or Shopify's search slow, so the first looks come soon.
    private func settle(_ cases: [StockCase], found: [CatalogueItem], _ context: StockContext) async throws {
        let known = Set(found.map(\.sku))
        var outcome = StockOutcome()
        for entry in cases where !known.contains(entry.sku) {
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
        note(outcome.marks, was: cases, context)
        try await store.record(outcome, of: context.scope, now: now())
    }

    // MARK: Every night

    /// Reads some levels back, once a night after three o'clock; what differs becomes due.
    ///
    /// - Returns: Whether anything was done.
    func verify(_ context: StockContext) async throws -> Bool {
        let (doneAt, after) = try await store.verification(channel: context.scope.channel)
        guard let doneAt, after != nil || doneAt < lastNight(context) else { return false }
        let items = try await store.unverified(context.scope, after: after)
        guard let last = items.last else {
            try await store.saveVerification(channel: context.scope.channel, after: nil, now: now())
            return after != nil
        }
        let reading = try await shop.levels(of: items.map(\.id), at: context.scope.location)
        guard try await trusts(reading, since: items.map(\.view), context) else { return true }
        var outcome = StockOutcome()
        var differing: [SKU] = []
        for (item, entry) in zip(items, reading.entries) {
            outcome.take(entry, before: item.view, at: reading.moment, moved: false)
            var differs = entry.found == .missing
            if case .level(let quantity, let sku, let tracked) = entry.found {
                differs =
                    sku != item.sku || !tracked
                    || (item.view.map { $0.origin != .unknown && $0.quantity != quantity } ?? false)
            }
            if differs { differing.append(item.sku) }
        }
        // Marked without a version: due at once, and decided like anything else.
        outcome.due = differing
        try await store.record(outcome, of: context.scope, now: now())
        try await store.saveVerification(channel: context.scope.channel, after: last.id.gid, now: now())
        if let first = differing.first {
            let others = differing.count > 1 ? " and \(differing.count - 1) more" : ""
            log.record(
                Event(
                    .warning,
                    "\(context.scope.channel): Shopify's stock is not as it was last seen: \(first)\(others)",
                    kind: .stockDiffers,
                    fields: [
                        .channel: context.scope.channel, .sku: first.text, .count: String(differing.count),
                    ]
                )
            )
        }
        return true
    }

    /// Three o'clock in the shop's zone, the last time that it was.
    private func lastNight(_ context: StockContext) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone.ofShop(context.timeZone)
        let now = now()
        let night = calendar.date(bySettingHour: 3, minute: 0, second: 0, of: now) ?? now
        return night <= now ? night : night.addingTimeInterval(-Self.day)
    }
}
