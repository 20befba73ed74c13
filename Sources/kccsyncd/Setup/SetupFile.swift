import Glibc
import SyncEngine
import TOMLKit

/// The configuration file as `setup` finds it: what it says of a channel and of its shop.
struct SetupFile {
    /// The file.
    let path: String
    /// Where credentials are kept.
    let credentialsFolder: String
    /// The file's bytes; nil = there is none.
    let content: [UInt8]?
    /// What it says; nil where it has no channel yet.
    let configuration: Configuration?
    private let document: ConfigurationDocument?
    /// The file system.
    let files: FileAccess

    /// How the channels of a shop sign in.
    struct SignIn: Equatable {
        /// The channel that the rest is about.
        var channel: String
        /// The key of its secret: `access_token_credential`, or one of the five others.
        var key: String
        /// The key's line in the file.
        var line: Int?
        /// The app's client id; nil where it is a token.
        var clientID: String?
        /// The credentials that hold the secret, one for each name that the shop's channels use; empty where it is kept in
        /// another way.
        var credentials: [String]
    }

    /// Reads the file, if there is one; only a sound one may be added to.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - channel: Whose secret may be missing or unusable: mending that is what `setup` is for.
    ///   - credentialsFolder: Where credentials are kept.
    init(
        _ path: String,
        channel: String,
        credentialsFolder: String,
        files: FileAccess = .system
    ) throws(SetupError) {
        self.path = path
        self.credentialsFolder = credentialsFolder
        self.files = files
        switch files.contents(path, 1 << 20) {
        case .success(let bytes): content = bytes
        case .failure(.systemError(ENOENT)): content = nil
        case .failure(.systemError(let code)): throw .file(path, cannotBe: "read", code)
        case .failure(let trouble): throw SetupError(.configuration, "\(path): cannot be read: \(trouble)")
        }
        let isBlank = content.map { String(decoding: $0, as: UTF8.self).allSatisfy(\.isWhitespace) } ?? true
        guard !isBlank else {
            document = nil
            configuration = nil
            return
        }
        do throws(ConfigurationProblem) {
            document = try ConfigurationDocument.open(path, files: files)
        } catch {
            throw Self.refusal(ConfigurationError(file: path, problems: [error]))
        }
        guard let channels = document?.table["channels"], channels.table?.keys.isEmpty != true else {
            configuration = nil
            return
        }
        let names = document.map { Self.credentials(of: channel, in: $0) } ?? []
        let hidden = names.map { "\(credentialsFolder)/\($0)" }
        do throws(ConfigurationError) {
            configuration = try Self.read(path, credentialsFolder, files.with(hidden.map { ($0, nil) }))
        } catch {
            throw Self.refusal(error)
        }
    }

    /// The channel's settings, if the file has it.
    func settings(of channel: String) -> ChannelSettings? {
        configuration?.channel(channel)
    }

    /// How the channels of a shop sign in, seen from one of them, or from the first where that one is new.
    func signIn(at shop: ShopAddress, from channel: String) -> SignIn? {
        guard let document else { return nil }
        let all = (configuration?.channels ?? []).filter { $0.shop.domain == shop.domain }
            .compactMap { Self.signIn(of: $0.name, in: document) }
        guard var chosen = all.first(where: { $0.channel == channel }) ?? all.first else { return nil }
        for other in all where other.key == chosen.key {
            chosen.credentials += other.credentials.filter { !chosen.credentials.contains($0) }
        }
        return chosen
    }

    /// What holds a secret of somebody else's under this name: `channels.web.kcc.password_credential`.
    func otherUse(of credential: String, at shop: ShopAddress) -> String? {
        guard let document else { return nil }
        let own = (configuration?.channels ?? []).filter { $0.shop.domain == shop.domain }.map(\.name)
        return Self.uses(in: document.table, at: [])
            .first { use in
                let isOwn =
                    use.path.count == 3 && use.path[0] == "channels" && own.contains(use.path[1])
                return use.name == credential && !isOwn
            }
            .map { TableReader.path($0.path) }
    }

    /// Texts of keys on which all channels of a shop must agree, as its first one has them.
    func shared(at shop: ShopAddress) -> [(key: String, value: String)] {
        guard let first = configuration?.channels.first(where: { $0.shop.domain == shop.domain }),
            let table = document?.table["channels"]?.table?[first.name]?.table
        else { return [] }
        return ["api_version", "ca_file", "order_poll_interval"]
            .compactMap { key in table[key]?.string.map { (key, $0) } }
    }

    /// The line of a channel's key, or of its table.
    func line(of key: String?, in channel: String) -> Int? {
        document?.outline.line(of: ["channels", channel] + (key.map { [$0] } ?? []))
    }

    /// Reads the file as it will be.
    ///
    /// - Parameters:
    ///   - content: The file's new bytes; nil = it stays.
    ///   - credentials: The names under which the secret will be kept.
    ///   - secret: The secret.
    func judged(_ content: [UInt8]?, _ credentials: [String], _ secret: Secret) throws(ConfigurationError)
        -> Configuration
    {
        let bytes = Array(secret.reveal().utf8)
        var changes: [(String, FileAccess.Stand?)] = credentials.map {
            ("\(credentialsFolder)/\($0)", FileAccess.Stand(bytes: bytes, mode: 0o600))
        }
        if let content {
            changes.append((path, FileAccess.Stand(bytes: content, mode: document?.mode ?? 0o640)))
        }
        return try Self.read(path, credentialsFolder, files.with(changes))
    }

    private static func read(_ path: String, _ folder: String, _ files: FileAccess) throws(ConfigurationError)
        -> Configuration
    {
        try ConfigurationReader(
            path: path,
            environment: [:],
            files: files,
            unseenCredentials: .tolerated,
            credentialsFolder: folder
        )
        .read()
    }

    private static func refusal(_ error: ConfigurationError) -> SetupError {
        SetupError(.configuration, "\(error.description); nothing was written: fix the file first")
    }

    /// The credentials of a channel and of the others of its shop, which the file's texts show before it is known to be sound.
    private static func credentials(of channel: String, in document: ConfigurationDocument) -> [String] {
        guard let channels = document.table["channels"]?.table else { return [] }
        let shop = channels[channel]?.table?["shop_url"]?.string
        return channels.keys
            .filter { $0 == channel || shop != nil && channels[$0]?.table?["shop_url"]?.string == shop }
            .flatMap { signIn(of: $0, in: document)?.credentials ?? [] }
    }

    private static func signIn(of channel: String, in document: ConfigurationDocument) -> SignIn? {
        let keys = SecretWays("access_token").all + SecretWays("client_secret").all
        guard let table = document.table["channels"]?.table?[channel]?.table,
            let key = keys.first(where: { table[$0] != nil })
        else { return nil }
        let name = key.hasSuffix("_credential") ? table[key]?.string : nil
        return SignIn(
            channel: channel,
            key: key,
            line: document.outline.line(of: ["channels", channel, key]),
            clientID: key.hasPrefix("client_secret") ? table["client_id"]?.string ?? "" : nil,
            credentials: name.map { [$0] } ?? []
        )
    }

    private static func uses(in table: TOMLTable, at path: [String]) -> [(path: [String], name: String)] {
        table.keys.flatMap { key -> [(path: [String], name: String)] in
            if let inner = table[key]?.table { return uses(in: inner, at: path + [key]) }
            guard key.hasSuffix("_credential"), let name = table[key]?.string else { return [] }
            return [(path + [key], name)]
        }
    }
}
