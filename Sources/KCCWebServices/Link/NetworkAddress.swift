import Foundation
import NIOCore

/// Where a caller is in the network, in the one form in which callers are compared and counted.
struct NetworkAddress: Equatable {
    /// An IPv4 address, or an IPv6 network of /64: a host has a whole one, and may call from any of its addresses.
    let network: String
    let isLoopback: Bool

    /// Reads an address as sockets and proxies write it; nil where it is none.
    ///
    /// - Parameter text: With or without a port, brackets and a zone. An IPv4 address that is mapped into IPv6, as a socket for both
    ///   shows it, is an IPv4 address (RFC 4291, section 2.5.5.2).
    init?(_ text: String) {
        let host = Self.host(text.trimmingCharacters(in: .whitespaces))
        guard let address = try? SocketAddress(ipAddress: host, port: 0) else { return nil }
        var bytes =
            switch address {
            case .v4(let four): withUnsafeBytes(of: four.address.sin_addr) { Array($0) }
            case .v6(let six): withUnsafeBytes(of: six.address.sin6_addr) { Array($0) }
            case .unixDomainSocket: [UInt8]()
            }
        if bytes.starts(with: Self.mapped) { bytes.removeFirst(Self.mapped.count) }
        if bytes.count == 4 {
            network = bytes.map { String($0) }.joined(separator: ".")
            isLoopback = bytes[0] == 127
        } else {
            network = bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "::/64"
            isLoopback = bytes == [UInt8](repeating: 0, count: 15) + [1]
        }
    }

    private static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    /// The address without what stands around it.
    private static func host(_ text: String) -> String {
        var host = text[...]
        if host.hasPrefix("[") {
            host = host.dropFirst().prefix { $0 != "]" }
        } else if host.count(where: { $0 == ":" }) == 1 {
            host = host.prefix { $0 != ":" }
        }
        return String(host.prefix { $0 != "%" })
    }
}
