import CDispatch
import Glibc

/// Puts files in place whole or not at all: written beside, flushed to the disk, renamed.
enum AtomicFile {
    /// Who may do what with a file.
    struct Access: Equatable {
        /// The permission bits.
        var mode: mode_t
        /// nil = whoever makes it.
        var owner: uid_t?
        /// nil = the maker's.
        var group: gid_t?

        /// Root's alone, or its maker's where that is not root.
        static let secret = Access(mode: 0o600, owner: nil, group: geteuid() == 0 ? 0 : nil)

        /// For the daemon to read and root to write; the group is the maker's where kccsyncd does not exist.
        static func shared(mode: mode_t) -> Access {
            let group = geteuid() == 0 ? getgrnam("kccsyncd")?.pointee.gr_gid : nil
            return Access(mode: mode, owner: nil, group: group)
        }
    }

    /// Writes the file, in place of one that is there.
    ///
    /// - Parameters:
    ///   - bytes: All of it.
    ///   - path: Where; a symbolic link there is replaced itself.
    ///   - access: Given to it before the first byte is in it.
    static func write(_ bytes: [UInt8], to path: String, _ access: Access) throws(SetupError) {
        let folder = folder(of: path)
        let name = path.split(separator: "/").last ?? ""
        // systemd leaves files out whose name begins with a dot; mkstemp(3) puts signs of its own in place of the six at
        // the end, so that two at once do not write one file.
        var template = Array("\(folder)/.\(name).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .file(path, cannotBe: "written", errno) }
        var isOpen = true
        do throws(SetupError) {
            guard fchown(descriptor, access.owner ?? uid_t.max, access.group ?? gid_t.max) == 0,
                fchmod(descriptor, access.mode) == 0
            else { throw .file(path, cannotBe: "given its owner and mode", errno) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw .file(path, cannotBe: "written", errno) }
                rest = rest.dropFirst(count)
            }
            guard fsync(descriptor) == 0 else { throw .file(path, cannotBe: "written", errno) }
            isOpen = false
            guard close(descriptor) == 0, rename(template, path) == 0 else {
                throw .file(path, cannotBe: "written", errno)
            }
        } catch {
            if isOpen { close(descriptor) }
            unlink(template)
            throw error
        }
        flush(folder)
    }

    /// Makes a folder, and those above it that are missing.
    static func makeFolder(_ path: String, _ access: Access) throws(SetupError) {
        var status = stat()
        guard stat(path, &status) != 0 else { return }
        let above = folder(of: path)
        if above != path { try makeFolder(above, .shared(mode: 0o750)) }
        guard mkdir(path, access.mode) == 0 else { throw .file(path, cannotBe: "made", errno) }
        // The umask may have taken rights away.
        guard chmod(path, access.mode) == 0,
            chown(path, access.owner ?? uid_t.max, access.group ?? gid_t.max) == 0
        else { throw .file(path, cannotBe: "given its owner and mode", errno) }
        flush(above)
    }

    /// Asks whether a file could be put into a folder, or the folder be made, so that nobody answers questions in vain.
    static func requireWritable(_ folder: String) throws(SetupError) {
        var place = folder
        while access(place, F_OK) != 0, errno == ENOENT, self.folder(of: place) != place {
            place = self.folder(of: place)
        }
        guard faccessat(AT_FDCWD, place, W_OK | X_OK, AT_EACCESS) == 0 else {
            throw .file(folder, cannotBe: "written", errno)
        }
    }

    /// The folder that a path is in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A name is on the disk only once its folder is.
    private static func flush(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
