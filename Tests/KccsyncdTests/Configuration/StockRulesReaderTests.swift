import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct StockRulesReaderTests {
    private static let place = "channel_location = \"Main\"\n"

    @Test func `all keys are read`() throws {
        let fixture = ConfigurationFixture.web(
            Self.place + """
                [channels.web.stock]
                upload = "listed"
                sites = ["MAIN", "SHOP1"]
                percent = 80
                rounding = "nearest"
                minimum = 1
                maximum = 50
                oversell_guard = false
                index_lag = "1min"
                guard_settle = "20min"
                activate_items = false
                [channels.web.stock.items."A \\"b\\" c"]
                percent = 10
                rounding = "up"
                minimum = 2
                maximum = 3
                [channels.web.stock.items.PLAIN]
                """
        )
        #expect(fixture.sentences == [])
        var rules = StockRules()
        rules.upload = .listed
        rules.sites = ["MAIN", "SHOP1"]
        rules.percent = 80
        rules.rounding = .nearest
        rules.minimum = 1
        rules.maximum = 50
        rules.oversellGuard = false
        rules.indexLag = .seconds(60)
        rules.guardSettle = .seconds(1200)
        rules.activateItems = false
        var item = StockRules.Item()
        item.percent = 10
        item.rounding = .up
        item.minimum = 2
        item.maximum = 3
        rules.items = ["A \"b\" c": item, "PLAIN": StockRules.Item()]
        #expect(try fixture.read().channels[0].stock == rules)
    }

    @Test(arguments: [
        Case(
            "upload = \"al\"",
            "upload: expected \"all\" or \"listed\", found \"al\"; did you mean \"all\"?"
        ),
        Case(
            "sites = \"MAIN\"",
            "sites: expected names of KCC sites in quotes, such as [\"MAIN\"], found \"MAIN\""
        ),
        Case(
            "sites = [1]",
            "sites: expected names of KCC sites in quotes, such as [\"MAIN\"], found 1 in the list"
        ),
        Case(
            "sites = [\"A\", \"A\"]",
            "sites: expected names of KCC sites in quotes, such as [\"MAIN\"], found \"A\" twice in the list"
        ),
        Case("percent = 0", "percent: expected a whole percentage from 1 to 100, found 0"),
        Case(
            "percent = \"80\"",
            "percent: expected a whole percentage from 1 to 100, found \"80\"; write it without quotes"
        ),
        Case("minimum = 5\nmaximum = 4", "minimum: expected at most the maximum, 4, found 5"),
        Case(
            "maximum = -1",
            "maximum: expected a number of units from 0, which means none, to 1000000000, found -1"
        ),
        Case(
            "index_lag = \"2h\"",
            "index_lag: expected a time span of at most 1h, such as \"30s\" or \"2min\", found \"2h\""
        ),
        Case("sits = []", "sits: unknown key; did you mean sites?"),
        Case("items = 1", "items: expected a table, [channels.web.stock.items], found 1"),
        Case(
            "[channels.web.stock.items.A]\nmaximm = 1",
            "items.A.maximm: unknown key; did you mean maximum?"
        ),
    ])
    func `what cannot be is refused`(line: Case) {
        let fixture = ConfigurationFixture.web(Self.place + "[channels.web.stock]\n" + line.lines)
        #expect(fixture.sentences == ["channels.web.stock." + line.sentence])
    }

    @Test func `what has no effect is warned of`() {
        #expect(
            ConfigurationFixture.web("[channels.web.stock]\npercent = 90").warnings == [
                "channels.web.stock: has no effect without channel_location: stock levels do not sync"
            ]
        )
        #expect(
            ConfigurationFixture.web(Self.place + "[channels.web.stock]\nupload = \"listed\"").warnings == [
                "channels.web.stock.upload: is \"listed\" and there are no items, so no level is sent"
            ]
        )
    }
}
