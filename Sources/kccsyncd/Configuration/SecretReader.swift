import SyncEngine
import TOMLKit

/// The three keys under which a secret can be given, in the order of preference.
struct SecretWays: Equatable {
    /// The name of a systemd credential.
    let credential: String
    /// The path of a file.
    let file: String
    /// The secret itself.
    let value: String

    /// Those of a secret called `name`: `name_credential`, `name_file` and `name`.
    init(_ name: String) {
        credential = "\(name)_credential"
        file = "\(name)_file"
        value = name
    }

    var all: [String] { [credential, file, value] }
}

/// Reads a secret from wherever a table says that it is.
struct SecretReader {
    /// The table.
    let table: TableReader
    /// Where secrets are fetched.
    let source: SecretSource
    /// The configuration file's own mode, which decides whether a secret may stand in it.
    let fileMode: UInt32
    /// The configuration file's path, for messages.
    let file: String
    /// What becomes of credentials that only the daemon can see.
    let unseen: UnseenCredentials

    /// The secret that is given in exactly one of three ways; nil if there is none or several, or anything is wrong with it,
    /// which has then been noted.
    func one(of ways: SecretWays, _ what: String) -> Secret? {
        let given = ways.all.filter(table.has)
        guard let key = given.first else {
            table.problem(
                ways.credential,
                expected: "\(what): \(ways.credential), \(ways.file) or \(ways.value)",
                found: "nothing"
            )
            return nil
        }
        guard given.count == 1 else {
            table.problem(
                key,
                expected: "one of \(ways.credential), \(ways.file) and \(ways.value)",
                found: given.joined(separator: " and "),
                hint: "keep one of them"
            )
            return nil
        }
        return secret(key, ways, what)
    }

    /// The secret that is given by one of the ways' keys; empty where only the daemon can see it.
    func secret(_ key: String, _ ways: SecretWays, _ what: String) -> Secret? {
        do throws(SecretSource.Trouble) {
            switch key {
            case ways.credential:
                return try table.text(key)
                    .map { name throws(SecretSource.Trouble) in
                        try source.credential(name)
                    }
            case ways.file:
                return try table.path(key)
                    .map { path throws(SecretSource.Trouble) in
                        try source.file(path)
                    }
            default: return try inline(key, what)
            }
        } catch {
            guard error.isOutOfSight, unseen == .tolerated else {
                table.problem(key, expected: error.expected, found: error.found, hint: error.hint)
                return nil
            }
            table.warning(key, "not checked: expected \(error.expected), found \(error.found)")
            return Secret("")
        }
    }

    /// A secret in the configuration file, which nobody else may then read.
    private func inline(_ key: String, _ what: String) throws(SecretSource.Trouble) -> Secret? {
        guard let value = table.value(key) else { return nil }
        guard let text = value.string else { return table.refuse(key, expected: "\(what) in quotes", value) }
        guard fileMode & 0o007 == 0 else {
            throw SecretSource.Trouble(
                expected: "no secret in a file that others may read",
                found: "mode \(FoundValue.mode(fileMode)) of \(FoundValue.text(file))",
                hint: "run: chmod 0640 \(VisibleText.line(file))"
            )
        }
        return try SecretSource.secret(in: Array(text.utf8), from: "the value")
    }
}
