import Foundation
import Glibc
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct ConfigurationReaderTests {
    @Test func `a file with one channel has the documented defaults`() throws {
        let configuration = try ConfigurationFixture.web("").read()
        let expected = ChannelSettings(
            name: "web",
            shop: ShopAddress(scheme: "https", host: "mystore.myshopify.com"),
            credential: .token(Secret(ConfigurationFixture.token))
        )
        #expect(configuration.channels == [expected])
        #expect(configuration.daemon.database == "/var/lib/kccsyncd/kccsyncd.sqlite")
        #expect(configuration.daemon.logLevel == .info)
        #expect(configuration.daemon.controlSocket == "/run/kccsyncd/control.sock")
        #expect(configuration.orderTypes.isEmpty)
        #expect(configuration.warnings.isEmpty)
        #expect(ConfigurationReader.defaultPath == "/etc/kccsyncd/kccsyncd.toml")
    }

    @Test func `every key has its effect`() throws {
        var fixture = ConfigurationFixture(
            """
            [daemon]
            database = "/srv/k.sqlite"
            log_level = "debug"
            control_socket = "/run/k.sock"

            [[order_types]]
            order_type = "epos"
            site = "SHOP1"
            [[order_types]]
            order_type = "tiktok"

            [channels.web]
            enabled = false
            shop_url = "https://MyStore.MyShopify.com/"
            client_id = "abc"
            client_secret_file = "/etc/kccsyncd/web.secret"
            api_version = "2026-10"
            download_orders = false
            start_date = 2026-11-16
            order_ref_format = "WEB-{0}"
            download_pos_orders = "customer_details"
            generic_customer = "POS-SALES1"
            channel_location = 106000032786
            location_import_site = "MAIN"
            only_import_orders_for_chosen_location = true
            location_filter_scope = "all"
            ignore_financial_status = true
            import_test_orders = true
            missing_sku = "MISC"
            adjustment_sku = "ADJ"
            ca_file = "/etc/ssl/ca.pem"
            order_poll_interval = "1min 30s"
            """
        )
        fixture.put("/etc/kccsyncd/web.secret", "shpss_secret")
        fixture.put("/etc/ssl/ca.pem", "-----BEGIN CERTIFICATE-----\n", mode: 0o644)
        let configuration = try fixture.read()
        var channel = ChannelSettings(
            name: "web",
            shop: ShopAddress(scheme: "https", host: "mystore.myshopify.com"),
            credential: .client(id: "abc", secret: Secret("shpss_secret")),
            apiVersion: "2026-10"
        )
        channel.enabled = false
        channel.downloadOrders = false
        channel.startDate = CalendarDay(year: 2026, month: 11, day: 16)
        channel.orderRefFormat = "WEB-{0}"
        channel.posOrders = .customerDetails
        channel.genericCustomer = "POS-SALES1"
        channel.channelLocation = "106000032786"
        channel.locationImportSite = "MAIN"
        channel.onlyChosenLocation = true
        channel.locationFilterScope = .all
        channel.ignoreFinancialStatus = true
        channel.importTestOrders = true
        channel.missingSKU = "MISC"
        channel.adjustmentSKU = "ADJ"
        channel.caFile = "/etc/ssl/ca.pem"
        channel.pollInterval = .seconds(90)
        #expect(configuration.channels == [channel])
        #expect(configuration.daemon.database == "/srv/k.sqlite")
        #expect(configuration.daemon.controlSocket == "/run/k.sock")
        #expect(configuration.daemon.logLevel == .debug)
        #expect(
            configuration.orderTypes
                == [
                    OrderTypeRule(orderType: "epos", site: "SHOP1"),
                    OrderTypeRule(orderType: "tiktok", site: nil),
                ]
        )
    }

    @Test func `channels keep the order of the file, however they are written`() throws {
        let fixture = ConfigurationFixture(
            """
            # [channels.comment]
            [channels.zebra]
            shop_url = 'https://mystore.myshopify.com' # [channels.b]
            access_token_credential = "web"
            missing_sku = \"\"\"\\\"[channels.text]\"\"\"
            [ channels . "quoted" ]
            shop_url = "https://mystore.myshopify.com"
            access_token_credential = "web"
            [channels]
            inline = { shop_url = "https://mystore.myshopify.com", access_token_credential = "web" }
            [[order_types]]
            order_type = "channels.c"
            [channels.alpha]
            shop_url = \"\"\"
            https://mystore.myshopify.com\"\"\"
            access_token_credential = '''web'''
            """
        )
        #expect(fixture.sentences == [])
        #expect(try fixture.read().channels.map(\.name) == ["zebra", "quoted", "inline", "alpha"])
        let dotted = ConfigurationFixture(
            """
            channels.z.shop_url = "https://mystore.myshopify.com"
            channels.a.shop_url = "https://mystore.myshopify.com"
            channels.a.access_token_credential = "web"
            channels.z.access_token_credential = "web"
            """
        )
        #expect(try dotted.read().channels.map(\.name) == ["z", "a"])
        let inline = ConfigurationFixture(
            """
            [channels]
            z = { shop_url = "https://mystore.myshopify.com", access_token_credential = "web" }
            a.shop_url = "https://mystore.myshopify.com"
            a.access_token_credential = "web"
            """
        )
        #expect(try inline.read().channels.map(\.name) == ["z", "a"])
    }

    @Test func `a byte order mark is tolerated`() throws {
        let text = Array(
            "[channels.web]\nshop_url = \"http://localhost:8080\"\naccess_token_credential = \"web\"\n".utf8
        )
        let configuration = try ConfigurationFixture(bytes: [0xef, 0xbb, 0xbf] + text).read()
        #expect(configuration.channels.map(\.shop.description) == ["http://localhost:8080"])
    }

    @Test func `all problems come together, by their lines`() {
        let fixture = ConfigurationFixture(
            """
            [daemon]
            log_level = "warn"
            [channels.web]
            shop_url = "mystore.myshopify.com"
            acess_token = "shpat_1234"
            order_poll_interval = "3x"
            [channels.Till]
            shop_url = "https://mystore.myshopify.com"
            access_token_credential = "web"
            """
        )
        let error = #expect(throws: ConfigurationError.self) { try fixture.read() }
        #expect(
            error?.lines.joined(separator: "\n") == """
                /etc/kccsyncd/kccsyncd.toml: 6 problems
                  line 2: daemon.log_level: expected "debug", "info", "notice", "warning" or "error", found "warn"; \
                did you mean "warning"?
                  line 3: channels.web: expected access_token_credential, access_token_file or access_token, \
                or client_id and a client_secret_credential, found no credential
                  line 4: channels.web.shop_url: expected the shop's address, such as \
                "https://mystore.myshopify.com", found "mystore.myshopify.com"; write "https://mystore.myshopify.com"
                  line 5: channels.web.acess_token: unknown key; did you mean access_token?
                  line 6: channels.web.order_poll_interval: expected a time span of at least 5s, such as "15s" or \
                "5min", found "3x"
                  line 7: channels.Till: expected a channel's name of 1 to 32 lower-case letters, digits, "_" and \
                "-", beginning with a letter or digit, found "Till"
                """
        )
    }

    @Test func `warnings are reported apart`() throws {
        let fixture = ConfigurationFixture.web("location_filter_scope = \"all\"")
        let warnings = try fixture.read().warnings
        #expect(
            ConfigurationReport.warnings(warnings, in: "F").joined(separator: "\n") == """
                F: 1 warning
                  line 4: channels.web.location_filter_scope: has no effect while \
                only_import_orders_for_chosen_location is false
                """
        )
        #expect(ConfigurationReport.warnings([], in: "F").isEmpty)
    }

    @Test(arguments: [
        ("", "the file is empty; an example is in /usr/share/doc/kccsyncd/examples/kccsyncd.toml.example"),
        (
            " \n\n",
            "the file is empty; an example is in /usr/share/doc/kccsyncd/examples/kccsyncd.toml.example"
        ),
        ("# nothing\n", "channels: expected at least one channel, [channels.NAME], found none"),
        ("[channels]\n", "channels: expected at least one channel, [channels.NAME], found none"),
        ("channels = 1\n", "channels: expected at least one channel, [channels.NAME], found 1"),
        ("a = \"x\u{0}\"", "holds a NUL character"),
        ("a = \"x\\u0000\"", "holds a NUL character"),
    ])
    func `a file without channels is refused`(text: String, sentence: String) {
        #expect(ConfigurationFixture(text).sentences == [sentence])
    }

    @Test(arguments: [
        ("[é]\n", 1, "\"é\""), ("a = 1\n[ é ]", 2, "\"é\""), ("\n\n[[é]]", 3, "\"é\""), ("[.a]", 1, "\".\""),
        ("[]", 1, "\"]\""), ("[[]]", 1, "\"]\""), ("[#]", 1, "\"#\""), ("[=]", 1, "\"=\""),
        ("[", 1, "nothing"),
        ("[[", 1, "nothing"), ("[ ", 1, "nothing"), ("[\n]", 1, "\"<U+000A>\""),
        ("[\u{7F}[[", 1, "\"<U+007F>\""),
        ("[日本]", 1, "\"日\""), ("a = [ [1], [] ]\n[é]", 2, "\"é\""), ("a = '''\n[é]\n'''\n[é]", 4, "\"é\""),
        ("a = \"\"\"\n[é]\n\"\"\"\"\n[é]", 4, "\"é\""),
    ])
    func `R10: a header that begins with no key is refused with its line`(
        _ text: String,
        _ line: Int,
        _ found: String
    ) {
        let problems = ConfigurationFixture(text).problems
        #expect(
            problems.map(\.description) == [
                "expected the name of a table behind \"[\", such as [channels.web], found \(found)"
            ]
        )
        #expect(problems.map(\.line) == [line])
    }

    @Test func `other bytes than UTF-8 are refused with their line`() {
        let problems = ConfigurationFixture(bytes: Array("[daemon]\n# caf".utf8) + [0xe9, 0x0a]).problems
        #expect(problems.map(\.description) == ["expected text in UTF-8, found other bytes"])
        #expect(problems.map(\.line) == [2])
    }

    @Test func `a syntax error has its line and column`() {
        let problems = ConfigurationFixture("[daemon]\nlog_level = \n").problems
        #expect(problems.map(\.line) == [2])
        #expect(problems.first?.description.hasPrefix("no valid TOML at column 13: ") == true)
    }

    @Test func `a syntax error does not show a token`() {
        for text in [
            "access_token = shpat_0123456789abcdef", "shpat_0123456789abcdef",
            "access_token = 01234567890123456789", "access_token = 99999012399999999999",
            "a = \"shpat_0123456789abcdef",
        ] {
            let sentences = ConfigurationFixture("[channels.web]\n" + text).sentences
            #expect(sentences.count == 1)
            #expect(!sentences.joined().contains("0123"))
        }
    }

    @Test func `a file that cannot be read says why`() {
        var fixture = ConfigurationFixture("")
        fixture.files = [:]
        #expect(
            fixture.sentences == [
                "no such file; an example is in /usr/share/doc/kccsyncd/examples/kccsyncd.toml.example"
            ]
        )
        fixture.put(ConfigurationFixture.path, "", kind: .directory)
        #expect(fixture.sentences == ["expected a file, found a directory"])
        fixture.put(ConfigurationFixture.path, "", kind: .other)
        #expect(fixture.sentences == ["expected a file, found something else"])
        fixture.put(ConfigurationFixture.path, String(repeating: " ", count: 1 << 21))
        #expect(fixture.sentences == ["cannot be read: larger than 1048576 bytes"])
        let refusing = FileAccess(
            status: { _ in .failure(.systemError(EACCES)) },
            contents: { _, _ in .failure(.systemError(EACCES)) }
        )
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationReader(path: "/x", environment: [:], files: refusing).read()
        }
        #expect(error?.description == "/x: 1 problem: cannot be read: permission denied")
    }

    @Test func `a file that others can change is refused`() {
        #expect(
            ConfigurationFixture("", mode: 0o666).sentences == [
                "expected a file that others cannot change, found mode 0666; "
                    + "run: chmod 0640 /etc/kccsyncd/kccsyncd.toml"
            ]
        )
        var fixture = ConfigurationFixture.web("")
        fixture.put("/etc/kccsyncd", "", mode: 0o777, kind: .directory)
        #expect(
            fixture.sentences == [
                "expected a folder that others cannot change, found mode 0777 of \"/etc/kccsyncd\"; "
                    + "run: chmod o-w /etc/kccsyncd"
            ]
        )
        fixture.put("/etc/kccsyncd", "", mode: 0o1777, kind: .directory)
        #expect(fixture.sentences == [])
    }

    @Test func `real files are read, and their troubles told`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/f"
        try Data("text".utf8).write(to: URL(filePath: path))
        #expect(chmod(path, 0o604) == 0)
        let files = FileAccess.system
        #expect(files.status(path) == .success(FileStatus(kind: .file, mode: 0o604)))
        #expect(files.contents(path, 4) == .success(Array("text".utf8)))
        #expect(files.contents(path, 3) == .failure(.tooLarge(limit: 3)))
        #expect(try files.status(folder).get().kind == .directory)
        #expect(try files.status("/dev/null").get().kind == .other)
        #expect(files.status("\(folder)/none") == .failure(.systemError(ENOENT)))
        #expect(files.contents("\(folder)/none", 9) == .failure(.systemError(ENOENT)))
        #expect(files.contents(folder, 9) == .failure(.systemError(EISDIR)))
        #expect(FileTrouble.systemError(EISDIR).description == "is a directory")
    }

    @Test func `what judges orders changes with the rules and with nothing else`() throws {
        func plan(_ more: String) throws -> ShopPlan? {
            let configuration = try ConfigurationFixture.web(more).read()
            let plans = ShopPlan.plans(channels: configuration.channels, orderTypes: configuration.orderTypes)
            return plans.first
        }
        let before = try #require(try plan(""))
        for other in [
            "order_poll_interval = \"5min\"", "api_version = \"2026-10\"", "[daemon]\nlog_level = \"debug\"",
        ] {
            #expect(try plan(other)?.decides(like: before) == true)
        }
        for rule in [
            "import_test_orders = true", "start_date = 2026-11-16", "[[order_types]]\norder_type = \"epos\"",
        ] {
            #expect(try plan(rule)?.decides(like: before) == false)
        }
    }
}
