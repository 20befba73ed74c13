import Foundation
import Persistence
import SyncEngine

/// The right to write a database, held by one process at a time (flock(2)).
///
/// The kernel gives it back when the process ends, however it ends.
struct InstanceLock: ~Copyable {
    private let descriptor: CInt

    /// Takes the lock beside the database.
    ///
    /// - Throws: `.busy` when another process has it, `.cannotOpen` when its file cannot be made.
    init(database: String) throws(StoreError) {
        let path = database + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                opening: path,
                errno: errno,
                remedy: "the folder must exist and belong to the user that kccsyncd runs as"
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.owner(descriptor)
            close(descriptor)
            throw StoreError(
                .busy,
                "\(database): another kccsyncd\(owner) works with it",
                remedy: "stop that one first, or give this one another [daemon] database"
            )
        }
        ftruncate(descriptor, 0)
        let note = "\(getpid())\n"
        _ = note.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    private static func owner(_ descriptor: CInt) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return "" }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        return Int(text).map { " (process \($0))" } ?? ""
    }
}
