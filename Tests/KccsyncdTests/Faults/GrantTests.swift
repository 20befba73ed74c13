import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI
@testable import kccsyncd

/// What Shopify's token endpoint answers an app with, in the forms that it is seen in.
@Suite struct GrantTests {
    /// An answer, and what it means.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var status = 400
        var body: String
        var code: ShopError.Code
        var exit = ExitStatus.refused
        var words: String

        private static let sentence =
            "Oauth error shop_not_permitted: Client credentials cannot be performed on this shop."
        private static let organisations =
            "app and shop belong to different organisations (shop_not_permitted"

        static let all = [
            Case(
                testDescription: "shop_not_permitted as JSON",
                body: #"{"error":"shop_not_permitted"}"#,
                code: .shopNotPermitted,
                words: organisations
            ),
            Case(
                testDescription: "shop_not_permitted as JSON with a description",
                body:
                    #"{"error":"shop_not_permitted","error_description":"Client credentials cannot be performed on this shop."}"#,
                code: .shopNotPermitted,
                words: organisations + ": Client credentials cannot be performed on this shop)"
            ),
            Case(
                testDescription: "shop_not_permitted in a text",
                body: sentence,
                code: .shopNotPermitted,
                words: organisations
            ),
            Case(
                testDescription: "shop_not_permitted in a page",
                body: "<!DOCTYPE html><html><body><h1>\(sentence)</h1></body></html>",
                code: .shopNotPermitted,
                words: organisations
            ),
            Case(
                testDescription: "the sentence as the JSON's error",
                body: #"{"error":"\#(sentence)"}"#,
                code: .shopNotPermitted,
                words: organisations
            ),
            Case(
                testDescription: "shop_not_permitted with 403",
                status: 403,
                body: sentence,
                code: .shopNotPermitted,
                words: organisations
            ),
            Case(
                testDescription: "another word as JSON",
                body: #"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
                code: .clientRefused,
                words: "client id and secret rejected (invalid_client: Client authentication failed)"
            ),
            Case(
                testDescription: "another word in a text",
                body: "Oauth error application_cannot_be_found: The application cannot be found",
                code: .clientRefused,
                words: "client id and secret rejected (application_cannot_be_found)"
            ),
            Case(
                testDescription: "a word that nobody knows, in a page",
                body: "<p>Oauth error client_on_holiday: come back later</p>",
                code: .clientRefused,
                words: "client id and secret rejected (client_on_holiday)"
            ),
            Case(
                testDescription: "a page without any word",
                body: "<html><title>400 Bad Request</title></html>",
                code: .clientRefused,
                words: "client id and secret rejected (400)"
            ),
            Case(
                testDescription: "401 without a body",
                status: 401,
                body: "",
                code: .clientRefused,
                words: "client id and secret rejected (401)"
            ),
            Case(
                testDescription: "403 with a page",
                status: 403,
                body: "<html>Forbidden</html>",
                code: .clientRefused,
                words: "client id and secret rejected (403)"
            ),
            Case(
                testDescription: "a shop that is not there, as JSON",
                body: #"{"error":"shop_not_found"}"#,
                code: .shopUnknown,
                exit: .unavailable,
                words: "Shopify does not know the shop (shop_not_found)"
            ),
            Case(
                testDescription: "a shop that is not there, by the status",
                status: 404,
                body: "<html>Not Found</html>",
                code: .shopUnknown,
                exit: .unavailable,
                words: "Shopify does not know the shop (404)"
            ),
            Case(
                testDescription: "an outage is no rejection, whatever it says",
                status: 503,
                body: "invalid_client",
                code: .serverError,
                exit: .unavailable,
                words: "Shopify's server failed (503)"
            ),
        ]
    }

    @Test(arguments: Case.all)
    func `C8: the token endpoint's rejections are understood in every form`(_ input: Case) throws {
        let answer = HTTPAnswer(status: input.status, headers: [], body: Data(input.body.utf8))
        guard case .failure(let error) = TokenRequest.verdict(answer, now: Date()) else {
            Issue.record("expected a rejection")
            return
        }
        #expect(error.code == input.code)
        #expect(ExitStatus(error) == input.exit)
        #expect(error.message.contains(input.words))
        if input.code == .shopNotPermitted {
            #expect(error.disposition == .pause)
            #expect(error.remedy(for: "web").hasSuffix("then run: kccsyncd setup web"))
        }
    }
}
