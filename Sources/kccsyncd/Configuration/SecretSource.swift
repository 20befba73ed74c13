import Glibc
import SyncEngine

/// Where secrets are fetched from: systemd's credentials, files, and the configuration file itself.
struct SecretSource {
    /// The folder's name in the unit's `LoadCredential=kccsyncd:FOLDER`.
    ///
    /// systemd names what it loads from there by this, `_` and the file's name: `kccsyncd_web`
    /// (systemd.exec(5)).
    static let folderName = "kccsyncd"

    /// Longer than any token of Shopify's, shorter than a file named by mistake.
    private static let sizeLimit = 4096

    /// `$CREDENTIALS_DIRECTORY`: set under systemd, and nowhere else.
    let credentialsDirectory: String?
    /// Stands in for it outside systemd.
    let folder: String
    /// What systemctl calls the daemon, for remedies.
    let unit: String
    /// The file system.
    let files: FileAccess

    /// Why there is no secret, in the parts of a problem.
    struct Trouble: Error, Equatable {
        let expected: String
        let found: String
        let hint: String?
        /// Whether another user, or systemd, might well be able to fetch it.
        var isOutOfSight = false
    }

    /// The credential called `name`.
    func credential(_ name: String) throws(Trouble) -> Secret {
        guard name.wholeMatch(of: #/[A-Za-z0-9_.-]{1,200}/#) != nil, !name.hasPrefix(".") else {
            throw Trouble(
                expected: "a credential's name: letters, digits, \"_\", \"-\" and \".\"",
                found: FoundValue.text(name),
                hint: nil
            )
        }
        guard let credentialsDirectory else { return try fromFolder(name) }
        // An own LoadCredential=, in a drop-in of the unit, goes before the folder. The unit itself sets a
        // credential of the folder's bare name, without which systemd would not start us when there is no
        // folder.
        let own = name == Self.folderName ? [] : [name]
        for candidate in own + ["\(Self.folderName)_\(name)"] {
            switch files.contents("\(credentialsDirectory)/\(candidate)", Self.sizeLimit) {
            // No look at mode or owner here: systemd 252 and 257 differ in both, and vouch for either.
            case .success(let bytes): return try Self.secret(in: bytes, from: "the credential \"\(name)\"")
            case .failure(.systemError(ENOENT)): continue
            case .failure(let trouble):
                throw Trouble(
                    expected: "the name of a loaded credential",
                    found: "\(FoundValue.text(name)), which cannot be read (\(trouble))",
                    hint: nil
                )
            }
        }
        throw Trouble(
            expected: "the name of a loaded credential",
            found: "\(FoundValue.text(name)), which systemd has not loaded",
            hint: remedy(name)
        )
    }

    private func remedy(_ name: String) -> String {
        // A token given in place of the name: its file must not be called after it.
        guard FoundValue.withoutSecrets(name) == name else {
            return "put the secret into a file of \(folder) and give that file's name"
        }
        return "put the secret into \(folder)/\(name), or name it in a LoadCredential= of the unit; "
            + "then run: systemctl restart \(unit)"
    }

    /// The secret in a file of its own.
    func file(_ path: String) throws(Trouble) -> Secret {
        let expected = "a file with the secret in it"
        switch files.status(path) {
        case .failure(let trouble):
            throw Trouble(
                expected: expected,
                found: "\(FoundValue.text(path)), which cannot be read (\(trouble))",
                hint: nil,
                isOutOfSight: trouble == .systemError(EACCES)
            )
        case .success(let status):
            guard status.kind == .file else {
                let what = status.kind == .directory ? "a directory" : "no regular file"
                throw Trouble(
                    expected: expected,
                    found: "\(FoundValue.text(path)), which is \(what)",
                    hint: nil
                )
            }
            // Group-writable, or anything at all for others.
            guard status.mode & 0o027 == 0 else {
                throw Trouble(
                    expected: "a file that only its owner may write and only its group may read besides",
                    found: "mode \(FoundValue.mode(status.mode)) of \(FoundValue.text(path))",
                    hint: "run: chmod 0640 \(VisibleText.line(FoundValue.withoutSecrets(path)))"
                )
            }
        }
        switch files.contents(path, Self.sizeLimit) {
        case .success(let bytes): return try Self.secret(in: bytes, from: FoundValue.text(path))
        case .failure(let trouble):
            throw Trouble(
                expected: expected,
                found: "\(FoundValue.text(path)), which cannot be read (\(trouble))",
                hint: nil,
                isOutOfSight: trouble == .systemError(EACCES)
            )
        }
    }

    /// The secret in a text that somebody typed or saved: one line end is forgiven, nothing else.
    static func secret(in bytes: [UInt8], from origin: String) throws(Trouble) -> Secret {
        var bytes = bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        let expected = "a secret on one line, without spaces"
        guard !bytes.isEmpty else {
            throw Trouble(expected: expected, found: "nothing in \(origin)", hint: nil)
        }
        guard bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw Trouble(
                expected: expected,
                found: "a space, a line end or another character that no token has in \(origin)",
                hint: nil
            )
        }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }

    /// Outside systemd the folder is read as it is, for commands that root types into a shell.
    private func fromFolder(_ name: String) throws(Trouble) -> Secret {
        let path = "\(folder)/\(name)"
        if case .failure(let trouble) = files.status(path) {
            throw Trouble(
                expected: "the name of a loaded credential",
                found: "\(FoundValue.text(name)): $CREDENTIALS_DIRECTORY is not set, "
                    + "and \(FoundValue.withoutSecrets(path)) cannot be read (\(trouble))",
                hint: "put the secret into that file, and run kccsyncd by systemd or this command as root",
                isOutOfSight: true
            )
        }
        return try file(path)
    }
}
