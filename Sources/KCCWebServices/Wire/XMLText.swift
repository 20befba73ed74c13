import SyncEngine

/// Writes a tree as XML 1.0, in the shapes that KCC gives its types there.
package struct XMLText {
    private var bytes: [UInt8] = []

    /// The tree as a UTF-8 document with one root element.
    package static func bytes(_ value: WireValue, root: String) -> [UInt8] {
        var text = XMLText()
        text.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        text.write(value, as: root)
        return text.bytes
    }

    private mutating func write(_ value: WireValue, as name: String) {
        switch value {
        case .text(let text): element(name) { $0.content(text) }
        case .whole(let number): element(name) { $0.append(String(number)) }
        case .decimal(let amount, let digits):
            element(name) { $0.append(amount.text(minimumDigits: digits)) }
        case .flag(let flag): element(name) { $0.append(flag ? "true" : "false") }
        case .item(let item):
            let (property, text) = item.property
            element(name, (property, text)) {
                // KCC itself writes names as text and everything else as attributes; readers of either find it.
                if property == "Name" { $0.content(text) }
            }
        case .list(let child, let values):
            element(name) { text in
                guard let child else { return }
                for value in values { text.write(value, as: child) }
            }
        case .repeated(let values):
            for value in values { write(value, as: name) }
        case .object(let members):
            element(name) { text in
                for member in members { text.write(member.value, as: member.name) }
            }
        case .stockDescription(let source, let parameter):
            element(name, ("Source", source)) { $0.content(parameter) }
        }
    }

    private mutating func element(
        _ name: String,
        _ attribute: (name: String, text: String)? = nil,
        content: (inout XMLText) -> Void
    ) {
        append("<")
        append(name)
        if let attribute {
            append(" ")
            append(attribute.name)
            append("=\"")
            escape(attribute.text, attribute: true)
            append("\"")
        }
        append(">")
        let start = bytes.count
        content(&self)
        if bytes.count == start {
            bytes.removeLast()
            append("/>")
        } else {
            append("</")
            append(name)
            append(">")
        }
    }

    private mutating func content(_ text: String) {
        escape(text, attribute: false)
    }

    /// Parsers fold line ends, and all white space in attributes, unless it comes as a character reference.
    private mutating func escape(_ text: String, attribute: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": append("&amp;")
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "\"": append("&quot;")
            case "\r": append("&#13;")
            case "\n": append(attribute ? "&#10;" : "\n")
            case "\t": append(attribute ? "&#9;" : "\t")
            // XML 1.0 has no way to write these, not even by reference.
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": break
            default: bytes.append(contentsOf: scalar.utf8)
            }
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
