import CDispatch
import Foundation
import Glibc

/// What the configuration reader asks the file system; tests put their own answers here.
struct FileAccess: Sendable {
    /// What is at a path, symbolic links followed.
    var status: @Sendable (_ path: String) -> Result<FileStatus, FileTrouble>
    /// A file's bytes, at most `limit` of them; more is `tooLarge`.
    var contents: @Sendable (_ path: String, _ limit: Int) -> Result<[UInt8], FileTrouble>

    /// The real files.
    static let system = FileAccess(status: systemStatus, contents: systemContents)

    @Sendable
    private static func systemStatus(_ path: String) -> Result<FileStatus, FileTrouble> {
        var answer = stat()
        guard fstatat(AT_FDCWD, path, &answer, 0) == 0 else { return .failure(.systemError(errno)) }
        let kind: FileStatus.Kind =
            switch answer.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            default: .other
            }
        return .success(FileStatus(kind: kind, mode: answer.st_mode & 0o7777))
    }

    @Sendable
    private static func systemContents(_ path: String, _ limit: Int) -> Result<[UInt8], FileTrouble> {
        // Non-blocking, so that a pipe put in a file's place cannot hang the start.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(.systemError(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { return .failure(.systemError(errno)) }
            guard count > 0 else { return .success(bytes) }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { return .failure(.tooLarge(limit: limit)) }
        }
    }
}

/// What is at a path.
struct FileStatus: Sendable, Equatable {
    /// The sorts that matter here.
    enum Kind: Sendable {
        case file
        case directory
        case other
    }

    /// What sort of thing it is.
    var kind: Kind
    /// The permission bits, as in `chmod`.
    var mode: UInt32
}

/// Why a file could not be read.
enum FileTrouble: Error, Equatable, CustomStringConvertible {
    /// An `errno`.
    case systemError(Int32)
    /// More bytes than such a file may have.
    case tooLarge(limit: Int)

    /// The reason in lower case, to go behind "cannot be read:".
    var description: String {
        switch self {
        case .systemError(ENOENT): "no such file"
        case .systemError(EACCES): "permission denied"
        case .systemError(let code): String(cString: strerror(code)).lowercased()
        case .tooLarge(let limit): "larger than \(limit) bytes"
        }
    }
}
