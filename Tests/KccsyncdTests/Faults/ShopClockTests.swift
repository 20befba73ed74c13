import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A shop whose answers have no `Date` header: stock uses our clock, and `check` and `status` warn.
@Suite(.timeLimit(.minutes(30)))
struct ShopClockTests {
    enum Situation: CaseIterable, Sendable, CustomTestStringConvertible {
        case quiet
        case orderWaits
        case saleSince
        case headerComesBack

        var testDescription: String {
            switch self {
            case .quiet: "a level in a quiet shop"
            case .orderWaits: "a level while an order waits"
            case .saleSince: "a level after a sale"
            case .headerComesBack: "the header comes back after a while"
            }
        }
    }

    @Test(arguments: Situation.allCases)
    func `S12: without a Date header stock is sent by our clock`(_ situation: Situation) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.hideDate()
        shop.product(StockFault.sku, figure: 5)
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            if situation == .orderWaits { shop.sell(.selling(3, at: now.current)) }
            try await KCC.calling(daemon) { (kcc) async throws in
                try await kcc.stock([(StockFault.sku, 20)])
                await daemon.pass(90)
                #expect(shop.offered(StockFault.sku) == (situation == .orderWaits ? 17 : 20))
                switch situation {
                case .saleSince:
                    shop.sell(.selling(4, at: now.current))
                    try await kcc.stock([(StockFault.sku, 30)])
                    await daemon.pass(120)
                    #expect(shop.offered(StockFault.sku) == 26)
                case .headerComesBack:
                    shop.hideDate(false)
                    try await kcc.stock([(StockFault.sku, 30)])
                    await daemon.pass(90)
                    #expect(shop.offered(StockFault.sku) == 30)
                case .quiet, .orderWaits: break
                }
            }
            #expect(
                try await daemon.status().contains { $0.contains("Shopify's answers carry no Date header") }
            )
        }
    }

    @Test(arguments: [nil, 0.0, 30, 90])
    func `S12: check says how the clocks agree, and does not claim it where the shop tells no time`(
        skew: Double?
    )
        async throws
    {
        let now = ManualNow()
        let ours = ManualNow(now.current.addingTimeInterval(-(skew ?? 0)))
        let shop = TestShop(now, ours: ours)
        if skew == nil { shop.hideDate() }
        let findings = await ChannelCheck(
            settings: .plain { $0.channelLocation = "Main Warehouse" },
            orderTypes: [],
            shop: shop,
            facts: ChannelFacts(),
            now: { ours.current }
        )
        .run()
        let text = findings.all.flatMap(\.lines).joined(separator: "\n")
        switch skew {
        case nil:
            #expect(text.contains("Shopify's answers carry no Date header"))
            #expect(!text.contains("clock within"))
        case 90: #expect(text.contains("Shopify's clock is 90 s ahead of ours"))
        case let skew?: #expect(text.contains("clock within \(max(1, Int(skew))) s"))
        }
    }
}
