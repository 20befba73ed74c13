import Foundation
import Testing

@testable import ShopifyAPI

/// Real handshakes with `openssl s_server`.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct TLSTests {
    private let loop = CurlLoop(name: "curl-tls-test")

    /// Asks the server, which lives until the answer has come.
    private func ask(_ server: TLSServer, caFile: String?) async -> Result<Int, TransportError> {
        defer { server.stop() }
        do throws(TransportError) {
            return .success(try await loop.send(HTTPRequest(url: server.url, caFile: caFile)).status)
        } catch { return .failure(error) }
    }

    private func certificate(_ text: String) -> Result<Int, TransportError> {
        .failure(TransportError(.certificate, "the TLS certificate of localhost \(text)"))
    }

    @Test func `a certificate of a trusted authority for the right host is accepted`() async throws {
        let server = try TLSServer(host: "localhost")
        #expect(await ask(server, caFile: server.certificate) == .success(200))
    }

    @Test func `a certificate that nobody vouches for is refused, and the reason named`() async throws {
        let server = try TLSServer(host: "localhost")
        #expect(await ask(server, caFile: nil) == certificate("is self-signed"))
    }

    @Test func `a certificate for another host is refused, and the reason named`() async throws {
        let server = try TLSServer(host: "elsewhere.example")
        #expect(await ask(server, caFile: server.certificate) == certificate("is for another host"))
    }

    @Test func `an expired certificate is refused, and the reason named`() async throws {
        let server = try TLSServer(host: "localhost", expired: true)
        #expect(await ask(server, caFile: server.certificate) == certificate("has expired"))
    }

    @Test func `TLS 1.1 is refused`() async throws {
        let server = try TLSServer(host: "localhost", options: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        let result = await ask(server, caFile: server.certificate)
        #expect(result == .failure(TransportError(.handshake, "the TLS handshake with localhost failed")))
    }

    @Test func `a file of authorities that is not there is named as the trouble`() async throws {
        let server = try TLSServer(host: "localhost")
        let words = "the file of trusted certificates could not be read"
        #expect(await ask(server, caFile: "/nowhere/ca.pem") == .failure(TransportError(.unusable, words)))
    }
}

/// An `openssl s_server` with a self-signed certificate of its own, in a folder of its own.
private final class TLSServer {
    let certificate: String
    let url: String
    private let folder: URL
    private let process = Process()

    init(host: String, expired: Bool = false, options: [String] = []) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "kcc-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let key = folder.appending(path: "key.pem").path
        certificate = folder.appending(path: "certificate.pem").path
        try Self.makeCertificate(key: key, certificate: certificate, host: host, expired: expired, in: folder)
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments =
            ["s_server", "-accept", "127.0.0.1:0", "-key", key, "-cert", certificate, "-www"] + options
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        // It prints "ACCEPT 127.0.0.1:PORT" once it listens.
        var text = ""
        while !text.contains("ACCEPT ") || !text.hasSuffix("\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw CocoaError(.executableLoad) }
            text += String(decoding: data, as: UTF8.self)
        }
        let line = text.split(separator: "\n").last { $0.hasPrefix("ACCEPT ") } ?? ""
        url = "https://localhost:\(line.split(separator: ":").last ?? "")/"
    }

    /// Killed, not terminated: a child of a task's thread inherits its blocked SIGTERM.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    /// `req -x509` cannot make an expired certificate; `ca` takes both dates.
    private static func makeCertificate(
        key: String,
        certificate: String,
        host: String,
        expired: Bool,
        in folder: URL
    ) throws {
        let request = folder.appending(path: "request.pem").path
        let name = "subjectAltName=DNS:\(host)"
        guard expired else {
            try openssl([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", key,
                "-out", certificate, "-days", "2", "-subj", "/CN=\(host)", "-addext", name,
            ])
            return
        }
        let settings = folder.appending(path: "ca.cnf")
        try Data().write(to: folder.appending(path: "index.txt"))
        try Data("01\n".utf8).write(to: folder.appending(path: "serial"))
        try Data(
            """
            [ca]
            default_ca = own
            [own]
            dir = \(folder.path)
            database = $dir/index.txt
            serial = $dir/serial
            new_certs_dir = $dir
            default_md = sha256
            policy = any
            x509_extensions = names
            [any]
            commonName = supplied
            [names]
            \(name)
            """
            .utf8
        )
        .write(to: settings)
        try openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out", request,
            "-subj", "/CN=\(host)",
        ])
        try openssl([
            "ca", "-batch", "-selfsign", "-config", settings.path, "-keyfile", key, "-in", request, "-out",
            certificate,
            "-notext", "-startdate", "20200101000000Z", "-enddate", "20200102000000Z",
        ])
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }
}
