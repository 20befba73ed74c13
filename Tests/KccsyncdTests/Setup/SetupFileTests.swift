import Glibc
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct SetupFileTests {
    private static let folder = "/etc/kccsyncd/credentials"
    private static let shop = ShopAddress(scheme: "https", host: "mystore.myshopify.com")

    /// The file as `setup outlet` finds it, beside a credential "web".
    private static func open(_ text: String, mode: UInt32 = 0o640) throws -> SetupFile {
        var fixture = ConfigurationFixture(text, mode: mode)
        fixture.put("\(folder)/web", "known", mode: 0o600)
        return try SetupFile(
            ConfigurationFixture.path,
            channel: "outlet",
            credentialsFolder: folder,
            files: fixture.reader.files
        )
    }

    private static func channel(_ name: String, _ lines: String, shop: String = "mystore") -> String {
        "[channels.\(name)]\nshop_url = \"https://\(shop).myshopify.com\"\n\(lines)\n"
    }

    @Test(arguments: ["", "\n \n", "# nothing\n", "[daemon]\n", "[channels]\n"])
    func `a file may have no channel yet`(_ text: String) throws {
        let file = try Self.open(text)
        #expect(file.configuration == nil)
        #expect(file.signIn(at: Self.shop, from: "outlet") == nil)
    }

    @Test func `a file that is not there is no hindrance`() throws {
        let file = try SetupFile(
            "/etc/kccsyncd/acme/kccsyncd.toml",
            channel: "outlet",
            credentialsFolder: Self.folder,
            files: ConfigurationFixture("").reader.files
        )
        #expect(file.content == nil)
        let added = Array(Self.channel("outlet", "access_token_credential = \"outlet\"").utf8)
        let configuration = try file.judged(added, ["outlet"], Secret("shpat_2"))
        #expect(configuration.channels.map(\.credential) == [.token(Secret("shpat_2"))])
        #expect(configuration.daemon.database == "/var/lib/kccsyncd-acme/kccsyncd.sqlite")
    }

    @Test(arguments: [
        ("[channels.web", 0o640, "line 1: no valid TOML at column 14"),
        ("nonsense = 1\n[channels.web]\n", 0o640, "line 1: nonsense: unknown key"),
        ("channels = 3", 0o640, "line 1: channels: expected at least one channel, [channels.NAME], found 3"),
        ("# nothing", 0o666, "expected a file that others cannot change, found mode 0666"),
    ])
    func `a broken file is refused before any question`(_ text: String, _ mode: UInt32, _ words: String) {
        let error = #expect(throws: SetupError.self) { try Self.open(text, mode: mode) }
        #expect(error?.status == .configuration)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasSuffix("nothing was written: fix the file first") == true)
    }

    @Test func `the secret of the channel itself, and of others of its shop, may be missing`() throws {
        let file = try Self.open(
            Self.channel("outlet", "access_token_credential = \"none\"")
                + Self.channel("pos", "access_token_credential = \"neither\"")
                + Self.channel("web", "access_token_credential = \"web\"", shop: "other")
        )
        let signIn = try #require(file.signIn(at: Self.shop, from: "outlet"))
        #expect(
            signIn
                == SetupFile.SignIn(
                    channel: "outlet",
                    key: "access_token_credential",
                    line: 3,
                    clientID: nil,
                    credentials: ["none", "neither"]
                )
        )
        let configuration = try file.judged(nil, signIn.credentials, Secret("shpat_2"))
        let tokens = ["shpat_2", "shpat_2", "known"].map { ShopCredential.token(Secret($0)) }
        #expect(configuration.channels.map(\.credential) == tokens)
    }

    @Test func `a new channel of a shop signs in as the first one does`() throws {
        let file = try Self.open(
            Self.channel(
                "web",
                "client_id = \"id\"\nclient_secret_credential = \"web\"\napi_version = \"2026-10\"\norder_poll_interval = \"30s\""
            )
        )
        #expect(
            file.signIn(at: Self.shop, from: "outlet")
                == SetupFile.SignIn(
                    channel: "web",
                    key: "client_secret_credential",
                    line: 4,
                    clientID: "id",
                    credentials: ["web"]
                )
        )
        let shared = file.shared(at: Self.shop)
        #expect(shared.map(\.key) == ["api_version", "order_poll_interval"])
        #expect(shared.map(\.value) == ["2026-10", "30s"])
        let other = ShopAddress(scheme: "https", host: "other.myshopify.com")
        #expect(file.signIn(at: other, from: "outlet") == nil)
        #expect(file.shared(at: other).isEmpty)
    }

    @Test func `a secret that is no credential has a line to be named`() throws {
        let file = try Self.open(Self.channel("outlet", "access_token = \"shpat_1\""), mode: 0o640)
        let signIn = file.signIn(at: Self.shop, from: "outlet")
        #expect(signIn?.key == "access_token")
        #expect(signIn?.line == 3)
        #expect(signIn?.credentials == [])
    }

    @Test func `a name that holds somebody else's secret is found, its own shop's is not`() throws {
        let file = try Self.open(
            Self.channel("web", "access_token_credential = \"web\"")
                + """
                [channels.web.kcc]
                username = "khaos"
                password_credential = "outlet"
                company_class = "Web"
                sales_source = "WEB"
                site = "MAIN"
                [sites]
                MAIN = 1
                [kcc]
                listen = "127.0.0.1:8484"
                public_url = "https://sync.example.com/kcc"
                status_password_credential = "page"
                """
        )
        #expect(file.otherUse(of: "outlet", at: Self.shop) == "channels.web.kcc.password_credential")
        #expect(file.otherUse(of: "page", at: Self.shop) == "kcc.status_password_credential")
        #expect(file.otherUse(of: "web", at: Self.shop) == nil)
        let other = ShopAddress(scheme: "https", host: "other.myshopify.com")
        #expect(file.otherUse(of: "web", at: other) == "channels.web.access_token_credential")
    }

    @Test func `a table that the file cannot take is found before it is written`() throws {
        let file = try Self.open("[channels]\n")
        let text = Self.channel("outlet", "access_token_credential = \"outlet\"\nnonsense = 1")
        let error = #expect(throws: ConfigurationError.self) {
            try file.judged(Array(text.utf8), ["outlet"], Secret("shpat_2"))
        }
        #expect(error?.problems.map(\.description) == ["channels.outlet.nonsense: unknown key"])
    }
}
