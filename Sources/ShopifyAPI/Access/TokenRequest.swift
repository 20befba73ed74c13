import Foundation
import SyncEngine

/// The client credentials grant: one request that turns an app's id and secret into a token.
struct TokenRequest: Sendable {
    let address: ShopAddress
    let clientID: String
    let clientSecret: Secret
    let caFile: String?
    let userAgent: String

    private static let asked = Asked(what: "asking for an access token", version: nil)

    /// Asks Shopify for a token.
    func send(over loop: CurlLoop, now: @Sendable () -> Date) async -> Result<AccessTokens.Grant, ShopError> {
        do throws(TransportError) {
            let answer = try await loop.send(request)
            return Self.verdict(answer, now: now())
        } catch {
            return .failure(Classification.error(error, asked: Self.asked))
        }
    }

    var request: HTTPRequest {
        let form = [
            ("grant_type", "client_credentials"), ("client_id", clientID),
            ("client_secret", clientSecret.reveal()),
        ]
        let body = form.map { "\($0.0)=\(Self.escaped($0.1))" }.joined(separator: "&")
        return HTTPRequest(
            url: "\(address)/admin/oauth/access_token",
            method: "POST",
            headers: [
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                HTTPHeader("Accept", "application/json"), HTTPHeader("User-Agent", userAgent),
            ],
            body: Data(body.utf8),
            caFile: caFile
        )
    }

    /// Decides what the answer means.
    static func verdict(_ answer: HTTPAnswer, now: Date) -> Result<AccessTokens.Grant, ShopError> {
        struct Granted: Decodable {
            var access_token: String
            var expires_in: Double?
        }
        if let rejection = GrantRejection(answer) { return .failure(rejection.error) }
        if let error = StatusClassification.error(answer, asked: asked, now: now) { return .failure(error) }
        guard let granted = try? JSONDecoder().decode(Granted.self, from: answer.body),
            !granted.access_token.isEmpty
        else {
            return .failure(
                ShopError(
                    .unexpectedShape,
                    .retry(after: nil),
                    "\(asked.what): expected an access_token in JSON, found something else"
                )
            )
        }
        // A day is what Shopify grants; where it names nothing, believe an hour.
        let seconds = min(max(granted.expires_in ?? 3600, 60), 30 * 86_400)
        return .success(
            AccessTokens.Grant(token: Secret(granted.access_token), expires: now.addingTimeInterval(seconds))
        )
    }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }
}
