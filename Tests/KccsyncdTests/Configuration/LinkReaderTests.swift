import Foundation
import Glibc
import KCCWebServices
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct LinkReaderTests {
    private static let certificate = "-----BEGIN CERTIFICATE-----\n"
    private static let key = "-----BEGIN PRIVATE KEY-----\n"
    private static let tls = "tls_certificate = \"/etc/tls/cert.pem\"\ntls_key = \"/etc/tls/key.pem\"\n"

    /// A file with a linked channel, and these lines in `[kcc]`; a needed key that they do not give is there.
    private static func fixture(_ lines: String, mode: UInt32 = 0o640) -> ConfigurationFixture {
        let needed = ["listen = \"127.0.0.1:8484\"", "public_url = \"https://sync.example.com/kcc\""]
        let keys = lines.split(separator: "\n").map { $0.prefix { $0 != " " } }
        let kept = needed.filter { line in
            let key = line.prefix { $0 != " " }
            return !keys.contains(key) && !keys.contains("#\(key)")
        }
        var fixture = ConfigurationFixture.web(
            """
            [channels.web.kcc]
            username = "khaos"
            password_file = "/etc/kccsyncd/password"
            company_class = "Web"
            sales_source = "WEB"
            site = "MAIN"
            [sites]
            MAIN = 1
            [kcc]
            \(kept.joined(separator: "\n"))
            \(lines)
            """,
            mode: mode
        )
        fixture.put("/etc/kccsyncd/password", "correct-horse-battery")
        fixture.put("/etc/kccsyncd/status", "look-but-do-not-touch\n")
        fixture.put("/run/credentials/kccsyncd.service/status", "look-from-afar")
        fixture.put("/etc/tls/cert.pem", certificate, mode: 0o644)
        fixture.put("/etc/tls/key.pem", key)
        fixture.put("/etc/tls/open.pem", "-----BEGIN EC PRIVATE KEY-----\n", mode: 0o644)
        return fixture
    }

    private static func link(_ lines: String) throws -> LinkSettings {
        try #require(try fixture(lines).read().link)
    }

    @Test func `what is not given has its default`() throws {
        #expect(
            try Self.link("")
                == LinkSettings(
                    place: .address(host: "127.0.0.1", port: 8484),
                    publicURL: "https://sync.example.com/kcc"
                )
        )
        #expect(Self.fixture("").warnings == [])
        #expect(try ConfigurationFixture.web("").read().link == nil)
    }

    @Test func `all keys are read`() throws {
        let lines =
            Self.tls + """
                listen = "0.0.0.0:8443"
                public_url = "https://Sync.example.com:8443/a/b_c.d~e/"
                format = "xml"
                frequency = "15min"
                status_password_file = "/etc/kccsyncd/status"
                """
        #expect(Self.fixture(lines).warnings == [])
        var link = LinkSettings(
            place: .address(host: "0.0.0.0", port: 8443),
            publicURL: "https://Sync.example.com:8443/a/b_c.d~e"
        )
        link.tls = LinkSettings.TLS(certificate: "/etc/tls/cert.pem", key: "/etc/tls/key.pem")
        link.format = .xml
        link.frequency = .seconds(900)
        link.statusPassword = Secret("look-but-do-not-touch")
        #expect(try Self.link(lines) == link)
    }

    @Test(
        arguments: [
            ("127.0.0.1:0", .address(host: "127.0.0.1", port: 0)),
            ("127.5.6.7:65535", .address(host: "127.5.6.7", port: 65_535)),
            ("localhost:1", .address(host: "localhost", port: 1)),
            ("[::1]:8484", .address(host: "::1", port: 8484)),
            ("systemd", .systemd),
        ] as [(String, LinkSettings.Place)]
    )
    func `it listens on loopback, or where systemd does`(text: String, place: LinkSettings.Place) throws {
        #expect(try Self.link("listen = \"\(text)\"").place == place)
    }

    private static let place =
        "listen: expected an address and a port such as \"127.0.0.1:8484\", or \"systemd\", found "
    private static let open =
        "listen: expected an address of loopback, because passwords and customers' addresses must not travel in the clear, found "
    private static let remedy = "; put a proxy with TLS before it, or set tls_certificate and tls_key"

    @Test(arguments: [
        Case("#listen", place + "nothing"),
        Case("listen = 8484", place + "8484"),
        Case("listen = \"127.0.0.1\"", place + "\"127.0.0.1\""),
        Case("listen = \":8484\"", place + "\":8484\""),
        Case("listen = \"127.0.0.1:65536\"", place + "\"127.0.0.1:65536\""),
        Case("listen = \"127.0.0.1.9:80\"", place + "\"127.0.0.1.9:80\""),
        Case("listen = \"127.0.0:80\"", place + "\"127.0.0:80\""),
        Case("listen = \"[127.0.0.1]:80\"", place + "\"[127.0.0.1]:80\""),
        Case("listen = \"::1:80\"", place + "\"::1:80\""),
        Case("listen = \"sync.example.com:80\"", place + "\"sync.example.com:80\""),
        Case("listen = \"Systemd\"", place + "\"Systemd\""),
        Case("listen = \"0.0.0.0:8484\"", open + "\"0.0.0.0:8484\"" + remedy),
        Case("listen = \"[::]:8484\"", open + "\"[::]:8484\"" + remedy),
        Case("listen = \"192.0.2.1:8484\"", open + "\"192.0.2.1:8484\"" + remedy),
    ])
    func `elsewhere it listens with TLS only`(line: Case) {
        #expect(Self.fixture(line.lines).sentences == ["kcc." + line.sentence])
    }

    @Test(arguments: ["[::]:443", "192.0.2.1:443", "[2001:db8::1]:8443"])
    func `with a certificate it listens anywhere`(text: String) {
        #expect(Self.fixture(Self.tls + "listen = \"\(text)\"").sentences == [])
    }

    private static let url =
        "public_url: expected the address at which KCC's cloud reaches the link, such as \"https://sync.example.com/kcc\", found "
    private static let clear = "; KCC sends its password with every call: write https://"

    @Test(arguments: [
        Case("#public_url", url + "nothing"),
        Case("public_url = true", url + "true"),
        Case("public_url = \"sync.example.com\"", url + "\"sync.example.com\""),
        Case("public_url = \"ftp://sync.example.com\"", url + "\"ftp://sync.example.com\""),
        Case("public_url = \"https://sync.example.com/a b\"", url + "\"https://sync.example.com/a b\""),
        Case(
            "public_url = \"https://sync.example.com/a?b=hunter2\"",
            url + "\"https://sync.example.com/a?…\""
        ),
        Case("public_url = \"https://u:hunter2@sync.example.com\"", url + "\"https://…@sync.example.com\""),
        Case("public_url = \"https://sync.example.com/a/../b\"", url + "\"https://sync.example.com/a/../b\""),
        Case("public_url = \"https://sync.example.com/.\"", url + "\"https://sync.example.com/.\""),
        Case("public_url = \"https://sync.example.com//\"", url + "\"https://sync.example.com//\""),
        Case("public_url = \"https://sync.example.com:0\"", url + "\"https://sync.example.com:0\""),
        Case("public_url = \"https://sync.example.com:99999\"", url + "\"https://sync.example.com:99999\""),
        Case("public_url = \"http://sync.example.com\"", url + "\"http://sync.example.com\"" + clear),
        Case("public_url = \"http://127.example.com\"", url + "\"http://127.example.com\"" + clear),
    ])
    func `the public address is a plain one with TLS`(line: Case) {
        let sentences = Self.fixture(line.lines).sentences
        #expect(sentences == ["kcc." + line.sentence])
        #expect(!sentences.joined().contains("hunter"))
    }

    @Test(
        arguments: [
            ("https://sync.example.com", "https://sync.example.com"),
            ("https://sync.example.com/", "https://sync.example.com"),
            ("https://[2001:db8::1]/kcc", "https://[2001:db8::1]/kcc"),
            ("http://127.0.0.1:8484/kcc", "http://127.0.0.1:8484/kcc"),
            ("http://[::1]:8484", "http://[::1]:8484"), ("http://kcc.localhost", "http://kcc.localhost"),
        ] as [(String, String)]
    )
    func `a slash at its end is forgiven, and plain HTTP on loopback`(text: String, url: String) throws {
        #expect(try Self.link("public_url = \"\(text)\"").publicURL == url)
    }

    @Test(arguments: [
        Case(
            "format = \"JSON\"",
            "format: expected \"json\" or \"xml\", found \"JSON\"; did you mean \"json\"?"
        ),
        Case("format = 1", "format: expected \"json\" or \"xml\", found 1"),
        Case(
            "frequency = \"30s\"",
            "frequency: expected a time span of at least 1min, such as \"5min\" or \"15min\", found \"30s\""
        ),
        Case(
            "frequency = \"25h\"",
            "frequency: expected a time span of at most 24h, such as \"5min\" or \"15min\", found \"25h\""
        ),
        Case("frequency = \"90s\"", "frequency: expected whole minutes, found 90s"),
        Case("frequency = \"1.00001min\"", "frequency: expected whole minutes, found 1min"),
        Case(
            "frequency = 5",
            "frequency: expected a time span of at least 1min, such as \"5min\" or \"15min\", found 5; write it with its unit, as \"5s\""
        ),
        Case("lisen = 1", "lisen: unknown key; did you mean listen?"),
        Case("username = 1", "username: unknown key here; it belongs in a [channels.NAME.kcc] table"),
        Case(
            "tls_key = \"/etc/tls/key.pem\"",
            "tls_certificate: expected a file in PEM beside tls_key, found nothing"
        ),
        Case(
            "listen = \"[::]:443\"\ntls_certificate = \"/etc/tls/cert.pem\"",
            "tls_key: expected a file in PEM beside tls_certificate, found nothing"
        ),
        Case(
            "tls_certificate = \"/none.pem\"\ntls_key = \"/etc/tls/key.pem\"",
            "tls_certificate: expected a readable file with a certificate in PEM, found \"/none.pem\", which cannot be read (no such file)"
        ),
        Case(
            "tls_certificate = \"/etc/tls/key.pem\"\ntls_key = \"/etc/tls/key.pem\"",
            "tls_certificate: expected a readable file with a certificate in PEM, found none in \"/etc/tls/key.pem\""
        ),
        Case(
            "tls_certificate = \"/etc/tls/cert.pem\"\ntls_key = \"/etc/tls/cert.pem\"",
            "tls_key: expected a readable file with a private key in PEM, found none in \"/etc/tls/cert.pem\""
        ),
        Case(
            "tls_certificate = \"cert.pem\"\ntls_key = \"/etc/tls/key.pem\"",
            "tls_certificate: expected an absolute path, found \"cert.pem\""
        ),
    ])
    func `what cannot be is refused`(line: Case) {
        #expect(Self.fixture(line.lines).sentences == ["kcc." + line.sentence])
    }

    @Test func `a link that is no table is refused`() {
        #expect(
            ConfigurationFixture("kcc = 1\n[channels]").sentences
                .contains("kcc: expected a table, [kcc], found 1")
        )
    }

    @Test func `a key that others may read is warned of`() {
        let lines = "tls_certificate = \"/etc/tls/cert.pem\"\ntls_key = \"/etc/tls/open.pem\""
        #expect(
            Self.fixture(lines).warnings == [
                "kcc.tls_key: mode 0644 of \"/etc/tls/open.pem\": others may read the key; run: chmod 0640 /etc/tls/open.pem"
            ]
        )
        // What systemd presents there is nobody else's.
        var loaded = Self.fixture(lines.replacing("/etc/tls/open", with: "/run/credentials/k/key"))
        loaded.put("/run/credentials/k/key.pem", Self.key, mode: 0o444)
        #expect(loaded.warnings == [])
    }

    @Test(
        arguments: [
            ("status_password_credential = \"status\"", "look-from-afar"),
            ("status_password_file = \"/etc/kccsyncd/status\"", "look-but-do-not-touch"),
            ("status_password = \"look-here\"", "look-here"),
        ] as [(String, String)]
    )
    func `the status page's password is given in one of three ways`(line: String, password: String) throws {
        let configuration = try Self.fixture(line).read()
        #expect(configuration.link?.statusPassword == Secret(password))
        #expect(!"\(configuration)".contains(password))
    }

    @Test(arguments: [
        Case(
            "status_password = \"hunter2\"\nstatus_password_file = \"/etc/kccsyncd/status\"",
            "status_password_file: expected one of status_password_credential, status_password_file and status_password, found status_password_file and status_password; keep one of them"
        ),
        Case(
            "status_password = [\"hunter2\"]",
            "status_password: expected the password of the status page in quotes, found an array"
        ),
        Case(
            "status_password = \"hunter2\\n\\n\"",
            "status_password: expected a secret on one line, without spaces, found a space, a line end or another character that no token has in the value"
        ),
    ])
    func `a status password that cannot be had is refused and never shown`(line: Case) {
        let sentences = Self.fixture(line.lines).sentences
        #expect(sentences == ["kcc." + line.sentence])
        #expect(!sentences.joined().contains("hunter"))
    }
}

@Suite struct SitesReaderTests {
    private static func fixture(_ lines: String) -> ConfigurationFixture {
        ConfigurationFixture.web("[sites]\n" + lines)
    }

    @Test func `sites are read`() throws {
        #expect(try Self.fixture("MAIN = 1\n\"Shop 1\" = 4").read().sites == ["MAIN": 1, "Shop 1": 4])
        #expect(try ConfigurationFixture.web("").read().sites.isEmpty)
    }

    private static let expected = "expected KCC's SiteID, a whole number above 0, found "

    @Test(arguments: [
        Case("MAIN = 0", "sites.MAIN: " + expected + "0"),
        Case("MAIN = -1", "sites.MAIN: " + expected + "-1"),
        Case("MAIN = \"1\"", "sites.MAIN: " + expected + "\"1\"; write it without quotes"),
        Case("MAIN = 1.5", "sites.MAIN: " + expected + "a floating-point number"),
        Case("MAIN = 2000000001", "sites.MAIN: " + expected + "2000000001"),
        Case("MAIN = 1\nSHOP1 = 1", "sites.SHOP1: expected each SiteID once, found 1, which is \"MAIN\""),
    ])
    func `what cannot be is refused`(line: Case) {
        #expect(Self.fixture(line.lines).sentences == [line.sentence])
    }

    @Test func `sites that are no table are refused`() {
        let fixture = ConfigurationFixture("sites = [1]\n[channels]")
        #expect(fixture.sentences.contains("sites: expected a table, [sites], found an array"))
    }
}
