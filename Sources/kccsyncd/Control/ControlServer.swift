import Foundation
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import SyncEngine

/// Takes commands on a Unix socket: one HTTP POST each, a ``ControlCommand`` in and a ``ControlReply`` out.
///
/// Who may connect is decided by the socket's mode, 0660, and its group.
struct ControlServer: Sendable {
    let path: String
    let log: any EventLog
    let execute: @Sendable (ControlCommand) async -> ControlReply

    static let route = "/v1/command"
    /// The largest command: an import of some hundred thousand customers.
    static let largestBody = 64 << 20

    /// Serves until the task is cancelled.
    ///
    /// - Parameter whenListening: Called once connections are accepted.
    func run(whenListening: @Sendable @escaping () async -> Void) async throws {
        // Whoever holds the instance lock owns the path: what lies there is a dead daemon's.
        unlink(path)
        let router = Router()
        let execute = execute
        router.post("/v1/command") { request, _ -> Response in
            let body = try await request.body.collect(upTo: Self.largestBody)
            guard
                let command = try? JSONDecoder.control.decode(
                    ControlCommand.self,
                    from: Data(body.readableBytesView)
                )
            else { return Response(status: .badRequest) }
            let reply = try JSONEncoder.control.encode(await execute(command))
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply))
            )
        }
        let path = path
        // Connections broken off at the stop are no news; what matters is thrown by `run`.
        var logger = Logger(label: "control") { [log] in EventLogHandler(label: $0, log: log) }
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: path),
                serverName: "kccsyncd"
            ),
            onServerRunning: { _ in
                chmod(path, 0o660)
                await whenListening()
            },
            // Commands come one at a time; a second thread would only cost memory.
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
            logger: logger
        )
        defer { unlink(path) }
        try await application.run()
    }
}

extension JSONEncoder {
    static var control: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }
}

extension JSONDecoder {
    static var control: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
