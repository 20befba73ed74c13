import SyncEngine

/// Texts as KCC's fields take them.
///
/// Its contract gives lengths without saying of what; UTF-16 units, the most that any of its likely readers counts, are
/// safe for all. Cuts fall between characters as people see them.
extension String {
    /// The text on one line without control characters, or nil where nothing is left.
    var oneLine: String? {
        var line = String.UnicodeScalarView()
        var gap = false
        for scalar in unicodeScalars {
            if scalar.properties.isWhitespace {
                gap = !line.isEmpty
            } else if !scalar.isControl {
                if gap { line.append(" ") }
                gap = false
                line.append(scalar)
            }
        }
        return line.isEmpty ? nil : String(line)
    }

    /// The lines of a text, each without control characters and without space around it; outer blank lines are dropped.
    var cleanLines: [String] {
        var lines = split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { String($0).withoutControls.trimmed }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return Array(lines.drop(while: \.isEmpty))
    }

    /// A code as KCC compares it: no space around it, everything else as it is.
    var asCode: String? {
        let code = SKU(SKU(self).text.withoutControls).text
        return code.isEmpty ? nil : code
    }

    private var withoutControls: String {
        var kept = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar == "\t" {
                kept.append(" ")
            } else if !scalar.isControl {
                kept.append(scalar)
            }
        }
        return String(kept)
    }

    private var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// Whether a field of so many units holds it.
    func fits(_ limit: Int) -> Bool {
        utf8.count <= limit || utf16.count <= limit
    }

    /// The longest start that a field of so many units holds.
    func start(fitting limit: Int) -> Substring {
        var end = startIndex
        var units = 0
        while end < endIndex {
            units += self[end].utf16.count
            guard units <= limit else { break }
            end = index(after: end)
        }
        // A letter under a tower of accents can outgrow a field on its own; something of it has to come through.
        if end == startIndex {
            units = 0
            while end < endIndex {
                units += unicodeScalars[end].utf16.count
                guard units <= limit else { break }
                end = unicodeScalars.index(after: end)
            }
        }
        return self[..<end]
    }

    /// The whole text where it fits, else its start and three dots.
    func shortened(to limit: Int) -> String {
        fits(limit) ? self : dotted(within: limit)
    }

    /// The text's start and three dots, within so many units.
    func dotted(within limit: Int) -> String {
        (String(start(fitting: limit - 3)).oneLine ?? "") + "..."
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1: what no field can show.
    var isControl: Bool {
        value < 0x20 || (0x7F...0x9F).contains(value)
    }
}
