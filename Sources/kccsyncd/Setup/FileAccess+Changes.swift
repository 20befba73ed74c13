import Glibc

extension FileAccess {
    /// A file that is not there yet.
    struct Stand {
        /// What will be in it.
        let bytes: [UInt8]
        /// The permission bits that it will have.
        let mode: UInt32
    }

    /// The same files, but for some that will be there, or not be there (nil).
    func with(_ changes: [(path: String, stand: Stand?)]) -> FileAccess {
        let stands = Dictionary(changes.map { ($0.path, $0.stand) }) { $1 }
        return FileAccess(
            status: { path in
                guard let change = stands[path] else { return status(path) }
                return change.map { .success(FileStatus(kind: .file, mode: $0.mode)) }
                    ?? .failure(.systemError(ENOENT))
            },
            contents: { path, limit in
                guard let change = stands[path] else { return contents(path, limit) }
                return change.map { .success($0.bytes) } ?? .failure(.systemError(ENOENT))
            }
        )
    }
}
