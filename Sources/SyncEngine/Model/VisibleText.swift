/// Text from outside, made safe to show: on a terminal, in the journal, in a report, a CSV or a page.
///
/// Everything that shows text uses this, so that a customer's name can neither move a cursor, nor begin a line of its own, nor turn
/// round the text behind it (Unicode Technical Report 36, section 2.5).
package enum VisibleText {
    /// Whether a character acts on what shows it in place of being shown.
    package static func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        // Marks, overrides and isolates of direction, and annotations; not the joiners that scripts and emoji need.
        case .format:
            switch scalar.value {
            case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB: true
            default: false
            }
        default: false
        }
    }

    /// The text on one line, with the number of each such character in its place: `<U+001B>`.
    package static func line(_ text: String) -> String {
        replaced(text) { "<U+\(hexadecimal($0, digits: 4))>" }
    }

    /// JSON with such characters escaped; its values stay as they are.
    ///
    /// - Parameter json: As an encoder wrote it, line ends and all: outside of texts nothing else is there.
    package static func json(_ json: String) -> String {
        json.split(separator: "\n", omittingEmptySubsequences: false)
            .map { replaced(String($0)) { "\\u\(hexadecimal($0, digits: 4).lowercased())" } }
            .joined(separator: "\n")
    }

    /// - Parameter shown: What stands for a character that acts.
    private static func replaced(_ text: String, _ shown: (Unicode.Scalar) -> String) -> String {
        guard text.unicodeScalars.contains(where: acts) else { return text }
        var safe = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if acts(scalar) { safe += shown(scalar).unicodeScalars } else { safe.append(scalar) }
        }
        return String(safe)
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
