package import Foundation

/// Times as KCC writes them: RFC 3339 without an offset, mostly.
package enum ReportedTime {
    /// Reads `2025-06-30T12:00:00`, with a blank instead of `T`, with `Z`, an offset or fractions, or the day alone.
    ///
    /// - Parameter zone: Counts where the text names none.
    /// - Returns: Nil for anything else, and for days that do not exist.
    package static func parse(_ text: String, in zone: TimeZone) -> Date? {
        let form =
            #/(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)? ?(Z|z|[+-]\d{2}:?\d{2})?/#
        guard let match = text.wholeMatch(of: form) else { return nil }
        var parts = DateComponents()
        parts.year = Int(match.1)
        parts.month = Int(match.2)
        parts.day = Int(match.3)
        parts.hour = match.4.flatMap { Int($0) } ?? 0
        parts.minute = match.5.flatMap { Int($0) } ?? 0
        parts.second = match.6.flatMap { Int($0) } ?? 0
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = match.7.map { offset($0) } ?? zone
        guard parts.isValidDate(in: calendar) else { return nil }
        return calendar.date(from: parts)
    }

    private static func offset(_ text: Substring) -> TimeZone {
        let digits = text.compactMap(\.wholeNumberValue)
        guard digits.count == 4 else { return .gmt }
        let seconds = (digits[0] * 10 + digits[1]) * 3600 + (digits[2] * 10 + digits[3]) * 60
        return TimeZone(secondsFromGMT: text.hasPrefix("-") ? -seconds : seconds) ?? .gmt
    }
}
