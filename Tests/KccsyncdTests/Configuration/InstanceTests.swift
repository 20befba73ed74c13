import ArgumentParser
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct InstanceTests {
    @Test(arguments: [
        "/etc/kccsyncd/kccsyncd.toml", "/srv/kccsyncd.toml", "/etc/kccsyncd/acme/other.toml",
        "/etc/kccsyncd/acme/deep/kccsyncd.toml", "/etc/kccsyncd/credentials/kccsyncd.toml",
        "/etc/kccsyncd/Acme/kccsyncd.toml", "/srv/etc/kccsyncd/acme/kccsyncd.toml", "kccsyncd.toml",
    ])
    func `any file but an instance's has the places of the only one`(_ path: String) {
        let instance = Instance(file: path)
        #expect(instance.name == nil)
        #expect(instance.database == "/var/lib/kccsyncd/kccsyncd.sqlite")
        #expect(instance.controlSocket == "/run/kccsyncd/control.sock")
        #expect(instance.credentialsFolder == "/etc/kccsyncd/credentials")
        #expect(instance.unit == "kccsyncd")
        #expect(instance.hasUnit == (path == "/etc/kccsyncd/kccsyncd.toml"))
    }

    @Test(arguments: [
        "/etc/kccsyncd/acme-1_x/kccsyncd.toml", "/etc//kccsyncd/./acme-1_x/kccsyncd.toml",
        "/etc/kccsyncd/other/../acme-1_x/kccsyncd.toml",
    ])
    func `an instance has places of its own`(_ path: String) {
        let instance = Instance(file: path)
        #expect(instance.name == "acme-1_x")
        #expect(instance.database == "/var/lib/kccsyncd-acme-1_x/kccsyncd.sqlite")
        #expect(instance.controlSocket == "/run/kccsyncd-acme-1_x/control.sock")
        #expect(instance.credentialsFolder == "/etc/kccsyncd/acme-1_x/credentials")
        #expect(instance.unit == "kccsyncd@acme-1_x")
        #expect(instance.hasUnit)
    }

    @Test func `a name stands for its file`() {
        #expect(Instance(name: "acme")?.file == "/etc/kccsyncd/acme/kccsyncd.toml")
        #expect(Instance(name: "acme")?.name == "acme")
        for name in [
            "", "credentials", "../x", "Acme", "a b", "a/b", "-a", String(repeating: "a", count: 33),
        ] {
            #expect(Instance(name: name) == nil, "\(name)")
        }
    }

    @Test(arguments: [
        (["kccsyncd", "status"], nil), (["kccsyncd", "status", "--instance", "acme"], "acme"),
        (["kccsyncd", "--instance=acme"], "acme"), (["kccsyncd", "run", "--config", "/srv/x.toml"], nil),
        (["kccsyncd", "run", "--config=/etc/kccsyncd/acme/kccsyncd.toml"], "acme"),
        (["kccsyncd", "run", "--config"], nil), (["kccsyncd", "--instance", "../x"], nil),
    ])
    func `the command line says whose process it is`(_ arguments: [String], _ name: String?) {
        #expect(Instance(arguments: arguments).name == name)
    }

    @Test(arguments: [
        ("run kccsyncd orders explain 1042", "run kccsyncd orders explain 1042 --instance acme"),
        (
            "if it is there run: kccsyncd orders ack 7; else: kccsyncd orders resend 7",
            "if it is there run: kccsyncd orders ack 7 --instance acme; else: kccsyncd orders resend 7 --instance acme"
        ),
        ("see it (kccsyncd kcc dismiss 3).", "see it (kccsyncd kcc dismiss 3 --instance acme)."),
        ("until `kccsyncd db confirm`, they wait", "until `kccsyncd db confirm --instance acme`, they wait"),
        ("kccsyncd setup web replaces it", "kccsyncd setup web --instance acme replaces it"),
        (
            "name a file that kccsyncd db backup made",
            "name a file that kccsyncd db backup --instance acme made"
        ),
        ("the user that kccsyncd runs as", "the user that kccsyncd runs as"),
        ("systemctl restart kccsyncd@acme", "systemctl restart kccsyncd@acme"),
        ("kccsyncd status --instance acme", "kccsyncd status --instance acme"),
    ])
    func `commands in remedies are the instance's`(_ text: String, _ expected: String) throws {
        let acme = try #require(Instance(name: "acme"))
        #expect(RemedyText(text).addressed(to: acme) == expected)
        #expect(RemedyText(text).addressed(to: Instance(file: "/etc/kccsyncd/kccsyncd.toml")) == text)
        let notebook = EventLogTests.Notebook()
        InstanceLog(notebook, instance: acme).record(Event(.warning, text))
        #expect(notebook.messages == [expected])
    }

    @Test func `the options of every command`() throws {
        #expect(try ConfigurationOption.parse([]).config == "/etc/kccsyncd/kccsyncd.toml")
        #expect(try ConfigurationOption.parse(["--config", "/x"]).config == "/x")
        #expect(
            try ConfigurationOption.parse(["--instance", "acme"]).config == "/etc/kccsyncd/acme/kccsyncd.toml"
        )
        for (arguments, message) in [
            (["--instance", "acme", "--config", "/x"], "--config and --instance: give one of them"),
            (
                ["--instance", "../x"],
                "--instance: expected 1 to 32 lower-case letters, digits, \"_\" and \"-\", beginning with a letter or digit, found \"../x\""
            ),
        ] {
            let error = #expect(throws: (any Error).self) { try ConfigurationOption.parse(arguments) }
            #expect(error.map { ConfigurationOption.message(for: $0) } == message)
        }
    }

    /// `[daemon]` of an instance's file.
    private static func fixture(_ daemon: String) -> ConfigurationFixture {
        var fixture = ConfigurationFixture.web("[daemon]\n" + daemon)
        fixture.path = "/etc/kccsyncd/acme/kccsyncd.toml"
        fixture.files[fixture.path] = fixture.files[ConfigurationFixture.path]
        return fixture
    }

    @Test func `the file's keys go before the instance's places`() throws {
        let plain = try Self.fixture("").read().daemon
        #expect(plain.database == "/var/lib/kccsyncd-acme/kccsyncd.sqlite")
        #expect(plain.controlSocket == "/run/kccsyncd-acme/control.sock")
        let given = try Self.fixture("database = \"/srv/k.sqlite\"\ncontrol_socket = \"/srv/k.sock\"\n")
            .read().daemon
        #expect(given.database == "/srv/k.sqlite")
        #expect(given.controlSocket == "/srv/k.sock")
    }

    @Test func `a missing credential is looked for, and its remedy is, where the instance has it`() {
        var fixture = Self.fixture("")
        fixture.files["/run/credentials/kccsyncd.service/kccsyncd_web"] = nil
        #expect(
            fixture.sentences == [
                "channels.web.access_token_credential: expected the name of a loaded credential, found \"web\", which systemd has not loaded; put the secret into /etc/kccsyncd/acme/credentials/web, or name it in a LoadCredential= of the unit; then run: systemctl restart kccsyncd@acme"
            ]
        )
        fixture.environment = [:]
        fixture.put("/etc/kccsyncd/acme/credentials/web", "shpat_1", mode: 0o600)
        #expect(fixture.sentences == [])
        #expect(fixture.reader.controlSocket == "/run/kccsyncd-acme/control.sock")
    }

    @Test
    func `remedies in JSON are the instance's, and nothing else in it is touched`() throws {
        let row = JSONValue.object([
            "remedy": .text("run: kccsyncd orders ack 7"), "warnings": .texts(["see kccsyncd status"]),
            "note": .text("kccsyncd status"),
        ])
        let value = JSONValue.object(["rows": .array([row])])
        let said = try Answer(json: value, for: try #require(Instance(name: "acme"))).lines.joined()
        #expect(said.contains("\"remedy\" : \"run: kccsyncd orders ack 7 --instance acme\""))
        #expect(said.contains("\"see kccsyncd status --instance acme\""))
        #expect(said.contains("\"note\" : \"kccsyncd status\""))
        let plain = try Answer(json: value, for: Instance(file: "/etc/kccsyncd/kccsyncd.toml")).lines.joined()
        #expect(!plain.contains("--instance"))
    }
}
