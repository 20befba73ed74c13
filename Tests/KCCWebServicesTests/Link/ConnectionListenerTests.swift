import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import SyncEngine
import TestSupport
import Testing

@testable import KCCWebServices

/// Connections are accepted, closed or served to their end, whatever clients do.
@Suite(.timeLimit(.minutes(30)))
struct ConnectionListenerTests {
    private static let request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// No client is slow by it, however busy the machine is.
    private static var unhurried: SlowClientHandler.Patience {
        var patience = SlowClientHandler.Patience()
        (patience.head, patience.idle, patience.body) = (.hours(1), .hours(1), .hours(1))
        return patience
    }

    /// Answers everything with a body of some bytes.
    private static func channel(
        bytes: Int = 2,
        _ patience: SlowClientHandler.Patience = unhurried
    ) -> StrictHTTP<HTTP1Channel> {
        let body = ByteBuffer(repeating: UInt8(ascii: "x"), count: bytes)
        return StrictHTTP(
            HTTP1Channel(
                responder: { _, writer, _ in
                    var head = HTTPResponse(status: .ok)
                    head.headerFields[.contentLength] = String(bytes)
                    try await writer.write(response: head, body: ResponseBody(byteBuffer: body))
                },
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [SlowClientHandler(patience)]
                )
            )
        )
    }

    /// Runs a listener on a free port, and ends it.
    private static func listening(
        limit: Int = 512,
        _ channel: StrictHTTP<HTTP1Channel> = channel(),
        _ body: (Int) async throws -> Void
    ) async throws {
        let (ports, found) = AsyncStream<Int>.makeStream()
        let serving = Task {
            try await ConnectionListener(.address(host: "127.0.0.1", port: 0), limit: limit)
                .run(channel) { found.yield($0 ?? 0) }
        }
        var waiting = ports.makeAsyncIterator()
        let port = try #require(await waiting.next())
        try await body(port)
        serving.cancel()
        try await serving.value
    }

    @Test(arguments: [1, 3, 20])
    func `R1: surplus connections are closed, and the others served`(limit: Int) async throws {
        try await Self.listening(limit: limit) { port in
            var clients: [TestClient] = []
            for _ in 0..<limit {
                let client = try TestClient(port: port)
                client.send(Self.request)
                #expect(await client.read(until: "xx").hasPrefix("HTTP/1.1 200 "))
                clients.append(client)
            }
            for _ in 0..<50 {
                let surplus = try TestClient(port: port)
                surplus.send(Self.request)
                #expect(await surplus.read() == "")
            }
            for client in clients {
                client.send(Self.request)
                #expect(await client.read(until: "xx").hasPrefix("HTTP/1.1 200 "))
            }
            // One that leaves makes room for another.
            clients.removeLast()
            var answer = ""
            while answer.isEmpty {
                let next = try TestClient(port: port)
                next.send(Self.request)
                answer = await next.read(until: "xx")
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `R1: connections that never say a word take no place for long`() async throws {
        var patience = Self.unhurried
        patience.head = .milliseconds(100)
        try await Self.listening(limit: 2, Self.channel(patience)) { port in
            for _ in 0..<10 {
                let clients = try (0..<5).map { _ in try TestClient(port: port) }
                for client in clients { #expect(await client.read() == "") }
            }
        }
    }

    @Test func `R1: a stop while clients connect and ask is no crash`() async throws {
        for _ in 0..<12 {
            let stops = Locked(false)
            try await withThrowingTaskGroup { group in
                try await Self.listening { port in
                    for _ in 0..<4 {
                        group.addTask {
                            while !stops.current {
                                guard let client = try? TestClient(port: port) else { return }
                                client.send(Self.request)
                                await Task.yield()
                            }
                        }
                    }
                    let one = try TestClient(port: port)
                    one.send(Self.request)
                    #expect(await one.read(until: "xx").hasPrefix("HTTP/1.1 200 "))
                }
                stops.set(true)
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: [1, 20_000])
    func `R13: a client that asks and never reads is closed`(requests: Int) async throws {
        var patience = Self.unhurried
        patience.body = .milliseconds(200)
        patience.bodyRate = 1 << 30
        // More than the kernel keeps for a client.
        try await Self.listening(Self.channel(bytes: 32 << 20, patience)) { port in
            let client = try TestClient(port: port)
            client.send(String(repeating: Self.request, count: requests))
            await client.isReset()
        }
    }

    @Test func `R13: a client that reads slowly and has earned its time is served`() async throws {
        var patience = Self.unhurried
        patience.body = .seconds(600)
        try await Self.listening(Self.channel(bytes: 4 << 20, patience)) { port in
            let client = try TestClient(port: port)
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(await client.read().utf8.count(where: { $0 == UInt8(ascii: "x") }) == 4 << 20)
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n", 400),
        ("GET / HTTP/1.0\r\n\r\n", 200),
        ("GET / HTTP/1.0\r\nHost: a\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: a\r\nConnection: TE, close\r\n\r\n", 200),
    ])
    func `R22: an ambiguous request is rejected, and a connection ends where the caller expects it`(
        request: String,
        status: Int
    ) async throws {
        try await Self.listening { port in
            let client = try TestClient(port: port)
            client.send(request)
            // Ends with the connection.
            let answer = await client.read()
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
            #expect(answer.lowercased().contains("connection: close"))
            let whole = try TestClient(port: port)
            whole.send(Self.request + request)
            #expect(await whole.read().components(separatedBy: "HTTP/1.1 ").count == 3)
        }
    }

    @Test func `R22: HTTP/1.0 that asks to be kept alive is`() async throws {
        try await Self.listening { port in
            let client = try TestClient(port: port)
            for _ in 0..<3 {
                client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(await client.read(until: "xx").hasPrefix("HTTP/1.1 200 "))
            }
        }
    }
}
