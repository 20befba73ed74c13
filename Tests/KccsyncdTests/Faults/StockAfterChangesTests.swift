import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Stock after names in the file have changed: of channels whose orders KCC may have, and of sites that levels were told for.
@Suite(.timeLimit(.minutes(30)))
struct StockAfterChangesTests {
    private static let sku = StockFault.sku

    /// Linked, and the file's site `MAIN` has another name.
    private static func site(_ name: String) -> String {
        ConfigurationText.linked.replacing("MAIN = 1", with: "\(name) = 1")
            .replacing("site = \"MAIN\"", with: "site = \"\(name)\"")
    }

    // MARK: Channels

    enum Gone: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case renamed = "it has another name"
        case restarted = "it has another name, and the daemon restarts"
        case twice = "it has another name, and KCC asks for orders there"
        case back = "it has another name, and its own again"

        var testDescription: String { rawValue }

        func happen(_ daemon: Installation, _ kcc: KCC) async throws -> String {
            let text = ConfigurationText.linked.replacing("[channels.web", with: "[channels.shop")
            _ = try await daemon.reload(text)
            await daemon.pass(30)
            switch self {
            case .renamed: return "shop"
            case .restarted:
                try await daemon.restart()
                await daemon.pass(30)
                return "shop"
            case .twice:
                _ = try await kcc.orders("shop")
                return "shop"
            case .back:
                _ = try await daemon.reload(ConfigurationText.linked)
                await daemon.pass(30)
                return "web"
            }
        }
    }

    @Test(arguments: Gone.allCases)
    func `S1: orders of a channel that is gone are held back, whether anything was acknowledged or not`(
        _ gone: Gone
    ) async throws {
        let order = Order.selling(3, ago: 3 * StockFault.hour)
        try await StockFault.run(figure: 25, selling: order) { (daemon, shop) async throws in
            var name = ""
            try await KCC.calling(daemon) { (kcc) async throws in
                let page = try await kcc.orders()
                #expect(page.refs == ["1001"])
                name = try await gone.happen(daemon, kcc)
            }
            let channel = name
            try await KCC.calling(daemon) { (kcc) async throws in
                #expect(try await kcc.stock([(Self.sku, 20)], to: channel) == 200)
            }
            await daemon.pass(120)
            #expect(shop.offered(Self.sku) == 17)
        }
    }

    // MARK: Sites

    @Test
    func `S9: KCC's level at a site with a new name replaces the one that a command set at the old name`()
        async throws
    {
        try await StockFault.run { (daemon, shop) async throws in
            _ = await daemon.set(Self.sku, 20, site: "MAIN")
            await daemon.pass(60)
            _ = try await daemon.reload(Self.site("DEPOT"))
            try await KCC.calling(daemon) { (kcc) async throws in _ = try await kcc.stock([(Self.sku, 20)]) }
            await daemon.pass(120)
            #expect(shop.offered(Self.sku) == 20)
            let trouble = try await daemon.stockList(trouble: true)
            #expect(trouble.contains { $0.contains(Self.sku) }, "\(trouble)")
        }
    }

    @Test
    func
        `S9: a level that KCC reported follows its site's new name, and a command's at the old one does not count`()
        async throws
    {
        try await StockFault.run { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in _ = try await kcc.stock([(Self.sku, 20)]) }
            _ = await daemon.set(Self.sku, 21, site: "MAIN")
            await daemon.pass(120)
            #expect(shop.offered(Self.sku) == 21)
            _ = try await daemon.reload(Self.site("DEPOT"))
            await daemon.pass(120)
            #expect(shop.offered(Self.sku) == 20)
        }
    }

    @Test
    func `S9: levels at names that [sites] does not have when it comes are not added to those that it has`()
        async throws
    {
        try await StockFault.run(ConfigurationText.text(kcc: nil)) { (daemon, shop) async throws in
            _ = await daemon.set(Self.sku, 20, site: "Depot")
            await daemon.pass(60)
            #expect(shop.offered(Self.sku) == 20)
            _ = try await daemon.reload(ConfigurationText.text(kcc: nil, more: "[sites]\nMAIN = 1"))
            _ = await daemon.set(Self.sku, 15, site: "MAIN")
            await daemon.pass(60)
            #expect(shop.offered(Self.sku) == 15)
        }
    }

    @Test func `S2: an order that was served for a site with an old name is held back at every site`()
        async throws
    {
        func text(_ site: String) -> String {
            """
            [daemon]
            database = "DATABASE"
            \(ConfigurationText.link.replacing("MAIN = 1", with: "\(site) = 1"))
            \(ConfigurationText.channel("a", kcc: nil))
            [channels.a.stock]
            sites = ["\(site)"]
            \(ConfigurationText.channel("b", "order_ref_format = \"B{0}\"", host: "other.myshopify.com")
                .replacing("username = \"khaos\"", with: "username = \"other\"")
                .replacing("site = \"MAIN\"", with: "site = \"\(site)\""))
            """
        }
        let now = ManualNow()
        let (one, other) = (TestShop(now), TestShop(now))
        other.identify(as: "2")
        for shop in [one, other] { shop.product(Self.sku, figure: 5) }
        other.sell(.selling(3, ago: 3 * StockFault.hour))
        let shops = [ConfigurationText.host: one, "other.myshopify.com": other]
        try await Installation.run(text("MAIN"), shops: shops, now: now) { (daemon) async throws in
            await daemon.round()
            try await KCC.calling(daemon, user: "other") { (kcc) async throws in
                let page = try await kcc.orders("b")
                #expect(page.refs == ["B1001"])
            }
            _ = await daemon.set(Self.sku, 20, site: "MAIN", channel: "a")
            await daemon.pass(120)
            #expect(one.offered(Self.sku) == 17)
            _ = try await daemon.reload(text("DEPOT"))
            _ = await daemon.perform(.forgetLevel(channel: "a", sku: SKU(Self.sku), site: nil))
            _ = await daemon.set(Self.sku, 20, site: "DEPOT", channel: "a")
            await daemon.pass(180)
            #expect(one.offered(Self.sku) == 17)
        }
    }
}
