/// Where in a TOML text its keys stand.
///
/// The parser hands out tables in alphabetical order and without positions, but the channels' order decides
/// which channel owns an order, and a problem is mended faster with its line. So the text is read once more,
/// for its keys only. Nothing is checked here but how headers begin, and a key that is missed (one inside an inline table) merely
/// has no line.
struct DocumentOutline: Sendable, Equatable {
    /// Each key's full path, in the order of the text, with its line counted from 1.
    private(set) var entries: [(path: [String], line: Int)] = []
    /// The first header that begins with no key, with what stands there; nil at the end of the text.
    private(set) var oddHeader: (line: Int, found: Unicode.Scalar?)?

    /// Reads the text's keys.
    init(of text: String) {
        var scanner = Scanner(text: text)
        scanner.scan()
        entries = scanner.entries
        oddHeader = scanner.oddHeader
    }

    /// The line of the key, else of the nearest table around it.
    func line(of path: [String]) -> Int? {
        var path = path
        while !path.isEmpty {
            if let entry = entries.first(where: { $0.path == path }) { return entry.line }
            // A table that only exists through `[channels.web]` has the line of its first key.
            if let entry = entries.first(where: { $0.path.starts(with: path) }) { return entry.line }
            path.removeLast()
        }
        return nil
    }

    /// The names under a top-level table, in the order in which they first appear.
    func names(under table: String) -> [String] {
        var names: [String] = []
        for entry in entries where entry.path.count > 1 && entry.path[0] == table {
            if !names.contains(entry.path[1]) { names.append(entry.path[1]) }
        }
        return names
    }

    /// Compares what was found; tuples have no `==` of their own in an array.
    static func == (left: Self, right: Self) -> Bool {
        left.entries.elementsEqual(right.entries) { $0.path == $1.path && $0.line == $1.line }
    }
}

extension DocumentOutline {
    /// Goes through the text statement by statement, stepping over strings, comments and brackets.
    private struct Scanner {
        private let scalars: [Unicode.Scalar]
        private var position = 0
        private var line = 1
        private var table: [String] = []
        /// How often each `[[array]]` header has been seen: its tables are numbered from 1.
        private var arrays: [[String]: Int] = [:]
        fileprivate var entries: [(path: [String], line: Int)] = []
        fileprivate var oddHeader: (line: Int, found: Unicode.Scalar?)?

        init(text: String) {
            scalars = Array(text.unicodeScalars)
        }

        mutating func scan() {
            while let scalar = peek() {
                switch scalar {
                case " ", "\t", "\r", "\n": advance()
                case "#": skipComment()
                case "[": header()
                default: assignment()
                }
            }
        }

        private mutating func header() {
            let start = line
            advance()
            let isArray = peek() == "["
            if isArray { advance() }
            while peek() == " " || peek() == "\t" { advance() }
            if oddHeader == nil, !beginsKey { oddHeader = (start, peek()) }
            var path = key(until: "]")
            advance()
            if isArray {
                advance()
                arrays[path, default: 0] += 1
                path[path.count - 1] += "[\(arrays[path] ?? 1)]"
            }
            table = path
            entries.append((path, start))
        }

        /// Whether a bare or quoted key begins here (TOML 1.0, "Keys").
        private var beginsKey: Bool {
            guard let scalar = peek() else { return false }
            switch scalar {
            case "A"..."Z", "a"..."z", "0"..."9", "_", "-", "\"", "'": return true
            default: return false
            }
        }

        private mutating func assignment() {
            let start = line
            let path = key(until: "=")
            entries.append((table + path, start))
            advance()
            skipValue()
        }

        /// A dotted key, up to and not including the terminator.
        private mutating func key(until end: Unicode.Scalar) -> [String] {
            var parts: [String] = [""]
            while let scalar = peek(), scalar != end, scalar != "\n" {
                switch scalar {
                case "\"", "'": parts[parts.count - 1] = quoted()
                case ".":
                    parts.append("")
                    advance()
                case " ", "\t": advance()
                default:
                    parts[parts.count - 1].unicodeScalars.append(scalar)
                    advance()
                }
            }
            return parts
        }

        /// To the end of the line, or of whatever brackets and strings the value opens.
        private mutating func skipValue() {
            var depth = 0
            while let scalar = peek() {
                switch scalar {
                case "\"", "'": _ = quoted()
                case "#": skipComment()
                case "\n" where depth == 0: return
                case "[", "{":
                    depth += 1
                    advance()
                case "]", "}":
                    depth -= 1
                    advance()
                default: advance()
                }
            }
        }

        private mutating func skipComment() {
            while let scalar = peek(), scalar != "\n" { advance() }
        }

        /// A string's content, escapes left as they are: keys that need them are refused anyway.
        private mutating func quoted() -> String {
            guard let quote = peek() else { return "" }
            let isLong = isRun(of: quote, length: 3)
            let length = isLong ? 3 : 1
            for _ in 0..<length { advance() }
            var content = ""
            while let scalar = peek() {
                if isRun(of: quote, length: length) {
                    for _ in 0..<length { advance() }
                    // """" ends a long string that itself ends in a quotation mark.
                    while isLong, peek() == quote { advance() }
                    return content
                }
                if scalar == "\\", quote == "\"" {
                    content.unicodeScalars.append(scalar)
                    advance()
                }
                if let next = peek() { content.unicodeScalars.append(next) }
                advance()
            }
            return content
        }

        private func isRun(of scalar: Unicode.Scalar, length: Int) -> Bool {
            position + length <= scalars.count
                && scalars[position..<position + length].allSatisfy { $0 == scalar }
        }

        private func peek() -> Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

        private mutating func advance() {
            if peek() == "\n" { line += 1 }
            position += 1
        }
    }
}
