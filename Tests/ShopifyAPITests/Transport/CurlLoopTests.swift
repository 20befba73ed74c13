import Foundation
import Testing

@testable import ShopifyAPI

@Suite(.timeLimit(.minutes(30)))
struct CurlLoopTests {
    private let loop = CurlLoop(name: "curl-test")

    private func error(_ request: HTTPRequest) async -> TransportError? {
        do throws(TransportError) {
            _ = try await loop.send(request)
            return nil
        } catch { return error }
    }

    private func quick(_ url: String, total: Duration = .milliseconds(300)) -> HTTPRequest {
        var request = HTTPRequest(url: url)
        request.limits.total = total
        return request
    }

    @Test func `a request arrives with its method, headers and body, and its answer comes back whole`()
        async throws
    {
        let server = try ScriptedServer { _ in
            ScriptedServer.answer(
                "201 Created",
                headers: ["Date: Mon, 23 Nov 2026 10:00:00 GMT"],
                json: "{\"a\":1}"
            )
        }
        let answer = try await loop.send(
            HTTPRequest(
                url: server.url + "/x",
                method: "POST",
                headers: [HTTPHeader("X-Shopify-Access-Token", "shpat_1")],
                body: Data("hello".utf8)
            )
        )
        #expect(answer.status == 201)
        #expect(answer.header("date") == "Mon, 23 Nov 2026 10:00:00 GMT")
        #expect(String(decoding: answer.body, as: UTF8.self) == "{\"a\":1}")
        let request = try #require(server.requests.first)
        #expect(request.head.hasPrefix("POST /x HTTP/1.1\r\n"))
        #expect(request.head.contains("X-Shopify-Access-Token: shpat_1"))
        #expect(!request.head.contains("Expect"))
        #expect(request.body == "hello")
    }

    @Test func `an empty body and other methods are sent as they are`() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: "{}") }
        _ = try await loop.send(HTTPRequest(url: server.url, method: "DELETE"))
        _ = try await loop.send(HTTPRequest(url: server.url, method: "PUT", body: Data()))
        #expect(server.requests.map { $0.head.prefix(6) } == ["DELETE", "PUT / "])
    }

    @Test func `one connection serves request after request`() async throws {
        // libcurl closes a connection that was idle for two minutes, and so long can a busy machine take from one to the next.
        var connections = 0
        var isQuick = false
        while !isQuick {
            let server = try ScriptedServer { _ in ScriptedServer.answer(json: "{}") }
            let time = try await ContinuousClock()
                .measure { for _ in 0..<5 { _ = try await loop.send(HTTPRequest(url: server.url)) } }
            #expect(server.requests.count == 5)
            connections = server.connections
            isQuick = time < .seconds(100)
        }
        #expect(connections == 1)
    }

    @Test func `what must not be sent twice goes over a connection of its own`() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: "{}") }
        _ = try await loop.send(HTTPRequest(url: server.url))
        _ = try await loop.send(
            HTTPRequest(url: server.url, method: "POST", body: Data(), freshConnection: true)
        )
        #expect(server.connections == 2)
    }

    @Test func `fifty requests at once all get their own answers`() async throws {
        let server = try ScriptedServer { ScriptedServer.answer(json: $0.body) }
        let url = server.url
        let loop = loop
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let body = Data("{\"n\":\(number)}".utf8)
                    return try await loop.send(HTTPRequest(url: url, method: "POST", body: body)).body == body
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == [Bool](repeating: true, count: 50))
    }

    @Test func `a Unix socket is asked instead of the host`() async throws {
        let path = "/tmp/kcc-\(UUID().uuidString.prefix(8)).socket"
        defer { unlink(path) }
        let server = try ScriptedServer(socket: path) { _ in ScriptedServer.answer(json: "{}") }
        let answer = try await loop.send(HTTPRequest(url: "http://kccsyncd/v1/status", unixSocket: path))
        #expect(answer.status == 200)
        #expect(server.requests.first?.head.contains("Host: kccsyncd") == true)
    }

    @Test func `a connection that nobody takes is refused`() async throws {
        let server = try ScriptedServer { _ in [] }
        server.stop()
        let failure = await error(quick(server.url, total: .seconds(5)))
        #expect(failure?.code == .refused || failure?.code == .broken)
    }

    @Test func `a name without address is named`() async throws {
        let failure = await error(quick("https://no-such-shop.invalid/", total: .seconds(20)))
        #expect(failure?.code == .unresolved || failure?.code == .timedOut)
    }

    @Test(arguments: [
        ("https://", TransportError.Code.unusable), ("file:///etc/passwd", .unusable),
        ("http://mystore.myshopify.com/", .unusable), ("ftp://127.0.0.1/", .unusable),
        ("nonsense", .unusable),
        ("http://127.0.0.1@mystore.myshopify.com/", .unusable), ("http://127.evil.com/", .unusable),
    ])
    func `an address that must not be asked is not asked`(url: String, code: TransportError.Code) async {
        #expect(await error(HTTPRequest(url: url))?.code == code)
    }

    @Test(arguments: [
        ("silence", [ScriptedServer.Step.hang], TransportError.Code.timedOut),
        ("half a head", [.send("HTTP/1.1 200 OK\r\nContent-"), .hang], .timedOut),
        ("half a body", [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .hang], .timedOut),
        (
            "endless interim answers",
            [.flood(Data("HTTP/1.1 103 Early Hints\r\n\r\n".utf8), times: 1000), .hang], .timedOut
        ),
        ("nothing", [.close], .broken),
        ("a reset", [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), .reset], .broken),
        ("too short a body", [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"), .close], .truncated),
        (
            "a chunk that ends early",
            [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{}"), .close], .truncated
        ),
        ("HTTP/0.9", [.send("just text"), .close], .broken),
        (
            "bad gzip", [.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")],
            .undecodable
        ),
        (
            "a flood of headers",
            [.send("HTTP/1.1 200 OK\r\n"), .flood(Data("X-A: b\r\n".utf8), times: 60_000), .hang], .broken
        ),
    ])
    func `a broken answer is an error of its kind`(
        what: String,
        steps: [ScriptedServer.Step],
        code: TransportError.Code
    ) async throws {
        let server = try ScriptedServer { _ in steps }
        let failure = await error(quick(server.url, total: .seconds(1)))
        #expect(failure?.code == code, "\(what): \(String(describing: failure))")
    }

    @Test func `a dripped answer is given up for its slowness`() async throws {
        let server = try ScriptedServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"),
                .drip(String(repeating: "x", count: 500), milliseconds: 100),
            ]
        }
        var request = HTTPRequest(url: server.url)
        request.limits.stalled = .seconds(1)
        #expect(await error(request)?.code == .timedOut)
    }

    @Test func `a body beyond the cap is cut off, chunked or not`() async throws {
        let mebibyte = Data(repeating: 32, count: 1 << 20)
        let plain = try ScriptedServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n"), .flood(mebibyte, times: 64)]
        }
        let chunked = try ScriptedServer { _ in
            [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
                + (0..<64)
                .flatMap { _ in
                    [ScriptedServer.Step.send("100000\r\n"), .flood(mebibyte, times: 1), .send("\r\n")]
                }
        }
        for server in [plain, chunked] {
            let failure = await error(HTTPRequest(url: server.url))
            #expect(failure?.code == .tooLarge)
            #expect(failure?.description == "the answer of 127.0.0.1 is larger than 32 MiB")
        }
    }

    @Test func `a gzip bomb is cut off by its inflated size`() async throws {
        let bomb = try #require(gzip(Data(repeating: 32, count: 48 << 20)))
        #expect(bomb.count < 1 << 20)
        let server = try ScriptedServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n"),
                .flood(bomb, times: 1),
            ]
        }
        #expect(await error(HTTPRequest(url: server.url))?.code == .tooLarge)
    }

    @Test func `a compressed answer is inflated`() async throws {
        let packed = try #require(gzip(Data("{\"a\":1}".utf8)))
        let server = try ScriptedServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n"),
                .flood(packed, times: 1),
            ]
        }
        let answer = try await loop.send(HTTPRequest(url: server.url))
        #expect(String(decoding: answer.body, as: UTF8.self) == "{\"a\":1}")
        #expect(server.requests.first?.head.contains("Accept-Encoding: ") == true)
    }

    @Test func `a redirect is not followed, so the token goes nowhere else`() async throws {
        let other = try ScriptedServer { _ in ScriptedServer.answer(json: "{}") }
        let place = other.url
        let server = try ScriptedServer { _ in
            ScriptedServer.answer("302 Found", headers: ["Location: \(place)/stolen"], json: "")
        }
        let answer = try await loop.send(
            HTTPRequest(
                url: server.url,
                method: "POST",
                headers: [HTTPHeader("X-Shopify-Access-Token", "shpat_1")],
                body: Data("{}".utf8)
            )
        )
        #expect(answer.status == 302)
        #expect(other.connections == 0)
    }

    @Test func `cancelling ends an exchange under way at once`() async throws {
        let server = try ScriptedServer { _ in [.hang] }
        var arrivals = server.arrivals().makeAsyncIterator()
        let url = server.url
        let loop = loop
        let task = Task { () -> TransportError.Code? in
            do throws(TransportError) {
                _ = try await loop.send(HTTPRequest(url: url))
                return nil
            } catch { return error.code }
        }
        _ = await arrivals.next()
        task.cancel()
        #expect(await task.value == .cancelled)
        let next = try ScriptedServer { _ in ScriptedServer.answer(json: "{}") }
        #expect(try await loop.send(HTTPRequest(url: next.url)).status == 200)
    }

    @Test func `cancelling before the start never reaches the server`() async throws {
        let server = try ScriptedServer { _ in ScriptedServer.answer(json: "{}") }
        let url = server.url
        let loop = loop
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let task = Task { () -> TransportError.Code? in
            for await _ in gate {}
            do throws(TransportError) {
                _ = try await loop.send(HTTPRequest(url: url))
                return nil
            } catch { return error.code }
        }
        task.cancel()
        open.finish()
        #expect(await task.value == .cancelled)
        #expect(server.connections == 0)
    }

    @Test func `stopping cancels what is under way, and refuses what comes after`() async throws {
        let server = try ScriptedServer { _ in [.hang] }
        var arrivals = server.arrivals().makeAsyncIterator()
        let url = server.url
        let loop = CurlLoop(name: "curl-stop")
        let task = Task { () -> TransportError.Code? in
            do throws(TransportError) {
                _ = try await loop.send(HTTPRequest(url: url))
                return nil
            } catch { return error.code }
        }
        _ = await arrivals.next()
        await loop.stop()
        #expect(await task.value == .cancelled)
        await #expect(throws: TransportError(.cancelled, "the HTTP loop was stopped")) {
            try await loop.send(HTTPRequest(url: url))
        }
        await loop.stop()
    }

    @Test func `stopping gently lets what is under way finish`() async throws {
        let open = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { _ in
            open.wait()
            return ScriptedServer.answer(json: "{}")
        }
        var arrivals = server.arrivals().makeAsyncIterator()
        let url = server.url
        let loop = CurlLoop(name: "curl-stop")
        let task = Task { try await loop.send(HTTPRequest(url: url)).status }
        _ = await arrivals.next()
        let stopping = Task { await loop.stop(cancelling: false) }
        open.signal()
        #expect(try await task.value == 200)
        await stopping.value
    }

    private func gzip(_ data: Data) -> Data? {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-c"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        guard (try? process.run()) != nil else { return nil }
        let writer = input.fileHandleForWriting
        Thread.detachNewThread { @Sendable in
            try? writer.write(contentsOf: data)
            try? writer.close()
        }
        return try? output.fileHandleForReading.readToEnd()
    }
}
