import SyncEngine

/// The parts of an address that decide how it may be asked.
struct HTTPTarget: Equatable {
    var scheme: String
    /// Without port, user or brackets; lower case.
    var host: String

    /// Reads `scheme://[user@]host[:port]/…`; nil where there is no scheme or no host.
    init?(_ url: String) {
        guard let mark = url.firstRange(of: "://") else { return nil }
        scheme = url[..<mark.lowerBound].lowercased()
        var authority = url[mark.upperBound...].prefix { !"/?#\\".contains($0) }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        if authority.hasPrefix("[") {
            host = String(authority.dropFirst().prefix { $0 != "]" }).lowercased()
        } else {
            host = String(authority.prefix { $0 != ":" }).lowercased()
        }
        guard !scheme.isEmpty, !host.isEmpty else { return nil }
    }

    /// Whether the host is this machine, seen from itself.
    var isLoopback: Bool { Loopback.contains(host) }
}
