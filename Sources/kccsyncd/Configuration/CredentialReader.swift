import SyncEngine
import TOMLKit

/// What becomes of a credential that this process cannot see, but the daemon may.
enum UnseenCredentials: Sendable {
    /// It is a problem: the default, and right for whoever is going to talk to Shopify.
    case refused
    /// It is a warning, and the secret stays empty: for commands that only look at the file.
    case tolerated
}

/// Reads how a channel's shop knows us; exactly one way must be given.
struct CredentialReader {
    private static let token = SecretWays("access_token")
    private static let client = SecretWays("client_secret")

    /// The channel's table.
    let table: TableReader
    /// Where secrets are fetched.
    let source: SecretSource
    /// The configuration file's own mode, which decides whether a secret may stand in it.
    let fileMode: UInt32
    /// The configuration file's path, for messages.
    let file: String
    /// What becomes of credentials that only the daemon can see.
    let unseen: UnseenCredentials

    /// The credential; nil if there is none or anything is wrong with it, which has then been noted.
    func read() -> ShopCredential? {
        let tokens = Self.token.all.filter(table.has)
        let secrets = Self.client.all.filter(table.has)
        let hasID = table.has("client_id")
        guard !tokens.isEmpty || !secrets.isEmpty || hasID else {
            table.problem(
                expected: "access_token_credential, access_token_file or access_token, "
                    + "or client_id and a client_secret_credential",
                found: "no credential"
            )
            return nil
        }
        guard tokens.count + (secrets.isEmpty && !hasID ? 0 : 1) == 1, secrets.count <= 1 else {
            let given = tokens + (hasID ? ["client_id"] : []) + secrets
            table.problem(
                expected: "one credential",
                found: given.joined(separator: " and "),
                hint: "keep one of them"
            )
            return nil
        }
        if let key = tokens.first {
            return secret(key, Self.token, "an access token").map { .token($0) }
        }
        guard hasID else {
            table.problem("client_id", expected: "the app's client id beside \(secrets[0])", found: "nothing")
            return nil
        }
        guard let key = secrets.first else {
            table.problem(
                "client_id",
                expected: "client_secret_credential, client_secret_file or client_secret beside it",
                found: "nothing"
            )
            return nil
        }
        let secret = secret(key, Self.client, "a client secret")
        guard let id = clientID(), let secret else { return nil }
        return .client(id: id, secret: secret)
    }

    private func clientID() -> String? {
        let expected = "the app's client id, without spaces"
        guard let id = table.text("client_id", expected: expected) else { return nil }
        guard id.unicodeScalars.allSatisfy({ (0x21...0x7e).contains($0.value) }) else {
            table.problem("client_id", expected: expected, found: FoundValue.text(id))
            return nil
        }
        return id
    }

    private func secret(_ key: String, _ ways: SecretWays, _ what: String) -> Secret? {
        SecretReader(table: table, source: source, fileMode: fileMode, file: file, unseen: unseen)
            .secret(key, ways, what)
            .flatMap { $0.isEmpty ? $0 : checked($0, key, ways, what) }
    }

    private func checked(_ secret: Secret, _ key: String, _ ways: SecretWays, _ what: String) -> Secret? {
        let isToken = ways.all == Self.token.all
        guard let found = Self.mixUp(secret, isToken: isToken) else { return secret }
        table.problem(
            key,
            expected: what,
            found: found,
            hint: isToken ? "give it as client_secret with client_id" : "give it as access_token"
        )
        return nil
    }

    /// What a secret is if not what was asked for; nil where it may well be.
    ///
    /// Shopify's prefixes tell a token and a client secret apart, and mixing them up is common.
    static func mixUp(_ secret: Secret, isToken: Bool) -> String? {
        let wrong = isToken ? "shpss_" : "shpat_"
        guard secret.reveal().hasPrefix(wrong) else { return nil }
        return isToken ? "a client secret (\(wrong)…)" : "an access token (\(wrong)…)"
    }
}
