import Foundation
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct ConfigurationDocumentsTests {
    private static func file(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// All that are written with a value; the tables `stock` and `kcc` are headings.
    private static let keys = Set(
        KnownKeys.daemon + KnownKeys.retention + KnownKeys.orderTypes + KnownKeys.channel + KnownKeys.stock
            + KnownKeys.kcc + KnownKeys.channelKCC + KnownKeys.paymentRule + KnownKeys.shopAddress
    )
    .subtracting(["stock", "kcc"])

    /// Keys that stand within another key's table, on its line.
    private static let inner = Set(KnownKeys.paymentRule + KnownKeys.shopAddress)

    @Test func `every key is in the reference`() throws {
        let reference = try Self.file("docs/configuration.md")
        for key in Self.keys { #expect(reference.contains("\n| `\(key)` |"), "\(key)") }
    }

    @Test func `the reference has no key that is not read`() throws {
        let reference = try Self.file("docs/configuration.md")
        let documented = reference.matches(of: #/\n\| `([a-z_0-9]+)` \|/#).map { String($0.output.1) }
        #expect(Set(documented) == Self.keys)
        #expect(documented.count == Self.keys.count)
    }

    @Test func `every key is in the example`() throws {
        let example = try Self.file("packaging/kccsyncd.toml.example")
        for key in Self.keys {
            let start = Self.inner.contains(key) ? "[\n {]" : "\n"
            #expect(example.contains(try Regex("\(start)#?\(key) = ")), "\(key)")
        }
    }

    @Test func `the example is a sound configuration`() throws {
        let fixture = ConfigurationFixture(try Self.file("packaging/kccsyncd.toml.example"))
        #expect(fixture.sentences == [])
        #expect(fixture.warnings == [])
        #expect(try fixture.read().channels.map(\.name) == ["web"])
    }

    @Test func `the example's keys at rest are sound, too, and show the defaults`() throws {
        // All but the other ways to give a credential.
        let text = try Self.file("packaging/kccsyncd.toml.example")
            .replacing(
                #/\n#((access_token|client_(id|secret)|password_(file|credential)|status_password_(file|credential)|tls_)[a-z_]*) = [^\n]*/#,
                with: ""
            )
            .replacing(#/\n#([A-Za-z_0-9]+ = |\[)/#) { "\n" + $0.output.1 }
            .replacing("in a file that others cannot read", with: "correct-horse-battery")
        var fixture = ConfigurationFixture(text)
        fixture.put("/etc/ssl/private-ca.pem", "-----BEGIN CERTIFICATE-----")
        #expect(fixture.sentences == [])
        let configuration = try fixture.read()
        var daemon = DaemonSettings()
        daemon.metricsFile = "/run/kccsyncd/metrics.prom"
        daemon.inbox = "/var/spool/kccsyncd/inbox"
        #expect(configuration.daemon == daemon)
        #expect(configuration.retention == Retention())
        let channel = configuration.channels[0]
        var plain = ChannelSettings(name: "web", shop: channel.shop, credential: channel.credential)
        // What has no default shows an example.
        plain.startDate = CalendarDay(year: 2026, month: 11, day: 16)
        plain.genericCustomer = "POSSALES"
        plain.channelLocation = "Main Warehouse"
        plain.stock.sites = ["MAIN"]
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

    /// The example's link: what has a default shows it.
    private static var exampleLink: KCCSettings {
        var kcc = KCCSettings(
            username: "khaos",
            password: Secret("correct-horse-battery"),
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
