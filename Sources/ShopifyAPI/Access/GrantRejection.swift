import Foundation
import SyncEngine

/// Why the token endpoint grants no token, from whatever form its answer has.
///
/// OAuth's code word comes as JSON (RFC 6749, section 5.2), or inside a text or an HTML page, such as "Oauth error
/// shop_not_permitted: Client credentials cannot be performed on this shop."
struct GrantRejection: Sendable, Equatable {
    /// Such as `shop_not_permitted`; the status where no code word was found.
    let word: String
    /// What Shopify says besides; empty where it says nothing.
    let description: String

    /// Bytes of a body that are searched.
    private static let mostBytes = 64 * 1024

    /// Nil for an answer that is no rejection of the credentials.
    init?(_ answer: HTTPAnswer) {
        guard Self.statuses.contains(answer.status) else { return nil }
        let body = answer.body.prefix(Self.mostBytes)
        struct Body: Decodable {
            var error: String?
            var error_description: String?
        }
        let decoded = try? JSONDecoder().decode(Body.self, from: answer.body)
        let text = String(decoding: body, as: UTF8.self)
        word = Self.word(decoded?.error) ?? Self.word(in: text) ?? String(answer.status)
        description = decoded?.error_description.map(Quotation.masked) ?? ""
        // A shop that does not exist answers 404 with a page of its own, which the status tells.
        if answer.status == 404, Int(word) != nil { return nil }
    }

    /// What OAuth servers reject a client with; other statuses mean the same as anywhere.
    private static let statuses: Set<Int> = [400, 401, 403, 404, 406, 422]

    /// A code word of OAuth or Shopify: lower-case letters and underscores.
    private static func word(_ text: String?) -> String? {
        guard let text, text.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil, text.utf8.count <= 60 else {
            return nil
        }
        return text
    }

    private static func word(in text: String) -> String? {
        let named = text.firstMatch(of: /(?i:oauth\s+error:?)\s+([a-z]+(?:_[a-z]+)+)/)?.1
        let known = knownWords.first { text.localizedCaseInsensitiveContains($0) }
        return known ?? named.map(String.init)
    }

    private static let notPermitted = "shop_not_permitted"
    private static let unknownShops = ["shop_not_found", "invalid_shop"]
    private static let knownWords = [
        notPermitted, "application_cannot_be_found", "app_not_installed", "invalid_client", "invalid_grant",
        "unauthorized_client", "unsupported_grant_type", "access_denied", "shop_not_found", "invalid_shop",
    ]

    var error: ShopError {
        let words = description.isEmpty ? word : "\(word): \(description)"
        if word == Self.notPermitted {
            return ShopError(
                .shopNotPermitted,
                .pause,
                "app and shop belong to different organisations (\(words)), so Shopify grants the app no token for this shop",
                remedy:
                    "create the app in the Dev Dashboard of the organisation that owns the shop and install it there, or use an access token of an app of the shop's own; then run: kccsyncd setup CHANNEL"
            )
        }
        if Self.unknownShops.contains(word) {
            return ShopError(
                .shopUnknown,
                .pause,
                "Shopify does not know the shop (\(words))",
                remedy: "check the shop's address in shop_url"
            )
        }
        return ShopError(
            .clientRefused,
            .pause,
            "client id and secret rejected (\(words))",
            remedy: "check both against the app's settings and that the app is installed in this shop, "
                + "then run: kccsyncd setup CHANNEL"
        )
    }
}
