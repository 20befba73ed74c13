/// Addresses of this machine, seen from itself.
package enum Loopback {
    /// Whether a host is one: `localhost` and every name below it (RFC 6761, section 6.3), `::1` and all of 127.0.0.0/8.
    ///
    /// - Parameter host: In lower case, without port or brackets.
    package static func contains(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") {
            return host.wholeMatch(of: #/([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*localhost/#) != nil
        }
        if host == "::1" { return true }
        // A socket that takes both families shows an IPv4 address so.
        let four = host.hasPrefix("::ffff:") ? host.dropFirst("::ffff:".count) : host[...]
        let numbers = four.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127"
            && numbers.allSatisfy { number in
                guard let byte = UInt8(number) else { return false }
                return String(byte) == number
            }
    }
}
