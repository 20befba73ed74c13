import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct LinkComparisonTests {
    private static let kcc = """
        username = "khaos"
        password_credential = "web"
        company_class = "Web"
        """
    private static let sound = kcc + "\nsales_source = \"WEB\"\nsite = \"MAIN\"\n"
    private static let link = """
        [sites]
        MAIN = 1
        SHOP1 = 4
        [kcc]
        listen = "127.0.0.1:8484"
        public_url = "https://sync.example.com/kcc"

        """

    private static func web(_ lines: String, kcc: String = sound, link: String = link) -> ConfigurationFixture
    {
        ConfigurationFixture.web(lines + "\n[channels.web.kcc]\n" + kcc + link)
    }

    @Test func `a channel's link needs the table that says where KCC calls`() {
        let fixture = Self.web("", link: "[sites]\nMAIN = 1")
        #expect(
            fixture.sentences == [
                "channels.web.kcc: expected a table [kcc] with listen and public_url beside it, found none"
            ]
        )
    }

    @Test func `a table that nobody needs is warned of`() {
        #expect(
            ConfigurationFixture.web(Self.link).warnings == [
                "kcc: no channel has a kcc table, so KCC has nothing to ask for"
            ]
        )
        #expect(Self.web("").warnings == [])
        // Its channel is there, only off for now.
        #expect(Self.web("enabled = false").warnings == [])
    }

    private static let expected = "expected a site that [sites] names, with KCC's SiteID, found "

    @Test(arguments: [
        Case(
            "location_import_site = \"SHOP\"",
            "channels.web.location_import_site: \(expected)\"SHOP\"; did you mean \"SHOP1\"?"
        ),
        Case(
            "channel_location = 7\n[channels.web.stock]\nsites = [\"MAIN\", \"ELSEWHERE\"]",
            "channels.web.stock.sites: \(expected)\"ELSEWHERE\""
        ),
    ])
    func `every site that a linked channel names has an id of KCC's`(line: Case) {
        #expect(Self.web(line.lines).sentences == [line.sentence])
        // Without a link a site is a name and nothing else.
        #expect(ConfigurationFixture.web(line.lines).sentences == [])
    }

    @Test func `so has the site of its link, and those of the order types`() {
        let kcc = Self.kcc + "\nsales_source = \"WEB\"\nsite = \"Main\"\n"
        #expect(
            Self.web("", kcc: kcc).sentences == [
                "channels.web.kcc.site: \(Self.expected)\"Main\"; did you mean \"MAIN\"?"
            ]
        )
        #expect(
            Self.web("", kcc: kcc, link: Self.link.replacing("MAIN = 1\nSHOP1 = 4\n", with: "")).sentences
                == [
                    "channels.web.kcc.site: \(Self.expected)\"Main\""
                ]
        )
        let types =
            "[[order_types]]\norder_type = \"draft\"\n[[order_types]]\norder_type = \"epos\"\nsite = \"TILL\""
        #expect(
            Self.web("", link: Self.link + types).sentences == [
                "order_types[2].site: \(Self.expected)\"TILL\""
            ]
        )
    }

    @Test func `a site with a wrong id is one problem`() {
        let link = Self.link.replacing("MAIN = 1", with: "MAIN = \"1\"")
        #expect(
            Self.web("", link: link).sentences == [
                "sites.MAIN: expected KCC's SiteID, a whole number above 0, found \"1\"; write it without quotes"
            ]
        )
    }

    // MARK: Sales sources

    private static func sources(_ table: String, _ lines: String = "", types: String = "")
        -> ConfigurationFixture
    {
        web(lines, kcc: kcc + "\nsite = \"MAIN\"\nsales_source = \(table)\n", link: link + types)
    }

    private static let ebay = "[[order_types]]\norder_type = \"580111\""

    @Test(arguments: [
        Case(
            "{ Online = \"WEB\" }",
            "Online: expected \"epos\", \"draft\", \"online\" or a type that [[order_types]] names, found \"Online\"; did you mean \"online\"?"
        ),
        Case(
            "{ online = \"WEB\", 580112 = \"EBAY\" }",
            "580112: expected \"epos\", \"draft\", \"online\" or a type that [[order_types]] names, found \"580112\"; did you mean \"580111\"?"
        ),
    ])
    func `a sales source is of a type that orders can have`(line: Case) {
        let sentences = Self.sources(line.lines, types: Self.ebay).sentences
        #expect(sentences == ["channels.web.kcc.sales_source." + line.sentence])
    }

    @Test(
        arguments: [
            ("\"WEB\"", "", []), ("{ online = \"WEB\", draft = \"DRAFT\" }", "", []),
            ("{ online = \"WEB\" }", "", ["draft"]),
            ("{ draft = \"DRAFT\" }", ebay, ["online", "580111"]),
            ("{ online = \"WEB\", draft = \"DRAFT\", 580111 = \"EBAY\" }", ebay, []),
        ] as [(String, String, [String])]
    )
    func `a type without a sales source is warned of`(table: String, types: String, missing: [String]) {
        let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
        let warning =
            "channels.web.kcc.sales_source: has none for orders of type \(names), which are not sent to KCC"
        #expect(Self.sources(table, types: types).warnings == (missing.isEmpty ? [] : [warning]))
    }

    @Test func `till sales need a sales source where they come in`() {
        let tills = "download_pos_orders = \"generic_customer\"\ngeneric_customer = \"POS\""
        #expect(
            Self.sources("{ online = \"WEB\", draft = \"DRAFT\" }", tills).warnings == [
                "channels.web.kcc.sales_source: has none for orders of type \"epos\", which are not sent to KCC"
            ]
        )
    }

    // MARK: Sites of several shops

    private static func shops(
        _ first: String,
        _ second: String,
        secondShop: String = "outlet",
        location: String = "8"
    )
        -> ConfigurationFixture
    {
        ConfigurationFixture(
            """
            [channels.web]
            shop_url = "https://mystore.myshopify.com"
            access_token_credential = "web"
            channel_location = 7
            [channels.web.stock]
            \(first)
            [channels.web.kcc]
            \(sound)
            [channels.outlet]
            shop_url = "https://\(secondShop).myshopify.com"
            access_token_credential = "web"
            order_ref_format = "OUT{0}"
            channel_location = \(location)
            [channels.outlet.stock]
            \(second)
            [channels.outlet.kcc]
            \(sound)
            \(link)
            """
        )
    }

    @Test(
        arguments: [
            ("sites = [\"MAIN\"]", "sites = [\"MAIN\", \"SHOP1\"]", "MAIN"),
            ("", "sites = [\"SHOP1\"]", "SHOP1"),
            ("", "", "MAIN"), ("sites = [\"MAIN\"]", "sites = [\"SHOP1\"]", nil),
        ] as [(String, String, String?)]
    )
    func `a site that feeds two shops is warned of`(first: String, second: String, site: String?) {
        let warnings = site.map {
            [
                "channels.outlet.stock.sites: site \"\($0)\" also feeds channels.web, which is of another shop: both can sell its last unit between two polls; give each shop sites of its own, or a percent below 100"
            ]
        }
        #expect(Self.shops(first, second).warnings == warnings ?? [])
        // The channels of one shop are one stock.
        #expect(Self.shops(first, second, secondShop: "mystore").warnings == [])
    }
}
