import Foundation
import GRDB

import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

@Suite(.timeLimit(.minutes(30)))
struct PollTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func listings() -> [FakeShop.Listing] { bench.shop.drain().compactMap(\.listing) }

    @Test func `the first listing begins at the earliest start date of the shop's channels`() async throws {
        let sync = try await bench.sync(
            .plain("a") { $0.startDate = CalendarDay(year: 2026, month: 11, day: 20) },
            .plain("b") { $0.startDate = CalendarDay(year: 2026, month: 11, day: 10) }
        )
        _ = try await sync.poll()
        #expect(listings().map(\.since) == [Date(timeIntervalSince1970: 1_794_268_800)])
    }

    @Test func `without a start date it begins seven days back, and stays there`() async throws {
        _ = try await bench.sync().poll()
        bench.now.advance(by: 3 * Instants.day)
        _ = try await bench.sync().poll()
        let week = Instants.now.addingTimeInterval(-7 * Instants.day)
        #expect(listings().map(\.since) == [week, week])
    }

    @Test func `later listings begin two minutes before the watermark, fifteen at every 20th`() async throws {
        bench.shop.put(.paid())
        let sync = try await bench.sync()
        _ = try await sync.poll()
        _ = bench.shop.drain()
        var overlaps: [TimeInterval] = []
        for _ in 2...40 {
            _ = try await sync.poll()
            overlaps += listings().map { Instants.placed.timeIntervalSince($0.since) }
        }
        let expected: [TimeInterval] = (2...40).map { $0 % 20 == 0 ? 900 : 120 }
        #expect(overlaps == expected)
    }

    @Test func `the watermark is the greatest change listed, never the clock, and never moves back`()
        async throws
    {
        let sync = try await bench.sync()
        _ = try await sync.poll()
        #expect(try await bench.record()?.watermark == nil)
        bench.shop.put(.paid(1), .paid(2, at: Instants.placed + 60))
        _ = try await sync.poll()
        #expect(try await bench.record()?.watermark == Instants.placed + 60)
        bench.shop.delete(.order(2))
        _ = try await sync.poll()
        #expect(try await bench.record()?.watermark == Instants.placed + 60)
        // Another process's older idea of the watermark does no harm either.
        _ = try await bench.take(.paid(3), watermark: Instants.placed)
        #expect(try await bench.record()?.watermark == Instants.placed + 60)
    }

    @Test func `only versions that the store lacks are read`() async throws {
        bench.shop.put(.paid(1), .paid(2))
        let sync = try await bench.sync()
        _ = try await sync.poll()
        #expect(bench.shop.drain().compactMap(\.readIDs) == [[.order(1), .order(2)]])
        _ = try await sync.poll()
        #expect(bench.shop.drain().compactMap(\.readIDs).isEmpty)
        bench.shop.put(Order.paid(2).later { $0.note = "Ring twice" })
        let report = try await sync.poll()
        #expect(bench.shop.drain().compactMap(\.readIDs) == [[.order(2)]])
        #expect(report.events.map(\.change) == [.updated])
    }

    @Test func `a list longer than Shopify gives is split by time and nothing is left out`() async throws {
        // Two a page make 192 of what would be 24,000, and a listing ends after 200 as it would after 25,000.
        bench.shop.limitPages(to: 2)
        bench.shop.limitListing(to: 200)
        let orders = (1...450)
            .map { Order.paid($0, at: Instants.placed.addingTimeInterval(TimeInterval($0))) }
        bench.shop.put(orders)
        _ = try await bench.sync().poll()
        #expect(try await bench.queries.orderCount() == 450)
        #expect(try await bench.record()?.watermark == Instants.placed + 450)
        #expect(Set(listings().map(\.since)).count == 3)
    }

    @Test func `more changes in one second than a listing holds are said, not skipped`() async throws {
        bench.shop.limitPages(to: 2)
        bench.shop.limitListing(to: 200)
        bench.shop.put((1...300).map { Order.paid($0, at: Instants.now - 7 * Instants.day) })
        let sync = try await bench.sync()
        await #expect(throws: ShopError.self) { try await sync.poll() }
    }

    @Test func `a batch too slow is halved until it comes through`() async throws {
        bench.shop.limitReads(to: 3)
        bench.shop.put(
            (1...20).map { Order.paid($0, at: Instants.placed.addingTimeInterval(TimeInterval($0))) }
        )
        let sync = try await bench.sync()
        _ = try await sync.poll()
        #expect(try await bench.queries.orderCount() == 20)
        #expect(try await bench.record()?.watermark == Instants.placed + 20)
        #expect(await sync.sizer.size <= 10)
    }

    @Test func `the watermark does not pass a half that was not read`() async throws {
        bench.shop.limitReads(to: 2)
        bench.shop.put(
            (1...4).map { Order.paid($0, at: Instants.placed.addingTimeInterval(TimeInterval($0))) }
        )
        // All four time out, the first half comes, the second fails.
        bench.shop.failReads(nil, nil, ShopError(.serverError, .retry(after: nil), "HTTP 500"))
        let sync = try await bench.sync()
        await #expect(throws: ShopError.self) { try await sync.poll() }
        #expect(try await bench.record()?.watermark == Instants.placed + 2)
        #expect(try await bench.queries.orderCount() == 2)
        _ = try await sync.poll()
        #expect(try await bench.queries.orderCount() == 4)
    }

    @Test func `one order that is too large by itself fails alone`() async throws {
        bench.shop.put(
            (1...8).map { Order.paid($0, at: Instants.placed.addingTimeInterval(TimeInterval($0))) }
        )
        bench.shop.swell(.order(5), .tooLarge)
        let report = try await bench.sync().poll()
        #expect(report.events.filter { $0.state == .imported }.count == 7)
        #expect(
            report.events.filter { $0.reason == .unreadable }.map(\.detail) == ["the answer is too large"]
        )
        #expect(try await bench.record()?.watermark == Instants.placed + 8)
    }

    @Test func `an unreadable order fails alone, and comes in once it can be read`() async throws {
        bench.shop.put(.paid(1), .paid(2), .paid(3))
        bench.shop.spoil(.order(2), "lines[0].quantity: expected a number, got text")
        let sync = try await bench.sync()
        let report = try await sync.poll()
        #expect(report.events.map(\.state) == [.imported, .failed, .imported])
        let failed = try #require(try await bench.queries.find("2").first)
        #expect(failed.standing.reason == .unreadable)
        #expect(failed.detail == "lines[0].quantity: expected a number, got text")
        bench.shop.spoil(.order(2), nil)
        bench.shop.put(Order.paid(2).later(by: 7200))
        _ = try await sync.poll()
        #expect(try await bench.order(2)?.standing.state == .imported)
    }

    @Test func `whole batches before an error stay`() async throws {
        bench.shop.put(
            (1...300).map { Order.paid($0, at: Instants.placed.addingTimeInterval(TimeInterval($0))) }
        )
        bench.shop.failReads(nil, ShopError(.serverError, .retry(after: nil), "HTTP 500"))
        let sync = try await bench.sync()
        await #expect(throws: ShopError.self) { try await sync.poll() }
        let first = try #require(bench.shop.drain().compactMap(\.readIDs).first).count
        #expect(try await bench.queries.orderCount() == first)
        #expect(
            try await bench.record()?.watermark == Instants.placed.addingTimeInterval(TimeInterval(first))
        )
    }

    @Test func `a stop is obeyed between two batches`() async throws {
        bench.shop.put(
            (1...700).map { Order.paid($0, at: Instants.placed.addingTimeInterval(TimeInterval($0))) }
        )
        let stop = bench.stop
        bench.shop.onRequest { if $0.readIDs != nil { stop.request() } }
        _ = try await bench.sync().poll()
        let stored = try await bench.queries.orderCount()
        #expect(stored < 700)
        let mark = try await bench.record()?.watermark
        #expect((mark ?? Instants.placed) <= Instants.placed.addingTimeInterval(TimeInterval(stored)))
    }

    @Test func `several channels share one poll, and the first that accepts owns the order`() async throws {
        bench.shop.put(.paid(1), Order.paid(2).status("PENDING"), .till(3))
        let sync = try await bench.sync(
            .plain("web"),
            .plain("unpaid") { $0.ignoreFinancialStatus = true },
            .plain("tills") {
                $0.posOrders = .genericCustomer
                $0.genericCustomer = "POSSALES"
            }
        )
        _ = try await sync.poll()
        #expect(bench.shop.requests.compactMap(\.listing).count == 1)
        #expect(try await bench.order(1)?.standing.channel == "web")
        #expect(try await bench.order(2)?.standing.channel == "unpaid")
        #expect(try await bench.order(3)?.standing.channel == "tills")
        #expect(try await bench.order(3)?.customer?.urn == "POSSALES")
    }

    @Test func `a rehearsal decides and leaves the file as it was, byte for byte`() async throws {
        bench.shop.put(.paid(1))
        _ = try await bench.sync().poll()
        bench.shop.put(.paid(2), Order.paid(1).later { $0.cancelledAt = Instants.now })
        try await bench.database.writer.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        let before = try Data(contentsOf: URL(filePath: bench.folder.database))
        let sync = try await bench.sync(.plain(), .plain("new"), rehearsing: true)
        let report = try await sync.poll()
        _ = try await sync.revisit()
        _ = try await sync.rejudgeIfChanged()
        #expect(Set(report.events.map(\.name)) == ["#1", "#2"])
        #expect(try Data(contentsOf: URL(filePath: bench.folder.database)) == before)
        let log = try? Data(contentsOf: URL(filePath: bench.folder.database + "-wal"))
        #expect((log ?? Data()).isEmpty)
    }
}
