package import Foundation

/// Which times of despatch are real ones.
///
/// Programs write an empty date as the first day of their calendar: year 1 in .NET, 1753 or 1900 in SQL Server, 1899 in
/// Excel, 1970 in Unix; and one that is never as year 9999.
package enum DespatchTime {
    /// A reported time; nil where it is no real date.
    package static func real(_ date: Date?) -> Date? {
        date.flatMap { (first..<end).contains($0) ? $0 : nil }
    }

    /// The latest real time of several, not after now; nil where there is none.
    package static func latest(_ dates: [Date], now: Date) -> Date? {
        dates.compactMap(real).max().map { min($0, now) }
    }

    /// 2000-01-01, less a day for its zone.
    private static let first = Date(timeIntervalSince1970: 946_598_400)
    /// 2100-01-01.
    private static let end = Date(timeIntervalSince1970: 4_102_444_800)
}
