import Foundation
import SyncEngine
import Testing

@testable import ShopifyAPI

@Suite(.timeLimit(.minutes(30)))
struct AccessTokensTests {
    /// A source of tokens that counts and answers when it is told to.
    private final class Source: Sendable {
        let calls: AsyncStream<Int>
        private let announce: AsyncStream<Int>.Continuation
        private let answers: AsyncStream<Result<AccessTokens.Grant, ShopError>>
        private let answering: AsyncStream<Result<AccessTokens.Grant, ShopError>>.Continuation
        private let count = LockedBox(0)

        init() {
            (calls, announce) = AsyncStream.makeStream()
            (answers, answering) = AsyncStream.makeStream()
        }

        var asked: Int { count.withLock { $0 } }

        func answer(_ token: String, until: Double) {
            answering.yield(
                .success(.init(token: Secret(token), expires: Date(timeIntervalSince1970: until)))
            )
        }

        func fail(_ error: ShopError) { answering.yield(.failure(error)) }

        func fetch() async -> Result<AccessTokens.Grant, ShopError> {
            announce.yield(
                count.withLock { count in
                    count += 1
                    return count
                }
            )
            for await answer in answers { return answer }
            return .failure(ShopError(.cancelled, .retry(after: nil), "cancelled"))
        }
    }

    private let source = Source()
    private let time = LockedBox(0.0)

    private func makeTokens() -> AccessTokens {
        AccessTokens(
            fetching: { [source] in await source.fetch() },
            now: { [time] in Date(timeIntervalSince1970: time.withLock { $0 }) }
        )
    }

    private let refusal = ShopError(.clientRefused, .pause, "refused", remedy: "look")

    @Test func `a fixed token is given as it is and has no replacement`() async throws {
        let tokens = AccessTokens(fixed: Secret("shpat_1"))
        #expect(try await tokens.current() == Secret("shpat_1"))
        #expect(try await tokens.replacement(for: Secret("shpat_1")) == nil)
    }

    @Test func `twenty tasks that need a token make one request`() async throws {
        let tokens = makeTokens()
        var calls = source.calls.makeAsyncIterator()
        let tasks = (0..<20).map { _ in Task { try await tokens.current() } }
        _ = await calls.next()
        source.answer("shpat_1", until: 86_400)
        for task in tasks { #expect(try await task.value == Secret("shpat_1")) }
        #expect(source.asked == 1)
    }

    @Test func `a token is renewed five minutes before its end`() async throws {
        let tokens = makeTokens()
        source.answer("shpat_1", until: 86_400)
        #expect(try await tokens.current() == Secret("shpat_1"))
        time.withLock { $0 = 86_400 - 301 }
        #expect(try await tokens.current() == Secret("shpat_1"))
        #expect(source.asked == 1)
        time.withLock { $0 = 86_400 - 300 }
        source.answer("shpat_2", until: 2 * 86_400)
        #expect(try await tokens.current() == Secret("shpat_2"))
    }

    @Test func `the old token serves on while its renewal fails, and is not hammered`() async throws {
        let tokens = makeTokens()
        source.answer("shpat_1", until: 86_400)
        _ = try await tokens.current()
        time.withLock { $0 = 86_400 - 200 }
        source.fail(refusal)
        #expect(try await tokens.current() == Secret("shpat_1"))
        #expect(try await tokens.current() == Secret("shpat_1"))
        #expect(source.asked == 2)
        time.withLock { $0 = 86_400 }
        source.fail(refusal)
        await #expect(throws: refusal) { try await tokens.current() }
    }

    @Test func `a refused token is replaced once, however many were refused with it`() async throws {
        let tokens = makeTokens()
        source.answer("shpat_1", until: 86_400)
        let old = try await tokens.current()
        source.answer("shpat_2", until: 86_400)
        #expect(try await tokens.replacement(for: old) == Secret("shpat_2"))
        #expect(try await tokens.replacement(for: old) == Secret("shpat_2"))
        #expect(source.asked == 2)
    }

    @Test func `a cancelled task leaves the others' request alone`() async throws {
        let tokens = makeTokens()
        var calls = source.calls.makeAsyncIterator()
        let staying = Task { try await tokens.current() }
        _ = await calls.next()
        let going = Task { try await tokens.current() }
        going.cancel()
        await #expect(throws: ShopError.self) { try await going.value }
        source.answer("shpat_1", until: 86_400)
        #expect(try await staying.value == Secret("shpat_1"))
    }

    @Test func `after the last waiting task was cancelled the next one asks anew`() async throws {
        let tokens = makeTokens()
        var calls = source.calls.makeAsyncIterator()
        let going = Task { try await tokens.current() }
        _ = await calls.next()
        going.cancel()
        await #expect(throws: ShopError.self) { try await going.value }
    }

    @Test func `the request is a form with everything escaped`() throws {
        let request = TokenRequest(
            address: ShopAddress(scheme: "https", host: "mystore.myshopify.com"),
            clientID: "a b&c",
            clientSecret: Secret("s+/=é"),
            caFile: nil,
            userAgent: "kccsyncd"
        )
        .request
        #expect(request.url == "https://mystore.myshopify.com/admin/oauth/access_token")
        #expect(
            String(decoding: try #require(request.body), as: UTF8.self)
                == "grant_type=client_credentials&client_id=a%20b%26c&client_secret=s%2B%2F%3D%C3%A9"
        )
    }

    @Test(arguments: [
        (200, "{\"access_token\":\"t\",\"scope\":\"\",\"expires_in\":86399}", ShopError.Code?.none),
        (200, "{\"access_token\":\"t\"}", nil), (200, "{\"access_token\":\"\"}", .unexpectedShape),
        (200, "<html>", .unexpectedShape), (400, "{\"error\":\"invalid_client\"}", .clientRefused),
        (401, "{\"error\":\"invalid_client\"}", .clientRefused), (401, "", .clientRefused),
        (403, "{\"error\":\"shop_not_permitted\"}", .shopNotPermitted), (400, "<html>", .clientRefused),
        (404, "", .shopUnknown), (503, "", .serverError), (302, "", .redirected),
    ])
    func `every answer to the token request has its meaning`(status: Int, body: String, code: ShopError.Code?)
    {
        switch TokenRequest.verdict(Fixtures.answer(status, body), now: Date()) {
        case .success(let grant):
            #expect(code == nil)
            #expect(grant.token == Secret("t"))
        case .failure(let error): #expect(error.code == code)
        }
    }
}
