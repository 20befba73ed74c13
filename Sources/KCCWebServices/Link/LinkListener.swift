import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import SyncEngine

/// Accepts connections and lets a ``LinkResponder`` answer them.
///
/// Hummingbird's HTTP channel serves each; the loop around it is ours, because Hummingbird cannot take over a socket that is
/// listening already, as systemd's is.
package struct LinkListener: Sendable {
    private let settings: LinkSettings
    private let responder: LinkResponder
    /// systemd's socket, where there is one.
    private let socket: CInt?
    private let patience: SlowClientHandler.Patience

    /// Connections at once; more are closed as they come.
    static let mostConnections = 512

    /// - Parameter socket: The descriptor that systemd handed over; nil where it did not.
    package init(_ settings: LinkSettings, ports: LinkPorts, socket: CInt?) {
        self.settings = settings
        self.socket = socket
        responder = LinkResponder(ports)
        patience = SlowClientHandler.Patience()
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter whenListening: Called once connections are accepted, with the port.
    /// - Throws: `LinkError` where it cannot listen, with what to do about it.
    package func run(whenListening: @escaping @Sendable (Int) async -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            if let tls = settings.tls {
                try await serve(
                    on: group,
                    TLSChannel(plain, tlsConfiguration: try Self.configuration(tls)),
                    whenListening
                )
            } else {
                try await serve(on: group, plain, whenListening)
            }
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try? await group.shutdownGracefully()
    }

    private var plain: HTTP1Channel {
        let responder = responder
        let patience = patience
        return HTTP1Channel(
            responder: { request, writer, channel in
                try await responder.respond(to: request, writer, on: channel)
            },
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [SlowClientHandler(patience), DeliveryHandler()],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 64 << 10,
                    maxHeaderListSize: 128 << 10,
                    maxHeaderFieldCount: 100
                )
            )
        )
    }

    private func serve<Channel: ServerChildChannel>(
        on group: MultiThreadedEventLoopGroup,
        _ kind: Channel,
        _ whenListening: @Sendable (Int) async -> Void
    ) async throws {
        // What HTTP cannot make sense of is the caller's affair; what matters is said by the responder.
        let logger = Logger(label: "kcc") { _ in SwiftLogNoOpLogHandler() }
        let server = try await bind(group, kind, logger)
        let open = Locked(0)
        try await server.executeThenClose { connections in
            await whenListening(server.channel.localAddress?.port ?? 0)
            try await withThrowingDiscardingTaskGroup { tasks in
                for try await connection in connections {
                    let isFull = open.withLock { count in
                        count += 1
                        return count > Self.mostConnections
                    }
                    tasks.addTask {
                        if !isFull { await kind.handle(value: connection, logger: logger) }
                        open.withLock { $0 -= 1 }
                    }
                }
            }
        }
    }

    private func bind<Channel: ServerChildChannel>(
        _ group: MultiThreadedEventLoopGroup,
        _ kind: Channel,
        _ logger: Logger
    ) async throws -> NIOAsyncChannel<Channel.Value, Never> {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
        switch settings.place {
        case .systemd:
            guard let socket else {
                throw LinkError(
                    "kcc.listen is \"systemd\", and systemd has handed over no socket; enable it: systemctl enable --now kccsyncd.socket"
                )
            }
            return try await bootstrap.bind(socket) { kind.setup(channel: $0, logger: logger) }
        case .address(let host, let port):
            do {
                return try await bootstrap.bind(host: host, port: port) {
                    kind.setup(channel: $0, logger: logger)
                }
            } catch let error as IOError {
                let reason = String(cString: strerror(error.errnoCode))
                throw LinkError(
                    "kcc.listen: \(host):\(port) cannot be listened on: \(reason); name an address of this machine and a free port"
                )
            }
        }
    }

    private static func configuration(_ tls: LinkSettings.TLS) throws -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate)
                .map { NIOSSLCertificateSource.certificate($0) }
            let key = try NIOSSLPrivateKey(file: tls.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain,
                privateKey: .privateKey(key)
            )
            configuration.minimumTLSVersion = .tlsv12
            return configuration
        } catch {
            throw LinkError(
                "kcc.tls_certificate and kcc.tls_key: expected a certificate and its key in PEM, found something else in \(tls.certificate) or \(tls.key); both must be readable for the user that kccsyncd runs as"
            )
        }
    }
}

/// Why the link cannot listen, with what to do about it.
package struct LinkError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
