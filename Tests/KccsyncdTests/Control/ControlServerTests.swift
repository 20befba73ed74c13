import Foundation
import ShopifyAPI
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Commands over the control socket, large ones too.
@Suite(.timeLimit(.minutes(30)))
struct ControlServerTests {
    private static func serving(_ body: (String, CurlLoop) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("control.sock")
        let curl = CurlLoop()
        let (starts, started) = AsyncStream<Void>.makeStream()
        let server = ControlServer(path: path) { _ in ControlReply(lines: ["done"]) }
        let serving = Task { try await server.run { started.yield(()) } }
        var waiting = starts.makeAsyncIterator()
        await waiting.next()
        try await body(path, curl)
        serving.cancel()
        try await serving.value
        #expect(!FileManager.default.fileExists(atPath: path))
        await curl.stop()
    }

    private static func post(_ body: Data, to path: String, _ route: String = ControlServer.route)
        -> HTTPRequest
    {
        HTTPRequest(url: "http://localhost" + route, method: "POST", body: body, unixSocket: path)
    }

    @Test func `a command is answered, and what is none is refused`() async throws {
        try await Self.serving { path, curl in
            let reply = try await ControlClient(path: path, curl: curl).send(.reload)
            #expect(reply.lines == ["done"])
            let none = try await curl.send(Self.post(Data("{}".utf8), to: path))
            #expect(none.status == 400)
            let elsewhere = try await curl.send(Self.post(Data("{}".utf8), to: path, "/other"))
            #expect(elsewhere.status == 404)
        }
    }

    @Test func `R22: a command that is too large is refused with the reason, on both sides`() async throws {
        let large = Data(repeating: UInt8(ascii: "x"), count: ControlServer.largestBody + 1)
        try await Self.serving { path, curl in
            let refused = try await curl.send(Self.post(large, to: path))
            #expect(refused.status == 413)
            let name = String(decoding: large, as: UTF8.self)
            let client = ControlClient(path: path, curl: curl)
            await #expect(
                throws: ControlClient.Absence.unreachable(
                    "the daemon takes commands of at most 64 MiB, and this one has 65; split its input, and run it once for each part",
                    .usage
                )
            ) { try await client.send(.refreshLocations(channel: name)) }
            let reply = try await client.send(.reload)
            #expect(reply.lines == ["done"])
        }
    }
}
