import Foundation

/// One page of a listing, with what the store lacks of it already read.
struct GatheredPage: Sendable {
    var versions: [OrderVersion]
    /// Where the next page begins; nil on the last.
    var next: String?
    /// The lacking orders, in the listing's order.
    var readings: [OrderReading]
    /// Shopify's clock when the page was asked for; ours where its answer told no time.
    var askedAt: Date?
    /// Shopify's clock less ours, in seconds; nil where the answer told no time.
    var clockSkew: TimeInterval?
    /// What ended the reading before the page's end.
    var failure: (any Error)?

    /// How many of the page's versions the store did not have.
    var lacking: Int { readings.reduce(0) { $0 + $1.entries.count } }

    /// The time of change of the last order of each reading: what is stored once that reading is.
    ///
    /// The last reading of a whole page stands for all of it, because whatever was not read is stored already.
    var marks: [Date?] {
        let times = Dictionary(versions.map { ($0.id, $0.updatedAt) }) { $1 }
        var marks = readings.map { reading in reading.entries.last.flatMap { times[$0.id] } }
        if !marks.isEmpty, failure == nil { marks[marks.count - 1] = versions.last?.updatedAt }
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
            let following = next(after: page, &request, &pages)
            async let upcoming = gather(following, wanted)
            report += try await keep(page.readings, watermarks: movesWatermark ? page.marks : [])
            if let failure = page.failure { throw failure }
            if movesWatermark, page.readings.isEmpty {
                try await moveWatermark(to: page.versions.last?.updatedAt)
            }
            guard following != nil else {
                if page.next != nil { throw Self.tooManyAtOnce }
                break
            }
            page = try await upcoming
        }
        return report
    }

    private static let tooManyAtOnce = ShopError(
        .incomplete,
        .fault,
        "more than \(pagesPerListing * fullPage) orders changed within one second; the listing cannot pass it",
        remedy: "report this, with the shop's time of day"
    )

    /// The request for the page behind this one; nil behind the last, and where the listing can go no further.
    private func next(
        after page: GatheredPage,
        _ request: inout OrderListRequest,
        _ pages: inout Int
    ) -> OrderListRequest? {
        guard page.failure == nil, let cursor = page.next, let last = page.versions.last else { return nil }
        request.after = cursor
        request.pageSize = Self.fullPage
        pages += 1
        if pages > Self.pagesPerListing {
            guard last.updatedAt > request.since else { return nil }
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
        let began = ports.now()
        let page = try await ports.shop.list(request)
        onProgress()
        let lacking = try await ports.store.unstored(page.versions.filter(wanted), shop: record.id)
        var gathered = GatheredPage(
            versions: page.versions,
            next: page.next,
            readings: [],
            askedAt: page.askedAt ?? began,
            clockSkew: page.clockSkew
        )
        do {
            try await fetch(lacking.map(\.id), importance: request.importance, into: &gathered.readings)
        } catch {
            gathered.failure = error
        }
        return gathered
    }

    /// Reads orders in batches as large as Shopify answers in good time, smaller ones where one does not come through.
    ///
    /// - Parameter readings: Takes each batch as it comes, so that an error leaves what came before it.
    func fetch(
        _ ids: [ShopifyID],
        importance: Importance,
        into readings: inout [OrderReading]
    ) async throws {
        var rest = ids[...]
        while !rest.isEmpty, !ports.stop.isRequested {
            let batch = Array(rest.prefix(sizer.size))
            switch await attempt(batch, importance) {
            case .success(let reading):
                readings.append(reading)
                rest = rest.dropFirst(batch.count)
            case .failure(let error) where error.meansTooMuch && batch.count > 1:
                sizer.tooMuch(orders: batch.count)
            case .failure(let error) where error.meansTooMuch:
                rest = try await passOver(error, rest, importance, &readings)
            case .failure(let error):
                throw error
            }
        }
    }

    /// Deals with one order that does not come through by itself: it cannot be read, and the others go on.
    ///
    /// A time-out may be the shop's; only where the next order does come is it this one's.
    private func passOver(
        _ error: ShopError,
        _ rest: ArraySlice<ShopifyID>,
        _ importance: Importance,
        _ readings: inout [OrderReading]
    ) async throws -> ArraySlice<ShopifyID> {
        guard let id = rest.first else { return rest }
        let unreadable = OrderReading(entries: [.unreadable(id, error.message)], readAt: ports.now())
        guard error.code == .timedOut else {
            readings.append(unreadable)
            return rest.dropFirst()
        }
        guard let other = rest.dropFirst().first else {
            if readings.isEmpty { throw error }
            readings.append(unreadable)
            return []
        }
        readings += [unreadable, try await attempt([other], importance).get()]
        return rest.dropFirst(2)
    }

    private func attempt(_ ids: [ShopifyID], _ importance: Importance) async -> Result<
        OrderReading, ShopError
    > {
        do {
            let reading = try await ports.shop.read(ids, importance: importance)
            sizer.answered(orders: ids.count, in: reading.elapsed, bytes: reading.bytes)
            onProgress()
            return .success(reading)
        } catch {
            return .failure(error)
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
