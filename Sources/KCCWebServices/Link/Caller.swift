import Foundation
import Hummingbird
import NIOCore
import SyncEngine
import HTTPTypes

/// Where a request comes from, as far as it can be known.
struct Caller: Equatable {
    /// Nil where a proxy on this machine passes requests on and does not say whose.
    let address: String?
    /// Came over loopback, and no proxy has touched it.
    let isLocal: Bool

    /// - Parameters:
    ///   - peer: The other end of the connection; nil or without an IP for a Unix socket.
    init(peer: SocketAddress?, headers: HTTPFields) {
        let ip = peer?.ipAddress.flatMap { NetworkAddress($0) }
        guard ip?.isLoopback ?? true else {
            address = ip?.network
            isLocal = false
            return
        }
        // Only the last entry is the proxy's own; those before are what it was told.
        let forwarded = headers[values: .forwardedFor].last?.split(separator: ",").last
        address = forwarded.flatMap { NetworkAddress(String($0)) }?.network
        let proxied: [HTTPField.Name] = [.forwardedFor, .forwarded, .realIP, .via]
        isLocal =
            ip != nil && !proxied.contains { headers[$0] != nil }
    }

    /// A page that was made to look like this machine's, by a name that leads here, has another host.
    static func isLocalHost(_ authority: String?) -> Bool {
        guard let authority else { return false }
        let host: Substring
        if authority.hasPrefix("[") {
            host = authority.dropFirst().prefix { $0 != "]" }
        } else {
            host = authority.prefix { $0 != ":" }
        }
        return Loopback.contains(host.lowercased())
    }
}

extension HTTPField.Name {
    static var forwardedFor: Self { Self.made("X-Forwarded-For") }
    static var forwarded: Self { Self.made("Forwarded") }
    static var realIP: Self { Self.made("X-Real-IP") }
    static var via: Self { Self.made("Via") }
    static var continuation: Self { Self.made("Sirion-Continuation") }
    static var specificIDs: Self { Self.made("SpecificIDs") }

    /// A name of our own writing is always one.
    private static func made(_ name: String) -> Self {
        Self(name) ?? .date
    }
}
