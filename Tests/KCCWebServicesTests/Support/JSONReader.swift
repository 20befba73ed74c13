import Foundation

/// JSON as it was written: numbers keep their text, objects their order.
///
/// A reader of the tests' own, so that nothing of the writer's decides whether the writer is right.
indirect enum JSONNode: Equatable {
    case object([Member])
    case array([JSONNode])
    case string(String)
    case number(String)
    case flag(Bool)
    case null

    struct Member: Equatable {
        var name: String
        var value: JSONNode
    }

    /// A member of an object; nil where there is none.
    subscript(name: String) -> JSONNode? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var names: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.name)
    }

    var items: [JSONNode] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var flag: Bool? {
        guard case .flag(let flag) = self else { return nil }
        return flag
    }

    /// The text of a number, digit by digit.
    var number: String? {
        guard case .number(let text) = self else { return nil }
        return text
    }

    var decimal: Decimal? {
        number.flatMap { Decimal(string: $0, locale: Locale(identifier: "en_US_POSIX")) }
    }

    /// The value and everything in it, each with the name of the member that holds it.
    func everything(under name: String = "") -> [(name: String, node: JSONNode)] {
        switch self {
        case .object(let members):
            [(name, self)] + members.flatMap { $0.value.everything(under: $0.name) }
        case .array(let items): [(name, self)] + items.flatMap { $0.everything(under: name) }
        default: [(name, self)]
        }
    }
}

/// Reads RFC 8259 strictly.
struct JSONReader {
    enum Problem: Error, Equatable {
        case unexpected(at: Int)
    }

    private let bytes: [UInt8]
    private var place = 0

    static func read(_ bytes: [UInt8]) throws -> JSONNode {
        var reader = JSONReader(bytes: bytes)
        let node = try reader.value()
        guard reader.place == bytes.count else { throw Problem.unexpected(at: reader.place) }
        return node
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

    private mutating func expect(_ text: String) throws {
        for byte in text.utf8 {
            guard next == byte else { throw Problem.unexpected(at: place) }
            place += 1
        }
    }

    private mutating func value() throws -> JSONNode {
        switch next {
        case UInt8(ascii: "{"):
            return .object(
                try sequence("{", "}") { reader in
                    let name = try reader.string()
                    try reader.expect(":")
                    return JSONNode.Member(name: name, value: try reader.value())
                }
            )
        case UInt8(ascii: "["): return .array(try sequence("[", "]") { try $0.value() })
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"):
            try expect("true")
            return .flag(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .flag(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        default: return .number(try number())
        }
    }

    private mutating func sequence<Element>(
        _ open: String,
        _ close: String,
        _ element: (inout JSONReader) throws -> Element
    ) throws -> [Element] {
        try expect(open)
        var elements: [Element] = []
        while next != close.utf8.first {
            if !elements.isEmpty { try expect(",") }
            elements.append(try element(&self))
        }
        try expect(close)
        return elements
    }

    private mutating func number() throws -> String {
        let start = place
        if next == UInt8(ascii: "-") { place += 1 }
        let whole = try digits()
        guard whole == 1 || bytes[place - whole] != UInt8(ascii: "0") else {
            throw Problem.unexpected(at: start)
        }
        if next == UInt8(ascii: ".") {
            place += 1
            _ = try digits()
        }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    private mutating func digits() throws -> Int {
        let start = place
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { place += 1 }
        guard place > start else { throw Problem.unexpected(at: place) }
        return place - start
    }

    private mutating func string() throws -> String {
        try expect("\"")
        var text: [UInt8] = []
        while next != UInt8(ascii: "\"") {
            guard next >= 0x20 else { throw Problem.unexpected(at: place) }
            let byte = next
            place += 1
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            text.append(contentsOf: try escaped().utf8)
        }
        try expect("\"")
        guard let string = String(validating: text, as: UTF8.self) else {
            throw Problem.unexpected(at: place)
        }
        return string
    }

    private mutating func escaped() throws -> String {
        let mark = next
        place += 1
        switch mark {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return String(UnicodeScalar(mark))
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard place + 4 <= bytes.count,
                let value = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16),
                let scalar = UnicodeScalar(value)
            else { throw Problem.unexpected(at: place) }
            place += 4
            return String(scalar)
        default: throw Problem.unexpected(at: place)
        }
    }
}
