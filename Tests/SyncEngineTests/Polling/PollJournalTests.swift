import Foundation
import TestSupport
import Testing

@testable import SyncEngine

/// The journal's lines, word for word.
struct PollJournalTests {
    private let log = CollectingLog()
    private var journal: PollJournal {
        PollJournal(log: log, domain: "test.myshopify.com", channels: ["web", "tills"])
    }

    private func report(_ events: OrderEvent...) -> ImportReport {
        var report = ImportReport()
        report.events = events
        return report
    }

    private func event(
        _ number: Int,
        _ state: OrderState,
        _ reason: ReasonCode? = nil,
        change: OrderEvent.Change = .judged,
        channel: String = "web",
        detail: String = ""
    ) -> OrderEvent {
        OrderEvent(
            change,
            id: .order(number),
            name: "#\(number)",
            channel: channel,
            state: state,
            reason: reason,
            detail: detail
        )
    }

    @Test func `each channel has a line of its own, with fields`() {
        journal.polled(report(event(1, .imported), event(2, .imported, channel: "tills")), took: 1.26)
        #expect(
            log.messages == ["tills: 1 order imported, in 1.3 s", "web: 1 order imported, in 1.3 s"]
        )
        #expect(log.events.first?.kind == .ordersImported)
        #expect(
            log.events.first?.fields == [
                .channel: "tills", .shop: "test.myshopify.com", .count: "1", .duration: "1260",
            ]
        )
    }

    @Test func `a deleted order is a warning that says what to do`() {
        journal.polled(report(event(7, .imported, .gone, change: .gone)), took: 0)
        #expect(log.messages == ["web: order #7 was deleted in Shopify; if KCC has it, cancel it there"])
        #expect(log.events.first?.kind == .orderGone)
        #expect(log.events.first?.level == .warning)
        #expect(log.events.first?.fields[.order] == "#7")
    }

    @Test func `of many orders in trouble five are named and the rest counted`() {
        var many = ImportReport()
        many.events = (1...8).map { event($0, .failed, .lineWithoutSKU) }
        journal.polled(many, took: 0)
        let named = log.messages.filter { $0.contains("run kccsyncd orders explain") }
        #expect(named.count == 5)
        #expect(
            log.messages.contains(
                "web, tills: 3 more orders need attention; run kccsyncd orders list --state failed"
            )
        )
    }

    @Test func `re-judging says what moved`() {
        journal.rejudged(ImportReport())
        journal.rejudged(report(event(1, .imported), event(2, .skipped, .unpaid)))
        #expect(
            log.messages == [
                "web, tills: the changed configuration changes no order of the last 7 days",
                "web, tills: judged again after a change of the configuration: 1 order imported, 1 skipped (unpaid)",
            ]
        )
    }

    @Test func `a sweep is a warning only when it healed something`() {
        journal.swept(ShopSync.SweepReport())
        #expect(log.drain().map(\.level) == [.debug])
        var sweep = ShopSync.SweepReport()
        sweep.missed = 1
        sweep.report = report(event(1, .imported))
        journal.swept(sweep)
        #expect(
            log.events.map(\.message) == [
                "web, tills: the sweep of 7 days healed 1 order; 1 change had been missed by polls"
            ]
        )
        #expect(log.events.map(\.kind) == [.sweepHealed])
    }

    @Test func `a backfill is told when it is done`() {
        var backfill = Backfill(id: 1, shop: 1, channel: "web", from: Instants.start, to: Instants.now)
        backfill.listed = 9
        backfill.imported = 5
        backfill.refused = 3
        backfill.failed = 1
        journal.backfilled(backfill, ImportReport())
        #expect(log.messages.isEmpty)
        backfill.finishedAt = Instants.now
        journal.backfilled(backfill, ImportReport())
        #expect(
            log.messages == [
                "web: backfill done: 9 orders looked at, 5 imported, 3 skipped, 1 failed"
            ]
        )
    }

    @Test func `warnings are told once, and again after they had gone`() {
        let journal = journal
        journal.warned(["a", "b"])
        journal.warned(["a", "b"])
        #expect(log.messages == ["web, tills: a", "web, tills: b"])
        _ = log.drain()
        journal.warned(["b"])
        journal.warned(["a", "b"])
        #expect(log.messages == ["web, tills: a"])
    }

    @Test func `another API version is told by whoever saw it answer, not again here`() {
        journal.warned(["Shopify answered with API version 2026-10 instead of 2026-07, which has expired"])
        #expect(log.messages.isEmpty)
    }

    @Test(
        arguments: [
            (0, "0 s"), (1, "1 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7200, "2 h 0 min"),
            (7800, "2 h 10 min"), (-5, "0 s"),
        ] as [(Int, String)]
    )
    func `a span is told as people say it`(_ seconds: Int, _ text: String) {
        #expect(PollJournal.span(.seconds(seconds)) == text)
    }

    @Test(
        arguments: [(0, "0.0"), (0.04, "0.0"), (0.05, "0.1"), (12.34, "12.3"), (-0.5, "0.0")]
            as [(TimeInterval, String)]
    )
    func `a duration is told in tenths, never below nothing`(_ seconds: TimeInterval, _ text: String) {
        #expect(PollJournal.tenths(seconds) == text)
    }

    @Test func `reasons are told by how often they decided`() {
        let events =
            [event(1, .skipped, .testOrder)] + (2...4).map { event($0, .skipped, .unpaid) }
            + [event(5, .pending, .downloadsOff)]
        #expect(
            PollJournal.tally(events) == "1 order pending (downloads_off), 4 skipped (unpaid, test_order)"
        )
    }

    @Test(
        arguments: [
            (.held, .totalsDiffer, "1 order held (totals_differ)"),
            (.held, .maybeHandedOff, "1 order held (maybe_handed_off)"),
            (.held, .personalDataRemoved, "1 order held (personal_data_removed)"),
            (.withdrawn, .cancelledBeforeHandOff, "1 order withdrawn (cancelled_before_handoff)"),
            (.withdrawn, .gone, "1 order withdrawn (gone)"),
            (.waiting, nil, "1 order imported"),
        ] as [(HandOff, ReasonCode?, String)]
    )
    func `an imported order that nobody is offered is held or withdrawn`(
        _ handOff: HandOff,
        _ reason: ReasonCode?,
        _ text: String
    ) {
        var event = event(1, .imported, reason)
        event.handOff = handOff
        #expect(PollJournal.tally([event]) == text)
    }
}
