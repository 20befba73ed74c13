import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct ChannelReaderTests {
    private static let shop =
        "channels.web.shop_url: expected the shop's address, such as \"https://mystore.myshopify.com\", found "

    private static func sentences(shop url: String) -> [String] {
        ConfigurationFixture("[channels.web]\naccess_token_credential = \"web\"\nshop_url = \(url)").sentences
    }

    @Test(arguments: [
        "mystore.myshopify.com", "mystore", "http://mystore.myshopify.com", "HTTP://MyStore.myshopify.com/",
        "https://mystore.myshopify.com:443", "https://mystore.myshopify.com/admin",
        "https://admin.shopify.com/store/mystore", "https://admin.shopify.com/store/mystore/products",
        "admin.shopify.com/store/MyStore", "ftp://mystore.myshopify.com", "https://mystore.myshopify.com//",
    ])
    func `an address in another form is answered with the right one`(url: String) {
        #expect(
            Self.sentences(shop: "\"\(url)\"") == [
                Self.shop + "\"\(url)\"; write \"https://mystore.myshopify.com\""
            ]
        )
    }

    @Test(arguments: [
        ("https://user:hunter2@mystore.myshopify.com", "https://…@mystore.myshopify.com"),
        ("https://a@b@mystore.myshopify.com", "https://…@mystore.myshopify.com"),
        ("https://mystore.myshopify.com?token=hunter2", "https://mystore.myshopify.com?…"),
        ("https://mystore.myshopify.com/#hunter2", "https://mystore.myshopify.com/?…"),
    ])
    func `what could be a password in an address is not repeated`(url: String, shown: String) {
        #expect(
            Self.sentences(shop: "\"\(url)\"") == [
                Self.shop + "\"\(shown)\"; write \"https://mystore.myshopify.com\""
            ]
        )
    }

    @Test(arguments: [
        "https://www.mystore.com", "www.mystore.com", "https://mystore", "https://admin.shopify.com",
        "https://admin.shopify.com/store/", "https://a.b.myshopify.com", "https://.myshopify.com",
        "https://myshopify.com", "https://mystore.myshopify.com.evil.example", "https://evilmyshopify.com",
        "https://my_store.myshopify.com", "https://mystore.myshopify.com.", "https://[::1]",
        "https://10.0.0.1",
        "https://128.0.0.1", "https://127.0.0.1.evil.example", "https://notlocalhost", "http://127.1",
        "https://127.0.0.256", "my store",
    ])
    func `an address of somebody else is refused`(url: String) {
        let hint = "; take the myshopify.com address from the Shopify admin, Settings, Domains"
        #expect(Self.sentences(shop: "\"\(url)\"") == [Self.shop + "\"\(url)\"" + hint])
    }

    @Test(arguments: [
        "http://localhost:0", "http://localhost:65536", "http://localhost:", "http://localhost/x",
        "localhost",
        "ftp://127.0.0.1", "http://127.0.0.1:8080/admin/api",
    ])
    func `an address of this machine is checked, too`(url: String) {
        let hint = "; an address on this machine is written like \"http://127.0.0.1:8080\""
        #expect(Self.sentences(shop: "\"\(url)\"") == [Self.shop + "\"\(url)\"" + hint])
    }

    @Test func `a shop_url that is missing or no text is refused`() {
        #expect(
            ConfigurationFixture("[channels.web]\naccess_token_credential = \"web\"").sentences == [
                Self.shop + "nothing"
            ]
        )
        #expect(Self.sentences(shop: "1") == [Self.shop + "1"])
    }

    @Test(arguments: [
        ("https://mystore.myshopify.com", ShopAddress(scheme: "https", host: "mystore.myshopify.com")),
        ("https://My-Store-1.MyShopify.com/", ShopAddress(scheme: "https", host: "my-store-1.myshopify.com")),
        ("http://localhost", ShopAddress(scheme: "http", host: "localhost")),
        ("http://shop-a.localhost:8080", ShopAddress(scheme: "http", host: "shop-a.localhost", port: 8080)),
        ("http://127.3.2.1:65535/", ShopAddress(scheme: "http", host: "127.3.2.1", port: 65535)),
        ("https://127.0.0.1:8443", ShopAddress(scheme: "https", host: "127.0.0.1", port: 8443)),
    ])
    func `a sound address is taken`(url: String, address: ShopAddress) throws {
        #expect(try ShopURL.parse(url) == address)
    }

    @Test(arguments: [
        Case(
            "api_version = \"2026-7\"",
            "channels.web.api_version: expected a version of Shopify's Admin API, such as \"2026-07\", found \"2026-7\"; a version is YYYY-MM, and the month 01, 04, 07 or 10"
        ),
        Case(
            "api_version = \"2026-08\"",
            "channels.web.api_version: expected a version of Shopify's Admin API, such as \"2026-07\", found \"2026-08\"; a version is YYYY-MM, and the month 01, 04, 07 or 10"
        ),
        Case(
            "api_version = \"unstable\"",
            "channels.web.api_version: expected a version of Shopify's Admin API, such as \"2026-07\", found \"unstable\"; a version is YYYY-MM, and the month 01, 04, 07 or 10"
        ),
        Case(
            "api_version = \"2026-01\"",
            "channels.web.api_version: expected \"2026-04\" or later, found \"2026-01\""
        ),
        Case(
            "api_version = 2026",
            "channels.web.api_version: expected a version of Shopify's Admin API, such as \"2026-07\", found 2026"
        ),
        Case(
            "order_ref_format = \"WEB\"",
            "channels.web.order_ref_format: expected a text with {0} in it, such as \"{0}\" or \"WEB-{0}\", found \"WEB\", without it"
        ),
        Case(
            "order_ref_format = \"{0}{0}\"",
            "channels.web.order_ref_format: expected a text with {0} in it, such as \"{0}\" or \"WEB-{0}\", found \"{0}{0}\", with 2 of them"
        ),
        Case(
            "order_ref_format = \"W,{0}\"",
            "channels.web.order_ref_format: expected a text without commas and quotation marks, found \"W,{0}\""
        ),
        Case(
            "order_ref_format = 'W\"{0}'",
            "channels.web.order_ref_format: expected a text without commas and quotation marks, found \"W\"{0}\""
        ),
        Case(
            "order_ref_format = \"W\\n{0}\"",
            "channels.web.order_ref_format: expected a text with {0} in it, such as \"{0}\" or \"WEB-{0}\" on one line, without control characters, found \"W<U+000A>{0}\""
        ),
        Case(
            "order_ref_format = \"{0}\(String(repeating: "x", count: 31))\"",
            "channels.web.order_ref_format: expected at most 30 characters beside {0}, found 31 in \"{0}\(String(repeating: "x", count: 31))\""
        ),
        Case(
            "download_pos_orders = \"generic_customers\"",
            "channels.web.download_pos_orders: expected \"do_not_download\", \"generic_customer\" or \"customer_details\", found \"generic_customers\"; did you mean \"generic_customer\"?"
        ),
        Case(
            "download_pos_orders = false",
            "channels.web.download_pos_orders: expected \"do_not_download\", \"generic_customer\" or \"customer_details\", found false"
        ),
        Case(
            "download_pos_orders = \"generic_customer\"",
            "channels.web.generic_customer: expected the URN of the customer that till sales go to, because download_pos_orders is \"generic_customer\", found nothing"
        ),
        Case(
            "download_pos_orders = \"customer_details\"",
            "channels.web.generic_customer: expected the URN of the customer that till sales go to, because download_pos_orders is \"customer_details\", found nothing"
        ),
        Case(
            "generic_customer = \"possales\"",
            "channels.web.generic_customer: expected KCC's customer code (URN): up to 10 upper-case letters, digits and \"-\", found \"possales\""
        ),
        Case(
            "generic_customer = \"ELEVENCHARS\"",
            "channels.web.generic_customer: expected KCC's customer code (URN): up to 10 upper-case letters, digits and \"-\", found \"ELEVENCHARS\""
        ),
        Case(
            "channel_location = 0",
            "channels.web.channel_location: expected a location's name or id, such as \"Main Warehouse\" or 106000032786, found 0"
        ),
        Case(
            "channel_location = true",
            "channels.web.channel_location: expected a location's name or id, such as \"Main Warehouse\" or 106000032786, found true"
        ),
        Case(
            "channel_location = \"gid://shopify/Order/1\"",
            "channels.web.channel_location: expected a location's name or id, such as \"Main Warehouse\" or 106000032786, found \"gid://shopify/Order/1\"; a location's gid is written like gid://shopify/Location/106000032786"
        ),
        Case(
            "only_import_orders_for_chosen_location = true",
            "channels.web.channel_location: expected the location to choose, because only_import_orders_for_chosen_location is true, found nothing; run: kccsyncd locations web"
        ),
        Case(
            "location_filter_scope = \"web\"",
            "channels.web.location_filter_scope: expected \"epos\" or \"all\", found \"web\""
        ),
        Case(
            "order_poll_interval = \"4999ms\"",
            "channels.web.order_poll_interval: expected a time span of at least 5s, such as \"15s\" or \"5min\", found \"4999ms\""
        ),
        Case(
            "order_poll_interval = \"1week\"",
            "channels.web.order_poll_interval: expected a time span of at most 24h, such as \"15s\" or \"5min\", found \"1week\""
        ),
        Case(
            "order_poll_interval = 15",
            "channels.web.order_poll_interval: expected a time span of at least 5s, such as \"15s\" or \"5min\", found 15; write it with its unit, as \"15s\""
        ),
        Case("ca_file = \"ca.pem\"", "channels.web.ca_file: expected an absolute path, found \"ca.pem\""),
        Case(
            "ca_file = \"/none\"",
            "channels.web.ca_file: expected a readable file of certificates in PEM, found \"/none\", which cannot be read (no such file)"
        ),
        Case(
            "ca_file = \"/etc/kccsyncd\"",
            "channels.web.ca_file: expected a readable file of certificates in PEM, found \"/etc/kccsyncd\", which is a directory"
        ),
        Case(
            "ca_file = \"/etc/kccsyncd/kccsyncd.toml\"",
            "channels.web.ca_file: expected a readable file of certificates in PEM, found \"/etc/kccsyncd/kccsyncd.toml\", which holds no certificate"
        ),
    ])
    func `a value out of its range is refused`(line: Case) {
        #expect(ConfigurationFixture.web(line.lines).sentences == [line.sentence])
    }

    @Test func `a ca_file that is no file is refused`() {
        var fixture = ConfigurationFixture.web("ca_file = \"/dev/x\"")
        fixture.put("/dev/x", "", kind: .other)
        #expect(
            fixture.sentences == [
                "channels.web.ca_file: expected a readable file of certificates in PEM, "
                    + "found \"/dev/x\", which is no regular file"
            ]
        )
    }

    @Test func `a location is taken by name, number and gid`() throws {
        for (written, taken) in [
            ("\"Main Warehouse\"", "Main Warehouse"), ("106000032786", "106000032786"),
            ("\"gid://shopify/Location/1\"", "gid://shopify/Location/1"),
        ] {
            let configuration = try ConfigurationFixture.web("channel_location = \(written)").read()
            #expect(configuration.channels[0].channelLocation == taken)
        }
    }

    @Test(
        arguments: [
            ("15s", .seconds(15)), ("15", .seconds(15)), (" 5min ", .seconds(300)),
            ("1h 30min", .seconds(5400)),
            ("1h30min", .seconds(5400)), ("500ms", .milliseconds(500)), ("2.5 min", .seconds(150)),
            ("1d", .seconds(86400)),
            ("1 hour 1 minute 1 second", .seconds(3661)), ("0.5us", .nanoseconds(500)),
            ("3µs", .microseconds(3)),
            ("1w", .seconds(604_800)), ("1M", .seconds(2_629_800)), ("1y", .seconds(31_557_600)),
            ("0", .zero),
            ("", nil), (" ", nil), ("3x", nil), ("s", nil), ("-5s", nil), ("1.s", nil), (".5s", nil),
            ("infinity", nil),
            ("5 s s", nil), ("1,5s", nil), ("99999999999999999999s", nil), ("9999999999999y", nil),
            ("٣s", nil),
            ("9000000000s 9000000000s", nil),
        ] as [(String, Duration?)]
    )
    func `time spans are systemd's`(text: String, span: Duration?) {
        #expect(TimeSpan.parse(text) == span)
    }
}
