import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import Persistence

/// SKUs that cannot simply be sent: said once, looked up again later.
@Suite(.timeLimit(.minutes(30)))
struct StockStateTests {
    @Test func `a SKU that Shopify does not know is said once, and found when it is there`() async throws {
        let bench = try await StockBench()
        try await bench.tell([("NEW", 4)])
        try await bench.settle()
        #expect(try await bench.row("NEW")?.state == .unknownSKU)
        let said = bench.log.messages
        #expect(said == ["web: stock of NEW: Shopify has no variant with this SKU"])
        bench.shop.put(1, sku: "NEW")
        bench.now.advance(by: 86_400)
        try await bench.settle()
        #expect(bench.shop.figure(1) == 4)
        #expect(try await bench.row("NEW")?.state == .confirmed)
    }

    @Test func `a SKU that is not known costs fewer and fewer requests`() async throws {
        let bench = try await StockBench()
        try await bench.tell([("NEW", 4)])
        for _ in 0..<7 {
            try await bench.settle()
            bench.now.advance(by: 86_400)
        }
        #expect(bench.shop.requests.count < 20)
    }

    @Test func `the search's case folding finds no other SKU`() async throws {
        let bench = try await StockBench()
        bench.shop.put(1, sku: "tea")
        try await bench.tell([("TEA", 4)])
        try await bench.settle()
        #expect(bench.shop.figure(1) == 0)
    }

    @Test func `many SKUs are mapped by the catalogue's pages`() async throws {
        let bench = try await StockBench()
        for number in 1...1000 { bench.shop.put(number, sku: "SKU-\(number)") }
        try await bench.tell((1...1200).map { ("SKU-\($0)", 5) })
        try await bench.settle()
        #expect(bench.shop.requests.count { $0 == .catalogue } == 4)
        #expect((1...1000).allSatisfy { bench.shop.figure($0) == 5 })
        #expect(try await bench.row("SKU-1100")?.state == .unknownSKU)
    }

    @Test func `stock that is not tracked is not sent until it is`() async throws {
        let bench = try await StockBench()
        bench.shop.put(1, sku: "TEA", tracked: false)
        try await bench.tell([("TEA", 4)])
        try await bench.settle()
        #expect(try await bench.row("TEA")?.state == .notTracked)
        bench.shop.track(1, true)
        bench.now.advance(by: 90_000)
        try await bench.settle()
        #expect(bench.shop.figure(1) == 4)
    }

    @Test func `an item is stocked at the location where it is not yet`() async throws {
        let bench = try await StockBench()
        bench.shop.put(1, sku: "TEA", figure: nil)
        try await bench.tell([("TEA", 4)])
        try await bench.settle()
        #expect(bench.shop.figure(1) == 4)
        #expect(bench.shop.requests.contains(.activate(FakeStockShop.id(1))))
    }

    @Test func `an item that is not stocked waits where activate_items is off, or Shopify refuses`()
        async throws
    {
        let off = try await StockBench { $0.stock.activateItems = false }
        off.shop.put(1, sku: "TEA", figure: nil)
        try await off.tell([("TEA", 4)])
        try await off.settle()
        #expect(try await off.row("TEA")?.state == .notStocked)
        #expect(!off.shop.requests.contains(.activate(FakeStockShop.id(1))))
        let refusing = try await StockBench()
        refusing.shop.put(1, sku: "TEA", figure: nil)
        refusing.shop.refuseActivation("Not there")
        try await refusing.tell([("TEA", 4)])
        try await refusing.settle()
        #expect(try await refusing.row("TEA")?.reason == "Shopify says: Not there")
        #expect(refusing.shop.requests.count { $0 == .activate(FakeStockShop.id(1)) } == 1)
        refusing.shop.refuseActivation(nil)
        refusing.now.advance(by: 90_000)
        try await refusing.settle()
        #expect(refusing.shop.figure(1) == 4, "a day later it is tried again")
    }

    @Test func `all variants that carry a SKU are set, and it is said once`() async throws {
        let bench = try await StockBench()
        bench.shop.put(1, sku: "TEA")
        bench.shop.put(2, sku: "TEA", figure: 9)
        try await bench.tell([("TEA", 4)])
        try await bench.settle()
        #expect(bench.shop.figure(1) == 4 && bench.shop.figure(2) == 4)
        #expect(try await bench.row("TEA")?.state == .duplicateSKU)
        #expect(try await bench.row("TEA")?.confirmed == 4)
        #expect(bench.log.events.count { $0.kind == .skuNotSent } == 1)
        try await bench.tell([("TEA", 3)])
        bench.now.advance(by: 120)
        try await bench.settle()
        #expect(bench.shop.figure(1) == 3 && bench.shop.figure(2) == 3)
        #expect(bench.log.events.count { $0.kind == .skuNotSent } == 1)
    }

    @Test func `an item that was made anew is found again`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(1)
        bench.shop.delete(1)
        bench.shop.put(2, sku: "SKU-1")
        try await bench.tell([("SKU-1", 8)])
        try await bench.settle()
        #expect(bench.shop.figure(2) == 8)
    }

    @Test func `only listed SKUs are sent where upload says so`() async throws {
        let bench = try await StockBench {
            $0.stock.upload = .listed
            $0.stock.items["TEA"] = StockRules.Item()
        }
        bench.shop.put(1, sku: "TEA")
        bench.shop.put(2, sku: "COFFEE")
        try await bench.tell([("TEA", 4), ("COFFEE", 5)])
        try await bench.settle()
        #expect(bench.shop.figure(1) == 4 && bench.shop.figure(2) == 0)
        #expect(try await bench.row("COFFEE")?.state == .notListed)
    }

    @Test func `changed rules are sent without a new level`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(2)
        bench.configure { $0.stock.maximum = 3 }
        try await bench.settle()
        #expect(bench.shop.figure(1) == 3 && bench.shop.figure(2) == 3)
        #expect(bench.shop.requests.count == 1)
    }

    @Test func `without a guard a level is sent once, and not again when something is sold`() async throws {
        let bench = try await StockBench { $0.stock.oversellGuard = false }
        try await bench.stocked(1)
        bench.shop.move(1, by: -2)
        try await bench.tell([("SKU-1", 7)])
        try await bench.settle()
        #expect(bench.shop.figure(1) == 7)
        bench.shop.move(1, by: -2)
        bench.now.advance(by: 3600)
        try await bench.settle()
        #expect(bench.shop.figure(1) == 5)
        try await bench.tell([("SKU-1", 7)])
        try await bench.settle()
        #expect(bench.shop.figure(1) == 7, "told again is sent again")
    }

    @Test func `every night what differs is said and mended`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(300)
        bench.shop.move(7, by: 10)
        bench.now.advance(by: 86_400)
        try await bench.settle()
        #expect(bench.shop.figure(7) == 5)
        #expect(bench.log.messages.contains("web: Shopify's stock is not as it was last seen: SKU-7"))
        #expect(bench.shop.requests.count { if case .levels = $0 { true } else { false } } <= 3)
    }
}
