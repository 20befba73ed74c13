import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import KCCWebServices
import NIOCore
import SyncEngine

/// Takes commands on a Unix socket: one HTTP POST each, a ``ControlCommand`` in and a ``ControlReply`` out.
///
/// Who may connect is decided by the socket's mode, 0660, and its group.
struct ControlServer: Sendable {
    let path: String
    let execute: @Sendable (ControlCommand) async -> ControlReply

    static let route = "/v1/command"
    /// The largest command: an import of some hundred thousand customers.
    static let largestBody = 64 << 20

    /// Connections at once: one for each command that runs at the same time, and each may wait.
    private static let mostConnections = 256

    /// Serves until the task is cancelled.
    ///
    /// - Parameter whenListening: Called once connections are accepted.
    func run(whenListening: @Sendable @escaping () async -> Void) async throws {
        // Whoever holds the instance lock owns the path: what lies there is a dead daemon's.
        unlink(path)
        defer { unlink(path) }
        let path = path
        let channel = HTTP1Channel { request, writer, _ in
            let (status, body) = try await answer(to: request)
            var head = HTTPResponse(status: status)
            head.headerFields[.contentType] = "application/json"
            head.headerFields[.contentLength] = String(body.readableBytes)
            try await writer.write(response: head, body: ResponseBody(byteBuffer: body))
        }
        let listener = ConnectionListener(.path(path), limit: Self.mostConnections)
        try await listener.run(channel) { _ in
            chmod(path, 0o660)
            await whenListening()
        }
    }

    private func answer(to request: Request) async throws -> (HTTPResponse.Status, ByteBuffer) {
        guard request.head.path == Self.route, request.method == .post else {
            return (.notFound, ByteBuffer())
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.largestBody)
        } catch is NIOTooManyBytesError {
            return (.contentTooLarge, ByteBuffer())
        }
        guard
            let command = try? JSONDecoder.control.decode(
                ControlCommand.self,
                from: Data(body.readableBytesView)
            )
        else { return (.badRequest, ByteBuffer()) }
        return (.ok, ByteBuffer(bytes: try JSONEncoder.control.encode(await execute(command))))
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
