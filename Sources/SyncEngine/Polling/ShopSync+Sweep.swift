package import Foundation

extension ShopSync {
    /// What a sweep found.
    package struct SweepReport: Sendable, Equatable {
        /// Versions that Shopify lists and the store lacked.
        package var missed = 0
        /// Versions here that Shopify does not list.
        package var unlisted = 0
        package var report = ImportReport()
    }

    /// Whether a night has begun in the shop's zone since the last sweep.
    package func sweepIsDue() -> Bool {
        guard let record else { return false }
        let now = ports.now()
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = record.zone
        let night = calendar.nextDate(
            after: now,
            matching: DateComponents(hour: 3, minute: 0),
            matchingPolicy: .nextTime,
            direction: .backward
        )
        guard let night else { return false }
        return (record.sweptAt ?? .distantPast) < night
    }

    /// Compares seven days' versions with Shopify's, both ways, and reads again what differs.
    ///
    /// - Throws: `ShopError` or `StoreError`; the sweep then counts as not done.
    package func sweep() async throws -> SweepReport {
        guard let record, earliestStart != nil else { return SweepReport() }
        let now = ports.now()
        // The newest minutes belong to the polls: the search index may not know them yet.
        let until = now.addingTimeInterval(-900)
        let from = until.addingTimeInterval(-7 * 86_400)
        var sweep = SweepReport()
        var listed: Set<ShopifyID> = []
        var request = OrderListRequest(since: from, pageSize: Self.fullPage, importance: .background)
        request.until = now
        let missed = try await walk(request, movesWatermark: false, wanted: { $0.updatedAt <= until }) {
            page in
            listed.formUnion(page.versions.map(\.id))
            sweep.missed += page.lacking
        }
        sweep.report += missed
        guard !ports.stop.isRequested else { return sweep }
        let stored = try await ports.store.versions(shop: record.id, from: from, to: until)
        let unlisted = stored.map(\.id).filter { !listed.contains($0) }
        sweep.unlisted = unlisted.count
        sweep.report += try await refetch(unlisted)
        try await ports.store.saveSweep(at: now, shop: record.id)
        self.record?.sweptAt = now
        return sweep
    }

    /// Judges the orders of the last seven days again if the settings that judge them changed.
    ///
    /// - Returns: Nil where nothing had changed.
    package func rejudgeIfChanged() async throws -> ImportReport? {
        guard let record, !rehearsing, !judge.channels.isEmpty else { return nil }
        // Whether a blank order is withheld depends on the shop's other orders.
        let isWithheld = try await ports.store.personalData(shop: record.id).isWithheld
        let digest = judge.digest + (isWithheld ? " withheld" : "")
        guard let before = try await ports.store.judgedDigest(shop: record.id) else {
            try await ports.store.saveJudgedDigest(digest, shop: record.id)
            return nil
        }
        guard before != digest else { return nil }
        var report = try await rejudge(from: ports.now().addingTimeInterval(-7 * 86_400))
        // What is not handed off yet follows the settings, however old it is.
        report += try await rejudge(from: .distantPast, .toHandOff)
        guard !ports.stop.isRequested else { return report }
        try await ports.store.saveJudgedDigest(digest, shop: record.id)
        return report
    }

    /// Judges stored orders placed since an instant again, by the rules and settings of now.
    package func rejudge(
        from: Date,
        before: Date = .distantFuture,
        _ selection: RejudgeRequest.Selection = .all
    ) async throws -> ImportReport {
        guard let record else { return ImportReport() }
        var report = ImportReport()
        var request = RejudgeRequest(
            shop: record.id,
            judge: judge,
            now: ports.now(),
            from: from,
            before: min(before, ports.now().addingTimeInterval(10 * 365 * 86_400))
        )
        request.selection = selection
        while !ports.stop.isRequested {
            let page = try await ports.store.rejudge(request)
            onProgress()
            report += page.report
            guard let next = page.next else { break }
            request.afterRow = next
        }
        return report
    }
}
