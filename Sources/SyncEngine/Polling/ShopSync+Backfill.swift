import Foundation

/// Where a backfill is inside the span of time that it is listing.
struct BackfillSpan: Sendable, Equatable {
    var backfill: Int64
    var end: Date
    var after: String?
    var pages = 0
}

extension ShopSync {
    /// Does one page of the oldest open backfill.
    ///
    /// - Returns: What it did and how far it is; nil where no backfill is open.
    /// - Throws: `ShopError` or `StoreError`; the page is done again next time, which is harmless.
    package func backfillStep() async throws -> (Backfill, ImportReport)? {
        guard let record, !judge.channels.isEmpty,
            var backfill = try await ports.store.openBackfills(shop: record.id).first
        else { return nil }
        let report = try await rehearseStep(&backfill)
        try await ports.store.saveBackfill(backfill)
        return (backfill, report)
    }

    /// Does one page of a backfill and leaves its record to the caller.
    ///
    /// Orders are listed by the time at which they were placed, a span of days at a time: Shopify ends a listing at
    /// 25,000 orders, so a span that is too full is halved and an empty one makes the next longer. What
    /// is stored is the end of the last whole span; a crash repeats part of one, which is harmless.
    package func rehearseStep(_ backfill: inout Backfill) async throws -> ImportReport {
        var span =
            backfillSpan.flatMap { $0.backfill == backfill.id ? $0 : nil }
            ?? BackfillSpan(
                backfill: backfill.id,
                end: min(backfill.to, backfill.position.addingTimeInterval(spanLength))
            )
        var request = OrderListRequest(
            since: backfill.position,
            pageSize: Self.fullPage,
            importance: .backfill
        )
        request.until = span.end
        request.byPlacing = true
        request.after = span.after
        let page = try await ports.shop.list(request)
        onProgress()
        let (report, found) = try await readAll(page.versions.map(\.id), for: backfill)
        guard !ports.stop.isRequested else { return report }
        backfill.listed += found
        backfill.count(report)
        span.pages += 1
        span.after = page.next
        if page.next == nil {
            backfill.position = span.end
            if span.end >= backfill.to { backfill.finishedAt = ports.now() }
            spanLength = span.pages < 10 ? min(spanLength * 2, 30 * 86_400) : spanLength
            backfillSpan = nil
        } else if span.pages == Self.pagesPerListing {
            spanLength = max(60, spanLength / 2)
            backfillSpan = nil
        } else {
            backfillSpan = span
        }
        return report
    }

    /// Reads listed orders and stores those that were placed within the backfill's time: a listing compares whole seconds.
    private func readAll(_ ids: [ShopifyID], for backfill: Backfill) async throws -> (
        ImportReport, found: Int
    ) {
        var report = ImportReport()
        var found = 0
        var rest = ids[...]
        while !rest.isEmpty, !ports.stop.isRequested {
            let slice = rest.prefix(sizer.size)
            rest = rest.dropFirst(slice.count)
            let (read, count) = try await read(Array(slice), importance: .backfill, backfill: backfill)
            report += read
            found += count
        }
        return (report, found)
    }
}

extension Backfill {
    /// Adds a page's outcome to the tally.
    fileprivate mutating func count(_ report: ImportReport) {
        for event in report.events where event.change == .judged {
            switch event.state {
            case .imported: imported += 1
            case .failed: failed += 1
            case .pending, .skipped, .ignored: refused += 1
            }
        }
    }
}
