import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct ChannelComparisonTests {
    /// Two channels, the second with these lines.
    private static func fixture(_ first: String, _ second: String, shop: String = "mystore")
        -> ConfigurationFixture
    {
        var fixture = ConfigurationFixture(
            """
            [channels.web]
            shop_url = "https://mystore.myshopify.com"
            \(first)
            [channels.till]
            shop_url = "https://\(shop).myshopify.com"
            \(second)
            """
        )
        fixture.put("/etc/ca.pem", "-----BEGIN CERTIFICATE-----")
        fixture.put("/etc/other", "shpat_other")
        fixture.put("/etc/same", ConfigurationFixture.token)
        return fixture
    }

    private static let token = "access_token_credential = \"web\"\n"
    private static let same = " as in channels.web, which is of the same shop mystore.myshopify.com, found "

    @Test(arguments: [
        Case(
            "access_token_file = \"/etc/other\"",
            "channels.till: expected the same credential\(same)another"
        ),
        Case(
            token + "api_version = \"2026-10\"",
            "channels.till.api_version: expected \"2026-07\"\(same)\"2026-10\""
        ),
        Case(
            token + "ca_file = \"/etc/ca.pem\"",
            "channels.till.ca_file: expected none\(same)\"/etc/ca.pem\""
        ),
        Case(
            token + "order_poll_interval = \"5min\"",
            "channels.till.order_poll_interval: expected \"15s\"\(same)\"300s\""
        ),
        Case(
            token + "order_poll_interval = \"5500ms\"",
            "channels.till.order_poll_interval: expected \"15s\"\(same)\"5500ms\""
        ),
    ])
    func `channels of one shop must agree`(line: Case) {
        #expect(Self.fixture(Self.token, line.lines).sentences == [line.sentence])
        #expect(Self.fixture(Self.token, line.lines, shop: "other").sentences == [])
    }

    @Test func `channels of one shop that agree are taken, wherever their secrets are`() throws {
        let fixture = Self.fixture(Self.token, "access_token_file = \"/etc/same\"")
        #expect(try fixture.read().channels.count == 2)
        #expect(fixture.warnings == [])
    }

    @Test func `one shop under two schemes is refused`() {
        let fixture = ConfigurationFixture(
            """
            [channels.a]
            shop_url = "http://localhost:1"
            access_token_credential = "web"
            [channels.b]
            shop_url = "https://localhost:1"
            access_token_credential = "web"
            [channels.c]
            shop_url = "http://localhost:2"
            access_token_credential = "web"
            order_poll_interval = "1h"
            """
        )
        #expect(
            fixture.sentences == [
                "channels.b.shop_url: expected \"http://localhost:1\" as in channels.a, "
                    + "which is of the same shop localhost:1, found \"https://localhost:1\""
            ]
        )
    }

    @Test func `two shops with one format of refs are warned of`() {
        let fixture = Self.fixture(Self.token, Self.token, shop: "other")
        #expect(
            fixture.warnings == [
                "channels.till.order_ref_format: the same as in channels.web, which is of another shop: two orders of "
                    + "one number would get one ref, and the second fails as ref_taken; "
                    + "give one a prefix, such as \"TILL-{0}\""
            ]
        )
        let apart = Self.fixture(Self.token, Self.token + "order_ref_format = \"T{0}\"", shop: "other")
        #expect(apart.warnings == [])
    }
}

@Suite struct StockRivalTests {
    private static func sentences(_ first: String, _ second: String, stock: String = "") -> [String] {
        ConfigurationFixture(
            """
            [channels.web]
            shop_url = "https://mystore.myshopify.com"
            access_token_credential = "web"
            channel_location = \(first)
            [channels.till]
            shop_url = "https://mystore.myshopify.com"
            access_token_credential = "web"
            channel_location = \(second)
            \(stock)
            """
        )
        .sentences
    }

    @Test(arguments: [
        ("\"Main\"", "\"Main\""), ("7", "\"7\""), ("7", "\"gid://shopify/Location/7\""),
    ])
    func `two channels may not set the stock of one location`(first: String, second: String) {
        let found = second == "\"7\"" || second.contains("gid") ? second : "\"Main\""
        #expect(
            Self.sentences(first, second) == [
                "channels.till.channel_location: expected another location than channels.web has: only one channel may set the stock of a location, found \(found); or write upload = \"listed\" without items into [channels.till.stock]"
            ]
        )
    }

    @Test func `they may share it where one of them sets none`() {
        #expect(Self.sentences("\"Main\"", "\"Main\"", stock: "enabled = false") == [])
        #expect(
            Self.sentences("\"Main\"", "\"Main\"", stock: "[channels.till.stock]\nupload = \"listed\"") == []
        )
        #expect(Self.sentences("\"Main\"", "\"Shop\"") == [])
    }

    @Test func `a credential that this process cannot see is no other one`() {
        var fixture = ConfigurationFixture(
            """
            [channels.web]
            shop_url = "https://mystore.myshopify.com"
            access_token_credential = "web"
            [channels.pos]
            shop_url = "https://mystore.myshopify.com"
            access_token_credential = "pos"
            """
        )
        fixture.environment = [:]
        fixture.unseen = .tolerated
        fixture.put("/etc/kccsyncd/credentials/web", "shpat_1", mode: 0o600)
        #expect(fixture.sentences == [])
    }
}
