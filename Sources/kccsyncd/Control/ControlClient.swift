import Foundation
import ShopifyAPI
import SyncEngine

/// Reaches the running daemon over its control socket.
struct ControlClient: Sendable {
    let path: String
    let curl: CurlLoop
    /// How long the daemon may work on a command; nil = as long as it takes.
    var patience: Duration?

    /// Why no daemon answered.
    enum Absence: Error, Equatable {
        /// Nothing listens there.
        case notRunning
        /// Something listens there and does not let us in, or does not answer.
        case unreachable(String, ExitStatus)
    }

    /// Sends a command and waits for its reply.
    func send(_ command: ControlCommand) async throws(Absence) -> ControlReply {
        guard access(path, F_OK) == 0 else { throw .notRunning }
        guard access(path, R_OK | W_OK) == 0 else {
            throw .unreachable(
                "\(path): permission denied; run this as root or as a member of the group kccsyncd",
                .refused
            )
        }
        var limits = HTTPLimits()
        limits.total = patience
        limits.stalled = nil
        guard let body = try? JSONEncoder.control.encode(command) else {
            throw .unreachable("the command has no JSON form", .internalError)
        }
        guard body.count <= ControlServer.largestBody else { throw Self.tooLarge(body.count) }
        let request = HTTPRequest(
            url: "http://localhost" + ControlServer.route,
            method: "POST",
            headers: [HTTPHeader("Content-Type", "application/json")],
            body: body,
            unixSocket: path,
            limits: limits
        )
        let answer: HTTPAnswer
        do throws(TransportError) {
            answer = try await curl.send(request)
        } catch {
            // A socket file that nobody listens on was left by a daemon that was killed.
            if error.code == .refused { throw .notRunning }
            throw .unreachable("\(path): \(error)", .temporary)
        }
        guard answer.status == 200,
            let reply = try? JSONDecoder.control.decode(ControlReply.self, from: answer.body)
        else {
            throw .unreachable(
                "\(path): the daemon answered \(answer.status) in a form that this version does not know; restart it after an upgrade",
                .temporary
            )
        }
        return reply
    }

    private static func tooLarge(_ bytes: Int) -> Absence {
        let most = ControlServer.largestBody >> 20
        return .unreachable(
            "the daemon takes commands of at most \(most) MiB, and this one has \((bytes >> 20) + 1); split its input, and run it once for each part",
            .usage
        )
    }
}
