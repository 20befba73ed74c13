import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
import NIOSSL
import SyncEngine

/// Listens where the link's settings say, and lets a ``LinkResponder`` answer.
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
        let listener = ConnectionListener(try place, limit: Self.mostConnections)
        do {
            if let tls = settings.tls {
                let channel = StrictHTTP(
                    try TLSChannel(plain, tlsConfiguration: try Self.configuration(tls))
                )
                try await listener.run(channel) { await whenListening($0 ?? 0) }
            } else {
                try await listener.run(StrictHTTP(plain)) { await whenListening($0 ?? 0) }
            }
        } catch let error as IOError {
            guard case .address(let host, let port) = settings.place else { throw error }
            let reason = String(cString: strerror(error.errnoCode))
            throw LinkError(
                "kcc.listen: \(host):\(port) cannot be listened on: \(reason); name an address of this machine and a free port"
            )
        }
    }

    private var place: ConnectionListener.Place {
        get throws {
            switch settings.place {
            case .address(let host, let port): return .address(host: host, port: port)
            case .systemd:
                guard let socket else {
                    throw LinkError(
                        "kcc.listen is \"systemd\", and systemd has handed over no socket; enable it: systemctl enable --now kccsyncd.socket"
                    )
                }
                return .descriptor(socket)
            }
        }
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

    /// What TLS 1.2 may use: key exchanges with forward secrecy only, as all of TLS 1.3's are (RFC 9325, section 4.2).
    private static let ciphers: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

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
            configuration.cipherSuiteValues = ciphers
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
