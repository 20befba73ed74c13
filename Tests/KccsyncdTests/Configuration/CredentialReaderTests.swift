import Foundation
import Glibc
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct CredentialReaderTests {
    private static func credential(_ fixture: ConfigurationFixture) throws -> ShopCredential {
        try fixture.read().channels[0].credential
    }

    @Test(arguments: [
        Case(
            "",
            "channels.web: expected access_token_credential, access_token_file or access_token, or client_id and a client_secret_credential, found no credential"
        ),
        Case(
            "access_token = \"a\"\naccess_token_file = \"/b\"",
            "channels.web: expected one credential, found access_token_file and access_token; keep one of them"
        ),
        Case(
            "access_token = \"a\"\nclient_id = \"b\"\nclient_secret = \"c\"",
            "channels.web: expected one credential, found access_token and client_id and client_secret; keep one of them"
        ),
        Case(
            "access_token = \"a\"\nclient_id = \"b\"",
            "channels.web: expected one credential, found access_token and client_id; keep one of them"
        ),
        Case(
            "client_id = \"b\"\nclient_secret = \"c\"\nclient_secret_file = \"/c\"",
            "channels.web: expected one credential, found client_id and client_secret_file and client_secret; keep one of them"
        ),
        Case(
            "client_id = \"b\"",
            "channels.web.client_id: expected client_secret_credential, client_secret_file or client_secret beside it, found nothing"
        ),
        Case(
            "client_secret_file = \"/c\"",
            "channels.web.client_id: expected the app's client id beside client_secret_file, found nothing"
        ),
        Case(
            "client_id = \"a b\"\nclient_secret = \"c\"",
            "channels.web.client_id: expected the app's client id, without spaces, found \"a b\""
        ),
        Case(
            "client_id = 1\nclient_secret = \"c\"",
            "channels.web.client_id: expected the app's client id, without spaces, found 1"
        ),
        Case(
            "access_token = 1234567",
            "channels.web.access_token: expected an access token in quotes, found an integer"
        ),
        Case(
            "access_token = \"\"",
            "channels.web.access_token: expected a secret on one line, without spaces, found nothing in the value"
        ),
        Case(
            "access_token = \"hunter 2\"",
            "channels.web.access_token: expected a secret on one line, without spaces, found a space, a line end or another character that no token has in the value"
        ),
        Case(
            "client_id = \"b\"\nclient_secret = [\"hunter2\"]",
            "channels.web.client_secret: expected a client secret in quotes, found an array"
        ),
        Case(
            "access_token = \"shpss_hunter2\"",
            "channels.web.access_token: expected an access token, found a client secret (shpss_…); give it as client_secret with client_id"
        ),
        Case(
            "client_id = \"b\"\nclient_secret = \"shpat_hunter2\"",
            "channels.web.client_secret: expected a client secret, found an access token (shpat_…); give it as access_token"
        ),
        Case(
            "access_token_credential = \"a/b\"",
            "channels.web.access_token_credential: expected a credential's name: letters, digits, \"_\", \"-\" and \".\", found \"a/b\""
        ),
        Case(
            "access_token_credential = \"..\"",
            "channels.web.access_token_credential: expected a credential's name: letters, digits, \"_\", \"-\" and \".\", found \"..\""
        ),
        Case(
            "access_token_credential = 1",
            "channels.web.access_token_credential: expected a text in quotes, found 1"
        ),
        Case(
            "access_token_credential = \"shop\"",
            "channels.web.access_token_credential: expected the name of a loaded credential, found \"shop\", which systemd has not loaded; put the secret into /etc/kccsyncd/credentials/shop, or name it in a LoadCredential= of the unit; then run: systemctl restart kccsyncd"
        ),
        Case(
            "access_token_credential = \"shpat_hunter2\"",
            "channels.web.access_token_credential: expected the name of a loaded credential, found \"shpat_•••\", which systemd has not loaded; put the secret into a file of /etc/kccsyncd/credentials and give that file's name"
        ),
        Case(
            "access_token_file = \"web.token\"",
            "channels.web.access_token_file: expected an absolute path, found \"web.token\""
        ),
        Case(
            "access_token_file = \"/none\"",
            "channels.web.access_token_file: expected a file with the secret in it, found \"/none\", which cannot be read (no such file)"
        ),
        Case(
            "access_token_file = \"/shpat_hunter2\"",
            "channels.web.access_token_file: expected a file with the secret in it, found \"/shpat_•••\", which cannot be read (no such file)"
        ),
        Case(
            "access_token_file = \"/etc/kccsyncd\"",
            "channels.web.access_token_file: expected a file with the secret in it, found \"/etc/kccsyncd\", which is a directory"
        ),
    ])
    func `one sound credential is needed`(line: Case) {
        let sentences = ConfigurationFixture.bare(line.lines).sentences
        #expect(sentences == [line.sentence])
        #expect(!sentences.joined().contains("hunter"))
    }

    @Test(arguments: [
        ("web", UInt32(0o644), "0644"), ("web", 0o660, "0660"), ("web", 0o604, "0604"),
        ("web", 0o641, "0641"),
        ("web", 0o4777, "4777"),
    ])
    func `a secret file that others can read or change is refused`(name: String, mode: UInt32, shown: String)
    {
        var fixture = ConfigurationFixture.bare("access_token_file = \"/etc/\(name)\"")
        fixture.put("/etc/\(name)", "shpat_1", mode: mode)
        #expect(
            fixture.sentences == [
                "channels.web.access_token_file: expected a file that only its owner may write and only its group may "
                    + "read besides, found mode \(shown) of \"/etc/web\"; run: chmod 0640 /etc/web"
            ]
        )
    }

    @Test(arguments: [UInt32(0o600), 0o640, 0o400, 0o440])
    func `a secret file of the right mode is read`(mode: UInt32) throws {
        var fixture = ConfigurationFixture.bare("access_token_file = \"/etc/t\"")
        fixture.put("/etc/t", "shpat_1\r\n", mode: mode)
        #expect(try Self.credential(fixture) == .token(Secret("shpat_1")))
    }

    @Test(arguments: [
        ("", "nothing in \"/etc/t\""), ("\n", "nothing in \"/etc/t\""),
        ("a\n\n", "a space, a line end or another character that no token has in \"/etc/t\""),
        ("a b", "a space, a line end or another character that no token has in \"/etc/t\""),
        ("\u{feff}a", "a space, a line end or another character that no token has in \"/etc/t\""),
        (String(repeating: "a", count: 4097), "\"/etc/t\", which cannot be read (larger than 4096 bytes)"),
    ])
    func `a secret file holds one word`(content: String, found: String) {
        var fixture = ConfigurationFixture.bare("access_token_file = \"/etc/t\"")
        fixture.put("/etc/t", content, mode: 0o600)
        let expected =
            content.count > 4096 ? "a file with the secret in it" : "a secret on one line, without spaces"
        #expect(fixture.sentences == ["channels.web.access_token_file: expected \(expected), found \(found)"])
    }

    @Test func `a secret file that is no file is refused`() {
        var fixture = ConfigurationFixture.bare("access_token_file = \"/etc/t\"")
        fixture.put("/etc/t", "", kind: .other)
        #expect(
            fixture.sentences == [
                "channels.web.access_token_file: expected a file with the secret in it, "
                    + "found \"/etc/t\", which is no regular file"
            ]
        )
    }

    @Test func `a secret in the file is taken only if others cannot read it`() throws {
        let line = "access_token = \"shpat_1\""
        #expect(try Self.credential(.bare(line, mode: 0o600)) == .token(Secret("shpat_1")))
        #expect(try Self.credential(.bare(line, mode: 0o640)) == .token(Secret("shpat_1")))
        #expect(
            ConfigurationFixture.bare(line, mode: 0o644).sentences == [
                "channels.web.access_token: expected no secret in a file that others may read, found mode 0644 of "
                    + "\"/etc/kccsyncd/kccsyncd.toml\"; run: chmod 0640 /etc/kccsyncd/kccsyncd.toml"
            ]
        )
    }

    @Test func `a credential of its own goes before the folder's`() throws {
        var fixture = ConfigurationFixture.web("")
        #expect(try Self.credential(fixture) == .token(Secret(ConfigurationFixture.token)))
        fixture.put("/run/credentials/kccsyncd.service/web", "own", mode: 0o440)
        #expect(try Self.credential(fixture) == .token(Secret("own")))
    }

    @Test func `the unit's empty credential is never taken for one`() throws {
        var fixture = ConfigurationFixture.bare("access_token_credential = \"kccsyncd\"")
        fixture.put("/run/credentials/kccsyncd.service/kccsyncd", "none")
        #expect(fixture.sentences.count == 1)
        fixture.put("/run/credentials/kccsyncd.service/kccsyncd_kccsyncd", "shpat_1")
        #expect(try Self.credential(fixture) == .token(Secret("shpat_1")))
    }

    @Test func `a credential that cannot be read says why`() {
        var fixture = ConfigurationFixture.web("")
        fixture.put("/run/credentials/kccsyncd.service/web", "", kind: .directory)
        #expect(
            fixture.sentences == [
                "channels.web.access_token_credential: expected the name of a loaded credential, "
                    + "found \"web\", which cannot be read (is a directory)"
            ]
        )
        fixture.put("/run/credentials/kccsyncd.service/web", "")
        #expect(
            fixture.sentences == [
                "channels.web.access_token_credential: expected a secret on one line, without spaces, "
                    + "found nothing in the credential \"web\""
            ]
        )
    }

    @Test func `outside systemd the folder itself is read, with care`() throws {
        var fixture = ConfigurationFixture.web("")
        fixture.environment = [:]
        fixture.put("/etc/kccsyncd/credentials/web", "shpat_2\n", mode: 0o600)
        #expect(try Self.credential(fixture) == .token(Secret("shpat_2")))
        fixture.put("/etc/kccsyncd/credentials/web", "shpat_2\n", mode: 0o644)
        #expect(
            fixture.sentences == [
                "channels.web.access_token_credential: expected a file that only its owner may write and only its group "
                    + "may read besides, found mode 0644 of \"/etc/kccsyncd/credentials/web\"; "
                    + "run: chmod 0640 /etc/kccsyncd/credentials/web"
            ]
        )
    }

    @Test func `a credential out of sight is a problem, or a warning for who only looks at the file`() throws
    {
        var fixture = ConfigurationFixture.web("")
        fixture.environment = [:]
        let found =
            "expected the name of a loaded credential, found \"web\": $CREDENTIALS_DIRECTORY is not set, "
            + "and /etc/kccsyncd/credentials/web cannot be read (no such file)"
        #expect(
            fixture.sentences == [
                "channels.web.access_token_credential: \(found); "
                    + "put the secret into that file, and run kccsyncd by systemd or this command as root"
            ]
        )
        fixture.unseen = .tolerated
        #expect(fixture.warnings == ["channels.web.access_token_credential: not checked: \(found)"])
        #expect(try Self.credential(fixture) == .token(Secret("")))
    }

    @Test func `a secret file that another user may read is tolerated in the same way`() throws {
        let folder = FileAccess(
            status: { $0 == "/t" ? .failure(.systemError(EACCES)) : .failure(.systemError(ENOENT)) },
            contents: { _, _ in .failure(.systemError(EACCES)) }
        )
        let source = SecretSource(credentialsDirectory: nil, folder: "/f", unit: "kccsyncd", files: folder)
        let trouble = #expect(throws: SecretSource.Trouble.self) { try source.file("/t") }
        #expect(trouble?.isOutOfSight == true)
        #expect(trouble?.found == "\"/t\", which cannot be read (permission denied)")
        #expect(
            throws: SecretSource.Trouble(
                expected: "a file with the secret in it",
                found: "\"/u\", which cannot be read (no such file)",
                hint: nil
            )
        ) { try source.file("/u") }
    }

    @Test func `no description of a configuration shows a secret`() throws {
        let configuration = try ConfigurationFixture.web("").read()
        #expect(!"\(configuration)".contains("0123456789"))
        #expect(!String(reflecting: configuration).contains("0123456789"))
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("0123456789"))
    }
}
