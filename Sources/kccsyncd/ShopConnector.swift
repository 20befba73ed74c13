import ShopifyAPI
import SyncEngine

/// Connects the shops of a configuration: to Shopify in the program, to shops in memory in tests.
struct ShopConnector: Sendable {
    /// Everything that the loops of one shop ask of it.
    typealias Connection = Shop & StockShop & FulfilmentShop

    /// Connects to a plan's shop; nil for a plan without channels.
    ///
    /// The log receives what only the connection notices, such as another API version that answers.
    let connect: @Sendable (ShopPlan, any EventLog) -> (any Connection)?

    /// Shopify over libcurl, with the credential of the plan's first channel: all channels of a shop share it.
    static func shopify(over curl: CurlLoop) -> ShopConnector {
        ShopConnector { plan, log in
            guard let channel = plan.channels.first else { return nil }
            let names = plan.channels.map(\.name).joined(separator: ", ")
            let domain = plan.domain
            return ShopifyShop(
                address: channel.shop,
                credential: channel.credential,
                apiVersion: channel.apiVersion,
                caFile: channel.caFile,
                loop: curl,
                userAgent: "kccsyncd/\(Version.number)",
                onOtherVersion: { answered in
                    log.record(
                        Event(
                            .warning,
                            "\(names): Shopify answers with API version \(answered) instead of \(channel.apiVersion), which has expired; set api_version to a supported one",
                            kind: .versionFallenForward,
                            fields: [.channel: names, .shop: domain]
                        )
                    )
                }
            )
        }
    }
}
