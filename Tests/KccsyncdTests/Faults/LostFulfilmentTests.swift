import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// The answer to a fulfilment is lost: it is found, or nothing is sent until an operator has looked.
@Suite(.timeLimit(.minutes(30)))
struct LostFulfilmentTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Fulfilments that the order had before, all cancelled.
        var before: Int
        var executed = true
        /// What happens in Shopify before it is read again.
        var meanwhile: @Sendable (TestShop) -> Void = { _ in }
        /// What a reading leaves out.
        var hides: @Sendable (inout FulfilmentView) -> Void = { _ in }
        var end: SendingFault.End
        /// What the journal says of units that are gone.
        var said: String?
    }

    private static let once = SendingFault.End(sent: ["T1"], mails: 1, jobs: ["done"])

    private static func parked(_ why: String, sent: [String] = ["T1"], mails: Int = 1) -> SendingFault.End {
        SendingFault.End(
            sent: sent,
            mails: mails,
            jobs: ["parked: it is not known whether the last request was executed: \(why)"]
        )
    }

    static let rows: [Row] = [
        Row(testDescription: "104 fulfilments before, executed", before: 104, end: once),
        Row(testDescription: "104 fulfilments before, not executed", before: 104, executed: false, end: once),
        Row(testDescription: "249 fulfilments before, executed", before: 249, end: once),
        Row(
            testDescription: "250 fulfilments before, executed",
            before: 250,
            end: parked("Shopify shows only 250 of its 251 fulfilments")
        ),
        Row(
            testDescription: "300 fulfilments before, not executed",
            before: 300,
            executed: false,
            end: parked("Shopify shows only 250 of its 300 fulfilments", sent: [], mails: 0)
        ),
        Row(
            testDescription: "its units went, and Shopify's list does not have it",
            before: 3,
            hides: { view in view.sent.removeAll { $0.status == "SUCCESS" } },
            end: parked("2 of SKU-1 went, and Shopify shows no fulfilment of them")
        ),
        Row(
            testDescription: "executed, and cancelled by staff at once",
            before: 0,
            meanwhile: { shop in
                for sent in shop.sent(.order(1001)) { shop.cancelFulfilment(sent.id, of: .order(1001)) }
            },
            end: SendingFault.End(
                sent: [],
                mails: 1,
                jobs: ["parked: its fulfilment was cancelled in Shopify"]
            )
        ),
        Row(
            testDescription: "not executed, and the order was cancelled without a refund",
            before: 0,
            executed: false,
            meanwhile: { shop in
                shop.edit(.order(1001)) { $0.cancelledAt = shop.time }
                shop.close(.order(1001))
            },
            hides: { view in for place in view.lines.indices { view.lines[place].unfulfilled = 0 } },
            end: SendingFault.End(sent: [], mails: 0, jobs: ["parked: the order is cancelled"])
        ),
        Row(
            testDescription: "not executed, and a colleague fulfilled it with another number",
            before: 2,
            executed: false,
            meanwhile: { $0.fulfilByHand(.order(1001), ["STAFF1"]) },
            end: SendingFault.End(sent: ["STAFF1+T1"], mails: 0, jobs: ["done"]),
            said: "2 of SKU-1 fulfilled by somebody else"
        ),
        Row(
            testDescription: "not executed, and a colleague fulfilled it without a number",
            before: 2,
            executed: false,
            meanwhile: { $0.fulfilByHand(.order(1001), []) },
            end: once,
            said: "2 of SKU-1 fulfilled by somebody else"
        ),
        Row(
            testDescription: "not executed, and one unit was refunded",
            before: 2,
            executed: false,
            meanwhile: { $0.edit(.order(1001)) { $0.lines[0].currentQuantity = 1 } },
            end: once,
            said: "1 of SKU-1 refunded or removed"
        ),
        Row(
            testDescription: "not executed, and the order was moved to another location",
            before: 0,
            executed: false,
            meanwhile: { $0.move(.order(1001)) },
            end: once,
            said: "its fulfilment order was closed or moved"
        ),
        Row(
            testDescription: "not executed, and the order was put on hold",
            before: 0,
            executed: false,
            meanwhile: { $0.hold(.order(1001)) },
            end: SendingFault.End(
                sent: [],
                mails: 0,
                jobs: ["retryable: its fulfilment order at Main Warehouse is on hold (incorrect address)"]
            )
        ),
    ]

    @Test(arguments: rows)
    func `F1: a fulfilment whose answer is lost is found, or is not made twice`(_ row: Row) async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            shop.addCancelled(row.before, to: .order(1001))
            let first = Locked(true)
            shop.sending.onRequest { _ in
                guard
                    first.withLock({ isFirst in
                        defer { isFirst = false }; return isFirst
                    })
                else { return nil }
                return row.executed ? .losesAnswer(SendingFault.lost) : .fails(SendingFault.lost)
            }
            await daemon.ship("T1")
            await daemon.pass(15)
            row.meanwhile(shop)
            shop.sending.onView(row.hides)
            await daemon.pass(180)
            #expect(try await shop.end(daemon) == row.end)
            // It stays so, whatever is retried at large.
            _ = await daemon.perform(.queue(.retry, ids: []))
            await daemon.pass(180)
            #expect(try await shop.end(daemon) == row.end)
            if let said = row.said {
                let line =
                    "web: the last request for #1001 was not executed, and the order has changed: \(said)"
                #expect(daemon.log.drain().contains { $0.message == line })
            }
        }
    }

    @Test func `F1: an operator who has looked has a doubtful shipment sent`() async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            shop.addCancelled(300, to: .order(1001))
            shop.sending.onRequest { _ in .fails(SendingFault.lost) }
            await daemon.ship("T1")
            await daemon.pass(150)
            shop.sending.onRequest { _ in nil }
            let job = try await daemon.rows("SELECT id || ' ' || remedy FROM push_job").first ?? ""
            #expect(
                job
                    == "1 compare it with the order in Shopify; if it is there run: kccsyncd queue discard 1; else: kccsyncd queue retry 1"
            )
            let all = await daemon.perform(.queue(.retry, ids: []))
            #expect(
                all.lines == [
                    "0 jobs are tried again",
                    "1 job stays parked because Shopify may have done it already; see: kccsyncd queue list",
                ]
            )
            _ = await daemon.perform(.queue(.retry, ids: [1]))
            await daemon.pass(15)
            #expect(try await shop.end(daemon) == Self.once)
        }
    }

    @Test func `F1: an intent that an older version wrote down is looked up`() async throws {
        try await SendingFault.run { (daemon, shop) async throws in
            shop.sending.onRequest { _ in .losesAnswer(SendingFault.lost) }
            await daemon.ship("T1")
            await daemon.round()
            try await daemon.execute(
                "UPDATE push_job SET intent = json_remove(intent, '$.fulfil.lines'), attempts = NULL"
            )
            try await daemon.restart()
            await daemon.pass(180)
            #expect(try await shop.end(daemon) == Self.once)
        }
    }
}
