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
            "MESSAGE=\(VisibleText.line(event.message))",
            "PRIORITY=\(event.level.rawValue)",
            "SYSLOG_IDENTIFIER=\(Self.identifier)",
        ]
        if let kind = event.kind { fields.append("MESSAGE_ID=\(kind.messageID)") }
        for field in EventField.allCases {
            if let value = event.fields[field] {
                fields.append("\(field.rawValue)=\(VisibleText.line(value))")
            }
        }
        self.fields = fields
    }
}
