import SyncEngine
import TOMLKit

/// Reads the `[[order_types]]` tables.
struct OrderTypesReader {
    /// Types that mean a kind of order; any other is a Shopify `sourceName`.
    static let kinds = ["epos", "draft", "online"]

    /// The whole file.
    let top: TableReader
    /// Where problems go.
    let collector: ProblemCollector

    /// The rules, in the file's order; what is wrong with them has been noted.
    func read() -> [OrderTypeRule] {
        guard let value = top.value("order_types") else { return [] }
        guard let array = value.array else {
            let hint = value.type == .table ? "write [[order_types]] with two brackets" : nil
            return top.refuse("order_types", expected: "tables, [[order_types]]", value, hint: hint) ?? []
        }
        var rules: [OrderTypeRule] = []
        for (index, element) in array.enumerated() {
            let part = "order_types[\(index + 1)]"
            guard let table = element.table else {
                let found = FoundValue.value(element, isSecret: false)
                let problem = ConfigurationProblem(part, expected: "a table, [[order_types]]", found: found)
                collector.add(problem, at: ["order_types"])
                continue
            }
            let reader = TableReader(table, at: [part], collector: collector)
            guard let rule = rule(reader) else { continue }
            if let earlier = rules.firstIndex(where: { $0.orderType == rule.orderType }) {
                reader.problem(
                    "order_type",
                    expected: "each order type once",
                    found:
                        "\(FoundValue.text(rule.orderType)) a second time, after order_types[\(earlier + 1)]"
                )
            }
            rules.append(rule)
        }
        return rules
    }

    private func rule(_ table: TableReader) -> OrderTypeRule? {
        table.refuseUnknownKeys(known: KnownKeys.orderTypes)
        let expected = "\"epos\", \"draft\", \"online\" or a Shopify sourceName"
        let site = table.text("site", expected: "the name of a KCC site in quotes")
        guard table.has("order_type") else {
            table.problem("order_type", expected: expected, found: "nothing")
            return nil
        }
        guard let type = table.text("order_type", expected: expected) else { return nil }
        // A sourceName may be any text, but one of our own words in other letters is a slip.
        let folded = type.lowercased()
        if folded != type, Self.kinds.contains(folded) {
            table.problem(
                "order_type",
                expected: expected,
                found: FoundValue.text(type),
                hint: "did you mean \"\(folded)\"?"
            )
            return nil
        }
        return OrderTypeRule(orderType: type, site: site)
    }
}
