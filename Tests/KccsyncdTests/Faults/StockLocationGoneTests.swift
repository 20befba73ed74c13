import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A location that is gone from Shopify's list heals by itself, whatever is done meanwhile.
@Suite(.timeLimit(.minutes(30)))
struct StockLocationGoneTests {
    private static let problem = "channel_location \"Main Warehouse\" is none of the shop's locations"
    private static let held = "stock levels are held back until it can be used"

    enum Event: CaseIterable, Sendable, CustomTestStringConvertible {
        case restarted
        case nothing
        case refreshed
        case renamed
        case renamedAndRestarted
        case reloaded
        case retried
        case firstStart

        var testDescription: String {
            switch self {
            case .restarted: "the daemon restarts"
            case .nothing: "nothing else happens"
            case .refreshed: "locations --refresh is run"
            case .renamed: "it is renamed in Shopify, and locations --refresh is run"
            case .renamedAndRestarted: "it is renamed in Shopify, and the daemon restarts"
            case .reloaded: "the configuration is reloaded"
            case .retried: "stock retry is run after a restart"
            case .firstStart: "it is gone at the first start"
            }
        }

        func close(_ shop: TestShop) {
            guard self == .renamed || self == .renamedAndRestarted else { return shop.place([.branch]) }
            var warehouse = ShopLocation.warehouse
            warehouse.name = "Central"
            shop.place([warehouse, .branch])
        }
    }

    @Test(arguments: Event.allCases)
    func `S7: levels wait while the location is gone, and go out when it is back`(_ event: Event)
        async throws
    {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.product(StockFault.sku, figure: 5)
        if event == .firstStart { event.close(shop) }
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            if event != .firstStart {
                _ = await daemon.set(StockFault.sku, 10, site: "MAIN")
                await daemon.pass(60)
                #expect(shop.offered(StockFault.sku) == 10)
                event.close(shop)
            }
            switch event {
            case .nothing, .firstStart: break
            case .refreshed, .renamed: _ = await daemon.perform(.refreshLocations(channel: "web"))
            case .restarted, .renamedAndRestarted, .retried: try await daemon.restart()
            case .reloaded:
                let text = ConfigurationText.text("order_poll_interval = \"20s\"")
                #expect(try await daemon.reload(text).status == .done)
            }
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            await daemon.pass(240)
            if event == .retried { _ = await daemon.perform(.retryStock(channel: "web")) }
            let status = try await daemon.status().filter { $0.contains(Self.problem) }
            #expect(status.count == 1 && status.first?.contains(Self.held) == true, "\(status)")
            let journal = daemon.log.events.filter { $0.kind == .pushesWaiting }.map(\.message)
            #expect(journal.count == 1, "\(journal)")
            shop.place([.warehouse, .branch])
            await daemon.pass(660)
            #expect(shop.offered(StockFault.sku) == 20)
            let after = try await daemon.status().filter { $0.contains("Main Warehouse") }
            #expect(after.isEmpty, "\(after)")
        }
    }

    @Test(arguments: [true, false])
    func `S7: a channel whose location is gone holds up no other channel of its shop`(_ isFirst: Bool)
        async throws
    {
        let second = ConfigurationText.channel("second", "order_ref_format = \"S{0}\"")
            .replacing("channel_location = \"Main Warehouse\"", with: "channel_location = \"Branch\"")
        let text = ConfigurationText.text(more: second)
        try await StockFault.run(text) { (daemon, shop) async throws in
            shop.product("B", figure: 5)
            shop.place(isFirst ? [.branch] : [.warehouse])
            try await daemon.restart()
            await daemon.round()
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            _ = await daemon.set("B", 7, site: "MAIN", channel: "second")
            await daemon.pass(240)
            #expect([StockFault.sku, "B"].map { shop.offered($0) } == (isFirst ? [5, 7] : [20, 5]))
            shop.place([.warehouse, .branch])
            await daemon.pass(660)
            #expect([StockFault.sku, "B"].map { shop.offered($0) } == [20, 7])
        }
    }

    @Test(arguments: ["Australia/Sydney", "America/New_York", "UTC"], [true, false])
    func `S7: what keeps stock back is in every form of status, on the shop's clock`(
        _ zone: String,
        isGone: Bool
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        var identity = ShopIdentity.plain()
        identity.timeZone = zone
        shop.orders.identify(as: identity)
        shop.product(StockFault.sku, figure: 5)
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            var warehouse = ShopLocation.warehouse
            warehouse.active = false
            shop.place(isGone ? [.branch] : [warehouse, .branch])
            try await daemon.restart()
            await daemon.round()
            let since = now.current
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            await daemon.pass(240)
            let words = isGone ? Self.problem : "location Main Warehouse (1) is inactive"
            let line = try #require(try await daemon.status().first { $0.contains(words) })
            let time = since.shown(in: try #require(TimeZone(identifier: zone)))
            #expect(line.contains(" since \(time)"), "\(line)")
            let page = await DaemonPages(sessions: daemon.holder).status()
            #expect(page.text.contains("Main Warehouse"))
            let json = try await daemon.answer(.status, json: true).joined()
            let named = words.replacing("\"", with: "\\\"")
            #expect(json.contains(named), "\(json)")
            shop.place([.warehouse, .branch])
            await daemon.pass(660)
            #expect(try await !daemon.answer(.status, json: true).joined().contains("Main Warehouse"))
        }
    }

    @Test func `S7: a location that is back as another channel's is not set by two channels`() async throws {
        let second = ConfigurationText.channel("second", "order_ref_format = \"S{0}\"")
            .replacing(
                "channel_location = \"Main Warehouse\"",
                with: "channel_location = \"\(ShopLocation.warehouse.id.number)\""
            )
        try await StockFault.run(ConfigurationText.text(more: second)) { (daemon, shop) async throws in
            shop.product("B", figure: 5)
            var warehouse = ShopLocation.warehouse
            warehouse.name = "Central"
            shop.place([warehouse, .branch])
            try await daemon.restart()
            _ = await daemon.set(StockFault.sku, 20, site: "MAIN")
            _ = await daemon.set("B", 7, site: "MAIN", channel: "second")
            await daemon.pass(300)
            #expect([StockFault.sku, "B"].map { shop.offered($0) } == [5, 7])
            shop.place([.warehouse, .branch])
            await daemon.pass(660)
            _ = await daemon.set("B", 9, site: "MAIN", channel: "second")
            await daemon.pass(120)
            // The first in the file sets it, as where both were known from the start.
            #expect([StockFault.sku, "B"].map { shop.offered($0) } == [20, 7])
        }
    }
}
