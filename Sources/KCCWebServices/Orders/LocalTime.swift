import Foundation

/// Writes KCC's "DateTime": the hands of a clock in one zone, without an offset.
struct LocalTime: Sendable {
    private let calendar: Calendar

    init(_ zone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    func text(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        func figure(_ number: Int?, digits: Int) -> String {
            let text = String(number ?? 0)
            return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
        }
        let day = [
            figure(parts.year, digits: 4), figure(parts.month, digits: 2), figure(parts.day, digits: 2),
        ]
        let time = [parts.hour, parts.minute, parts.second].map { figure($0, digits: 2) }
        return day.joined(separator: "-") + "T" + time.joined(separator: ":")
    }
}
