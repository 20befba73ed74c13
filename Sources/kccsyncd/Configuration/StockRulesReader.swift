import SyncEngine
import TOMLKit

/// Reads a channel's `stock` table.
struct StockRulesReader {
    /// The channel's table.
    let channel: TableReader

    /// The rules; what is wrong with them has been noted.
    func read() -> StockRules {
        var rules = StockRules()
        guard let value = channel.value("stock") else { return rules }
        guard let table = channel.table("stock", value) else { return rules }
        table.refuseUnknownKeys(known: KnownKeys.stock)
        if !channel.has("channel_location"), !table.keys.isEmpty {
            table.warning("has no effect without channel_location: stock levels do not sync")
        }
        rules.upload =
            table.choice("upload", StockRules.Upload.allCases.map { ($0.rawValue, $0) }) ?? rules.upload
        rules.sites = table.texts("sites", expected: "names of KCC sites in quotes, such as [\"MAIN\"]") ?? []
        rules.percent = table.whole("percent", 1...100, expected: Self.percent(from: 1)) ?? rules.percent
        rules.rounding = table.choice("rounding", Self.roundings) ?? rules.rounding
        (rules.minimum, rules.maximum) = bounds(of: table)
        rules.oversellGuard = table.flag("oversell_guard") ?? rules.oversellGuard
        let hour = Duration.seconds(3600)
        rules.indexLag =
            table.span("index_lag", .seconds(1)...hour, example: "\"30s\" or \"2min\"") ?? rules.indexLag
        rules.guardSettle =
            table.span("guard_settle", .seconds(60)...(hour * 24), example: "\"10min\" or \"1h\"")
            ?? rules.guardSettle
        rules.activateItems = table.flag("activate_items") ?? rules.activateItems
        rules.items = items(of: table)
        if rules.upload == .listed, rules.items.isEmpty {
            table.warning("upload", "is \"listed\" and there are no items, so no level is sent")
        }
        return rules
    }

    private func items(of table: TableReader) -> [SKU: StockRules.Item] {
        guard let value = table.value("items"), let tables = table.table("items", value) else { return [:] }
        var items: [SKU: StockRules.Item] = [:]
        for key in tables.keys.sorted() {
            guard let value = tables.value(key), let table = tables.table(key, value) else { continue }
            let sku = SKU(key)
            guard !sku.isEmpty, items[sku] == nil else {
                tables.problem(
                    key,
                    expected: "a SKU that is given once; white space at its ends does not count",
                    found: FoundValue.text(key)
                )
                continue
            }
            table.refuseUnknownKeys(known: KnownKeys.stockItem)
            var item = StockRules.Item()
            item.percent = table.whole("percent", 0...100, expected: Self.percent(from: 0)) ?? 0
            item.rounding = table.choice("rounding", Self.roundings)
            (item.minimum, item.maximum) = bounds(of: table)
            items[sku] = item
        }
        return items
    }

    private func bounds(of table: TableReader) -> (minimum: Int, maximum: Int) {
        let expected = "a number of units from 0, which means none, to 1000000000"
        let minimum = table.whole("minimum", 0...1_000_000_000, expected: expected) ?? 0
        let maximum = table.whole("maximum", 0...1_000_000_000, expected: expected) ?? 0
        if maximum > 0, minimum > maximum {
            table.problem(
                "minimum",
                expected: "at most the maximum, \(maximum)",
                found: String(minimum)
            )
        }
        return (minimum, maximum)
    }

    private static func percent(from least: Int) -> String {
        "a whole percentage from \(least) to 100"
    }

    private static var roundings: [(name: String, value: StockRules.Rounding)] {
        StockRules.Rounding.allCases.map { ($0.rawValue, $0) }
    }
}
