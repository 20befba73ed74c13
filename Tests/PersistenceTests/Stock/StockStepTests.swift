import Foundation
import GRDB
import SyncEngine
import TestSupport
import Testing

@testable import Persistence

@Suite(.timeLimit(.minutes(30)))
struct StockStepTests {
    @Test func `a level told for the first time is looked up, read, waited for and sent`() async throws {
        let bench = try await StockBench()
        bench.shop.put(1, sku: "TEA", figure: 3)
        try await bench.tell([("TEA", 10)])
        try await bench.settle()
        #expect(bench.shop.figure(1) == 10)
        let kinds = bench.shop.requests.map { request in
            switch request {
            case .catalogue: "catalogue"
            case .levels: "levels"
            case .set: "set"
            default: "other"
            }
        }
        #expect(kinds == ["catalogue", "levels", "set"])
        #expect(bench.now.current.timeIntervalSince(Instants.now) >= 30, "orders are waited for")
        let row = try #require(try await bench.row("TEA"))
        #expect(row.confirmed == 10 && row.target == 10 && row.state == .confirmed)
        #expect(bench.log.messages == ["web: 1 stock level sent"])
    }

    @Test func `a level told in a quiet shop goes out at once, with one request`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(3)
        try await bench.tell([("SKU-2", 7)])
        _ = try await bench.step?.work(bench.news())
        #expect(bench.shop.figure(2) == 7)
        #expect(bench.shop.requests.count == 1)
    }

    @Test func `a level told again with the same figure costs nothing`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(3)
        let report = try await bench.tell([("SKU-2", 5)])
        #expect(report.same == 1 && report.changed == 0)
        try await bench.settle()
        #expect(bench.shop.requests.isEmpty)
    }

    @Test func `a superseded level is never sent`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(1)
        try await bench.tell([("SKU-1", 7)], by: .file)
        try await bench.tell([("SKU-1", 8)], by: .file)
        let early = bench.now.current.addingTimeInterval(-31)
        let older = try await bench.tell([("SKU-1", 1)], at: early, by: .file)
        #expect(older.older == 1)
        try await bench.settle()
        #expect(bench.shop.written(1) == [5, 8])
    }

    @Test func `one bad SKU among 250 does not hold back the others`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(250)
        bench.shop.refuse([77])
        try await bench.tell((1...250).map { ("SKU-\($0)", 9) })
        _ = try await bench.step?.work(bench.news())
        #expect(bench.shop.writes.map(\.rows.count) == [250, 249])
        #expect((1...250).allSatisfy { bench.shop.figure($0) == ($0 == 77 ? 5 : 9) })
        let row = try #require(try await bench.row("SKU-77"))
        #expect(row.state == .refused && row.reason == "Shopify says: No")
        try await bench.settle()
        #expect(bench.shop.requests.count == 2)
    }

    @Test func `ten bad SKUs among 2,500 do not hold back the others`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(2500)
        let bad = (1...10).map { $0 * 240 }
        bench.shop.refuse(bad)
        try await bench.tell((1...2500).map { ("SKU-\($0)", 9) })
        try await bench.settle()
        #expect((1...2500).allSatisfy { bench.shop.figure($0) == (bad.contains($0) ? 5 : 9) })
        #expect(bench.shop.requests.count <= 20)
    }

    @Test func `where Shopify names no row the batch is halved until the bad one is found`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(250)
        bench.shop.refuse([77], namingRows: false)
        try await bench.tell((1...250).map { ("SKU-\($0)", 9) })
        _ = try await bench.step?.work(bench.news())
        #expect((1...250).allSatisfy { bench.shop.figure($0) == ($0 == 77 ? 5 : 9) })
        #expect(bench.shop.requests.count <= 18)
    }

    @Test func `a sale in the last moment is not overwritten, and the others go out at once`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(250)
        try await bench.tell((1...250).map { ("SKU-\($0)", 9) })
        let shop = bench.shop
        let sold = Locked(false)
        shop.beforeWrite { _ in
            if sold.withLock({ first in
                defer { first = true }
                return !first
            }) {
                shop.move(3, by: -1)
            }
        }
        _ = try await bench.step?.work(bench.news())
        #expect(shop.figure(3) == 4)
        #expect(shop.figure(4) == 9)
        #expect(shop.writes.map(\.rows.count) == [250, 249])
        // No order ever shows: after ten minutes it was a hand, and KCC's word stands.
        let before = bench.now.current
        try await bench.settle()
        #expect(shop.figure(3) == 9)
        #expect(bench.now.current.timeIntervalSince(before) > 590)
    }

    @Test func `a lost answer is asked for again under the same key, and the figure read back`() async throws
    {
        for trouble in [FakeStockShop.Trouble.lostRequest, .lostAnswer] {
            let bench = try await StockBench()
            try await bench.stocked(2)
            try await bench.tell([("SKU-1", 7), ("SKU-2", 8)])
            bench.shop.trouble(trouble)
            #expect((await bench.tryOnce() as? ShopError)?.mayHaveRun == true)
            bench.restart()
            bench.now.advance(by: 3600)
            try await bench.settle()
            #expect(Set(bench.shop.writes.map(\.key)).count == 1)
            #expect(bench.shop.writes.count == 2)
            #expect(bench.shop.written(1) == [5, 7], "once")
            #expect(bench.shop.requests.contains(.levels(2)))
            #expect(try await bench.row("SKU-1")?.confirmed == 7)
        }
    }

    @Test func `a sale between a lost answer and its repetition stays sold`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(1)
        try await bench.tell([("SKU-1", 7)])
        bench.shop.trouble(.lostAnswer)
        _ = await bench.tryOnce()
        bench.shop.move(1, by: -2)
        bench.now.advance(by: 60)
        _ = try await bench.step?.work(bench.news())
        #expect(bench.shop.figure(1) == 5)
        #expect(bench.shop.written(1) == [5, 7])
    }

    @Test func `after 23 hours everything is computed anew, under a new key`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(1)
        try await bench.tell([("SKU-1", 7)])
        bench.shop.trouble(.lostAnswer)
        _ = await bench.tryOnce()
        bench.shop.move(1, by: -2)
        bench.now.advance(by: 25 * 3600)
        try await bench.settle()
        #expect(Set(bench.shop.writes.map(\.key)).count == 2)
        #expect(bench.shop.written(1) == [5, 7, 7])
        let reads = bench.shop.requests.filter { $0 == .levels(1) }
        #expect(!reads.isEmpty)
    }

    @Test func `what certainly did not run is forgotten, and decided anew`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(1)
        try await bench.tell([("SKU-1", 7)])
        bench.shop.trouble(.throttled)
        #expect((await bench.tryOnce() as? ShopError)?.code == .throttled)
        try await bench.tell([("SKU-1", 8)])
        try await bench.settle()
        #expect(bench.shop.written(1) == [5, 8])
        #expect(bench.shop.writes.count == 2)
        #expect(bench.shop.requests.count == 2, "nothing had to be read")
    }

    @Test(arguments: [StockRefusal.Kind.concurrent, .keyMismatch, .previousFailed, .unavailable])
    func `trouble with a key ends with the right figure`(kind: StockRefusal.Kind) async throws {
        let bench = try await StockBench()
        try await bench.stocked(1)
        try await bench.tell([("SKU-1", 7)])
        bench.shop.trouble(.refusal(StockRefusal(kind, row: nil, message: "hm")))
        try await bench.settle()
        #expect(bench.shop.figure(1) == 7)
        let isSame = kind == .concurrent || kind == .unavailable
        #expect(Set(bench.shop.writes.map(\.key)).count == (isSame ? 1 : 2))
        let isError = bench.log.events.contains { $0.level == .error }
        #expect(isError == (kind == .keyMismatch))
    }

    @Test func `three figures gone in a row let the difference go out`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(1)
        bench.shop.move(1, by: 15)
        try await bench.tell([("SKU-1", 40)])
        let shop = bench.shop
        shop.beforeWrite { if !$0.adjusts { shop.move(1, by: -1) } }
        try await bench.settle()
        let last = try #require(shop.writes.last { $0.adjusts })
        #expect(last.rows[0].from == nil)
        #expect(shop.figure(1) == 40)
    }

    @Test(arguments: 0..<10)
    func `wherever the program dies, every figure arrives`(calls: Int) async throws {
        let bench = try await StockBench()
        try await bench.stocked(4)
        bench.shop.refuse([3])
        try await bench.tell((1...4).map { ("SKU-\($0)", 7) })
        bench.queue.callsLeft.set(calls)
        _ = await bench.tryOnce()
        bench.queue.callsLeft.set(nil)
        bench.restart()
        _ = try await bench.queue.rescue(shop: bench.record.id, now: bench.now.current)
        bench.now.advance(by: 60)
        try await bench.settle()
        #expect([1, 2, 4].allSatisfy { bench.shop.figure($0) == 7 })
        #expect(bench.shop.written(1) == [5, 7], "once")
        #expect(try await bench.row("SKU-1")?.confirmed == 7)
        #expect(try await bench.row("SKU-3")?.state == .refused)
    }

    @Test(arguments: [(2, [1]), (20, [7]), (20, [1, 20]), (1, [1])])
    func `F10: a level that has its request rejected as a whole is refused alone, and the others are set`(
        count: Int,
        poisonous: [Int]
    ) async throws {
        let bench = try await StockBench()
        try await bench.stocked(count)
        bench.shop.poison(poisonous)
        try await bench.tell((1...count).map { ("SKU-\($0)", 3) })
        try await bench.settle()
        for number in 1...count {
            let isRefused = poisonous.contains(number)
            #expect(bench.shop.figure(number) == (isRefused ? 5 : 3))
            let row = try await bench.row("SKU-\(number)")
            #expect(row?.state == (isRefused ? .refused : .confirmed))
            if isRefused {
                #expect(row?.reason == "Shopify says: Shopify refused the request: invalid value")
            }
        }
    }

    @Test func `a discarded job gives its SKUs back`() async throws {
        let bench = try await StockBench()
        try await bench.stocked(1)
        try await bench.tell([("SKU-1", 7)])
        bench.shop.trouble(.lostRequest)
        _ = await bench.tryOnce()
        try await bench.orders.write { db in
            try db.execute(
                sql: "UPDATE push_job SET state = 'cancelled', finished_at_ms = 1 WHERE state = 'retryable'"
            )
        }
        try await bench.settle()
        #expect(bench.shop.written(1) == [5, 7])
    }
}
