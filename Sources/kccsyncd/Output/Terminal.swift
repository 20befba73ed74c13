import Foundation
import SyncEngine

/// Where commands print: plain lines, and progress only for people.
enum Terminal {
    /// Writes lines to standard output; commands in a sentence for people carry the instance's name.
    static func print(_ lines: [String]) {
        for line in lines {
            let isJSON = line.hasPrefix("{") || line.hasPrefix("[")
            Swift.print(isJSON ? VisibleText.json(line) : plain(line))
        }
    }

    /// Writes a line to standard error, addressed in the same way.
    static func complain(_ line: String) {
        FileHandle.standardError.write(Data((plain(line) + "\n").utf8))
    }

    /// Writes lines to standard error.
    static func complain(_ lines: [String]) {
        for line in lines { complain(line) }
    }

    private static func plain(_ line: String) -> String {
        VisibleText.line(RemedyText(line).addressed(to: .ofProcess))
    }

    /// Writes a value as JSON with a stable order of keys: RFC 3339 UTC, amounts as decimal strings.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        Swift.print(VisibleText.json(String(decoding: try encoder.encode(value), as: UTF8.self)))
    }

    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// Draws a bar in place, on a terminal only.
    ///
    /// - Parameter fraction: 0 to 1.
    static func progress(_ fraction: Double, _ text: String) {
        guard showsProgress else { return }
        let width = 30
        let filled = Int((max(0, min(1, fraction)) * Double(width)).rounded())
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
        FileHandle.standardError.write(
            Data("\r[\(bar)] \(Int(fraction * 100)) %  \(VisibleText.line(text))\u{1B}[K".utf8)
        )
    }

    static func endProgress() {
        guard showsProgress else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }
}

/// Counts and spans of time as people read them.
enum Spoken {
    /// How long ago, such as `9 s ago` or `2 h 10 min ago`; `in 9 s` for a time to come.
    static func ago(_ date: Date, now: Date = Date()) -> String {
        let seconds = Int(now.timeIntervalSince(date))
        return seconds < 0 ? "in \(span(-seconds))" : "\(span(seconds)) ago"
    }

    private static func span(_ seconds: Int) -> String {
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7200 { return "\(seconds / 60) min" }
        if seconds < 172_800 { return "\(seconds / 3600) h \(seconds % 3600 / 60) min" }
        return "\(seconds / 86_400) days"
    }

    /// `1 204`: groups of three, as ISO 80000-1 writes them.
    static func count(_ number: Int) -> String {
        var digits = String(abs(number))
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: " ")
    }

    /// `1 order`, `1 204 orders`.
    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(count(number)) \(number == 1 ? one : many)"
    }
}
