import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct ChannelTableTests {
    private static let warehouse = ShopLocation(
        id: ShopifyID(kind: "Location", number: "106000032786"),
        name: "Main Warehouse",
        active: true
    )

    private static func table(
        clientID: String? = nil,
        location: ShopLocation? = nil,
        shared: [(key: String, value: String)] = []
    ) -> ChannelTable {
        ChannelTable(
            channel: "outlet",
            shop: ShopAddress(scheme: "https", host: "outlet.myshopify.com"),
            clientID: clientID,
            credential: "outlet",
            folder: "/etc/kccsyncd/credentials",
            location: location,
            shared: shared
        )
    }

    /// A file, and what it is once the table is added.
    struct Append: Sendable, CustomTestStringConvertible {
        let what: String
        let before: String?
        let after: String
        var testDescription: String { what }
    }

    private static let text = table().text

    @Test(arguments: [
        Append(
            what: "no file",
            before: nil,
            after:
                "# kccsyncd's configuration. Every key is in /usr/share/doc/kccsyncd/kccsyncd.toml.example.\n\n\(text)"
        ),
        Append(what: "an empty file", before: "", after: text),
        Append(what: "a byte order mark alone", before: "\u{FEFF}", after: "\u{FEFF}\(text)"),
        Append(what: "a final line end", before: "[sites]\n", after: "[sites]\n\n\(text)"),
        Append(
            what: "no final line end",
            before: "[sites]\nA = 1 # one",
            after: "[sites]\nA = 1 # one\n\n\(text)"
        ),
        Append(what: "blank lines at the end", before: "[sites]\n\n\n", after: "[sites]\n\n\n\n\(text)"),
        Append(
            what: "carriage returns",
            before: "[sites]\r\nA = 1\r\n",
            after: "[sites]\r\nA = 1\r\n\r\n\(text.replacing("\n", with: "\r\n"))"
        ),
        Append(
            what: "carriage returns and no final line end",
            before: "[sites]\r\nA = 1",
            after: "[sites]\r\nA = 1\r\n\r\n\(text.replacing("\n", with: "\r\n"))"
        ),
        Append(
            what: "comments and other tables, odd spacing included",
            before: "# ours\n\t[ sites ]  \nA=1\n[kcc] # later\n#listen = 1\n",
            after: "# ours\n\t[ sites ]  \nA=1\n[kcc] # later\n#listen = 1\n\n\(text)"
        ),
    ])
    func `the table is added at the end and no byte before it changes`(_ one: Append) {
        let added = Self.table().appended(to: one.before.map { Array($0.utf8) })
        #expect(String(decoding: added, as: UTF8.self) == one.after)
    }

    @Test func `a table with a token`() {
        #expect(
            Self.table(location: Self.warehouse, shared: [("order_poll_interval", "30s")]).text == """
                [channels.outlet]
                # The shop's myshopify.com address.
                shop_url = "https://outlet.myshopify.com"
                # The Admin API access token is the file outlet of /etc/kccsyncd/credentials; kccsyncd setup outlet replaces it.
                access_token_credential = "outlet"
                # Main Warehouse: where its stock levels go.
                channel_location = 106000032786
                # As in the shop's other channels.
                order_poll_interval = "30s"

                """
        )
    }

    @Test func `a table with a client id`() {
        #expect(
            Self.table(clientID: #"a"b\c"#).text == #"""
                [channels.outlet]
                # The shop's myshopify.com address.
                shop_url = "https://outlet.myshopify.com"
                # The Dev Dashboard app. Its client secret is the file outlet of /etc/kccsyncd/credentials; kccsyncd setup outlet replaces it.
                client_id = "a\"b\\c"
                client_secret_credential = "outlet"

                """#
        )
    }

    @Test func `a location's name cannot leave its comment`() {
        let name = "Main\nenabled = false\r\u{7}"
        let place = ShopLocation(id: ShopifyID(kind: "Location", number: "1"), name: name, active: true)
        let lines = Self.table(location: place).text.split(separator: "\n")
        #expect(lines[5] == "# Main<U+000A>enabled = false<U+000D><U+0007>: where its stock levels go.")
    }

    @Test(arguments: ["a", "0", "a-b_c", "0123456789abcdef0123456789abcdef", "true", "1-1"])
    func `what is written is read as it was meant`(_ name: String) throws {
        let table = ChannelTable(
            channel: name,
            shop: ShopAddress(scheme: "https", host: "outlet.myshopify.com"),
            clientID: #"quote"and\backslash"#,
            credential: "web",
            folder: "/etc/kccsyncd/credentials",
            location: Self.warehouse,
            shared: [("api_version", "2026-10")]
        )
        var expected = ChannelSettings(
            name: name,
            shop: table.shop,
            credential: .client(id: #"quote"and\backslash"#, secret: Secret("shpss_1")),
            apiVersion: "2026-10"
        )
        expected.channelLocation = "106000032786"
        var fixture = ConfigurationFixture(bytes: table.appended(to: nil))
        fixture.put("/run/credentials/kccsyncd.service/kccsyncd_web", "shpss_1")
        #expect(try fixture.read().channels == [expected])
    }

    @Test func `control characters are written as TOML escapes`() {
        #expect(TOMLText.quoted("a\nb\u{7f}") == #""a\u000Ab\u007F""#)
    }
}
