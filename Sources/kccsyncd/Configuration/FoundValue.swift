import SyncEngine
import TOMLKit

/// What was found in the file, put so that it fits a message: one line, not too long, and no secret.
enum FoundValue {
    /// A text in quotes, cut after 60 characters.
    static func text(_ text: String) -> String {
        let shown = text.count > 60 ? text.prefix(60) + "…" : Substring(text)
        return "\"\(VisibleText.line(withoutSecrets(String(shown))))\""
    }

    /// Any value of the file; of a secret only its type is told.
    static func value(_ value: any TOMLValueConvertible, isSecret: Bool) -> String {
        guard !isSecret else { return kind(of: value.type) }
        return switch value.type {
        case .string: value.string.map(text) ?? "a string"
        case .int: value.int.map { String($0) } ?? "an integer"
        case .bool: value.bool.map { String($0) } ?? "a boolean"
        default: kind(of: value.type)
        }
    }

    /// A type with its article: "an integer".
    static func kind(of type: TOMLType) -> String {
        switch type {
        case .table: "a table"
        case .array: "an array"
        case .string: "a string"
        case .int: "an integer"
        case .double: "a floating-point number"
        case .bool: "a boolean"
        case .date: "a date"
        case .time: "a time"
        case .dateTime: "a date with a time"
        }
    }

    /// The last four octal digits of a file's mode: `0644`.
    static func mode(_ mode: UInt32) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The text with dots in place of whatever looks like one of Shopify's tokens (`shpat_…`, `shpss_…`).
    ///
    /// A token pasted behind the wrong key must not come back in the message that says so.
    static func withoutSecrets(_ text: String) -> String {
        text.replacing(#/shp[a-z]{2}_[0-9A-Za-z]*/#) { "\($0.output.prefix(6))•••" }
    }
}
