import Foundation
import Glibc

/// An HTTP server on loopback that sends exactly the bytes it is told, right or wrong.
final class ScriptedServer: Sendable {
    /// What came over the wire.
    struct Request: Sendable {
        /// Counts connections from 1.
        var connection: Int
        /// Counts requests over all connections from 1.
        var number: Int
        var head: String
        var body: String
    }

    enum Step: Sendable {
        case send(String)
        /// The same bytes many times.
        case flood(Data, times: Int)
        /// One byte at a time, so many milliseconds apart.
        case drip(String, milliseconds: Int32)
        /// Nothing more until the client goes.
        case hang
        case close
        /// Closes with RST.
        case reset
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var watchers: [AsyncStream<Request>.Continuation] = []
    }

    let port: Int
    private let listener: Int32
    private let state = LockedBox(State())

    /// Listens on a free port of 127.0.0.1, or on a Unix socket.
    init(socket path: String? = nil, script: @escaping @Sendable (Request) -> [Step]) throws {
        let (listener, port) = try path.map { (try Self.listen(unix: $0), 0) } ?? Self.listenOnLoopback()
        self.listener = listener
        self.port = port
        let state = state
        Thread.detachNewThread { @Sendable in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { break }
                let number = state.withLock { state in
                    state.connections += 1
                    return state.connections
                }
                Thread.detachNewThread { @Sendable in
                    Connection(socket: socket, number: number)
                        .serve { head, body, number in
                            let request = state.withLock { state in
                                let request = Request(
                                    connection: number,
                                    number: state.requests.count + 1,
                                    head: head,
                                    body: body
                                )
                                state.requests.append(request)
                                for watcher in state.watchers { watcher.yield(request) }
                                return request
                            }
                            return script(request)
                        }
                }
            }
            close(listener)
        }
    }

    /// Takes no more connections.
    ///
    /// Otherwise a server lives as long as the test process, so that no
    /// test depends on when its last reference goes.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock(\.requests) }
    var connections: Int { state.withLock(\.connections) }

    /// Requests from now on, as they come.
    func arrivals() -> AsyncStream<Request> {
        let (stream, continuation) = AsyncStream.makeStream(of: Request.self)
        state.withLock { $0.watchers.append(continuation) }
        return stream
    }

    /// A complete answer.
    static func answer(
        _ status: String = "200 OK",
        headers: [String] = [],
        json body: String,
        keep: Bool = true
    ) -> [Step] {
        var head = ["HTTP/1.1 \(status)", "Content-Type: application/json; charset=utf-8"] + headers
        head.append("Content-Length: \(body.utf8.count)")
        if !keep { head.append("Connection: close") }
        return [.send(head.joined(separator: "\r\n") + "\r\n\r\n" + body)] + (keep ? [] : [.close])
    }

    private static func listenOnLoopback() throws -> (Int32, Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(listener, pointer, size) == 0, Glibc.listen(listener, 64) == 0,
                    getsockname(listener, pointer, &size) == 0
                else { throw POSIXError(.EADDRINUSE) }
            }
        }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func listen(unix path: String) throws -> Int32 {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        try withUnsafePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard bind(listener, pointer, size) == 0, Glibc.listen(listener, 64) == 0 else {
                    throw POSIXError(.EADDRINUSE)
                }
            }
        }
        return listener
    }
}

/// One accepted connection, on its own thread.
private struct Connection {
    let socket: Int32
    let number: Int

    func serve(_ handler: (String, String, Int) -> [ScriptedServer.Step]) {
        var buffer: [UInt8] = []
        while let (head, body) = nextRequest(&buffer) {
            for step in handler(head, body, number) where !perform(step) {
                close(socket)
                return
            }
        }
        close(socket)
    }

    /// False where the connection is to end.
    private func perform(_ step: ScriptedServer.Step) -> Bool {
        switch step {
        case .send(let text): return write(Data(text.utf8))
        case .flood(let data, let times): return (0..<times).allSatisfy { _ in write(data) }
        case .drip(let text, let milliseconds):
            return Data(text.utf8).allSatisfy { !clientLeft(within: milliseconds) && write(Data([$0])) }
        case .hang:
            while !clientLeft(within: 1000) {}
            return false
        case .close: return false
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(
                socket,
                SOL_SOCKET,
                SO_LINGER,
                &linger,
                socklen_t(MemoryLayout<Glibc.linger>.size)
            )
            return false
        }
    }

    private func clientLeft(within milliseconds: Int32) -> Bool {
        var event = pollfd(fd: socket, events: Int16(0x2000), revents: 0)  // POLLRDHUP
        return poll(&event, 1, milliseconds) > 0
    }

    private func write(_ data: Data) -> Bool {
        data.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = send(
                    socket,
                    bytes.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// Reads head and, by Content-Length, body.
    private func nextRequest(_ buffer: inout [UInt8]) -> (String, String)? {
        while true {
            if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                let length =
                    head.split(separator: "\r\n").lazy
                    .compactMap {
                        $0.lowercased().hasPrefix("content-length: ") ? Int($0.dropFirst(16)) : nil
                    }
                    .first ?? 0
                if buffer.count >= end.upperBound + length {
                    let body = String(
                        decoding: buffer[end.upperBound..<end.upperBound + length],
                        as: UTF8.self
                    )
                    buffer.removeFirst(end.upperBound + length)
                    return (head, body)
                }
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }
}

/// A locked value for the tests' own helpers.
final class LockedBox<Value>: @unchecked Sendable {
    // Sendable because `value` is reached under the lock alone.
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
