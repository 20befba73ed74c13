import CDispatch
import Foundation
import Glibc
import Testing

@testable import kccsyncd

@Suite struct AtomicFileTests {
    /// A folder for the time of a test.
    private static func inFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path(percentEncoded: false))
    }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    @Test func `a file takes the place of another, with its own mode, and nothing is left beside it`() throws
    {
        try Self.inFolder { folder in
            let path = "\(folder)/web"
            try Data("old and longer".utf8).write(to: URL(filePath: path))
            for mode: mode_t in [0o600, 0o640, 0o664] {
                try AtomicFile.write(Array("new".utf8), to: path, AtomicFile.Access(mode: mode))
                #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
                #expect(Self.mode(path) == mode)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["web"])
        }
    }

    @Test func `a file that cannot be put in place leaves nothing behind`() throws {
        try Self.inFolder { folder in
            try AtomicFile.makeFolder("\(folder)/web/inner", AtomicFile.Access(mode: 0o700))
            let error = #expect(throws: SetupError.self) {
                try AtomicFile.write([1], to: "\(folder)/web", AtomicFile.Access(mode: 0o600))
            }
            #expect(error?.message == "\(folder)/web: cannot be written: is a directory")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["web"])
        }
    }

    @Test func `folders are made with their modes, whatever the umask`() throws {
        try Self.inFolder { folder in
            try AtomicFile.makeFolder("\(folder)/a/b", AtomicFile.Access(mode: 0o700))
            #expect(Self.mode("\(folder)/a") == 0o750)
            #expect(Self.mode("\(folder)/a/b") == 0o700)
            #expect(throws: Never.self) { try AtomicFile.requireWritable("\(folder)/a/b/c/d") }
        }
    }

    @Test(arguments: [
        (EACCES, kccsyncd.ExitStatus.refused, "/f: cannot be written: permission denied; run this as root"),
        (EPERM, .refused, "/f: cannot be written: operation not permitted; run this as root"),
        (ENOSPC, .temporary, "/f: cannot be written: no space left on device"),
        (EROFS, .temporary, "/f: cannot be written: read-only file system"),
        (ENOTDIR, .configuration, "/f: cannot be written: not a directory"),
    ])
    func `what the system refuses has its words and its status`(
        _ code: CInt,
        _ status: kccsyncd.ExitStatus,
        _ message: String
    ) {
        #expect(SetupError.file("/f", cannotBe: "written", code) == SetupError(status, message))
    }
}
