import Foundation
package import SyncEngine

/// How KCC's cloud reaches us: `[kcc]`.
package struct LinkSettings: Sendable, Equatable {
    /// Where the listener waits for connections.
    package enum Place: Sendable, Equatable {
        /// Port 0 takes a free one.
        case address(host: String, port: Int)
        /// The socket that systemd hands over (sd_listen_fds(3)).
        case systemd
    }

    /// A certificate and its key, files in PEM, for a listener without a proxy before it.
    package struct TLS: Sendable, Equatable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package var place: Place
    package var tls: TLS?
    /// What KCC's cloud has to call, without a slash at its end, such as `https://sync.example.com/kcc`.
    package var publicURL: String
    /// Of all that travels but the configuration document.
    package var format = WireFormat.json
    /// How often KCC is told to ask for orders, in whole minutes.
    package var frequency = Duration.seconds(300)
    /// Opens the status page to people who are not on this machine; nil = it stays closed to them.
    package var statusPassword: Secret?

    package init(place: Place, publicURL: String) {
        self.place = place
        self.publicURL = publicURL
    }

    /// Whether the listener of one configuration can serve another; nil = no listener.
    package static func listensAlike(_ one: LinkSettings?, _ other: LinkSettings?) -> Bool {
        one?.place == other?.place && one?.tls == other?.tls && one?.publicURL == other?.publicURL
    }

    /// The path of ``publicURL``, such as `/kcc`; empty where there is none.
    var path: String {
        guard let scheme = publicURL.range(of: "://") else { return "" }
        let rest = publicURL[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? ""
    }

    /// The address that an operator types into KCC's channel screen.
    package func configurationURL(of channel: String) -> String {
        "\(publicURL)/\(channel)/config.xml"
    }
}
