/// Why no complete HTTP answer came.
///
/// ``description`` is one line for people and never holds an address's secrets, headers or a body.
package struct TransportError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: Code
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// What went wrong, as far as a caller can act on it.
    package enum Code: String, Sendable, CaseIterable {
        /// The host's name has no address.
        case unresolved
        /// Nobody took the connection.
        case refused
        /// Nothing, or too little, came in time.
        case timedOut
        /// The server's certificate was not accepted: needs a person.
        case certificate
        /// The TLS handshake failed for another reason, which may pass.
        case handshake
        /// The connection broke while in use.
        case broken
        /// The answer ended before its announced end.
        case truncated
        /// The answer exceeded ``HTTPLimits/body``.
        case tooLarge
        /// The answer could not be decompressed.
        case undecodable
        /// Our task was cancelled, or the loop was stopped.
        case cancelled
        /// The request could not even be made: its address or a file it names is wrong.
        case unusable
    }
}
