import Foundation

/// Times as HTTP and Shopify write them, read and written without a formatter.
enum HTTPTime {
    /// Reads `Mon, 23 Nov 2026 19:03:03 GMT` (RFC 9110, section 5.6.7).
    static func date(_ text: String) -> Date? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let clock = parts[4].split(separator: ":").map { Int($0) ?? -1 }
        guard clock.count == 3, (1...31).contains(day), (1970...9999).contains(year),
            (0...23).contains(clock[0]),
            (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        return Date(timeIntervalSince1970: Double(days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]))
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads `2026-11-23T10:00:00Z`, also with a fraction or an offset such as `+01:00`.
    static func instant(_ text: String) -> Date? {
        var reader = DigitReader(text.utf8)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T"), let hour = reader.number(2), reader.skip(":"),
            let minute = reader.number(2), reader.skip(":"), let second = reader.number(2),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var seconds = Double(
            daysSince1970(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        )
        if reader.skip(".") {
            guard let fraction = reader.fraction() else { return nil }
            seconds += fraction
        }
        if reader.skip("Z") { return reader.atEnd ? Date(timeIntervalSince1970: seconds) : nil }
        let east = reader.skip("+")
        guard east || reader.skip("-"), let hours = reader.number(2), reader.skip(":"),
            let minutes = reader.number(2), reader.atEnd
        else { return nil }
        let offset = Double(hours * 3600 + minutes * 60)
        return Date(timeIntervalSince1970: east ? seconds - offset : seconds + offset)
    }

    /// Writes `2026-11-23T10:00:00Z`; a fraction is rounded down, or up on request.
    static func text(_ date: Date, roundedUp: Bool = false) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(roundedUp ? .up : .down))
        let (days, rest) = floorDivide(seconds, 86_400)
        let (year, month, day) = civil(days)
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
            + "T\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))Z"
    }

    /// Days from 1 January 1970 in the Gregorian calendar.
    ///
    /// Years are counted from March, so that the leap day comes last, in cycles of 400 years of
    /// 146,097 days each.
    static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (cycle, yearOfCycle) = floorDivide(shifted, 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * 146_097 + dayOfCycle - 719_468
    }

    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let (cycle, dayOfCycle) = floorDivide(days + 719_468, 146_097)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (
            cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1
        )
    }

    private static func floorDivide(_ value: Int, _ by: Int) -> (quotient: Int, remainder: Int) {
        let quotient = value >= 0 ? value / by : -((-value + by - 1) / by)
        return (quotient, value - quotient * by)
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

/// Takes fixed numbers of digits off the front of a text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String.UTF8View) {
        rest = text[...]
    }

    var atEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = rest.first.map({ Int($0) - 48 }), (0...9).contains(digit) else { return nil }
            value = value * 10 + digit
            rest.removeFirst()
        }
        return value
    }

    /// One to nine digits behind a point.
    mutating func fraction() -> Double? {
        var value = 0.0
        var unit = 0.1
        var count = 0
        while let digit = rest.first.map({ Int($0) - 48 }), (0...9).contains(digit) {
            guard count < 9 else { return nil }
            value += Double(digit) * unit
            unit /= 10
            count += 1
            rest.removeFirst()
        }
        return count > 0 ? value : nil
    }
}
