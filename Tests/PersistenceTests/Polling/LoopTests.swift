import Foundation
import TestSupport
import Testing

@testable import Persistence
@testable import SyncEngine

/// What a shop's loop does about trouble, and what the journal says of it, word for word.
@Suite(.timeLimit(.minutes(30)))
struct LoopTests {
    private let bench: Bench
    private let alarm = ManualAlarm()

    init() throws { bench = try Bench() }

    private func loop(_ change: (inout ChannelSettings) -> Void = { _ in }) -> ShopLoop {
        ShopLoop(plan: .of(.plain("web", change)), ports: bench.ports, alarm: alarm, spread: { 0.5 })
    }

    private var messages: [String] { bench.log.drain().filter { $0.level < .debug }.map(\.message) }

    private static let down = ShopError(
        .unreachable,
        .retry(after: nil),
        "test.myshopify.com does not answer"
    )
    private static let refused = ShopError(
        .tokenRefused,
        .pause,
        "the access token is refused",
        remedy: "make a new one"
    )

    @Test func `orders that came in are one line, and a quiet poll is none`() async {
        bench.shop.put(
            .paid(1),
            .paid(2),
            Order.paid(3).status("PENDING"),
            Order.paid(4).with { $0.test = true }
        )
        let loop = loop()
        #expect(await loop.round() == .seconds(15))
        #expect(messages == ["web: 2 orders imported, 2 skipped (test_order, unpaid), in 0.0 s"])
        bench.now.advance(by: 15)
        #expect(await loop.round() == .seconds(15))
        #expect(messages.isEmpty)
    }

    @Test func `orders that need a person are named`() async throws {
        bench.shop.put(Order.paid(1).total("31.5"), Order.paid(2).with { $0.lines[0].sku = nil }, .paid(3))
        let loop = loop()
        _ = await loop.round()
        #expect(
            Set(messages) == [
                "web: order #1 is held: Shopify's current total is 1.50 GBP more than the sum of its parts: lines 20.00 + delivery 5.00 + tax 5.00 = 30.00 GBP, Shopify says 31.50; look at it, then run kccsyncd orders release 1",
                "web: order #2 failed: line_without_sku; run kccsyncd orders explain 2",
                "web: 1 order imported, 1 held (totals_differ), 1 failed (line_without_sku), in 0.0 s",
            ]
        )
        let third = try #require(try await bench.order(3))
        try await bench.operations.acknowledge(third, now: bench.now.current)
        bench.shop.put(Order.paid(3).later { $0.cancelledAt = Instants.now })
        bench.now.advance(by: 15)
        _ = await loop.round()
        #expect(
            messages == [
                "web: order #3 changed after its hand-off: cancelled; put it right in KCC, then run kccsyncd orders settle 3"
            ]
        )
    }

    @Test func `a shop that is down is tried with growing waits, said once, and its recovery once`() async {
        let loop = loop()
        bench.shop.failIdentity(Self.down, Self.down, Self.down)
        var waits: [Duration] = []
        for _ in 1...3 {
            let wait = await loop.round()
            waits.append(wait)
            bench.now.advance(by: wait.seconds)
        }
        #expect(waits == [.seconds(5), .seconds(10), .seconds(20)])
        #expect(
            messages == ["web: cannot be polled: test.myshopify.com does not answer; next try in 5 s"]
        )
        #expect(loop.state.health.errorCode == "unreachable")
        #expect(await loop.round() == .seconds(15))
        #expect(messages == ["web: recovered after 35 s: test.myshopify.com does not answer"])
        #expect(loop.state.health.errorCode == nil)
        bench.now.advance(by: 15)
        _ = await loop.round()
        #expect(messages.isEmpty)
    }

    @Test func `a refused token pauses the shop and says so, also after another trouble`() async {
        let loop = loop()
        bench.shop.failIdentity(Self.down, Self.refused, Self.refused)
        _ = await loop.round()
        #expect(await loop.round() == .seconds(1800))
        #expect(loop.state.health.paused)
        #expect(await loop.round() == .seconds(1800))
        #expect(
            messages == [
                "web: cannot be polled: test.myshopify.com does not answer; next try in 5 s",
                "web: paused: the access token is refused (2 times in a row); next try in 30 min; make a new one",
            ]
        )
        _ = await loop.round()
        #expect(!loop.state.health.paused)
        #expect(messages.count == 1)
    }

    @Test func `a wait that Shopify names is obeyed`() async {
        bench.shop.failLists(ShopError(.throttled, .retry(after: .seconds(77)), "throttled"))
        #expect(await loop().round() == .seconds(77))
    }

    @Test func `a missing scope pauses the shop with what to do`() async {
        bench.shop.identify(as: .plain(["read_products"]))
        _ = await loop().round()
        #expect(
            messages == [
                "web: paused: scope read_orders is missing: orders cannot be read; next try in 30 min; add this scope to the app and reinstall it"
            ]
        )
    }

    @Test func `what an operator should know is said once`() async {
        bench.shop.identify(as: .plain(["read_orders", "read_locations"]))
        let loop = loop { $0.channelLocation = "Nowhere" }
        _ = await loop.round()
        let said = messages
        #expect(
            said.contains(
                "web: scope read_customers is missing: orders come without their customer's record; add this scope to the app and reinstall it"
            )
        )
        #expect(
            said.contains(
                "web: channel web: channel_location \"Nowhere\" is none of the shop's locations; set channel_location in [channels.web] to one of: Branch, Main Warehouse; then run: kccsyncd reload"
            )
        )
        bench.now.advance(by: 90_000)
        _ = await loop.round()
        #expect(messages.isEmpty)
    }

    @Test func `a start date too far back rests the channel and says why`() async {
        bench.shop.put(.paid(1))
        _ = await loop { $0.startDate = CalendarDay(year: 2026, month: 1, day: 1) }.round()
        #expect(
            messages == [
                "web: channel web: start_date 2026-01-01 is rejected (more than 90 days before the channel's first sync), so the channel imports nothing; set start_date to 2026-08-25 or later; for older orders run: kccsyncd backfill web --from 2026-01-01"
            ]
        )
        #expect(bench.shop.requests.compactMap(\.listing).isEmpty)
    }

    @Test(arguments: [-3600, -600, 3600, 86_400 * 400] as [TimeInterval])
    func `a clock that is set does not stop the polls`(_ jump: TimeInterval) async {
        let loop = loop()
        _ = await loop.round()
        _ = bench.shop.drain()
        bench.now.advance(by: jump)
        _ = await loop.round()
        #expect(!bench.shop.drain().compactMap(\.listing).isEmpty)
    }

    @Test func `the loop arms its alarm after the work, polls at each ring, and ends on the stop signal`()
        async throws
    {
        let loop = loop()
        var arms = alarm.arms.makeAsyncIterator()
        let task = Task { await loop.run() }
        #expect(await arms.next() == .seconds(15) * 0.1)
        alarm.ring()
        #expect(await arms.next() == .seconds(15))
        #expect(bench.shop.requests.compactMap(\.listing).count == 1)
        bench.now.advance(by: 15)
        alarm.ring()
        #expect(await arms.next() == .seconds(15))
        #expect(bench.shop.requests.compactMap(\.listing).count == 2)
        bench.stop.request()
        loop.wake()
        await task.value
        #expect(try await bench.record()?.domain == "test.myshopify.com")
    }

    @Test func `a full disk is reported as the shop's trouble and passes`() async throws {
        let loop = loop()
        _ = await loop.round()
        bench.shop.put((1...300).map { Order.paid($0) })
        let used: Int = try #require(try await bench.value("PRAGMA page_count"))
        try await bench.limitPages(to: used + 1)
        bench.now.advance(by: 15)
        _ = await loop.round()
        #expect(loop.state.health.errorCode == "full")
        try await bench.limitPages(to: 1_000_000)
        bench.now.advance(by: 15)
        _ = await loop.round()
        #expect(loop.state.health.errorCode == nil)
        #expect(try await bench.queries.orderCount() == 300)
    }
}
