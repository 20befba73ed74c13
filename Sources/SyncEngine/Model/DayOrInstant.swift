package import Foundation

/// A time as an operator or a file gives it: a day, whose midnight depends on the shop's zone, or an instant.
package enum DayOrInstant: Sendable, Equatable, Codable {
    case day(CalendarDay)
    case instant(Date)

    /// Reads `2026-11-16` or RFC 3339; nil for anything else.
    package init?(_ text: String) {
        let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            CalendarDay.exists(year: year, month: month, day: day)
        else { return nil }
        guard text.count == 10 else {
            guard let instant = try? Date(text, strategy: .iso8601) else { return nil }
            self = .instant(instant)
            return
        }
        self = .day(CalendarDay(year: year, month: month, day: day))
    }

    package var isDay: Bool {
        if case .day = self { true } else { false }
    }

    /// The instant itself, or the day's first instant in a zone.
    package func date(in zone: TimeZone) -> Date {
        switch self {
        case .day(let day): day.midnight(in: zone)
        case .instant(let date): date
        }
    }
}

extension CalendarDay {
    fileprivate static func exists(year: Int, month: Int, day: Int) -> Bool {
        guard (1...12).contains(month) else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...lengths[month - 1]).contains(day)
    }
}
