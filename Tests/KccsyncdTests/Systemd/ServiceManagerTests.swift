import Foundation
import Glibc
import Testing

@testable import kccsyncd

/// The environment and the signals belong to the whole process, so each of these has a process of its own.
@Suite struct ServiceManagerTests {
    /// Listens where systemd would.
    final class NotifySocket {
        let path: String
        private let descriptor: CInt

        init() throws {
            path = FileManager.default.temporaryDirectory.appending(path: "notify-\(UUID().uuidString)").path
            descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
            try #require(descriptor >= 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            try #require(bytes.count < 108)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(bound == 0)
            setenv("NOTIFY_SOCKET", path, 1)
        }

        deinit {
            unsetenv("NOTIFY_SOCKET")
            close(descriptor)
            unlink(path)
        }

        /// The next message; empty where there is none.
        func receive() -> String {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test func `systemd hears what happens`() async {
        await #expect(processExitsWith: .success) {
            let socket = try NotifySocket()
            let systemd = ServiceManager()
            systemd.ready()
            #expect(socket.receive() == "READY=1")
            systemd.status("2 channels,\nlast poll 9 s ago")
            #expect(socket.receive() == "STATUS=2 channels,<U+000A>last poll 9 s ago")
            systemd.watchdog()
            #expect(socket.receive() == "WATCHDOG=1")
            systemd.extendTimeout(.milliseconds(30_500))
            #expect(socket.receive() == "EXTEND_TIMEOUT_USEC=30500000")
            systemd.extendTimeout(.seconds(-1))
            systemd.extendTimeout(.seconds(Int64.max))
            #expect(socket.receive() == "")
            systemd.reloading()
            let reloading = socket.receive()
            #expect(reloading.wholeMatch(of: #/RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*/#) != nil)
            systemd.stopping()
            #expect(socket.receive() == "STOPPING=1")
        }
    }

    @Test func `outside systemd nothing happens`() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            unsetenv("WATCHDOG_USEC")
            let systemd = ServiceManager()
            systemd.ready()
            systemd.stopping()
            #expect(systemd.watchdogInterval == nil)
        }
    }

    @Test func `the watchdog's interval is read from the environment`() async {
        await #expect(processExitsWith: .success) {
            defer {
                unsetenv("WATCHDOG_USEC")
                unsetenv("WATCHDOG_PID")
            }
            setenv("WATCHDOG_USEC", "120000000", 1)
            #expect(ServiceManager().watchdogInterval == .seconds(120))
            setenv("WATCHDOG_PID", "1", 1)
            #expect(ServiceManager().watchdogInterval == nil)
        }
    }

    @Test func `signals arrive as values, in their order`() async {
        await #expect(processExitsWith: .success) {
            let stream = Signals.stream()
            var iterator = stream.makeAsyncIterator()
            for (number, signal) in [
                (SIGHUP, Signal.hangUp), (SIGTERM, .terminate), (SIGINT, .interrupt), (SIGHUP, .hangUp),
            ] {
                kill(getpid(), number)
                #expect(await iterator.next() == signal)
            }
        }
    }

    @Test func `a broken pipe does not end the process`() async {
        await #expect(processExitsWith: .success) {
            Signals.ignoreFatalWrites()
            var pipes: [CInt] = [0, 0]
            try #require(pipe(&pipes) == 0)
            close(pipes[0])
            defer { close(pipes[1]) }
            #expect(write(pipes[1], "x", 1) == -1)
            #expect(errno == EPIPE)
        }
    }
}
