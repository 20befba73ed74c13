import Foundation
import SyncEngine
import TestSupport
import Testing

/// What one rule says of one situation, word for word.
struct RuleCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var situation: Situation
    var outcome: RuleOutcome

    init(_ name: String, _ outcome: RuleOutcome, _ change: (inout Situation) -> Void = { _ in }) {
        testDescription = "\(outcome.rule.rawValue): \(name)"
        self.outcome = outcome
        situation = Situation(change)
    }
}

struct RuleOutcomeTests {
    static let placed = "2026-11-23T11:00:00Z"
    static let start = "2026-11-16T00:00:00Z"

    static let first: [RuleCase] = [
        RuleCase("nobody ignored it", .pass(.ignored, "")),
        RuleCase(
            "ignored",
            .refuse(
                .ignored,
                .ignored,
                "an operator ignored it",
                remedy: "to undo: kccsyncd orders reimport 1001"
            )
        ) { $0.ignored = true },
        RuleCase(
            "placed after the start",
            .pass(
                .startDate,
                "placed 23 Nov 2026 11:00 GMT, channel starts 16 Nov 2026 00:00 GMT",
                inputs: ["placed_at": placed, "start_date": start]
            )
        ),
        RuleCase(
            "placed in the very second of the start",
            .pass(
                .startDate,
                "placed 16 Nov 2026 00:00 GMT, channel starts 16 Nov 2026 00:00 GMT",
                inputs: ["placed_at": start, "start_date": start]
            )
        ) { $0.order.processedAt = Instants.start },
        RuleCase(
            "placed a second before the start",
            .refuse(
                .startDate,
                .beforeStartDate,
                "placed 15 Nov 2026 23:59 GMT, before the channel's start 16 Nov 2026 00:00 GMT",
                remedy: "to bring it in: kccsyncd backfill web --from 2026-11-15",
                inputs: ["placed_at": "2026-11-15T23:59:59Z", "start_date": start]
            )
        ) { $0.order.processedAt = Instants.start.addingTimeInterval(-1) },
        RuleCase("brought in by backfill", .notApplicable(.startDate, "brought in by backfill")) {
            $0.order.processedAt = Instants.start.addingTimeInterval(-1)
            $0.backfilled = true
        },
        RuleCase("a real order", .pass(.testOrder, "")),
        RuleCase(
            "a test order",
            .refuse(
                .testOrder,
                .testOrder,
                "a test order",
                remedy: "set import_test_orders to import such orders",
                inputs: ["test": "true"]
            )
        ) { $0.order.test = true },
        RuleCase(
            "a test order that is wanted",
            .pass(.testOrder, "a test order, and import_test_orders is on", inputs: ["test": "true"])
        ) {
            $0.order.test = true
            $0.settings.importTestOrders = true
        },
        RuleCase("not cancelled", .pass(.cancelled, "")),
        RuleCase(
            "cancelled",
            .refuse(
                .cancelled,
                .cancelled,
                "cancelled 23 Nov 2026 11:00 GMT, before it was imported",
                inputs: ["cancelled_at": placed]
            )
        ) { $0.order.cancelledAt = Instants.placed },
    ]

    static let payment: [RuleCase] =
        ["PAID", "PARTIALLY_REFUNDED"]
        .map { status in
            RuleCase(status, .pass(.payment, status, inputs: ["financial_status": status])) {
                $0.order.financialStatus = status
            }
        }
        + unpaid.map { status in
            RuleCase(
                "\(status ?? "none") refused",
                .refuse(
                    .payment,
                    .unpaid,
                    "not paid in full: \(status ?? "unknown")",
                    remedy: "it comes in when it is paid; ignore_financial_status imports unpaid orders",
                    inputs: ["financial_status": status ?? "unknown"]
                )
            ) { $0.order.financialStatus = status }
        }
        + unpaid.map { status in
            RuleCase(
                "\(status ?? "none") let in",
                .pass(
                    .payment,
                    "\(status ?? "unknown"), and ignore_financial_status is on",
                    inputs: ["financial_status": status ?? "unknown"]
                )
            ) {
                $0.order.financialStatus = status
                $0.settings.ignoreFinancialStatus = true
            }
        }

    static let unpaid: [String?] = [
        "REFUNDED", "VOIDED", "EXPIRED", "PENDING", "AUTHORIZED", "PARTIALLY_PAID", "SOMETHING_NEW", "paid",
        nil,
    ]

    @Test(
        arguments: first + payment + RuleTables.pos + RuleTables.location + RuleTables.customer
            + RuleTables.content
    )
    func `a rule says what it is, in these words`(_ expected: RuleCase) {
        #expect(expected.outcome.rule.evaluate(expected.situation.inputs) == expected.outcome)
    }

    @Test(
        arguments: first + payment + RuleTables.pos + RuleTables.location + RuleTables.customer
            + RuleTables.content
    )
    func `only a refusing rule keeps an order out, and with its reason`(_ expected: RuleCase) throws {
        let judgement = try #require(try expected.situation.judgement())
        let refusal = try #require(judgement.evaluations.first).refusal
        if expected.outcome.verdict == .refuse {
            #expect(judgement.state != .imported)
            #expect(judgement.state == judgement.reason?.state)
            // An earlier rule may refuse the same situation; then that one decides.
            let order = ImportRule.allCases
            let decided = try #require(refusal.flatMap { order.firstIndex(of: $0.rule) })
            #expect(decided <= (order.firstIndex(of: expected.outcome.rule) ?? 0))
            #expect(judgement.reason == refusal?.reason)
        } else if refusal == nil {
            #expect(judgement.state == .imported)
        }
    }
}
