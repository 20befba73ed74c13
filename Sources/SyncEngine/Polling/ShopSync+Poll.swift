import Foundation

extension ShopSync {
    /// Batches of orders due for another look in one round; the rest wait for the next.
    static let mostRevisitBatches = 20

    /// Lists what changed since the watermark, reads what the store lacks, and stores it batch by batch.
    ///
    /// - Returns: What changed here; empty when nothing did.
    /// - Throws: `ShopError` or `StoreError`; whole batches before the error stay.
    package func poll() async throws -> ImportReport {
        guard let record, let first = earliestStart else { return ImportReport() }
        polls += 1
        // The search index lags behind the database, and rows can appear with times already passed.
        let overlap: TimeInterval = polls % 20 == 0 ? 900 : 120
        let since = record.watermark.map { $0.addingTimeInterval(-overlap) } ?? first
        let page = record.watermark == nil ? Self.fullPage : Self.quietPage
        var askedAt: Date?
        let before = listedAt
        let report = try await walk(
            OrderListRequest(since: since, pageSize: page, importance: .polling),
            movesWatermark: true,
            seen: { page in
                askedAt = askedAt ?? page.askedAt
                clockSkew = page.clockSkew ?? clockSkew
                if let before { indexLag.note(page, before: before, now: ports.now()) }
            }
        )
        // A walk that was cut short by a stop has not seen everything.
        if !ports.stop.isRequested { listedAt = askedAt }
        if record.sweptAt == nil, !rehearsing, !ports.stop.isRequested {
            // The first listing has just seen everything that a sweep would.
            try await ports.store.saveSweep(at: ports.now(), shop: record.id)
            self.record?.sweptAt = ports.now()
        }
        return report
    }

    /// The longest that a change took to show in Shopify's search during the last day.
    var greatestIndexLag: Duration { indexLag.greatest(at: ports.now()) }

    /// Reads orders again that are due for it.
    package func revisit() async throws -> ImportReport {
        guard let record else { return ImportReport() }
        var report = ImportReport()
        for _ in 0..<Self.mostRevisitBatches where !ports.stop.isRequested {
            let limit = sizer.size
            let due = try await ports.store.revisits(shop: record.id, dueBy: ports.now(), limit: limit)
            guard !due.isEmpty else { break }
            report += try await read(due, importance: .polling).report
            // Whatever is read is planned anew for later, or done with: the same order is not due twice.
            if due.count < limit { break }
        }
        return report
    }

    /// Reads orders by id, whatever version the store has.
    package func refetch(_ ids: [ShopifyID]) async throws -> ImportReport {
        try await read(ids, importance: .operatorAsked).report
    }

    /// Reads orders and stores them.
    ///
    /// - Parameter backfill: The backfill that they come from; orders placed outside its time are left alone.
    /// - Returns: What changed, and how many orders were stored or were stored already.
    func read(
        _ ids: [ShopifyID],
        importance: Importance,
        backfill: Backfill? = nil
    ) async throws -> (report: ImportReport, count: Int) {
        var report = ImportReport()
        var count = 0
        var rest = ids[...]
        // In pieces, so that an answer of thousands is not held at once.
        while !rest.isEmpty, !ports.stop.isRequested {
            let piece = Array(rest.prefix(Self.fullPage))
            rest = rest.dropFirst(piece.count)
            var readings: [OrderReading] = []
            var failure: (any Error)?
            do {
                try await fetch(piece, importance: importance, into: &readings)
            } catch {
                failure = error
            }
            if let backfill { readings = readings.map { $0.placed(within: backfill) } }
            count += readings.reduce(0) { $0 + $1.entries.count }
            report += try await keep(readings, backfill: backfill?.channel)
            if let failure { throw failure }
        }
        return (report, count)
    }

    /// Stores what was read, each reading in one transaction with its watermark.
    func keep(
        _ readings: [OrderReading],
        watermarks: [Date?] = [],
        backfill: String? = nil
    ) async throws -> ImportReport {
        guard let record else { return ImportReport() }
        var report = ImportReport()
        for (index, reading) in readings.enumerated() {
            var batch = ImportBatch(
                shop: record.id,
                entries: reading.entries,
                readAt: reading.readAt,
                now: ports.now(),
                judge: judge
            )
            batch.watermark = index < watermarks.count ? watermarks[index] : nil
            batch.backfill = backfill
            batch.readsAllOrders = readsAllOrders
            report +=
                rehearsing ? try await ports.store.rehearse(batch) : try await ports.store.importBatch(batch)
            noteWatermark(batch.watermark)
            onProgress()
        }
        return report
    }

    /// Moves the watermark past a page that the store had all of.
    func moveWatermark(to mark: Date?) async throws {
        guard let record, let mark, !rehearsing, mark > (record.watermark ?? .distantPast) else { return }
        var batch = ImportBatch(
            shop: record.id,
            entries: [],
            readAt: ports.now(),
            now: ports.now(),
            judge: judge
        )
        batch.watermark = mark
        _ = try await ports.store.importBatch(batch)
        noteWatermark(mark)
    }

    private func noteWatermark(_ mark: Date?) {
        guard let mark, !rehearsing, mark > (record?.watermark ?? .distantPast) else { return }
        record?.watermark = mark
    }
}

extension OrderReading {
    /// The reading without orders that were placed before or after a backfill's time.
    fileprivate func placed(within backfill: Backfill) -> OrderReading {
        var reading = self
        reading.entries.removeAll { entry in
            guard case .order(let order) = entry else { return false }
            return !(backfill.from..<backfill.to).contains(order.processedAt)
        }
        return reading
    }
}
