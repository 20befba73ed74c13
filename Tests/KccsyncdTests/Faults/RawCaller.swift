import Foundation
import SyncEngine
import TestSupport

/// A TCP client on loopback that ends its side of a connection when a test says so.
///
/// The kernel's table of connections tells when the server's side knows of it: nothing here waits for a guessed time.
final class RawCaller {
    private let descriptor: CInt
    private let server: Int
    private let own: Int

    init(port: Int) throws {
        let descriptor = try LoopbackSocket.connect(port: port)
        self.descriptor = descriptor
        server = port
        var local = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &local) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        own = Int(UInt16(bigEndian: local.sin_port))
    }

    /// Sends a POST whole.
    func post(_ body: String, to path: String, authorization: String) {
        let text =
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(authorization)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        _ = text.withCString { send(descriptor, $0, strlen($0), 0) }
    }

    /// How a client may end its side.
    enum End: Sendable {
        /// Half of it: it could still receive.
        case finish
        case close
        case reset
    }

    /// Ends the client's side, and waits until the server's kernel knows.
    func end(_ end: End) async {
        switch end {
        case .finish: shutdown(descriptor, CInt(SHUT_WR))
        case .close: Glibc.close(descriptor)
        case .reset:
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            Glibc.close(descriptor)
        }
        await until { self.state != Self.established }
    }

    /// Reads the beginning of the answer.
    func answer() async -> String {
        let found = Locked("")
        await until {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(self.descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            found.set(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self))
            return count >= 0
        }
        return found.current
    }

    // MARK: The kernel's table

    private static let established = 1

    /// The state of the server's end of the connection; nil once it is gone.
    private var state: Int? {
        guard let table = try? String(contentsOfFile: "/proc/self/net/tcp", encoding: .utf8) else {
            return nil
        }
        for line in table.split(separator: "\n").dropFirst() {
            let parts = line.split(separator: " ")
            guard parts.count > 4, Self.port(parts[1]) == server, Self.port(parts[2]) == own else { continue }
            return Int(parts[3], radix: 16)
        }
        return nil
    }

    private static func port(_ address: Substring) -> Int? {
        address.split(separator: ":").last.flatMap { Int($0, radix: 16) }
    }

    /// Waits on a thread of its own: the tasks that the server works with have all others.
    private func until(_ condition: @escaping () -> Bool) async {
        let isOver = Locked(false)
        nonisolated(unsafe) let condition = condition
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                DispatchQueue.global()
                    .async {
                        while !condition(), !isOver.current { sched_yield() }
                        continuation.resume()
                    }
            }
        } onCancel: {
            isOver.set(true)
        }
    }
}
