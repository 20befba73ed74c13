import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A shipment is reported again, with other tracking, while a request of it is under way.
@Suite(.timeLimit(.minutes(30)))
struct ReportedMeanwhileTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What was reported and sent before; nil where the first request is the one under way.
        var sent: String?
        /// Reported, and under way; empty = no number.
        var first = "T1"
        /// Reported meanwhile.
        var again = "T2"
        var isPickUp = false
        /// What becomes of the request that is under way.
        var trouble: TestSending.Trouble?
        var isLost = false
        /// How long it may take, in seconds.
        var within: TimeInterval = 15
        var end: SendingFault.End
    }

    private static func done(_ number: String, mails: Int = 1) -> SendingFault.End {
        SendingFault.End(sent: [number], mails: mails, jobs: ["done"])
    }

    private static let throttled = ShopError(.throttled, .retry(after: .seconds(5)), "points are used up")

    static let rows: [Row] = [
        Row(testDescription: "a fulfilment that is made", end: done("T2")),
        Row(testDescription: "one without a number", first: "", again: "T1", end: done("T1", mails: 2)),
        Row(
            testDescription: "one that is rejected",
            trouble: .rejects("Fulfillment order is busy."),
            within: 60,
            end: done("T2")
        ),
        Row(
            testDescription: "one that is certainly not made",
            trouble: .fails(throttled),
            within: 60,
            end: done("T2")
        ),
        Row(
            testDescription: "one whose answer is lost",
            trouble: .losesAnswer(SendingFault.lost),
            within: 120,
            end: done("T2")
        ),
        Row(
            testDescription: "one that is not made, as nobody knows",
            trouble: .fails(SendingFault.lost),
            within: 120,
            end: done("T2")
        ),
        Row(testDescription: "a change of the tracking", sent: "T0", end: done("T2")),
        Row(
            testDescription: "a change whose answer is lost",
            sent: "T0",
            isLost: true,
            within: 120,
            end: done("T2")
        ),
        Row(
            testDescription: "a pick-up",
            isPickUp: true,
            end: SendingFault.End(sent: [], mails: 0, jobs: ["done"])
        ),
    ]

    @Test(arguments: rows)
    func `F1: a report that comes while a request is under way neither repeats it nor makes it doubtful`(
        _ row: Row
    ) async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            if row.isPickUp { shop.arrange(.order(1001)) { parts in parts[0].method = "PICK_UP" } }
            if let sent = row.sent {
                await daemon.ship(sent)
                await daemon.pass(15)
            }
            let troubles = Locked(row.trouble.map { [$0] } ?? [])
            shop.sending.onRequest { _ in troubles.withLock { $0.popLast() } }
            if row.isLost { shop.lose(.after) }
            shop.sending.meanwhile { await daemon.ship(row.again) }
            _ = await row.first.isEmpty ? daemon.ship() : daemon.ship(row.first)
            await daemon.pass(row.within)
            #expect(try await shop.end(daemon) == row.end)
            #expect(shop.sending.pickups.count == (row.isPickUp ? 1 : 0))
        }
    }

    @Test func `F1: a request that was answered and not settled by an older version is found`() async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            let intent = Locked("")
            shop.sending.meanwhile {
                let rows = try? await daemon.rows("SELECT intent FROM push_job")
                intent.withLock { $0 = rows?.first ?? "" }
            }
            await daemon.ship("T1")
            await daemon.pass(15)
            let text = intent.withLock(\.self).replacing("'", with: "''")
            #expect(text.contains("fulfil"))
            try await daemon.execute(
                "UPDATE push_job SET state = 'retryable', finished_at_ms = NULL, intent = '\(text)'"
            )
            await daemon.pass(120)
            #expect(try await shop.end(daemon) == Self.done("T1"))
        }
    }
}
