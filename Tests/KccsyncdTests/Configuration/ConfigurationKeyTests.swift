import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct ConfigurationKeyTests {
    @Test(arguments: [
        Case("acess_token = \"x\"", "channels.web.acess_token: unknown key; did you mean access_token?"),
        Case(
            "order-poll-interval = \"x\"",
            "channels.web.order-poll-interval: unknown key; did you mean order_poll_interval?"
        ),
        Case("Enabled = true", "channels.web.Enabled: unknown key; did you mean enabled?"),
        Case("colour = \"red\"", "channels.web.colour: unknown key"),
        Case("\"a\\nb\" = 1", "channels.web.\"a<U+000A>b\": unknown key"),
        Case("shpat_0123456789abcdef = 1", "channels.web.shpat_•••: unknown key"),
        Case("log_level = \"info\"", "channels.web.log_level: unknown key here; it belongs in [daemon]"),
        Case(
            "order_type = \"x\"",
            "channels.web.order_type: unknown key here; it belongs in an [[order_types]] table"
        ),
        Case("[daemon]\nlog_lvl = \"info\"", "daemon.log_lvl: unknown key; did you mean log_level?"),
        Case(
            "[daemon]\nshop_url = \"x\"",
            "daemon.shop_url: unknown key here; it belongs in a [channels.NAME] table"
        ),
        Case("[chanels.x]", "chanels: unknown key; did you mean channels?"),
        Case(
            "[[order_types]]\norder_type = \"x\"\nsites = 1",
            "order_types[1].sites: unknown key; did you mean site?"
        ),
        Case("[daemon]\nmetric_file = \"x\"", "daemon.metric_file: unknown key; did you mean metrics_file?"),
        Case(
            "company_class = \"Web\"",
            "channels.web.company_class: unknown key here; it belongs in a [channels.NAME.kcc] table"
        ),
        Case("frequency = \"5min\"", "channels.web.frequency: unknown key here; it belongs in [kcc]"),
        Case(
            "[kcc]\nlisten = \"127.0.0.1:1\"\npublic_url = \"https://a.example\"\nlog_level = 1",
            "kcc.log_level: unknown key here; it belongs in [daemon]"
        ),
    ])
    func `an unknown key is refused with the nearest known one`(line: Case) {
        #expect(ConfigurationFixture.web(line.lines).sentences == [line.sentence])
    }

    @Test func `no key waits for a later version`() {
        #expect(KnownKeys.later.isEmpty)
    }

    @Test func `personal data is kept unless a time is set`() throws {
        #expect(try ConfigurationFixture.web("").read().retention.personalData == nil)
        let kept = try ConfigurationFixture.web("[retention]\npersonal_data = \"730d\"").read()
        #expect(kept.retention.personalData == .seconds(730 * 86_400))
    }

    @Test(arguments: [
        Case(
            "[retention]\nfinished_jobs = \"1d\"",
            "retention.finished_jobs: expected a time span of at least 2d, such as \"90d\" or \"1y\", found \"1d\""
        ),
        Case(
            "[retention]\npersonal_data = \"29d\"",
            "retention.personal_data: expected a time span of at least 30d, such as \"730d\" or \"2y\", found \"29d\""
        ),
        Case(
            "[carriers]\n\"RM24\" = 24",
            "carriers.RM24: expected Shopify's name of the tracking company, such as \"Royal Mail\", found 24"
        ),
        Case("upload_order_status = 1", "channels.web.upload_order_status: expected true or false, found 1"),
        Case(
            "enabled = \"true\"",
            "channels.web.enabled: expected true or false, found \"true\"; write it without quotes"
        ),
        Case("enabled = 1", "channels.web.enabled: expected true or false, found 1"),
        Case(
            "download_orders = 0.5",
            "channels.web.download_orders: expected true or false, found a floating-point number"
        ),
        Case(
            "ignore_financial_status = []",
            "channels.web.ignore_financial_status: expected true or false, found an array"
        ),
        Case(
            "import_test_orders = {}",
            "channels.web.import_test_orders: expected true or false, found a table"
        ),
        Case("missing_sku = 5", "channels.web.missing_sku: expected a stock code in quotes, found 5"),
        Case("missing_sku = \"\"", "channels.web.missing_sku: expected a stock code in quotes, found \"\""),
        Case(
            "adjustment_sku = \"a\\tb\"",
            "channels.web.adjustment_sku: expected a stock code in quotes on one line, without control characters, found \"a<U+0009>b\""
        ),
        Case(
            "location_import_site = false",
            "channels.web.location_import_site: expected the name of a KCC site in quotes, found false"
        ),
        Case(
            "start_date = \"2026-11-16\"",
            "channels.web.start_date: expected a date, such as 2026-11-16, found \"2026-11-16\"; write it without quotes"
        ),
        Case(
            "start_date = 2026-11-16T10:00:00Z",
            "channels.web.start_date: expected a date, such as 2026-11-16, found a date with a time"
        ),
        Case(
            "start_date = 10:00:00",
            "channels.web.start_date: expected a date, such as 2026-11-16, found a time"
        ),
        Case(
            "[daemon]\ndatabase = \"k.sqlite\"",
            "daemon.database: expected an absolute path, found \"k.sqlite\""
        ),
        Case(
            "[daemon]\ndatabase = \"/var/lib/\"",
            "daemon.database: expected an absolute path, found \"/var/lib/\""
        ),
        Case(
            "[daemon]\nlog_level = 3",
            "daemon.log_level: expected \"debug\", \"info\", \"notice\", \"warning\" or \"error\", found 3"
        ),
        Case(
            "[daemon]\nlog_level = \"all\"",
            "daemon.log_level: expected \"debug\", \"info\", \"notice\", \"warning\" or \"error\", found \"all\""
        ),
        Case(
            "[daemon]\ncontrol_socket = \"/\(String(repeating: "x", count: 107))\"",
            "daemon.control_socket: expected a path of at most 107 bytes, found 108 in \"/\(String(repeating: "x", count: 59))…\""
        ),
        Case(
            "[[channels.till]]",
            "channels.till: expected a channel's table, [channels.till], found an array"
        ),
    ])
    func `a value of the wrong type is refused`(line: Case) {
        #expect(ConfigurationFixture.web(line.lines).sentences == [line.sentence])
    }

    @Test func `a daemon that is no table is refused`() {
        let fixture = ConfigurationFixture(
            "daemon = 1\n[channels.web]\nshop_url = \"http://localhost\"\naccess_token_credential = \"web\""
        )
        #expect(fixture.sentences == ["daemon: expected a table, [daemon], found 1"])
    }

    @Test func `a channel without its name is told from a channel`() {
        let fixture = ConfigurationFixture("[channels]\nshop_url = \"https://mystore.myshopify.com\"")
        #expect(
            fixture.sentences == [
                "channels.shop_url: expected a channel's table, [channels.shop_url], found a string; "
                    + "write the channel's name: [channels.web]"
            ]
        )
    }

    @Test(arguments: ["Web", "a.b", "-a", "_a", "über", String(repeating: "a", count: 33), "a b"])
    func `a channel's name is small and plain`(name: String) {
        let fixture = ConfigurationFixture(
            "[channels.\"\(name)\"]\nshop_url = \"http://localhost\"\naccess_token_credential = \"web\""
        )
        let path = TableReader.path(["channels", name])
        #expect(
            fixture.sentences == [
                "\(path): expected a channel's name of 1 to 32 lower-case letters, digits, \"_\" and \"-\", "
                    + "beginning with a letter or digit, found \"\(name)\""
            ]
        )
    }

    @Test(arguments: ["w", "0", "a-b_c", String(repeating: "a", count: 32)])
    func `a sound name is taken`(name: String) throws {
        let fixture = ConfigurationFixture(
            "[channels.\(name)]\nshop_url = \"http://localhost\"\naccess_token_credential = \"web\""
        )
        #expect(try fixture.read().channels.map(\.name) == [name])
    }

    @Test(arguments: [
        Case(
            "[order_types]\norder_type = \"epos\"",
            "order_types: expected tables, [[order_types]], found a table; write [[order_types]] with two brackets"
        ),
        Case(
            "[[order_types]]\nsite = \"A\"",
            "order_types[1].order_type: expected \"epos\", \"draft\", \"online\" or a Shopify sourceName, found nothing"
        ),
        Case(
            "[[order_types]]\norder_type = \"EPOS\"",
            "order_types[1].order_type: expected \"epos\", \"draft\", \"online\" or a Shopify sourceName, found \"EPOS\"; did you mean \"epos\"?"
        ),
        Case(
            "[[order_types]]\norder_type = \"epos\"\n[[order_types]]\norder_type = \"epos\"",
            "order_types[2].order_type: expected each order type once, found \"epos\" a second time, after order_types[1]"
        ),
        Case(
            "[[order_types]]\norder_type = \"epos\"\nsite = \" \"",
            "order_types[1].site: expected the name of a KCC site in quotes, found \" \""
        ),
    ])
    func `order types are checked`(line: Case) {
        #expect(ConfigurationFixture.web(line.lines).sentences == [line.sentence])
    }

    @Test func `order types that are no tables are refused`() {
        let fixture = ConfigurationFixture(
            "order_types = [1]\n[channels.web]\nshop_url = \"http://localhost\"\naccess_token_credential = \"web\""
        )
        #expect(fixture.sentences == ["order_types[1]: expected a table, [[order_types]], found 1"])
    }

    @Test(
        arguments: [
            ("acess_token", "access_token"), ("warn", "warning"), ("enalbed", "enabled"), ("x", nil),
            ("stokc", "stock"),
        ] as [(String, String?)]
    )
    func `the nearest name is found`(word: String, name: String?) {
        #expect(NearestName.of(word, among: KnownKeys.channel + ["warning"]) == name)
    }
}
