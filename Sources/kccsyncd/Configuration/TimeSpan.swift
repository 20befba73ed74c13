/// Time spans as systemd.time(7) writes them: `15s`, `1h 30min`, `2.5min`; a bare number means seconds.
enum TimeSpan {
    /// The span's length; nil for anything that is not a span, and for `infinity`.
    static func parse(_ text: String) -> Duration? {
        var rest = text[...].drop(while: isSpace)
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let nanoseconds = component(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            guard !overflow else { return nil }
            total = sum
            rest = rest.drop(while: isSpace)
        }
        return .nanoseconds(total)
    }

    /// A span of whole seconds in the largest unit that it is a multiple of: `24h`, `90d`, `15s`.
    static func text(_ span: Duration) -> String {
        let seconds = span.components.seconds
        for (name, length) in [("d", Int64(86_400)), ("h", 3600), ("min", 60)]
        where seconds >= length && seconds % length == 0 && !(name == "d" && seconds == length) {
            return "\(seconds / length)\(name)"
        }
        return "\(seconds)s"
    }

    /// One number with its unit, taken off the front.
    private static func component(_ rest: inout Substring) -> Int64? {
        let whole = digits(&rest)
        var fraction: Substring = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = digits(&rest)
            guard !fraction.isEmpty else { return nil }
        }
        guard !whole.isEmpty, let count = Int64(whole) else { return nil }
        let beforeUnit = rest.drop(while: isSpace)
        let name = beforeUnit.prefix { $0.isLetter }
        if !name.isEmpty { rest = beforeUnit.dropFirst(name.count) }
        guard let unit = name.isEmpty ? second : units[String(name)] else { return nil }
        var (total, overflow) = count.multipliedReportingOverflow(by: unit)
        // Digits beyond the ninth are below a nanosecond of a second; each is worth a tenth of the one
        // before.
        var place = unit
        for digit in fraction.prefix(9) {
            place /= 10
            let (sum, over) = total.addingReportingOverflow(place * Int64(digit.wholeNumberValue ?? 0))
            total = sum
            overflow = overflow || over
        }
        return overflow ? nil : total
    }

    private static func digits(_ rest: inout Substring) -> Substring {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(digits.count)
        return digits
    }

    private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }

    /// In nanoseconds.
    private static let second: Int64 = 1_000_000_000

    /// The names that systemd knows, in nanoseconds; a month is 30.44 and a year 365.25 days there.
    private static let units: [String: Int64] = {
        var units: [String: Int64] = [:]
        for name in ["usec", "us", "µs", "μs"] { units[name] = 1_000 }
        for name in ["msec", "ms"] { units[name] = 1_000_000 }
        for name in ["seconds", "second", "sec", "s"] { units[name] = second }
        for name in ["minutes", "minute", "min", "m"] { units[name] = 60 * second }
        for name in ["hours", "hour", "hr", "h"] { units[name] = 3_600 * second }
        for name in ["days", "day", "d"] { units[name] = 86_400 * second }
        for name in ["weeks", "week", "w"] { units[name] = 604_800 * second }
        for name in ["months", "month", "M"] { units[name] = 2_629_800 * second }
        for name in ["years", "year", "y"] { units[name] = 31_557_600 * second }
        return units
    }()
}
