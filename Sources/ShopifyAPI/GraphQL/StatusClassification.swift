import Foundation
import SyncEngine

/// The part of the classification that goes by HTTP status alone.
///
/// See <https://shopify.dev/docs/api/usage/response-codes>.
enum StatusClassification {
    /// No pause that a server asks for is longer: a mistake there must not silence a shop for days.
    static let longestWait = Duration.seconds(15 * 60)

    /// The error that a status means; nil for 200, whose body decides.
    static func error(_ answer: HTTPAnswer, asked: Asked, now: Date) -> ShopError? {
        let status = answer.status
        let retryAfter = retryAfter(answer, now: now)
        switch status {
        case 200: return nil
        case 401: return tokenRefused("401")
        case 402:
            return ShopError(
                .shopFrozen,
                .pause,
                "the shop is frozen (402)",
                remedy: "its owner must settle the bill with Shopify"
            )
        case 403:
            return ShopError(
                .forbidden,
                .pause,
                "Shopify forbids the access (403)\(said(answer))",
                remedy: "look at the app's Admin API scopes and whether it is still installed"
            )
        case 404:
            let version = asked.version.map { ", or has no API version \($0)" } ?? ""
            return ShopError(
                .shopUnknown,
                .pause,
                "Shopify does not know the shop (404)\(version)",
                remedy: "check the shop's address and api_version"
            )
        case 408, 504:
            return ShopError(
                .timedOut,
                .retry(after: retryAfter),
                "\(asked.what): Shopify ran out of time (\(status))"
            )
        case 423:
            return ShopError(
                .shopLocked,
                .pause,
                "the shop is locked (423)",
                remedy: "its owner must ask Shopify's support why"
            )
        case 429, 430:
            let why = status == 429 ? "too many requests (429)" : "refused by Shopify's security filter (430)"
            return ShopError(.rateLimited, .retry(after: retryAfter), "\(asked.what): \(why)")
        case 300...399: return redirected(answer)
        case 409, 500...599:
            return ShopError(
                .serverError,
                .retry(after: retryAfter),
                "\(asked.what): Shopify's server failed (\(status))"
            )
        case 400...499, 783:
            return ShopError(
                .badRequest,
                .fault,
                "\(asked.what): Shopify refused the request (\(status))\(said(answer))"
            )
        default:
            return ShopError(
                .unexpectedShape,
                .retry(after: nil),
                "\(asked.what): expected status 200, found \(status)"
            )
        }
    }

    static func tokenRefused(_ status: String) -> ShopError {
        ShopError(
            .tokenRefused,
            .pause,
            "token refused (\(status)): it was revoked, or belongs to another shop",
            remedy: "make a new token, or correct the client secret, then run kccsyncd setup CHANNEL"
        )
    }

    /// Seconds or a date; nil where absent, past or unreadable; never more than ``longestWait``.
    static func retryAfter(_ answer: HTTPAnswer, now: Date) -> Duration? {
        guard let text = answer.header("Retry-After")?.trimmingCharacters(in: .whitespaces) else {
            return nil
        }
        let longest = Double(longestWait.components.seconds)
        var seconds = Double(text)
        if seconds == nil, let date = HTTPTime.date(text) {
            // By the server's own clock where it told it: ours may be wrong.
            let reference = answer.header("Date").flatMap(HTTPTime.date) ?? now
            seconds = date.timeIntervalSince(reference)
        }
        guard let seconds, seconds > 0 else { return nil }
        return .milliseconds(Int((min(seconds, longest) * 1000).rounded(.up)))
    }

    /// A redirect is never followed: libcurl would hand our token to the new host.
    private static func redirected(_ answer: HTTPAnswer) -> ShopError {
        let host = answer.header("Location").flatMap(HTTPTarget.init)?.host
        let place = host.map { " to \(Quotation.plain($0))" } ?? ""
        return ShopError(
            .redirected,
            .pause,
            "the shop's address redirects\(place) (\(answer.status)), which is not followed",
            remedy: "set shop_url to the address ending in .myshopify.com"
        )
    }

    /// Shopify's own words, where the body holds them as a string.
    private static func said(_ answer: HTTPAnswer) -> String {
        struct Body: Decodable { var errors: String }
        guard let body = try? JSONDecoder().decode(Body.self, from: answer.body) else { return "" }
        return ": " + Quotation.masked(body.errors)
    }
}
