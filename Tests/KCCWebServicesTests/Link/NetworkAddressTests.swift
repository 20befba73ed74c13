import HTTPTypes
import NIOCore
import Testing

@testable import KCCWebServices

/// Callers are counted by one form of their address.
struct NetworkAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1", false), ("::ffff:192.0.2.1", "192.0.2.1", false),
        ("::FFFF:C000:201", "192.0.2.1", false), ("192.0.2.1:49152", "192.0.2.1", false),
        ("[::ffff:192.0.2.1]:49152", "192.0.2.1", false), (" 192.0.2.1 ", "192.0.2.1", false),
        ("127.0.0.1", "127.0.0.1", true), ("127.9.9.9", "127.9.9.9", true),
        ("::ffff:127.0.0.1", "127.0.0.1", true), ("::1", "0000000000000000::/64", true),
        ("[::1]:8443", "0000000000000000::/64", true), ("::2", "0000000000000000::/64", false),
        ("2001:db8:1:2:3::4", "20010db800010002::/64", false),
        ("2001:0DB8:0001:0002::9", "20010db800010002::/64", false),
        ("[2001:db8:1:2::4]:443", "20010db800010002::/64", false),
        ("fe80::1%eth0", "fe80000000000000::/64", false),
    ])
    func `R5: an address has one form`(text: String, network: String, isLoopback: Bool) throws {
        let address = try #require(NetworkAddress(text))
        #expect(address.network == network)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(arguments: [
        "", "unknown", "_hidden", "192.0.2", "192.0.2.256", "localhost", "[", "[]:1", "1:2:3", "%",
    ])
    func `what is no address is none`(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    /// The peer's address, what a proxy added, whose the request is, and whether it is this machine's own.
    @Test(
        arguments: [
            ("::ffff:192.0.2.1", nil, "192.0.2.1", false), ("192.0.2.1", "10.0.0.1", "192.0.2.1", false),
            ("::ffff:127.0.0.1", "::ffff:192.0.2.1", "192.0.2.1", false),
            ("127.0.0.1", "10.0.0.1, 192.0.2.1:1234", "192.0.2.1", false), ("::1", nil, nil, true),
            ("127.0.0.1", nil, nil, true), ("::ffff:127.0.0.1", nil, nil, true),
            ("127.0.0.1", "unknown", nil, false),
        ] as [(String, String?, String?, Bool)]
    )
    func `R5: a caller is who the connection or the proxy says`(
        peer: String,
        forwarded: String?,
        address: String?,
        isLocal: Bool
    ) throws {
        var headers = HTTPFields()
        headers[.forwardedFor] = forwarded
        let caller = Caller(peer: try SocketAddress(ipAddress: peer, port: 1), headers: headers)
        #expect(caller.address == address)
        #expect(caller.isLocal == isLocal)
    }
}
