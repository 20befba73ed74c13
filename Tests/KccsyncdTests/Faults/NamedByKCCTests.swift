import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What KCC asks for by name over another link than the one that handed the order over, and references with white space.
@Suite(.timeLimit(.minutes(30)))
struct NamedByKCCTests {
    private static let renamed = ConfigurationText.linked.replacing("[channels.web", with: "[channels.shop")

    private static func channels(_ daemon: Installation) async throws -> [String] {
        try await daemon.rows(
            "SELECT ltrim(name, '#') || ' ' || channel || ' ' || hand_off FROM \"order\" ORDER BY name"
        )
    }

    /// Works with an installation whose order 1001 KCC has taken from channel `web`.
    private func taken(
        _ text: String = ConfigurationText.linked,
        _ body: (Installation, TestShop, KCC) async throws -> Void
    ) async throws {
        try await KCC.linked(text) { (daemon, shop, kcc) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            let page = try await kcc.orders()
            _ = try await kcc.orders(from: page.position)
            #expect(try await Self.channels(daemon) == ["1001 web acknowledged"])
            try await body(daemon, shop, kcc)
        }
    }

    @Test(arguments: ["1001", "\"1001\"", " 1001 ", "\"1001,9999\""])
    func `H4: KCC gets an order by name from the new link that it took from the old`(_ ids: String)
        async throws
    {
        try await taken { (daemon, shop, kcc) async throws in
            _ = try await daemon.reload(Self.renamed)
            await daemon.pass(15)
            let page = try await kcc.orders("shop", ids: ids)
            #expect(page.refs == ["1001"])
            #expect(try await Self.channels(daemon) == ["1001 shop waiting"])
            // What changes meanwhile leaves it with the link that KCC asked.
            shop.edit(.order(1001)) { $0.note = "by the door" }
            await daemon.pass(15)
            _ = try await daemon.reload(
                Self.renamed.replacing("sales_source = \"WEB\"", with: "sales_source = \"NET\"")
            )
            await daemon.pass(15)
            #expect(try await Self.channels(daemon) == ["1001 shop waiting"])
            #expect(try await kcc.orders("shop", ids: ids).refs == ["1001"])
            #expect(try await kcc.status(of: "1001", to: "shop") == 200)
            #expect(try await Self.channels(daemon) == ["1001 shop acknowledged"])
        }
    }

    @Test func `H4: units of an order that KCC asks the new link for are held back again`() async throws {
        try await StockFault.run(selling: .selling(3, ago: 60)) { (daemon, shop) async throws in
            try await KCC.calling(daemon) { (kcc) async throws in
                let page = try await kcc.orders()
                _ = try await kcc.orders(from: page.position)
                _ = try await daemon.reload(Self.renamed)
                await daemon.pass(900)
                try await kcc.stock([("SKU-1", 20)], to: "shop")
                await daemon.pass(120)
                #expect(shop.offered("SKU-1") == 20)
                #expect(try await kcc.orders("shop", ids: "1001").refs == ["1001"])
                await daemon.pass(120)
                #expect(shop.offered("SKU-1") == 17)
            }
        }
    }

    @Test func `H4: an order that KCC asks another link of its shop for stays with its channel`() async throws
    {
        let second =
            ConfigurationText.channel("second", "order_ref_format = \"S{0}\"\ndownload_orders = false")
            .replacing("channel_location = \"Main Warehouse\"", with: "channel_location = \"Branch\"")
        try await taken(ConfigurationText.text(more: second)) { (daemon, _, kcc) async throws in
            #expect(try await kcc.orders("second", ids: "1001").refs == ["1001"])
            #expect(try await Self.channels(daemon) == ["1001 web waiting"])
        }
    }

    @Test func `H4: another shop's order is not given to KCC by name`() async throws {
        let now = ManualNow()
        let (here, there) = (TestShop(now), TestShop(now))
        let other = "other.myshopify.com"
        there.identify(as: "2")
        let text = ConfigurationText.text(
            more: ConfigurationText.channel("second", host: other)
                .replacing("username = \"khaos\"", with: "username = \"other\"")
        )
        try await Installation.run(text, shops: [ConfigurationText.host: here, other: there], now: now) {
            (daemon) async throws in
            here.sell(.paid(1001))
            await daemon.round()
            try await KCC.calling(daemon, user: "other") { (kcc) async throws in
                #expect(try await kcc.orders("second", ids: "1001").refs.isEmpty)
            }
        }
    }

    // MARK: What operators type

    @Test(arguments: [
        " 1001", "1001 ", "\t1001\n", "\u{A0}1001", "#1001 ", " #1001", " gid://shopify/Order/1001 ",
        "\u{2003}1001\u{2003}",
    ])
    func `H7: an operator's reference is the same with white space at its ends`(_ reference: String)
        async throws
    {
        try await KCC.linked { (daemon, shop, _) async throws in
            shop.sell(.paid(1001))
            shop.sell(.paid(1002))
            await daemon.round()
            let explained = try await daemon.answer(.explanation(reference: reference))
            #expect(explained[0].hasPrefix("#1001  web"))
            let reimport = await daemon.perform(.orders(.reimport, references: [reference]))
            #expect(reimport.lines == ["#1001: imported"], "\(reimport.errors)")
            var told = ToldShipment(order: reference, reference: "S1")
            told.lines = [Shipment.Line(sku: "SKU-1", quantity: 1)]
            let shipment = await daemon.perform(.tryShipments([told]))
            #expect(shipment.errors.isEmpty)
        }
    }

    @Test func `H7: an order whose name ends with white space is found by what Shopify calls it`()
        async throws
    {
        try await KCC.linked { (daemon, shop, _) async throws in
            shop.sell(.paid(1001).with { $0.name = "#1001 " })
            await daemon.round()
            for reference in ["#1001 ", "1001 ", "1001", " 1001"] {
                let explained = try await daemon.answer(.explanation(reference: reference))
                #expect(explained[0].hasPrefix("#1001 "))
            }
        }
    }

    // MARK: Two pages of one order

    @Test func `an order that KCC took twice goes on being compared with what it took first`() async throws {
        try await KCC.linked { (daemon, shop, kcc) async throws in
            let empty = try await kcc.orders()
            shop.sell(.paid(1001))
            await daemon.round()
            let first = try await kcc.orders(from: empty.position)
            shop.edit(.order(1001)) { $0.note = "by the door" }
            await daemon.pass(15)
            let second = try await kcc.orders(from: empty.position)
            #expect(second.refs == ["1001"] && second.position != first.position)
            _ = try await kcc.orders(from: first.position)
            let expected = ["1001 imported acknowledged [\"note\"]"]
            #expect(try await daemon.orders() == expected)
            // KCC takes an order once: that the later page came back does not say that it has its content.
            _ = try await kcc.orders(from: second.position)
            #expect(try await daemon.orders() == expected)
            let settled = await daemon.perform(.orders(.settle, references: ["1001"]))
            #expect(settled.lines == ["#1001: settled"])
            #expect(try await daemon.orders() == ["1001 imported acknowledged"])
        }
    }
}
