import CDispatch
import Glibc
import SyncEngine

extension SetupFile {
    /// The file itself, where the path is a symbolic link.
    var target: String {
        guard content != nil, let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Stores the secret, and the file's new content if there is any: the secret first, since a file that names a credential
    /// which is not there keeps the daemon from starting.
    func write(_ content: [UInt8]?, _ credentials: [String], _ secret: Secret) throws(SetupError) {
        guard content == nil || isUnchanged else {
            throw SetupError(
                .temporary,
                "\(path): was changed while this ran; nothing was written: run it again"
            )
        }
        let target = target
        var status = stat()
        let isThere = stat(target, &status) == 0
        if !isThere { try AtomicFile.makeFolder(AtomicFile.folder(of: target), .shared(mode: 0o750)) }
        var folder = AtomicFile.Access.secret
        folder.mode = 0o700
        try AtomicFile.makeFolder(credentialsFolder, folder)
        for name in credentials {
            try AtomicFile.write(
                Array("\(secret.reveal())\n".utf8),
                to: "\(credentialsFolder)/\(name)",
                .secret
            )
        }
        guard let content else { return }
        let access =
            isThere
            ? AtomicFile.Access(mode: status.st_mode & 0o7777, owner: status.st_uid, group: status.st_gid)
            : .shared(mode: 0o640)
        try AtomicFile.write(content, to: target, access)
    }

    /// Whether nobody has written the file since it was read.
    private var isUnchanged: Bool {
        switch files.contents(path, 1 << 20) {
        case .success(let bytes): bytes == content
        case .failure(.systemError(ENOENT)): content == nil
        case .failure: false
        }
    }
}
