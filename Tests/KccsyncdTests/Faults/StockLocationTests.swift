import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A location that takes no stock is one problem of the channel, and heals by itself.
@Suite(.timeLimit(.minutes(30)))
struct StockLocationTests {
    enum Closing: CaseIterable, Sendable, CustomTestStringConvertible {
        case inactive
        case gone
        case rejected
        case inactiveAndKnownFigures
        case inactiveWithoutActivation
        case restarted

        var testDescription: String {
            switch self {
            case .inactive: "it is inactive for a few minutes"
            case .gone: "it is missing from the list for a few minutes"
            case .rejected: "it is listed as active, and Shopify rejects writes to it"
            case .inactiveAndKnownFigures: "it is inactive, and a sale makes us read figures there"
            case .inactiveWithoutActivation: "it is inactive, and activate_items is off"
            case .restarted: "it is inactive, and the daemon restarts meanwhile"
            }
        }

        /// What `status` says of it.
        var sentence: String {
            switch self {
            case .gone: "channel_location \"Main Warehouse\" is none of the shop's locations"
            case .rejected:
                "location Main Warehouse takes no stock (Shopify says: The specified location could not be found.)"
            default: "location Main Warehouse (\(ShopLocation.warehouse.id.number)) is inactive"
            }
        }

        /// What is to be done about it.
        var remedy: String {
            switch self {
            case .gone: "set channel_location in [channels.web] to one of: Branch; then run: kccsyncd reload"
            case .rejected: "see Settings > Locations in Shopify; or choose another: Branch"
            default:
                "activate it in Shopify, then run: kccsyncd locations web --refresh; or choose another: Branch"
            }
        }

        func close(_ shop: TestShop) {
            switch self {
            case .gone: shop.place([.branch])
            case .rejected: shop.stock.reject(ShopLocation.warehouse.id)
            default:
                var warehouse = ShopLocation.warehouse
                warehouse.active = false
                shop.place([warehouse, .branch])
            }
        }

        func open(_ shop: TestShop) {
            shop.place([.warehouse, .branch])
            shop.stock.reject(ShopLocation.warehouse.id, false)
        }
    }

    @Test(arguments: Closing.allCases)
    func `S7: levels wait while the location takes no stock, and go out when it does again`(
        _ closing: Closing
    )
        async throws
    {
        let now = ManualNow()
        let shop = TestShop(now)
        let skus = ["A", "B", "C"]
        for sku in skus { shop.product(sku, figure: 1) }
        let text = ConfigurationText.text(
            more: closing == .inactiveWithoutActivation ? "[channels.web.stock]\nactivate_items = false" : ""
        )
        try await Installation.run(text, shops: [ConfigurationText.host: shop], now: now) {
            (daemon) async throws in
            await daemon.round()
            for sku in skus { _ = await daemon.set(sku, 10) }
            await daemon.pass(60)
            #expect(skus.map { shop.offered($0) } == [10, 10, 10])
            closing.close(shop)
            if closing == .inactiveAndKnownFigures {
                shop.sell(.selling(1, of: "A", at: now.current))
            }
            for sku in skus { _ = await daemon.set(sku, 20) }
            await daemon.pass(240)
            if closing == .restarted {
                try await daemon.restart()
                await daemon.pass(60)
            }
            try await isHeld(daemon, closing)
            closing.open(shop)
            await daemon.pass(600)
            let expected = closing == .inactiveAndKnownFigures ? 19 : 20
            #expect(["A", "B", "C"].map { shop.offered($0) } == [expected, 20, 20])
            let after = try await daemon.status()
            #expect(after.allSatisfy { !$0.contains(closing.sentence) })
            let trouble = try await daemon.stockList(trouble: true)
            #expect(trouble.isEmpty)
        }
    }

    /// One line of `status`, one of the journal, and no SKU that is in trouble for it.
    private func isHeld(_ daemon: Installation, _ closing: Closing) async throws {
        let status = try await daemon.status()
        let lines = status.filter { $0.contains(closing.sentence) }
        #expect(lines.count == 1, "\(status)")
        #expect(
            lines.first?.contains("stock levels are held back until it can be used; \(closing.remedy)")
                == true
        )
        let refused = try await daemon.rows("SELECT sku FROM stock_item WHERE state = 'refused'")
        #expect(refused.isEmpty)
        let logged = daemon.log.events.filter { $0.kind == .pushesWaiting }.map(\.message)
        #expect(logged.count == 1, "\(logged)")
    }

    enum Rejection: CaseIterable, Sendable, CustomTestStringConvertible {
        case restarted
        case retried
        case retriedAndRestarted
        case newItem

        var testDescription: String {
            switch self {
            case .restarted: "the daemon restarts"
            case .retried: "an operator runs stock retry"
            case .retriedAndRestarted: "both"
            case .newItem: "the item was never stocked there"
            }
        }
    }

    @Test(arguments: Rejection.allCases)
    func `S7: a location that is rejected is not the fault of an item`(_ rejection: Rejection) async throws {
        try await StockFault.run(figure: 5) { (daemon, shop) async throws in
            let sku = rejection == .newItem ? "NEW" : StockFault.sku
            if rejection == .newItem { shop.product(sku, figure: nil) }
            shop.stock.reject(ShopLocation.warehouse.id)
            _ = await daemon.set(sku, 20)
            await daemon.pass(120)
            if rejection == .retried || rejection == .retriedAndRestarted {
                _ = await daemon.perform(.retryStock(channel: nil))
                await daemon.pass(60)
            }
            if rejection == .restarted || rejection == .retriedAndRestarted { try await daemon.restart() }
            await daemon.pass(30)
            let trouble = try await daemon.stockList(trouble: true)
            #expect(trouble.count == 1)
            #expect(
                trouble.allSatisfy { $0.contains("waiting") && $0.contains("Main Warehouse takes no stock") },
                "it is the channel's problem: \(trouble)"
            )
            shop.stock.reject(ShopLocation.warehouse.id, false)
            await daemon.pass(600)
            #expect(shop.offered(sku) == 20)
        }
    }

    @Test func `S7: an item that is not stocked is stocked while the location is active, as before`()
        async throws
    {
        try await StockFault.run { (daemon, shop) async throws in
            shop.product("NEW", figure: nil)
            _ = await daemon.set("NEW", 10)
            await daemon.pass(120)
            #expect(shop.offered("NEW") == 10)
        }
    }

    enum Retry: CaseIterable, Sendable, CustomTestStringConvertible {
        case refused
        case unknown
        case notTracked
        case allChannels

        var testDescription: String {
            switch self {
            case .refused: "Shopify rejected it"
            case .unknown: "Shopify did not have it"
            case .notTracked: "Shopify did not track it"
            case .allChannels: "rejected, and no channel is named"
            }
        }
    }

    @Test(arguments: Retry.allCases)
    func `S7: stock retry makes due what does not reach Shopify`(_ retry: Retry) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        if retry != .unknown { shop.product(StockFault.sku, figure: 1, tracked: retry != .notTracked) }
        if retry == .refused || retry == .allChannels { shop.stock.refuse([1]) }
        try await Installation.run(
            ConfigurationText.linked,
            shops: [ConfigurationText.host: shop],
            now: now
        ) { (daemon) async throws in
            await daemon.round()
            _ = await daemon.set(StockFault.sku, 10)
            await daemon.pass(60)
            #expect(try await daemon.stockList(trouble: true).count == 1)
            shop.stock.refuse([])
            shop.stock.track(1, true)
            if retry == .unknown { shop.product(StockFault.sku, figure: 1) }
            let reply = await daemon.perform(.retryStock(channel: retry == .allChannels ? nil : "web"))
            #expect(reply.lines == ["1 SKU is tried again"])
            await daemon.pass(60)
            #expect(shop.offered(StockFault.sku) == 10)
            let none = await daemon.perform(.retryStock(channel: "wbe"))
            #expect(none.status == .usage)
            #expect(none.errors == ["channel wbe: not configured; channels are: web"])
        }
    }
}
