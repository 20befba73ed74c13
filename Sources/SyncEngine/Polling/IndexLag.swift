import Foundation

/// How long changes of orders took to show in Shopify's search, over the last day.
struct IndexLag {
    /// The greatest lag of each hour that had one, the latest last.
    private var hours: [(hour: Int, lag: Duration)] = []

    /// The greatest lag from 23 to 24 hours back until now.
    func greatest(at now: Date) -> Duration {
        hours.filter { $0.hour > Self.hour(of: now) - 24 }.map(\.lag).max() ?? .zero
    }

    /// Notes what a page of a listing shows that the listing before should have shown, had there been no lag.
    ///
    /// - Parameters:
    ///   - page: With its readings, which tell what the store did not have.
    ///   - before: When that earlier listing was asked for, by Shopify's clock.
    mutating func note(_ page: GatheredPage, before: Date, now: Date) {
        guard let askedAt = page.askedAt else { return }
        let new = Set(page.readings.flatMap { $0.entries.map(\.id) })
        // Times of change are cut to the second.
        let late = page.versions.filter {
            new.contains($0.id) && $0.updatedAt.addingTimeInterval(1) <= before
        }
        guard let oldest = late.map(\.updatedAt).min() else { return }
        let lag = Duration.seconds(askedAt.timeIntervalSince(oldest))
        let hour = Self.hour(of: now)
        hours.removeAll { $0.hour <= hour - 24 || $0.hour > hour }
        if let last = hours.last, last.hour == hour {
            hours[hours.count - 1].lag = max(last.lag, lag)
        } else {
            hours.append((hour, lag))
        }
    }

    private static func hour(of date: Date) -> Int { Int(date.timeIntervalSince1970 / 3600) }
}
