package import Foundation
package import SyncEngine

/// One Shopify store, by the GraphQL Admin API: the engine's ``Shop``.
///
/// Every request waits for points in the shop's bucket, carries a valid token and is judged once, by
/// ``Classification``. Nothing is tried twice here but a request whose token was refused and could be
/// renewed; all other repetition is the engine's.
package final class ShopifyShop: Shop {
    let address: ShopAddress
    let apiVersion: String
    let now: @Sendable () -> Date
    private let caFile: String?
    private let userAgent: String
    private let loop: CurlLoop
    private let tokens: AccessTokens
    private let bucket: CostBucket
    private let limits: HTTPLimits
    private let onOtherVersion: @Sendable (String) -> Void
    private let otherVersion = Locked<String?>(nil)
    /// What the shop granted when it was last asked, so that no remedy names what is there.
    let granted = Locked(GrantedScopes([String]()))
    /// Whether an order paid in another currency than the shop's was seen: then both sides are asked of all.
    let sellsAbroad = Locked(false)

    /// Prepares the shop; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - address: `https` in production.
    ///   - credential: A token, or an app's id and secret.
    ///   - apiVersion: Such as `2026-07`.
    ///   - caFile: A PEM file of authorities to trust instead of the system's.
    ///   - loop: Shared by all shops of the process.
    ///   - userAgent: How we introduce ourselves.
    ///   - limits: Bounds on each exchange.
    ///   - clock: Paces the requests.
    ///   - now: The wall clock, compared with Shopify's.
    ///   - onOtherVersion: Called when another API version answers than the one asked for, which
    ///     happens once that has expired, and again only when yet another does.
    package init(
        address: ShopAddress,
        credential: ShopCredential,
        apiVersion: String,
        caFile: String? = nil,
        loop: CurlLoop,
        userAgent: String = "kccsyncd",
        limits: HTTPLimits = HTTPLimits(),
        clock: some Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        onOtherVersion: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.address = address
        self.apiVersion = apiVersion
        self.caFile = caFile
        self.loop = loop
        self.userAgent = userAgent
        self.limits = limits
        self.now = now
        self.onOtherVersion = onOtherVersion
        bucket = CostBucket(clock: clock)
        switch credential {
        case .token(let token): tokens = AccessTokens(fixed: token)
        case .client(let id, let secret):
            let request = TokenRequest(
                address: address,
                clientID: id,
                clientSecret: secret,
                caFile: caFile,
                userAgent: userAgent
            )
            tokens = AccessTokens(
                fetching: { @Sendable in await request.send(over: loop, now: now) },
                now: now
            )
        }
    }

    package var budget: ShopBudget {
        get async { bucket.budget }
    }

    /// Sends one operation and judges its answer.
    ///
    /// - Parameters:
    ///   - document: The operation.
    ///   - variables: Its variables.
    ///   - costKey: Tells apart calls of one document whose variables change its price.
    ///   - executesOnce: Sends over a connection of its own: on one that was used before libcurl sends again by itself
    ///     when it turns out to be closed, and nobody would know.
    ///   - what: For messages: "reading 12 orders".
    func ask<Answer: GraphQLAnswer>(
        _ document: GraphQLDocument,
        _ variables: some Encodable & Sendable,
        as type: Answer.Type,
        importance: Importance,
        costKey: String = "",
        executesOnce: Bool = false,
        what: String
    ) async throws(ShopError) -> Reply<Answer> {
        var asked = Asked(what: what, version: apiVersion, granted: granted.current)
        guard let body = GraphQLRequest(document, variables).json() else {
            throw ShopError(.badRequest, .fault, "\(what): the request has no JSON form")
        }
        var token = try await tokens.current()
        var renewed = false
        while true {
            guard
                let ticket = await bucket.reserve(
                    document.name + costKey,
                    estimate: document.firstEstimate,
                    importance: importance
                )
            else {
                throw ShopError(.cancelled, .retry(after: nil), "\(what): cancelled while waiting for points")
            }
            let answer: HTTPAnswer
            do throws(TransportError) {
                answer = try await loop.send(request(body, token, freshConnection: executesOnce))
            } catch {
                bucket.settle(ticket, nil)
                throw Classification.error(error, asked: asked)
            }
            var verdict = await Self.judge(answer, asked, as: type, now())
            bucket.settle(ticket, verdict.cost)
            noteVersion(verdict.version)
            if verdict.isDenied, document.name != GraphQLDocument.shopIdentity.name {
                // The scopes known here are those of some time ago, and a refusal says that they have changed.
                granted.set(GrantedScopes([String]()))
                _ = try? await identity()
                asked.granted = granted.current
                verdict = await Self.judge(answer, asked, as: type, now())
            }
            if case .failure(let error) = verdict.result, error.code == .tokenRefused, !renewed,
                let other = try await tokens.replacement(for: token)
            {
                token = other
                renewed = true
                continue
            }
            return try verdict.result.get()
        }
    }

    /// Judges an answer away from the caller's actor: two megabytes of orders take some 80 ms.
    @concurrent
    private static func judge<Answer: GraphQLAnswer>(
        _ answer: HTTPAnswer,
        _ asked: Asked,
        as type: Answer.Type,
        _ now: Date
    ) async -> Verdict<Answer> {
        Classification.verdict(answer, asked: asked, as: type, now: now)
    }

    private func request(_ body: Data, _ token: Secret, freshConnection: Bool) -> HTTPRequest {
        HTTPRequest(
            url: "\(address)/admin/api/\(apiVersion)/graphql.json",
            method: "POST",
            headers: [
                HTTPHeader("Content-Type", "application/json"), HTTPHeader("Accept", "application/json"),
                HTTPHeader("User-Agent", userAgent), HTTPHeader("X-Shopify-Access-Token", token.reveal()),
            ],
            body: body,
            caFile: caFile,
            limits: limits,
            freshConnection: freshConnection
        )
    }

    private func noteVersion(_ answered: String?) {
        guard let answered else { return }
        let changed = otherVersion.withLock { known in
            let before = known
            known = answered == apiVersion ? nil : answered
            return known != nil && known != before
        }
        if changed { onOtherVersion(answered) }
    }
}
