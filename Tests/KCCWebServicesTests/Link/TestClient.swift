import Foundation
import TestSupport

/// A client on loopback that sends what a test says, and reads only where the test does.
final class TestClient: @unchecked Sendable {
    // The descriptor is set once; the calls on it are the kernel's to order.
    private let descriptor: CInt

    init(port: Int) throws {
        descriptor = try LoopbackSocket.connect(port: port)
    }

    deinit { close(descriptor) }

    /// Sends as much as the kernel takes at once.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
    }

    /// Reads until a text has come, or the server has ended the connection.
    func read(until end: String? = nil) async -> String {
        await apart {
            var found: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while end.map({ !String(decoding: found, as: UTF8.self).contains($0) }) ?? true {
                let count = recv(self.descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                found += buffer.prefix(count)
            }
            return String(decoding: found, as: UTF8.self)
        }
    }

    /// Waits until the server has reset the connection, without reading anything.
    func isReset() async {
        await apart {
            var poll = pollfd(fd: self.descriptor, events: 0, revents: 0)
            while poll.revents & Int16(POLLHUP | POLLERR) == 0 { Glibc.poll(&poll, 1, -1) }
        }
    }

    /// Blocks a thread of its own: those of tasks belong to the server.
    private func apart<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { waiting in
            Thread { waiting.resume(returning: work()) }.start()
        }
    }
}
