import Foundation
import KCCWebServices
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct ConfigurationDocumentsTests {
    private static func file(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The tables of the file and the keys of each; the tables `stock` and `kcc` of a channel have headings of their own.
    private static let tables: [String: [String]] = [
        "[daemon]": KnownKeys.daemon,
        "[carriers]": [],
        "[retention]": KnownKeys.retention,
        "[[order_types]]": KnownKeys.orderTypes,
        "[channels.NAME]": KnownKeys.channel.filter { $0 != "stock" && $0 != "kcc" },
        "[channels.NAME.stock]": KnownKeys.stock,
        "[channels.NAME.kcc]": KnownKeys.channelKCC,
        "[channels.NAME.kcc.payments.GATEWAY]": KnownKeys.paymentRule,
        "[channels.NAME.kcc.shop_address]": KnownKeys.shopAddress,
        "[sites]": [],
        "[kcc]": KnownKeys.kcc,
    ]

    /// Keys by the table that they stand under.
    ///
    /// - Parameters:
    ///   - heading: The table that a line begins; nil for all other lines.
    ///   - key: The key that a line gives; nil for all other lines.
    private static func keys(
        of text: String,
        heading: (Substring) -> String?,
        key: (Substring) -> String?
    ) -> [String: [String]] {
        var keys: [String: [String]] = [:]
        var table = ""
        for line in text.split(separator: "\n") {
            if let next = heading(line) {
                table = next
                keys[table, default: []] += []
            } else if let key = key(line) {
                keys[table, default: []].append(key)
            }
        }
        return keys
    }

    @Test func `the tables are all there are`() {
        let tops = Self.tables.keys.map { $0.split { "[].".contains($0) }[0] }
        #expect(Set(tops.map(String.init)) == Set(KnownKeys.top))
    }

    @Test func `the reference has every key in its table, once, and no other`() throws {
        let found =
            Self.keys(
                of: try Self.file("docs/configuration.md"),
                heading: { line in
                    if let match = line.wholeMatch(of: #/##+ `(\[.+\])`/#) { return String(match.1) }
                    return line.hasPrefix("## ") ? String(line) : nil
                },
                key: { line in line.prefixMatch(of: #/\| `([a-z_0-9]+)` \|/#).map { String($0.1) } }
            )
            .filter { !$0.key.hasPrefix("## ") || !$0.value.isEmpty }
        #expect(Set(found.keys) == Set(Self.tables.keys))
        for (table, keys) in Self.tables { #expect(found[table]?.sorted() == keys.sorted(), "\(table)") }
    }

    @Test func `the example has every key in its table, once, and no other`() throws {
        let found = Self.keys(
            of: try Self.file("packaging/kccsyncd.toml.example"),
            heading: { line in
                line.wholeMatch(of: #/#?(\[.+\])/#)
                    .map { match in
                        String(match.1).replacing("channels.web", with: "channels.NAME")
                            .replacing("payments.paypal", with: "payments.GATEWAY")
                    }
            },
            key: { line in line.prefixMatch(of: #/#?([a-z_0-9]+) = /#).map { String($0.1) } }
        )
        #expect(Set(found.keys) == Set(Self.tables.keys))
        for (table, keys) in Self.tables {
            // A key that is a table has a heading in place of a line.
            let written = keys.filter { key in
                !Self.tables.keys.contains { $0.hasPrefix("\(table.dropLast()).\(key)") }
            }
            #expect(found[table]?.sorted() == written.sorted(), "\(table)")
        }
    }

    @Test func `the example is a sound configuration`() throws {
        let fixture = ConfigurationFixture(try Self.file("packaging/kccsyncd.toml.example"))
        #expect(fixture.sentences == [])
        #expect(fixture.warnings == [])
        #expect(try fixture.read().channels.map(\.name) == ["web"])
    }

    @Test func `the example's keys at rest are sound, too, and show the defaults`() throws {
        // All but the other ways to give a secret.
        let text = try Self.file("packaging/kccsyncd.toml.example")
            .replacing(
                #/\n#(access_token|client_id|client_secret|(status_)?password_(file|credential))[a-z_]* = [^\n]*/#,
                with: ""
            )
            .replacing(#/\n#([A-Za-z_0-9]+ = |\[)/#) { "\n" + $0.output.1 }
        var fixture = ConfigurationFixture(text)
        fixture.put("/etc/ssl/private-ca.pem", "-----BEGIN CERTIFICATE-----")
        fixture.put("/etc/kccsyncd/tls/certificate.pem", "-----BEGIN CERTIFICATE-----")
        fixture.put("/etc/kccsyncd/tls/key.pem", "-----BEGIN PRIVATE KEY-----")
        #expect(fixture.sentences == [])
        let configuration = try fixture.read()
        var daemon = DaemonSettings(of: Instance(file: ConfigurationFixture.path))
        daemon.metricsFile = "/run/kccsyncd/metrics.prom"
        daemon.inbox = "/var/spool/kccsyncd/inbox"
        #expect(configuration.daemon == daemon)
        // For ever is the default, which no text stands for.
        #expect(configuration.retention == Retention(personalData: .seconds(730 * 86_400)))
        #expect(configuration.sites == ["MAIN": 1, "SHOP1": 4])
        #expect(configuration.link == Self.exampleAddress)
        let channel = configuration.channels[0]
        var plain = ChannelSettings(name: "web", shop: channel.shop, credential: channel.credential)
        // What has no default shows an example.
        plain.startDate = CalendarDay(year: 2026, month: 11, day: 16)
        plain.genericCustomer = "POSSALES"
        plain.channelLocation = "Main Warehouse"
        plain.stock.sites = ["MAIN"]
        plain.stock.namedSites = ["MAIN", "SHOP1"]
        plain.stock.items["TEA-250"] = StockRules.Item()
        plain.stock.items["TEA-250"]?.maximum = 75
        plain.locationImportSite = "MAIN"
        plain.missingSKU = "MISC"
        plain.adjustmentSKU = "ADJUST"
        plain.tipSKU = "TIP"
        plain.dutySKU = "DUTY"
        plain.kcc = Self.exampleLink
        plain.caFile = "/etc/ssl/private-ca.pem"
        #expect(channel == plain)
    }

    /// Where the example's link is reached: what has a default shows it.
    private static var exampleAddress: LinkSettings {
        var link = LinkSettings(
            place: .address(host: "127.0.0.1", port: 8484),
            publicURL: "https://sync.example.com/kcc"
        )
        link.tls = LinkSettings.TLS(
            certificate: "/etc/kccsyncd/tls/certificate.pem",
            key: "/etc/kccsyncd/tls/key.pem"
        )
        link.statusPassword = Secret("...")
        return link
    }

    /// The example's link: what has a default shows it.
    private static var exampleLink: KCCSettings {
        var kcc = KCCSettings(
            username: "khaos",
            password: Secret("..."),
            companyClass: .name("Web"),
            salesSource: .name("WEB"),
            site: "MAIN"
        )
        kcc.brand = .name("Teas")
        kcc.website = .name("Web")
        kcc.client = .name("Shop")
        kcc.invoicePriority = .name("Normal")
        kcc.couriers = ["Express": .code("RM24")]
        kcc.bankAccount = .name("Shopify")
        kcc.payments = [
            "paypal": KCCSettings.PaymentRule(kind: .card, cardType: "PayPal", bankAccount: .name("PayPal"))
        ]
        kcc.timeZone = "Europe/London"
        var address = PostalAddress()
        address.company = "Teas"
        address.address1 = "1 High Street"
        address.address2 = "Floor 2"
        address.city = "Leeds"
        address.province = "Yorkshire"
        address.zip = "LS1 1AA"
        address.countryCode = "GB"
        address.phone = "0113 4960000"
        kcc.shopAddress = address
        return kcc
    }

    @Test func `a damaged file is refused or read, and nothing else`() throws {
        let text = Array(try Self.file("packaging/kccsyncd.toml.example").replacing("\n#", with: "\n").utf8)
        let pieces = [
            "[", "]", "[[", "\"", "\"\"\"", "'''", "=", ".", "{", "}", "#", "\n", "\r\n", "\\", "\0", "é",
            "1", "inf",
        ]
        // The same damage in every run: a linear congruential generator (Knuth's MMIX constants).
        var state: UInt64 = 20_261_123
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 1...400 {
            var bytes = text
            for _ in 0...random(4) {
                let start = random(bytes.count)
                let end = min(bytes.count, start + random(40))
                let piece =
                    random(3) == 0 ? Array(bytes[start..<end]) : Array(pieces[random(pieces.count)].utf8)
                bytes.replaceSubrange(start..<end, with: piece)
            }
            let fixture = ConfigurationFixture(bytes: bytes)
            for problem in fixture.problems {
                #expect(!problem.description.contains("\n"))
                #expect((problem.line ?? 1) >= 1)
            }
            _ = DocumentOutline(of: String(decoding: bytes, as: UTF8.self))
        }
    }
}
