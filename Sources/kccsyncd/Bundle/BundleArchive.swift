import Foundation
import SyncEngine

/// The file that a support bundle is written into: a tar archive, compressed, for its maker's eyes alone.
struct BundleArchive {
    private let path: String
    private let output: FileHandle

    /// Makes the file, while it can still be made by whoever gave the command.
    ///
    /// - Throws: `.refused` where something is there already or the file cannot be made.
    init(path: String) throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            throw code == EEXIST
                ? StoreError(.refused, "\(path): is there already", remedy: "name a new file for the bundle")
                : StoreError(
                    .refused,
                    "\(path): cannot be made: \(String(cString: strerror(code)))",
                    remedy: "name a file in a folder that you may write"
                )
        }
        self.path = path
        output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Writes the files, all in one folder; where that fails nothing is left.
    ///
    /// - Parameter folder: The name of the folder in the archive.
    /// - Throws: `.inputOutput` with the reason.
    func write(_ files: [SupportBundle.File], folder: String) throws(StoreError) {
        // mkdtemp(3) puts signs of its own in place of the six at the end, so that nobody else can have made it before.
        let place = "\(ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp")/kccsyncd-support.XXXXXX"
        var template = Array(place.utf8CString)
        do {
            guard let made = mkdtemp(&template) else {
                throw Program.Trouble(description: String(cString: strerror(errno)))
            }
            let temporary = String(cString: made)
            defer { try? FileManager.default.removeItem(atPath: temporary) }
            try FileManager.default.createDirectory(
                atPath: "\(temporary)/\(folder)",
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            for file in files {
                try Data(file.text.utf8)
                    .write(to: URL(fileURLWithPath: "\(temporary)/\(folder)/\(file.name)"))
            }
            try Program("tar")
                .run(
                    [
                        "--create", "--gzip", "--file=-", "--directory=\(temporary)", "--owner=root:0",
                        "--group=root:0",
                        "--mode=u=rwX,go=", "--sort=name", folder,
                    ],
                    into: output
                )
        } catch {
            discard()
            throw StoreError(
                .inputOutput,
                "\(path): the bundle cannot be written: \((error as? Program.Trouble)?.description ?? "its files cannot be made")",
                remedy:
                    "check that tar and gzip are installed, and that there is room in the folder and in /tmp"
            )
        }
    }

    /// Leaves no half bundle behind; its folder may be closed to the user that this has become, and then it is empty.
    private func discard() {
        ftruncate(output.fileDescriptor, 0)
        unlink(path)
    }
}
