package import Foundation

/// A time as an operator or a file gives it: a day, whose midnight depends on the shop's zone, or an instant.
package enum DayOrInstant: Sendable, Equatable, Codable {
    case day(CalendarDay)
    case instant(Date)

    /// Reads `2026-11-16` or RFC 3339; nil for anything else, days and times that do not exist included.
    package init?(_ text: String) {
        var digits = Digits(text)
        guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2), digits.skip("-"),
            let day = digits.number(2), CalendarDay.exists(year: year, month: month, day: day)
        else { return nil }
        let date = CalendarDay(year: year, month: month, day: day)
        if digits.isAtEnd {
            self = .day(date)
            return
        }
        guard let seconds = digits.timeOfDay(), let offset = digits.offset(), digits.isAtEnd else {
            return nil
        }
        self = .instant(date.midnight(in: .gmt).addingTimeInterval(seconds - offset))
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

/// The parts of a date and a time, read from the left.
private struct Digits {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    /// A number of so many digits.
    mutating func number(_ count: Int) -> Int? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        rest = rest.dropFirst(count)
        return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }

    /// Goes behind any one of these characters; false where there is none.
    mutating func skip(_ characters: String) -> Bool {
        guard let byte = rest.first, characters.utf8.contains(byte) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// `T23:59:59`, with or without a fraction, in seconds.
    mutating func timeOfDay() -> TimeInterval? {
        guard skip("Tt"), let hour = number(2), hour < 24, skip(":"), let minute = number(2), minute < 60,
            skip(":"), let second = number(2), second < 60
        else { return nil }
        var seconds = TimeInterval(hour * 3600 + minute * 60 + second)
        guard skip(".") else { return seconds }
        var unit = 0.1
        guard let first = number(1) else { return nil }
        seconds += TimeInterval(first) * unit
        while let digit = number(1) {
            unit /= 10
            seconds += TimeInterval(digit) * unit
        }
        return seconds
    }

    /// `Z`, `+01:00` or `+0100`, in seconds.
    mutating func offset() -> TimeInterval? {
        if skip("Zz") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard skip("+-"), let hours = number(2), hours < 24 else { return nil }
        _ = skip(":")
        guard let minutes = number(2), minutes < 60 else { return nil }
        return TimeInterval(hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }
}
