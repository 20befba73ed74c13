import Foundation
import Glibc
import SyncEngine
import Testing

@testable import kccsyncd

/// Files in memory, and the reader over them.
struct ConfigurationFixture {
    /// A file as the reader sees it.
    struct File {
        var bytes: [UInt8]
        var mode: UInt32 = 0o640
        var kind = FileStatus.Kind.file
    }

    static let path = "/etc/kccsyncd/kccsyncd.toml"
    static let token = "shpat_0123456789abcdef"

    /// Which file is read.
    var path = Self.path
    var files: [String: File] = [:]
    var environment = ["CREDENTIALS_DIRECTORY": "/run/credentials/kccsyncd.service"]
    var unseen = UnseenCredentials.refused

    /// A file with this text, beside a loaded credential "web".
    init(_ text: String, mode: UInt32 = 0o640) {
        self.init(bytes: Array(text.utf8), mode: mode)
    }

    /// A file with these bytes.
    init(bytes: [UInt8], mode: UInt32 = 0o640) {
        files[Self.path] = File(bytes: bytes, mode: mode)
        files["/etc/kccsyncd"] = File(bytes: [], mode: 0o755, kind: .directory)
        // As systemd 257 presents it: a mode that a plain file would be refused for.
        put("/run/credentials/kccsyncd.service/kccsyncd_web", Self.token + "\n", mode: 0o444)
    }

    /// A file with one sound channel, `web`, and these lines added to its table.
    static func web(_ lines: String, mode: UInt32 = 0o640) -> Self {
        let text = """
            [channels.web]
            shop_url = "https://mystore.myshopify.com"
            access_token_credential = "web"

            """
        return Self(text + lines, mode: mode)
    }

    /// A file with a channel `web` that has these lines and a shop, but no credential.
    static func bare(_ lines: String, mode: UInt32 = 0o640) -> Self {
        Self("[channels.web]\nshop_url = \"https://mystore.myshopify.com\"\n" + lines, mode: mode)
    }

    mutating func put(_ path: String, _ text: String, mode: UInt32 = 0o640, kind: FileStatus.Kind = .file) {
        files[path] = File(bytes: Array(text.utf8), mode: mode, kind: kind)
    }

    var reader: ConfigurationReader {
        let files = files.mapValues { (bytes: $0.bytes, status: FileStatus(kind: $0.kind, mode: $0.mode)) }
        let access = FileAccess(
            status: { path in files[path].map { .success($0.status) } ?? .failure(.systemError(ENOENT)) },
            contents: { path, limit in
                guard let file = files[path] else { return .failure(.systemError(ENOENT)) }
                guard file.status.kind != .directory else { return .failure(.systemError(EISDIR)) }
                return file.bytes.count > limit ? .failure(.tooLarge(limit: limit)) : .success(file.bytes)
            }
        )
        return ConfigurationReader(
            path: path,
            environment: environment,
            files: access,
            unseenCredentials: unseen
        )
    }

    func read() throws -> Configuration { try reader.read() }

    /// The sentences of all problems, without their lines.
    var sentences: [String] { problems.map(\.description) }

    var problems: [ConfigurationProblem] {
        do {
            _ = try reader.read()
            return []
        } catch {
            return error.problems
        }
    }

    /// The sentences of all warnings; nil if the file is refused.
    var warnings: [String]? { (try? reader.read())?.warnings.map(\.description) }
}

/// A line of a table of tests: what stands in the file, and the one sentence that answers it.
struct Case: Sendable, CustomTestStringConvertible {
    let lines: String
    let sentence: String

    init(_ lines: String, _ sentence: String) {
        self.lines = lines
        self.sentence = sentence
    }

    var testDescription: String { lines }
}
