import SyncEngine

/// An event as the journal's fields, `NAME=value`.
struct JournalEntry: Equatable {
    /// In the order in which they are sent.
    let fields: [String]

    /// The name under which our lines stand in the journal.
    static let identifier = "kccsyncd"

    /// The fields of an event; values are on one line each.
    init(_ event: Event) {
        var fields = [
            "MESSAGE=\(Self.oneLine(event.message))",
            "PRIORITY=\(event.level.rawValue)",
            "SYSLOG_IDENTIFIER=\(Self.identifier)",
        ]
        if let kind = event.kind { fields.append("MESSAGE_ID=\(kind.messageID)") }
        for field in EventField.allCases {
            if let value = event.fields[field] { fields.append("\(field.rawValue)=\(Self.oneLine(value))") }
        }
        self.fields = fields
    }

    /// The text without control characters, so that no value from outside can forge a line or colour a
    /// terminal.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { cleaned.append(isControl(scalar) ? " " : scalar) }
        return String(cleaned)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        // The two separators break lines in some viewers as a line feed does in all.
        scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
    }
}
