import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// `backfill --from --to` selects orders by the time that is shown as placed.
@Suite(.timeLimit(.minutes(30)))
struct BackfillTests {
    /// An order and whether a backfill of 1 to 10 October, in London, brings it in.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var placed: String
        var created: String
        var isFound: Bool

        static let all = [
            Case(
                testDescription: "placed within, and imported into Shopify later",
                placed: "2026-10-05T12:00:00Z",
                created: "2026-11-01T09:00:00Z",
                isFound: true
            ),
            Case(
                testDescription: "placed long before, and imported into Shopify within",
                placed: "2026-03-01T12:00:00Z",
                created: "2026-10-05T12:00:00Z",
                isFound: false
            ),
            Case(
                testDescription: "placed and created within",
                placed: "2026-10-05T12:00:00Z",
                created: "2026-10-05T12:00:00Z",
                isFound: true
            ),
            Case(
                testDescription: "placed in the first second of the shop's day",
                placed: "2026-09-30T23:00:00Z",
                created: "2026-09-30T22:59:00Z",
                isFound: true
            ),
            Case(
                testDescription: "placed a second before",
                placed: "2026-09-30T22:59:59Z",
                created: "2026-10-02T12:00:00Z",
                isFound: false
            ),
            Case(
                testDescription: "placed at the very end, which is not part of it",
                placed: "2026-10-09T23:00:00Z",
                created: "2026-10-05T12:00:00Z",
                isFound: false
            ),
            Case(
                testDescription: "a draft that was created within and completed later",
                placed: "2026-10-20T12:00:00Z",
                created: "2026-10-05T12:00:00Z",
                isFound: false
            ),
        ]
    }

    @Test(arguments: Case.all)
    func `C5: a backfill selects by the date that is shown as placed`(_ input: Case) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        let placed = try Date(input.placed, strategy: .iso8601)
        let created = try Date(input.created, strategy: .iso8601)
        let order = Order.paid(1001)
            .with {
                $0.processedAt = placed
                $0.createdAt = created
                $0.updatedAt = created
            }
        shop.orders.put(order)
        try await Installation.run(
            ConfigurationText.text("start_date = 2026-11-16", kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            let reply = await daemon.perform(
                .backfill(
                    channel: "web",
                    from: .day(CalendarDay(year: 2026, month: 10, day: 1)),
                    to: .day(CalendarDay(year: 2026, month: 10, day: 10))
                )
            )
            let id = try #require(reply.number)
            var positions: [Date] = []
            while let backfill = await daemon.perform(.progress(backfill: id)).backfill,
                backfill.finishedAt == nil, positions.count < 50
            {
                positions.append(backfill.position)
                await daemon.round()
            }
            #expect(positions == positions.sorted() && positions.count > 1)
            let done = try #require(await daemon.perform(.progress(backfill: id)).backfill)
            #expect(done.listed == (input.isFound ? 1 : 0) && done.imported == done.listed)
            let since = Question.orders(channel: "web", state: .imported, reason: nil, since: nil)
            let lines = try await daemon.answer(since)
            #expect(lines.contains { $0.hasPrefix("#1001") } == input.isFound)
        }
    }
}
