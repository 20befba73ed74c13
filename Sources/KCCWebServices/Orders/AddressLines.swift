/// A street address on KCC's three lines.
struct AddressLines: Equatable {
    /// What a line holds.
    static let limit = 35
    static let count = 3

    /// One to three lines.
    private(set) var lines: [String] = []
    /// Whether some of the address found no room; the last line then ends in dots.
    private(set) var isCut = false

    /// Lays parts out, each from a line of its own; nil where there is nothing to lay out.
    init?(_ parts: [String]) {
        for part in parts {
            add(part)
        }
        if lines.isEmpty { return nil }
    }

    private mutating func add(_ part: String) {
        var rest = part
        while !rest.isEmpty {
            guard lines.count < Self.count else {
                if !isCut, let last = lines.popLast() { lines.append(Self.dotted(last)) }
                isCut = true
                return
            }
            let (line, remainder) = Self.broken(rest)
            lines.append(line)
            rest = remainder
        }
    }

    private static func dotted(_ line: String) -> String {
        line.fits(limit - 3) ? line + "..." : line.dotted(within: limit)
    }

    /// What fits on one line, broken after a comma or at a space where there is one, and what is left.
    private static func broken(_ text: String) -> (line: String, rest: String) {
        guard !text.fits(limit) else { return (text, "") }
        let start = text.start(fitting: limit)
        // A space right behind a full line is as good a place as one within it.
        let reach = text[start.endIndex...].first == " " ? text.index(after: start.endIndex) : start.endIndex
        let place = text[..<reach].lastIndex { $0 == " " || $0 == "," }
        if let place, let line = String(text[..<place]).oneLine {
            let rest = text[text.index(after: place)...].drop { $0 == " " || $0 == "," }
            return (line, String(rest))
        }
        return (String(start), String(text[start.endIndex...]))
    }
}
