import Foundation

/// One page of a listing, with what the store lacks of it already read.
struct GatheredPage: Sendable {
    var versions: [OrderVersion]
    /// Where the next page begins; nil on the last.
    var next: String?
    /// The lacking orders, in the listing's order.
    var readings: [OrderReading]

    /// How many of the page's versions the store did not have.
    var lacking: Int { readings.reduce(0) { $0 + $1.entries.count } }

    /// The time of change of the last order of each reading: what is stored once that reading is.
    ///
    /// The last reading stands for the whole page, because whatever was not read is stored already.
    var marks: [Date?] {
        let times = Dictionary(versions.map { ($0.id, $0.updatedAt) }) { $1 }
        var marks = readings.map { reading in reading.entries.last.flatMap { times[$0.id] } }
        if !marks.isEmpty { marks[marks.count - 1] = versions.last?.updatedAt }
        return marks
    }
}

extension ShopSync {
    /// A quiet poll lists few: Shopify charges by the page size that is asked for.
    static let quietPage = 25
    static let fullPage = 250
    /// Shopify ends a listing at 25,000 orders; a new one begins before that.
    static let pagesPerListing = 96

    /// Walks a listing page by page and stores what the store lacks.
    ///
    /// While one page is stored the next is already listed and read.
    ///
    /// - Parameters:
    ///   - movesWatermark: Whether the listing is the poll's, in order of change from the watermark on.
    ///   - wanted: Which versions may be read.
    ///   - seen: Told of every page before it is stored.
    func walk(
        _ first: OrderListRequest,
        movesWatermark: Bool,
        wanted: @Sendable @escaping (OrderVersion) -> Bool = { _ in true },
        seen: (GatheredPage) -> Void = { _ in }
    ) async throws -> ImportReport {
        var report = ImportReport()
        var request = first
        var pages = 1
        var page = try await gather(request, wanted)
        while !ports.stop.isRequested {
            seen(page)
            let following = try next(after: page, &request, &pages)
            async let upcoming = gather(following, wanted)
            report += try await keep(page.readings, watermarks: movesWatermark ? page.marks : [])
            if movesWatermark, page.readings.isEmpty { try await moveWatermark(to: page.versions.last?.updatedAt) }
            guard following != nil else { break }
            page = try await upcoming
        }
        return report
    }

    /// The request for the page behind this one; nil behind the last.
    private func next(
        after page: GatheredPage,
        _ request: inout OrderListRequest,
        _ pages: inout Int
    ) throws -> OrderListRequest? {
        guard let cursor = page.next, let last = page.versions.last else { return nil }
        request.after = cursor
        request.pageSize = Self.fullPage
        pages += 1
        if pages > Self.pagesPerListing {
            guard last.updatedAt > request.since else {
                throw ShopError(
                    .incomplete,
                    .fault,
                    "more than \(Self.pagesPerListing * Self.fullPage) orders changed within one second; the listing cannot pass it",
                    remedy: "report this, with the shop's time of day"
                )
            }
            request.since = last.updatedAt
            request.after = nil
            pages = 1
        }
        return request
    }

    /// Lists one page and reads what the store lacks of it.
    private func gather(
        _ request: OrderListRequest?,
        _ wanted: @Sendable (OrderVersion) -> Bool
    ) async throws -> GatheredPage {
        guard let request, let record else { return GatheredPage(versions: [], next: nil, readings: []) }
        let page = try await ports.shop.list(request)
        onProgress()
        let lacking = try await ports.store.unstored(page.versions.filter(wanted), shop: record.id)
        let readings = try await fetch(lacking.map(\.id), importance: request.importance)
        return GatheredPage(versions: page.versions, next: page.next, readings: readings)
    }

    /// Reads orders in batches as large as Shopify answers in good time, smaller ones where one does not come through.
    func fetch(_ ids: [ShopifyID], importance: Importance) async throws -> [OrderReading] {
        var readings: [OrderReading] = []
        var rest = ids[...]
        while !rest.isEmpty, !ports.stop.isRequested {
            let batch = Array(rest.prefix(sizer.size))
            guard let reading = try await attempt(batch, importance) else {
                sizer.tooMuch(orders: batch.count)
                continue
            }
            sizer.answered(orders: batch.count, in: reading.elapsed, bytes: reading.bytes)
            onProgress()
            readings.append(reading)
            rest = rest.dropFirst(batch.count)
        }
        return readings
    }

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
