import Foundation

/// The first line of a file: where each named column is.
struct ColumnNames {
    private var places: [String: Int] = [:]

    init(_ record: CSVReader.Record) {
        for (index, name) in record.fields.enumerated() {
            let key = name.trimmingCharacters(in: .whitespaces).uppercased()
            // The first of two columns of one name counts, as in a spreadsheet's lookup.
            if places[key] == nil { places[key] = index }
        }
    }

    /// What a file with these columns holds; nil for none that is known.
    var kind: FileKind? {
        if has("STOCK_CODE"), has("STOCK_LEVEL") { return .stock }
        if has("ORDER_REF") { return .shipments }
        if has("COMPANY_CODE") { return .customers }
        return nil
    }

    func has(_ name: String) -> Bool { places[name] != nil }

    /// A record's value in the first of these columns that is there and filled, without blanks round it.
    func value(_ names: String..., of record: CSVReader.Record) -> String? {
        for name in names {
            guard let index = places[name], index < record.fields.count else { continue }
            let text = record.fields[index].trimmingCharacters(in: .whitespaces)
            if !text.isEmpty { return text }
        }
        return nil
    }
}

/// What a file tells.
enum FileKind {
    case stock
    case shipments
    case customers
}
