package import SyncEngine

/// Something that KCC reads, as an ordered tree that is written as JSON or as XML.
///
/// The tree and its two writers are ours because no JSON or XML library does what KCC's contract asks for: amounts with
/// fixed digits that never pass through binary floating point, and both forms, whose shapes differ in more than
/// punctuation, from one description. There is no null: KCC forbids it, so what is absent is not in the tree.
package enum WireValue: Sendable, Equatable {
    case text(String)
    case whole(Int)
    /// An exact amount with at least so many digits behind the point.
    case decimal(Amount, digits: Int)
    case flag(Bool)
    /// The name of a record of KCC's: an object in JSON, attributes in XML.
    case item(DataItem)
    /// Values that XML wraps in one element each; the list stays empty in XML where the contract names no `child`.
    case list(child: String?, [WireValue])
    /// Values for which XML repeats the list's own name, without a wrapper.
    case repeated([WireValue])
    case object([WireMember])
    /// The text of a stock line: `source` is an attribute in XML and `parameter` the content.
    case stockDescription(source: String, parameter: String)

    /// An object of those members that are there; a blank name of a record counts as absent.
    package static func record(_ members: KeyValuePairs<String, WireValue?>) -> WireValue {
        .object(
            members.compactMap { name, value in
                value.flatMap { $0.isBlankItem ? nil : WireMember(name: name, value: $0) }
            }
        )
    }

    /// A text, or nothing where there is none.
    package static func text(_ text: String?) -> WireValue? {
        text.map { .text($0) }
    }

    /// A record of KCC's, or nothing where none is set.
    package static func item(_ item: DataItem?) -> WireValue? {
        item.map { .item($0) }
    }

    private var isBlankItem: Bool {
        guard case .item(let item) = self else { return false }
        return item.isBlank
    }
}

/// A member of an object, in its place.
package struct WireMember: Sendable, Equatable {
    package var name: String
    package var value: WireValue

    package init(name: String, value: WireValue) {
        self.name = name
        self.value = value
    }
}

extension DataItem {
    /// The property that names the record, and its text.
    var property: (name: String, text: String) {
        switch self {
        case .id(let text): ("ID", text)
        case .code(let text): ("Code", text)
        case .name(let text): ("Name", text)
        }
    }

    /// Whether it names nothing, which KCC must never be sent.
    var isBlank: Bool {
        property.text.allSatisfy(\.isWhitespace)
    }
}
