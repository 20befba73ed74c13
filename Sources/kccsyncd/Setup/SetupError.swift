import Glibc

/// Why `setup` ends without having done what it was asked; the command prints it and exits with its status.
struct SetupError: Error, Equatable {
    /// What the process tells its caller.
    let status: ExitStatus
    /// What is wrong, what was expected and found, and the remedy; empty where all has been said already.
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    /// An option that somebody at a terminal would be asked for.
    static func missing(_ option: String) -> SetupError {
        SetupError(.usage, "\(option) is missing: without a terminal there is nobody to ask")
    }

    /// What the system refused to do with a file.
    ///
    /// - Parameters:
    ///   - path: The file or folder.
    ///   - verb: What could not be done: `written`.
    ///   - code: The `errno`.
    static func file(_ path: String, cannotBe verb: String, _ code: CInt) -> SetupError {
        let reason = FileTrouble.systemError(code).description
        switch code {
        case EACCES, EPERM:
            return SetupError(.refused, "\(path): cannot be \(verb): \(reason); run this as root")
        case ENOSPC, EDQUOT, EIO, EROFS, EMFILE, ENFILE:
            return SetupError(.temporary, "\(path): cannot be \(verb): \(reason)")
        default: return SetupError(.configuration, "\(path): cannot be \(verb): \(reason)")
        }
    }
}
