import Foundation
import SyncEngine

/// A field of a JSON object, by its name in KCC's contract.
struct Field: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Reads what KCC sends the way its contract has to be read: its tables and samples disagree about types, so a number may be
/// a text, a list a single object, and whatever is missing, null or blank is absent.
extension KeyedDecodingContainer where Key == Field {
    /// A text without blanks at its ends; nil where there is none.
    func text(_ field: Field) -> String? {
        (try? decode(LenientText.self, forKey: field))?.value
    }

    /// A stock code; nil where there is none.
    ///
    /// - Throws: `UnusableRow` where it has a NUL, which no code can have: a store would take what stands before it for the code.
    func code(_ field: Field) throws(UnusableRow) -> SKU? {
        guard let text = text(field) else { return nil }
        guard !text.contains("\0") else {
            throw UnusableRow(
                name: "stock code \(text.replacing("\0", with: "\u{FFFD}"))",
                reason: "has a NUL (U+0000) in it, shown as \u{FFFD}"
            )
        }
        return SKU(text)
    }

    /// A number, written as one or as a text; nil where there is none.
    func number(_ field: Field) -> Amount? {
        (try? decode(LenientNumber.self, forKey: field))?.value
    }

    /// A list, a single object in place of one, or nothing.
    func rows<Element: Decodable>(_ field: Field, of type: Element.Type) -> Rows<Element> {
        (try? decode(Rows<Element>.self, forKey: field)) ?? Rows()
    }

    /// A list that an upload is about, or a single object in place of one; nil where it is missing, null or blank.
    ///
    /// - Throws: `UnreadableError` where something else stands there.
    func list<Element: Decodable>(_ field: Field, of type: Element.Type) throws -> Rows<Element>? {
        guard let found = try? decode(Found.self, forKey: field), found != .nothing else { return nil }
        guard let rows = try? decode(Rows<Element>.self, forKey: field) else {
            throw UnreadableError(
                description: "expected a list in \(field.stringValue), found \(found.rawValue)"
            )
        }
        return rows
    }

    /// An object; nil where there is none.
    func object<Object: Decodable>(_ field: Field, _ type: Object.Type) -> Object? {
        try? decode(type, forKey: field)
    }
}

/// A text, or a number or truth value as one.
struct LenientText: Decodable {
    let value: String?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            value = trimmed.isEmpty ? nil : trimmed
        } else if let number = try? container.decode(Decimal.self) {
            value = number.description
        } else {
            value = (try? container.decode(Bool.self)).map { $0 ? "true" : "false" }
        }
    }
}

/// A number, or a text that is one.
struct LenientNumber: Decodable {
    let value: Amount?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Decimal.self) {
            value = Self.amount(number)
        } else if let text = try? container.decode(String.self) {
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            value = Amount(trimmed) ?? Self.plain(trimmed)
        } else {
            value = nil
        }
    }

    /// A text with an exponent, or with more digits than an amount has; not a number with something behind it.
    private static func plain(_ text: String) -> Amount? {
        guard text.wholeMatch(of: #/[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?/#) != nil else { return nil }
        return Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")).flatMap(amount)
    }

    /// What lies beyond a millionth is dropped: a level is never made more than it is.
    private static func amount(_ number: Decimal) -> Amount? {
        var exact = number
        var rounded = Decimal()
        NSDecimalRound(&rounded, &exact, 6, .down)
        return rounded.isNaN ? nil : Amount(rounded.description)
    }
}

/// Why one row of a list cannot be used, though the others can.
struct UnusableRow: Error, Sendable {
    /// For people, such as `stock code A�B`.
    var name: String
    var reason: String
}

/// The rows of a list; those that cannot be read are counted.
struct Rows<Element: Decodable>: Decodable {
    var values: [Element] = []
    /// Rows that are none of the expected kind.
    var unreadable = 0
    /// Rows that name themselves, and cannot be used.
    var unusable: [UnusableRow] = []

    init() {}

    init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd {
                guard let row = try? list.decode(Tolerated<Element>.self) else { break }
                switch row.result {
                case .success(let value): values.append(value)
                case .failure(let error as UnusableRow): unusable.append(error)
                case .failure: unreadable += 1
                }
            }
        } else if let value = try? Element(from: decoder) {
            values = [value]
        } else if (try? decoder.container(keyedBy: Field.self)) != nil {
            unreadable = 1
        } else {
            throw UnreadableError(description: "expected a list, found none")
        }
    }
}

/// What stands in the place of a list, in words.
private enum Found: String, Decodable {
    case nothing
    case text = "a text"
    case other = "something else"

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .nothing
        } else if let text = try? container.decode(String.self) {
            self = text.allSatisfy(\.isWhitespace) ? .nothing : .text
        } else {
            self = .other
        }
    }
}

/// Decodes always, so that a row that cannot be read does not end the list.
private struct Tolerated<Element: Decodable>: Decodable {
    let result: Result<Element, any Error>

    init(from decoder: any Decoder) throws {
        result = Result { try Element(from: decoder) }
    }
}

extension Rows: Sendable where Element: Sendable {}
