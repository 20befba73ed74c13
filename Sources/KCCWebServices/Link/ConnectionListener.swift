package import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import SyncEngine

/// Accepts connections and has each of them served, until its task is cancelled.
///
/// Hummingbird serves what comes over a connection; accepting is ours for two reasons. Its `Server` cannot take over a socket
/// that is listening already, as systemd's is. And what it has accepted and not begun to serve it drops when it is stopped,
/// which ends the process: NIO insists that a channel is finished. Here each connection is either closed before anything is
/// built on it, or served to its end.
package struct ConnectionListener: Sendable {
    /// Where connections come in.
    package enum Place: Sendable {
        /// A descriptor that listens already.
        case descriptor(CInt)
        case address(host: String, port: Int)
        /// A Unix socket; nothing may be there.
        case path(String)
    }

    private let place: Place
    /// Connections at once; more are closed as they come.
    private let limit: Int

    package init(_ place: Place, limit: Int) {
        self.place = place
        self.limit = limit
    }

    /// Serves until the task is cancelled; then nothing is accepted any more, and requests that are being answered are cancelled.
    ///
    /// - Parameters:
    ///   - kind: What is spoken over a connection.
    ///   - whenListening: Called once connections are accepted, with the port where there is one.
    /// - Throws: `IOError` where it cannot listen; ``ListenerClosed`` where the socket was closed by the system.
    package func run<Kind: ServerChildChannel>(
        _ kind: Kind,
        whenListening: @Sendable (Int?) async -> Void
    ) async throws {
        // One thread: clients are few, and each further one costs memory.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await serve(kind, on: group, whenListening)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try? await group.shutdownGracefully()
    }

    private func serve<Kind: ServerChildChannel>(
        _ kind: Kind,
        on group: MultiThreadedEventLoopGroup,
        _ whenListening: @Sendable (Int?) async -> Void
    ) async throws {
        // Malformed requests are the caller's to fix; the responder logs what an operator has to know.
        let logger = Logger(label: "connections") { _ in SwiftLogNoOpLogHandler() }
        let (accepted, acceptances) = AsyncStream.makeStream(of: Kind.Value.self)
        let open = Locked(0)
        let limit = limit
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                let isFull = open.withLock { count in
                    guard count < limit else { return true }
                    count += 1
                    return false
                }
                guard !isFull else { return channel.close() }
                channel.closeFuture.whenComplete { _ in open.withLock { $0 -= 1 } }
                return kind.setup(channel: channel, logger: logger).map { _ = acceptances.yield($0) }
            }
        let server = try await bind(bootstrap)
        // On the one event loop nothing can be accepted after this.
        server.closeFuture.whenComplete { _ in acceptances.finish() }
        // Not a child of this task: whatever was accepted has to be taken over, also after a cancellation.
        let serving = Task {
            await withDiscardingTaskGroup { tasks in
                for await connection in accepted {
                    tasks.addTask { await kind.handle(value: connection, logger: logger) }
                }
                tasks.cancelAll()
            }
        }
        await withTaskCancellationHandler {
            await whenListening(server.localAddress?.port)
            try? await server.closeFuture.get()
        } onCancel: {
            server.close(promise: nil)
        }
        await serving.value
        if !Task.isCancelled { throw ListenerClosed() }
    }

    private func bind(_ bootstrap: ServerBootstrap) async throws -> any Channel {
        switch place {
        case .descriptor(let socket): try await bootstrap.withBoundSocket(socket).get()
        case .address(let host, let port): try await bootstrap.bind(host: host, port: port).get()
        case .path(let path): try await bootstrap.bind(unixDomainSocketPath: path).get()
        }
    }
}

/// The system closed a socket that connections were accepted on.
package struct ListenerClosed: Error, CustomStringConvertible {
    package var description: String { "the system closed the listening socket" }
}
