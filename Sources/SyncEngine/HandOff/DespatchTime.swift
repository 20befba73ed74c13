package import Foundation

/// Which times of despatch are real ones.
///
/// Programs write an empty date as the first day of their calendar: year 1 in .NET, 1753 or 1900 in SQL Server, 1899 in
/// Excel, 1970 in Unix; and one that is never as year 9999. Nothing leaves before its order was placed, either.
package enum DespatchTime {
    /// A reported time; nil where it is no real date of this order.
    ///
    /// - Parameter placedAt: When the order was placed; nil where that is not known.
    package static func real(_ date: Date?, placedAt: Date?) -> Date? {
        guard let date, !isPlaceholder(date), date >= first, date < end else { return nil }
        if let placedAt, date < placedAt.addingTimeInterval(-tolerance) { return nil }
        return date
    }

    /// The latest real time of several, not after now; nil where there is none.
    package static func latest(_ dates: [Date], placedAt: Date?, now: Date) -> Date? {
        dates.compactMap { real($0, placedAt: placedAt) }.max().map { min($0, now) }
    }

    /// Whether a reported time lies more than a day in the future, which no difference of zones explains.
    package static func isAhead(_ date: Date, of now: Date) -> Bool { date > now.addingTimeInterval(86_400) }

    /// Whether a date is what a program writes for none.
    package static func isPlaceholder(_ date: Date) -> Bool {
        date < calendars || date >= end
            || placeholders.contains { abs(date.timeIntervalSince1970 - $0) <= 86_400 }
    }

    /// A day for a date without a time, which means its first moment, and a day for zones.
    private static let tolerance: TimeInterval = 2 * 86_400
    /// 1800-01-01: before it lie the first days of calendars, and no trade.
    private static let calendars = Date(timeIntervalSince1970: -5_364_662_400)
    /// 1899-12-30, 1899-12-31, 1900-01-01 and 1970-01-01, each a day round it for its zone.
    private static let placeholders: [TimeInterval] = [
        -2_209_161_600, -2_209_075_200, -2_208_988_800, 0,
    ]
    /// 2000-01-01, less a day for its zone.
    private static let first = Date(timeIntervalSince1970: 946_598_400)
    /// 2100-01-01.
    private static let end = Date(timeIntervalSince1970: 4_102_444_800)
}
