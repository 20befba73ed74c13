import Foundation
import Glibc
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct KCCPasswordTests {
    private static func fixture(_ lines: String, mode: UInt32 = 0o640) -> ConfigurationFixture {
        var fixture = ConfigurationFixture.web(
            """
            [channels.web.kcc]
            username = "khaos"
            \(lines)
            company_class = "Web"
            sales_source = "WEB"
            site = "MAIN"
            [sites]
            MAIN = 1
            [kcc]
            listen = "systemd"
            public_url = "https://sync.example.com"
            """,
            mode: mode
        )
        fixture.put("/run/credentials/kccsyncd.service/kccsyncd_web-kcc", "from-a-credential\n")
        fixture.put("/etc/kccsyncd/password", "from-a-file-of-its-own\r\n")
        fixture.put("/etc/kccsyncd/open", "hunter2-hunter2", mode: 0o644)
        return fixture
    }

    @Test(
        arguments: [
            ("password_credential = \"web-kcc\"", "from-a-credential"),
            ("password_file = \"/etc/kccsyncd/password\"", "from-a-file-of-its-own"),
            ("password = \"with:colons:in-it\"", "with:colons:in-it"),
        ] as [(String, String)]
    )
    func `a password is given in one of three ways`(line: String, password: String) throws {
        let fixture = Self.fixture(line)
        #expect(fixture.sentences == [])
        #expect(fixture.warnings == [])
        let configuration = try fixture.read()
        #expect(configuration.channels[0].kcc?.password == Secret(password))
        #expect(!"\(configuration)".contains(password))
    }

    private static let what = "the password that is typed into KCC's channel screen"

    @Test(arguments: [
        Case(
            "",
            "password_credential: expected \(what): password_credential, password_file or password, found nothing"
        ),
        Case(
            "password = \"hunter2-hunter2\"\npassword_file = \"/etc/kccsyncd/password\"",
            "password_file: expected one of password_credential, password_file and password, found password_file and password; keep one of them"
        ),
        Case("password = 12345678901234", "password: expected \(what) in quotes, found an integer"),
        Case("password = [\"hunter2\"]", "password: expected \(what) in quotes, found an array"),
        Case(
            "password = \"hunter2 hunter2\"",
            "password: expected a secret on one line, without spaces, found a space, a line end or another character that no token has in the value"
        ),
        Case(
            "password = \"\"",
            "password: expected a secret on one line, without spaces, found nothing in the value"
        ),
        Case(
            "password_credential = \"none\"",
            "password_credential: expected the name of a loaded credential, found \"none\", which systemd has not loaded; put the secret into /etc/kccsyncd/credentials/none, or name it in a LoadCredential= of the unit; then run: systemctl restart kccsyncd"
        ),
        Case(
            "password_file = \"/none\"",
            "password_file: expected a file with the secret in it, found \"/none\", which cannot be read (no such file)"
        ),
        Case(
            "password_file = \"/etc/kccsyncd/open\"",
            "password_file: expected a file that only its owner may write and only its group may read besides, found mode 0644 of \"/etc/kccsyncd/open\"; run: chmod 0640 /etc/kccsyncd/open"
        ),
        Case("password_file = \"open\"", "password_file: expected an absolute path, found \"open\""),
    ])
    func `a password that cannot be had is refused and never shown`(line: Case) {
        let sentences = Self.fixture(line.lines).sentences
        #expect(sentences == ["channels.web.kcc." + line.sentence])
        #expect(!sentences.joined().contains("hunter"))
    }

    @Test func `a password stands in no file that others may read`() {
        let sentences = Self.fixture("password = \"hunter2-hunter2\"", mode: 0o644).sentences
        #expect(
            sentences == [
                "channels.web.kcc.password: expected no secret in a file that others may read, found mode 0644 of \"/etc/kccsyncd/kccsyncd.toml\"; run: chmod 0640 /etc/kccsyncd/kccsyncd.toml"
            ]
        )
    }

    @Test func `a short password is warned of`() {
        #expect(Self.fixture("password = \"twelve-bytes\"").warnings == [])
        #expect(
            Self.fixture("password = \"hunter2-hun\"").warnings == [
                "channels.web.kcc.password: the password has fewer than 12 characters, and customers' addresses lie behind it; make a longer one and enter it in KCC as well"
            ]
        )
    }

    @Test func `a credential out of sight is no problem for a look at the file`() throws {
        var fixture = Self.fixture("password_credential = \"web-kcc\"")
        fixture.environment = [:]
        fixture.unseen = .tolerated
        #expect(fixture.sentences == [])
        #expect(
            fixture.warnings?
                .contains {
                    $0.hasPrefix(
                        "channels.web.kcc.password_credential: not checked: expected the name of a loaded credential, found \"web-kcc\": $CREDENTIALS_DIRECTORY is not set"
                    )
                } == true
        )
        #expect(try fixture.read().channels[0].kcc?.password.isEmpty == true)
    }
}
