package import Foundation

/// One HTTP exchange to be made by ``CurlLoop``.
package struct HTTPRequest: Sendable {
    /// Absolute; `https`, or `http` where the host is loopback or ``unixSocket`` is set.
    package var url: String
    /// The verb: `GET`, `POST` or another.
    package var method: String
    /// Sent as they are, besides those that libcurl adds itself.
    package var headers: [HTTPHeader]
    package var body: Data?
    /// Connects to this socket instead of the URL's host, which then only fills the Host header.
    package var unixSocket: String?
    /// A PEM file of the certificate authorities to trust instead of the system's.
    package var caFile: String?
    package var limits: HTTPLimits
    /// Over no connection that was used before: what must not be sent twice cannot be resent by libcurl then.
    package var freshConnection: Bool

    package init(
        url: String,
        method: String = "GET",
        headers: [HTTPHeader] = [],
        body: Data? = nil,
        unixSocket: String? = nil,
        caFile: String? = nil,
        limits: HTTPLimits = HTTPLimits(),
        freshConnection: Bool = false
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.unixSocket = unixSocket
        self.caFile = caFile
        self.limits = limits
        self.freshConnection = freshConnection
    }
}

/// A header's name and value.
package struct HTTPHeader: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// How long an exchange may take and how much it may bring.
package struct HTTPLimits: Sendable, Equatable {
    /// Name look-up, TCP and TLS together.
    package var connect = Duration.seconds(10)
    /// The whole exchange; nil = as long as it moves.
    package var total: Duration? = .seconds(60)
    /// An exchange slower than 100 bytes a second for this long is given up, in whole seconds; nil = never.
    package var stalled: Duration? = .seconds(20)
    /// The largest body taken, in bytes after decompression.
    package var body = 32 << 20

    package init() {}
}

/// What a server answered, whatever its status.
package struct HTTPAnswer: Sendable {
    package var status: Int
    package var headers: [HTTPHeader]
    /// Decompressed.
    package var body: Data
    /// From the request's start on the wire to the answer's end.
    package var elapsed: Duration

    package init(status: Int, headers: [HTTPHeader], body: Data, elapsed: Duration = .zero) {
        self.status = status
        self.headers = headers
        self.body = body
        self.elapsed = elapsed
    }

    /// The first header of that name, in whatever case it came.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
