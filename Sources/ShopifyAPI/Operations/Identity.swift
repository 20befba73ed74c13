import Foundation
package import SyncEngine

extension ShopifyShop {
    package func identity() async throws(ShopError) -> ShopIdentity {
        let reply = try await ask(
            .shopIdentity,
            NoVariables(),
            as: IdentityAnswer.self,
            importance: .operatorAsked,
            what: "asking the shop who it is"
        )
        let data = reply.data
        granted.set(GrantedScopes(data.currentAppInstallation.accessScopes.map(\.handle)))
        return ShopIdentity(
            id: data.shop.id,
            name: data.shop.name,
            domain: data.shop.myshopifyDomain,
            timeZone: data.shop.ianaTimezone,
            currency: data.shop.currencyCode,
            scopes: Set(data.currentAppInstallation.accessScopes.map(\.handle)),
            supportedVersions: data.publicApiVersions.filter(\.supported).map(\.handle).sorted(),
            answeredVersion: reply.version,
            clockSkew: clockSkew(of: reply).map { .milliseconds(Int($0 * 1000)) },
            roundTrip: reply.elapsed
        )
    }

    /// Shopify's clock less ours, in seconds; nil where an answer told no time.
    func clockSkew<Answer>(of reply: Reply<Answer>) -> TimeInterval? {
        // The header has whole seconds, rounded down: half a second more is the likeliest time.
        reply.date.map { $0.timeIntervalSince(now()) + 0.5 }
    }
}

/// What the operation ShopIdentity returns.
private struct IdentityAnswer: GraphQLAnswer {
    var shop: ShopPart
    var currentAppInstallation: Installation
    var publicApiVersions: [Version]

    struct ShopPart: Decodable {
        var id: ShopifyID
        var name: String
        var myshopifyDomain: String
        var ianaTimezone: String
        var currencyCode: String
    }

    struct Installation: Decodable {
        var accessScopes: [Scope]
    }

    struct Scope: Decodable {
        var handle: String
    }

    struct Version: Decodable {
        var handle: String
        var supported: Bool
    }
}
