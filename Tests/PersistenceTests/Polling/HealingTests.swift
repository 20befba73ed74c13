import Foundation
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// Reading again, deletion, sweeps, re-judging and backfill.
@Suite(.timeLimit(.minutes(30)))
struct HealingTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    @Test func `a version read within two seconds of its change is read once more, and only once`()
        async throws
    {
        bench.shop.put(.paid(1, at: Instants.now))
        let sync = try await bench.sync()
        _ = try await sync.poll()
        bench.shop.put(Order.paid(1, at: Instants.now).with { $0.note = "in the same second" })
        _ = try await sync.revisit()
        bench.now.advance(by: 2)
        let report = try await sync.revisit()
        #expect(report.events.map(\.change) == [.updated])
        #expect(try await bench.store.nextRevisit(shop: 1) == nil)
        #expect(bench.shop.requests.compactMap(\.readIDs).count == 2)
    }

    @Test func `a web order without location is read again until it has one`() async throws {
        bench.shop.put(.paid(1))
        let sync = try await bench.sync(
            .plain {
                $0.channelLocation = "1"
                $0.onlyChosenLocation = true
                $0.locationFilterScope = .all
            }
        )
        _ = try await sync.poll()
        #expect(try await bench.order(1)?.standing.reason == .locationUnknown)
        #expect(try await bench.store.nextRevisit(shop: 1) == Instants.now + 5)
        // Routing need not move updatedAt.
        bench.shop.put(Order.paid(1).assigned(to: .location(1)))
        bench.now.advance(by: 5)
        _ = try await sync.revisit()
        #expect(try await bench.order(1)?.standing.state == .imported)
        #expect(try await bench.store.nextRevisit(shop: 1) == nil)
    }

    enum Trouble: CaseIterable { case unreadable, older, missing }

    @Test(arguments: Trouble.allCases)
    func `what cannot be read at its second look is not asked for without end`(_ trouble: Trouble)
        async throws
    {
        bench.shop.put(.paid(1, at: Instants.now))
        let sync = try await bench.sync()
        _ = try await sync.poll()
        bench.now.advance(by: 3)
        switch trouble {
        case .unreadable: bench.shop.spoil(.order(1), "nonsense")
        case .older: bench.shop.put(.paid(1, at: Instants.now - 60))
        case .missing: bench.shop.hide(.order(1))
        }
        _ = try await sync.revisit()
        let next = try await bench.store.nextRevisit(shop: 1)
        #expect(next.map { $0 > bench.now.current } ?? true)
    }

    @Test func `an order missing twice, a minute apart, is gone and withdrawn`() async throws {
        bench.shop.put(.paid(1))
        let sync = try await bench.sync()
        _ = try await sync.poll()
        bench.shop.hide(.order(1))
        _ = try await sync.refetch([.order(1)])
        #expect(try await bench.order(1)?.standing.gone == false)
        bench.now.advance(by: 60)
        let report = try await sync.revisit()
        #expect(report.events.map(\.change) == [.gone])
        let order = try #require(try await bench.order(1))
        #expect(order.standing.gone && order.standing.handOff == .withdrawn && order.standing.reason == .gone)
        // It was an error of Shopify's after all: back it comes.
        bench.shop.hide(.order(1), false)
        _ = try await sync.refetch([.order(1)])
        #expect(try await bench.order(1)?.standing.handOff == .waiting)
    }

    @Test func `an order missing once and then there is not gone`() async throws {
        bench.shop.put(.paid(1))
        let sync = try await bench.sync()
        _ = try await sync.poll()
        bench.shop.hide(.order(1))
        _ = try await sync.refetch([.order(1)])
        bench.shop.hide(.order(1), false)
        bench.now.advance(by: 60)
        #expect(try await sync.revisit().events.isEmpty)
        #expect(try await bench.store.nextRevisit(shop: 1) == nil)
    }

    @Test func `an old order that may not be read is out of reach, not gone`() async throws {
        bench.shop.identify(as: .plain(["read_orders", "read_locations"]))
        bench.shop.put(
            .paid(1, at: Instants.now - 61 * Instants.day)
                .with {
                    $0.processedAt = Instants.placed
                    $0.updatedAt = Instants.placed
                    $0.financialStatus = "PENDING"
                }
        )
        let sync = try await bench.sync()
        _ = try await sync.poll()
        bench.shop.hide(.order(1))
        _ = try await sync.refetch([.order(1)])
        bench.now.advance(by: 60)
        _ = try await sync.revisit()
        let order = try #require(try await bench.order(1))
        #expect(order.standing.reason == .outOfReach && !order.standing.gone)
        #expect(order.detail == "older than 60 days, and the app lacks read_all_orders")
    }

    @Test func `a sweep finds what polls missed, and what Shopify no longer lists`() async throws {
        bench.shop.put(.paid(1), .paid(2))
        let sync = try await bench.sync()
        _ = try await sync.poll()
        bench.shop.put(Order.paid(3).with { $0.updatedAt = Instants.placed - 3 * Instants.day })
        bench.shop.delete(.order(1))
        let sweep = try await sync.sweep()
        #expect(sweep.missed == 1)
        #expect(sweep.unlisted == 1)
        #expect(try await bench.order(3)?.standing.state == .imported)
        #expect(try await bench.record()?.watermark == Instants.placed)
        bench.now.advance(by: 61)
        _ = try await sync.revisit()
        #expect(try await bench.order(1)?.standing.gone == true)
    }

    @Test func `a sweep is due once a night, in the shop's zone`() async throws {
        let sync = try await bench.sync()
        #expect(await sync.sweepIsDue())
        _ = try await sync.sweep()
        #expect(await !sync.sweepIsDue())
        bench.now.set(Date(timeIntervalSince1970: 1_795_489_198))
        #expect(await !sync.sweepIsDue())
        bench.now.set(Date(timeIntervalSince1970: 1_795_489_201))
        #expect(await sync.sweepIsDue())
    }

    @Test func `changed settings judge the last seven days again, and no older ones`() async throws {
        let early = Order.paid(1, at: Instants.now - 8 * Instants.day).status("PENDING")
        let recent = Order.paid(2).status("PENDING")
        let start: (inout ChannelSettings) -> Void = {
            $0.startDate = CalendarDay(year: 2026, month: 11, day: 1)
        }
        bench.shop.put(early, recent)
        let before = try await bench.sync(.plain("web", start))
        #expect(try await before.rejudgeIfChanged() == nil)
        _ = try await before.poll()
        let after = try await bench.sync(
            .plain {
                start(&$0)
                $0.ignoreFinancialStatus = true
            }
        )
        #expect(try await after.rejudgeIfChanged()?.events.map(\.name) == ["#2"])
        #expect(try await after.rejudgeIfChanged() == nil)
        #expect(try await bench.order(1)?.standing.state == .skipped)
        #expect(try await bench.order(2)?.standing.state == .imported)
    }

    @Test func `a backfill takes a span at a time, resumes after a crash, and lifts its channel's date only`()
        async throws
    {
        let old = (1...30).map { Order.paid($0, at: Instants.now - Double($0 * 2) * Instants.day) }
        bench.shop.put(old)
        let channels = [ChannelSettings.plain("first"), .plain("second")]
        var sync = try await bench.sync(channels[0], channels[1])
        let begin = Instants.now - 70 * Instants.day
        let asked = try await bench.store.beginBackfill(
            channel: "second",
            shop: 1,
            from: begin,
            to: Instants.now
        )
        let again = try await bench.store.beginBackfill(
            channel: "second",
            shop: 1,
            from: begin,
            to: Instants.now
        )
        #expect(asked.id == again.id)
        var position = begin
        while let (backfill, _) = try await sync.backfillStep() {
            #expect(backfill.position >= position)
            position = backfill.position
            sync = try await bench.sync(channels[0], channels[1])
        }
        let done = try #require(try await bench.store.backfill(id: asked.id))
        #expect(done.finishedAt != nil && done.imported == 30)
        #expect(try await bench.order(30)?.standing.channel == "second")
        #expect(
            bench.shop.requests.compactMap(\.listing)
                .allSatisfy { $0.byPlacing && $0.importance == .backfill }
        )
    }
}
