import Foundation

/// The first line of a file: where each named column is.
struct ColumnNames {
    private var places: [String: Int] = [:]
    private var counts: [String: Int] = [:]
    /// Fields of the first line.
    let width: Int
    /// Names as they are written, without blanks round them; of one that comes twice the first.
    private(set) var names: [String] = []

    init(_ record: CSVReader.Record) {
        width = record.fields.count
        for (index, name) in record.fields.enumerated() {
            let bare = name.trimmingCharacters(in: .whitespaces)
            guard !bare.isEmpty else { continue }
            let key = bare.uppercased()
            counts[key, default: 0] += 1
            // The first of two columns of one name counts, as in a spreadsheet's lookup.
            guard places[key] == nil else { continue }
            places[key] = index
            names.append(bare)
        }
    }

    /// Names that several columns have, and how many, in the file's order.
    var doubled: [(name: String, count: Int)] {
        names.map { $0.uppercased() }
            .compactMap { name in
                counts[name].flatMap { $0 > 1 ? (name, $0) : nil }
            }
    }

    /// Why a record cannot be read by these names; nil where it can.
    func complaint(about record: CSVReader.Record) -> String? {
        guard record.fields.count <= width else {
            return
                "expected \(width) fields as in the first line, found \(record.fields.count); quote a value that holds the separator"
        }
        let named = Set(places.values)
        for (index, field) in record.fields.enumerated() where !named.contains(index) {
            let text = field.trimmingCharacters(in: .whitespaces)
            guard !text.isEmpty else { continue }
            return
                "field \(index + 1) is \"\(text.prefix(40))\", and the first line has no column name for it; name the column, or remove it"
        }
        return nil
    }

    /// Whether a record ends before one of these columns.
    func isCut(_ record: CSVReader.Record, before names: String...) -> Bool {
        names.contains { name in places[name].map { $0 >= record.fields.count } ?? false }
    }

    /// What a file with these columns holds; nil for none that is known.
    var kind: FileKind? {
        if has("STOCK_CODE"), has("STOCK_LEVEL") { return .stock }
        if has("ORDER_REF") { return .shipments }
        if has("COMPANY_CODE") { return .customers }
        // ShipmentFile says what is wrong with it.
        return !has("STOCK_LEVEL") && names.contains(where: ShipmentColumns.meansOrder) ? .shipments : nil
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
