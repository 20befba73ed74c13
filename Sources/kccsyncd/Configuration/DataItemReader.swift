import SyncEngine
import TOMLKit

/// Reads names of KCC's records: a text is a name, `{ id = "3" }` and `{ code = "RM24" }` say otherwise.
struct DataItemReader {
    /// How a record can be named.
    enum Way: String, CaseIterable {
        case id
        case code
        case name
    }

    /// The table.
    let table: TableReader

    /// The record under a key; nil where there is none, or anything is wrong with it, which has then been noted.
    ///
    /// - Parameter required: What it is, where there must be one.
    func item(_ key: String, ways: [Way] = Way.allCases, required: String? = nil) -> DataItem? {
        guard let value = table.value(key) else {
            if let required { table.problem(key, expected: required, found: "nothing") }
            return nil
        }
        return item(key, value, table, ways, text: { .name($0) })
    }

    /// A table of records.
    ///
    /// - Parameter text: What a text alone stands for.
    func items(under key: String, text: (String) -> DataItem) -> [String: DataItem] {
        guard let value = table.value(key), let entries = table.table(key, value) else { return [:] }
        let plain =
            switch text("") {
            case .id: "an id in quotes"
            case .code: "a code in quotes"
            case .name: Self.plainName
            }
        return entries.keys.reduce(into: [:]) { items, name in
            guard let value = entries.value(name) else { return }
            items[name] = item(name, value, entries, Way.allCases, plain: plain, text: text)
        }
    }

    private static let plainName = "a name in quotes"

    /// `sales_source`: one for all, or a table with one for each order type.
    func salesSources() -> (all: DataItem?, byType: [String: DataItem]) {
        let key = "sales_source"
        let expected = "KCC's sales source, or a table with one for each order type"
        guard let value = table.value(key) else {
            table.problem(key, expected: expected, found: "nothing")
            return (nil, [:])
        }
        let ways: [Way] = [.id, .name]
        guard let types = value.table, !types.keys.allSatisfy({ Way(rawValue: $0) != nil }) else {
            return (item(key, value, table, ways, text: { .name($0) }), [:])
        }
        guard let reader = table.table(key, value) else { return (nil, [:]) }
        var sources: [String: DataItem] = [:]
        for type in reader.keys {
            guard let value = reader.value(type) else { continue }
            sources[type] = item(type, value, reader, ways, text: { .name($0) })
        }
        return (nil, sources)
    }

    private func item(
        _ key: String,
        _ value: any TOMLValueConvertible,
        _ table: TableReader,
        _ ways: [Way],
        plain: String = Self.plainName,
        text: (String) -> DataItem
    ) -> DataItem? {
        let forms = TableReader.list(ways.map { "{ \($0.rawValue) = \"…\" }" })
        let expected = "\(plain), or \(forms)"
        guard let fields = value.table else {
            return table.text(key, expected: expected).map(text)
        }
        guard fields.keys.count == 1, let name = fields.keys.first, let way = Way(rawValue: name),
            ways.contains(way)
        else { return table.refuse(key, expected: expected, value) }
        // KCC's ids are numbers, which its contract writes as texts.
        if way == .id, let number = fields[name]?.int, number > 0 { return .id(String(number)) }
        guard let inner = table.table(key, value),
            let found = inner.text(name, expected: "a text in quotes that is not blank")
        else { return nil }
        switch way {
        case .id: return .id(found)
        case .code: return .code(found)
        case .name: return .name(found)
        }
    }
}
