import SyncEngine

/// Writes a tree as JSON (RFC 8259).
package struct JSONText {
    private var bytes: [UInt8] = []

    /// The tree as UTF-8, without white space.
    package static func bytes(_ value: WireValue) -> [UInt8] {
        var text = JSONText()
        text.write(value)
        return text.bytes
    }

    private mutating func write(_ value: WireValue) {
        switch value {
        case .text(let text): write(text)
        case .whole(let number): append(String(number))
        case .decimal(let amount, let digits): append(amount.text(minimumDigits: digits))
        case .flag(let flag): append(flag ? "true" : "false")
        case .item(let item):
            let (name, text) = item.property
            write([(name, .text(text))])
        case .list(_, let values), .repeated(let values):
            write(values)
        case .object(let members):
            write(members.lazy.map { ($0.name, $0.value) })
        case .stockDescription(let source, let parameter):
            write([("Source", .text(source)), ("Parameter", .text(parameter))])
        }
    }

    private mutating func write(_ values: [WireValue]) {
        bytes.append(UInt8(ascii: "["))
        var first = true
        for value in values {
            if !first { bytes.append(UInt8(ascii: ",")) }
            first = false
            write(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ members: some Sequence<(String, WireValue)>) {
        bytes.append(UInt8(ascii: "{"))
        var first = true
        for (name, value) in members {
            if !first { bytes.append(UInt8(ascii: ",")) }
            first = false
            write(name)
            bytes.append(UInt8(ascii: ":"))
            write(value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\r"): append("\\r")
            case UInt8(ascii: "\t"): append("\\t")
            case 0..<0x20:
                append("\\u00")
                append(byte < 0x10 ? "0" : "1")
                append(String(byte & 0x0F, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
