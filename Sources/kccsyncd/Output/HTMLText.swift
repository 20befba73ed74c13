import SyncEngine

/// A piece of HTML that is safe to send.
///
/// What the source code spells out is markup; every text that is put into it is escaped, so nothing that came from a shop,
/// from KCC or from the configuration can be taken for markup:
///
///     let cell: HTML = "<td title=\"\(name)\">\(words)</td>"
///
/// Attribute values are always written in double quotes.
struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// The markup.
    let text: String

    init(stringLiteral markup: String) {
        text = markup
    }

    init(stringInterpolation pieces: StringInterpolation) {
        text = pieces.text
    }

    init(_ parts: [HTML]) {
        text = parts.map(\.text).joined()
    }

    /// Collects the pieces of a literal.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ markup: String) {
            text += markup
        }

        mutating func appendInterpolation(_ words: String) {
            text += HTML.escaped(words)
        }

        mutating func appendInterpolation(_ number: Int) {
            text += String(number)
        }

        mutating func appendInterpolation(_ html: HTML) {
            text += html.text
        }

        mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { text += part.text }
        }
    }

    /// A text as the content of an element or of a quoted attribute.
    static func escaped(_ words: String) -> String {
        var safe = ""
        safe.reserveCapacity(words.utf8.count)
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            case "\n", "\t": safe.unicodeScalars.append(scalar)
            default:
                // Controls are not allowed in HTML.
                safe.unicodeScalars.append(VisibleText.acts(scalar) ? "\u{FFFD}" : scalar)
            }
        }
        return safe
    }
}
