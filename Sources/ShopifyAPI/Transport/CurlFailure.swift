import CCurl

/// Turns libcurl's result codes into words.
///
/// Codes: <https://curl.se/libcurl/c/libcurl-errors.html>; certificate verdicts:
/// <https://docs.openssl.org/3.0/man1/openssl-verification-options/>.
enum CurlFailure {
    /// The error for a finished transfer that libcurl did not call a success.
    ///
    /// - Parameters:
    ///   - verdict: OpenSSL's verdict on the certificate chain, 0 where it found nothing wrong.
    ///   - host: what the request was addressed to, for the text.
    ///   - text: the code's meaning in libcurl's constant words, for codes without words of ours.
    static func error(_ code: CURLcode, verdict: Int, host: String, text: String) -> TransportError {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            TransportError(.unresolved, "the name \(host) could not be resolved")
        case CURLE_COULDNT_CONNECT:
            TransportError(.refused, "\(host) did not take the connection")
        case CURLE_OPERATION_TIMEDOUT:
            TransportError(.timedOut, "\(host) did not answer in time")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
            TransportError(.certificate, "the TLS certificate of \(host) \(certificate(verdict))")
        case CURLE_SSL_CACERT_BADFILE:
            TransportError(.unusable, "the file of trusted certificates could not be read")
        case CURLE_SSL_CONNECT_ERROR:
            TransportError(.handshake, "the TLS handshake with \(host) failed")
        case CURLE_PARTIAL_FILE:
            TransportError(.truncated, "the answer of \(host) ended before its announced end")
        case CURLE_BAD_CONTENT_ENCODING:
            TransportError(.undecodable, "the answer of \(host) could not be decompressed")
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            TransportError(.broken, "the connection to \(host) broke: \(lowercasedStart(text))")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            // Such as HTTP/0.9: addresses of other protocols were refused before libcurl saw them.
            TransportError(.broken, "\(host) does not answer in HTTP")
        case CURLE_URL_MALFORMAT:
            TransportError(.unusable, "the address of \(host) is not one that can be asked")
        default:
            TransportError(
                .broken,
                "the exchange with \(host) failed: \(lowercasedStart(text)) (libcurl \(code.rawValue))"
            )
        }
    }

    /// X.509 verification results by number, as OpenSSL's `x509_vfy.h` defines them.
    private static func certificate(_ verdict: Int) -> String {
        switch verdict {
        case 9: "is not valid yet; is this machine's clock right?"
        case 10: "has expired"
        case 18, 19: "is self-signed"
        case 2, 20, 21, 27: "was issued by an authority that is not trusted here"
        case 23: "was revoked"
        // 1 is where libcurl starts from: it compares names itself, before it fetches the verdict.
        case 0, 1, 62: "is for another host"
        default: "was not accepted (verification result \(verdict))"
        }
    }

    private static func lowercasedStart(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst()
    }
}
