import Foundation

extension ShopSync {
    /// A quiet poll lists few: Shopify charges by the page size that is asked for.
    static let quietPage = 25
    static let fullPage = 250
    /// Shopify ends a listing at 25,000 orders; a new one begins before that.
    static let pagesPerListing = 96

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
        var report = ImportReport()
        try await list(OrderListRequest(since: since, pageSize: page, importance: .polling)) { versions in
            report += try await take(versions, importance: .polling, movesWatermark: true)
            return true
        }
        if record.sweptAt == nil, !rehearsing, !ports.stop.isRequested {
            // The first listing has just seen everything that a sweep would.
            try await ports.store.saveSweep(at: ports.now(), shop: record.id)
            self.record?.sweptAt = ports.now()
        }
        return report
    }

    /// Reads orders again that are due for it.
    package func revisit() async throws -> ImportReport {
        guard let record else { return ImportReport() }
        var report = ImportReport()
        for _ in 0..<Self.mostRevisitBatches where !ports.stop.isRequested {
            let due = try await ports.store.revisits(shop: record.id, dueBy: ports.now(), limit: sizer.size)
            guard !due.isEmpty else { break }
            report += try await read(due, importance: .polling)
            // Whatever is read is planned anew for later, or done with: the same order is not due twice.
            if due.count < sizer.size { break }
        }
        return report
    }

    /// Reads orders by id, whatever version the store has.
    package func refetch(_ ids: [ShopifyID]) async throws -> ImportReport {
        var report = ImportReport()
        for start in stride(from: 0, to: ids.count, by: sizer.size) {
            let slice = Array(ids[start..<min(start + sizer.size, ids.count)])
            report += try await read(slice, importance: .operatorAsked)
        }
        return report
    }

    /// Walks a listing page by page; `body` returns false to end it.
    func list(_ request: OrderListRequest, body: ([OrderVersion]) async throws -> Bool) async throws {
        var request = request
        var pages = 0
        while !ports.stop.isRequested {
            let page = try await ports.shop.list(request)
            onProgress()
            guard try await body(page.versions), let next = page.next, let last = page.versions.last else {
                return
            }
            pages += 1
            request.after = next
            request.pageSize = Self.fullPage
            if pages == Self.pagesPerListing {
                guard last.updatedAt > request.since else {
                    throw ShopError(
                        .incomplete,
                        .fault,
                        "more than \(pages * Self.fullPage) orders changed within one second; the listing cannot pass it",
                        remedy: "report this, with the shop's time of day"
                    )
                }
                request.since = last.updatedAt
                request.after = nil
                pages = 0
            }
        }
    }

    /// Stores those of a page's orders that the store lacks, and moves the watermark with each batch.
    ///
    /// While one batch is stored the next is already being read.
    ///
    /// - Parameter versions: In order of change, so that whatever precedes a batch is stored before it.
    func take(
        _ versions: [OrderVersion],
        importance: Importance,
        movesWatermark: Bool
    ) async throws -> ImportReport {
        guard let record, let newest = versions.last?.updatedAt else { return ImportReport() }
        var report = ImportReport()
        var rest = try await ports.store.unstored(versions, shop: record.id)[...]
        var slice = rest.prefix(sizer.size)
        rest = rest.dropFirst(slice.count)
        var readings = try await fetch(slice.map(\.id), importance: importance)
        while !slice.isEmpty, !ports.stop.isRequested {
            let following = rest.prefix(sizer.size)
            rest = rest.dropFirst(following.count)
            async let later = fetch(following.map(\.id), importance: importance)
            let mark = following.isEmpty ? newest : slice.last?.updatedAt
            report += try await keep(readings, watermark: movesWatermark ? mark : nil)
            readings = try await later
            slice = following
        }
        if movesWatermark, slice.isEmpty, !rehearsing, newest > (self.record?.watermark ?? .distantPast) {
            let nothing = OrderReading(entries: [], readAt: ports.now())
            report += try await keep([nothing], watermark: newest)
        }
        return report
    }

    /// Reads one batch and stores it.
    func read(
        _ ids: [ShopifyID],
        importance: Importance,
        backfill: String? = nil
    ) async throws -> ImportReport {
        try await keep(try await fetch(ids, importance: importance), backfill: backfill)
    }

    /// Reads a batch, in halves where the whole does not come through.
    private func fetch(_ ids: [ShopifyID], importance: Importance) async throws -> [OrderReading] {
        guard !ids.isEmpty else { return [] }
        guard let reading = try await attempt(ids, importance) else {
            sizer.tooMuch(orders: ids.count)
            let half = ids.count / 2
            return try await fetch(Array(ids[..<half]), importance: importance)
                + fetch(Array(ids[half...]), importance: importance)
        }
        sizer.answered(orders: ids.count, in: reading.elapsed, bytes: reading.bytes)
        onProgress()
        return [reading]
    }

    /// Stores what was read, each reading in one transaction; the last one carries the watermark.
    private func keep(
        _ readings: [OrderReading],
        watermark: Date? = nil,
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
            batch.watermark = index == readings.count - 1 ? watermark : nil
            batch.backfill = backfill
            batch.readsAllOrders = readsAllOrders
            report += rehearsing ? try await ports.store.rehearse(batch) : try await ports.store.importBatch(batch)
            onProgress()
        }
        if let watermark, watermark > (self.record?.watermark ?? .distantPast), !rehearsing {
            self.record?.watermark = watermark
        }
        return report
    }
}

extension ShopSync {
    /// Reads a batch; nil where a smaller one may come through.
    ///
    /// One order that is too large by itself is an order that cannot be read; the others go on.
    private func attempt(_ ids: [ShopifyID], _ importance: Importance) async throws -> OrderReading? {
        do {
            return try await ports.shop.read(ids, importance: importance)
        } catch {
            guard error.meansTooMuch else { throw error }
            if ids.count > 1 { return nil }
            guard error.code != .timedOut, let id = ids.first else { throw error }
            return OrderReading(entries: [.unreadable(id, error.message)], readAt: ports.now())
        }
    }
}

extension ShopError {
    /// Whether a smaller batch may come through where this one did not.
    var meansTooMuch: Bool {
        switch code {
        case .timedOut, .tooLarge, .tooExpensive: true
        default: false
        }
    }
}
