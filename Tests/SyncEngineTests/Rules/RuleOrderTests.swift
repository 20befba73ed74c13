import Foundation
import SyncEngine
import TestSupport
import Testing

/// Two rules that both refuse one order.
struct RulePair: Sendable, CustomTestStringConvertible {
    var earlier: ImportRule
    var later: ImportRule
    var testDescription: String { "\(earlier.rawValue) before \(later.rawValue)" }
}

struct RuleOrderTests {
    /// The contract's order, written down once more so that no reordering goes unseen.
    static let contract = [
        "ignored", "start date", "test order", "cancelled", "POS routing", "location", "payment",
        "customer data",
        "customer missing", "ref", "lines", "totals",
    ]

    /// Changes a situation so that a rule refuses; nil for the rule that never refuses.
    static func refusal(by rule: ImportRule) -> ((inout Situation) -> Void)? {
        switch rule {
        case .ignored: { $0.ignored = true }
        case .startDate: { $0.order.processedAt = Instants.start.addingTimeInterval(-1) }
        case .testOrder: { $0.order.test = true }
        case .cancelled: { $0.order.cancelledAt = Instants.now }
        case .posRouting: { $0.order.sourceName = "pos" }
        case .location: { $0.filterByLocation() }
        case .payment: { $0.order.financialStatus = "PENDING" }
        case .customerData: { $0.order = $0.order.withholding("customer") }
        case .customerMissing:
            {
                $0.order.billingAddress = nil
                $0.order.shippingAddress = nil
            }
        case .ref: { $0.holder = "#77" }
        case .lines: { $0.order.lines[0].sku = nil }
        // Totals that differ hold an imported order back; they never refuse it.
        case .totals: nil
        }
    }

    static let reasons: [ImportRule: ReasonCode] = [
        .ignored: .ignored, .startDate: .beforeStartDate, .testOrder: .testOrder, .cancelled: .cancelled,
        .posRouting: .posNotDownloaded, .location: .locationUnknown, .payment: .unpaid,
        .customerData: .customerDataWithheld, .customerMissing: .customerMissing, .ref: .refTaken,
        .lines: .lineWithoutSKU,
    ]

    static let refusing = ImportRule.allCases.filter { refusal(by: $0) != nil }

    static let pairs: [RulePair] = refusing.enumerated()
        .flatMap { place, earlier in
            refusing[(place + 1)...]
                .compactMap { later in
                    // A till sale without an address has the generic customer's, so it is never customer_missing.
                    earlier == .posRouting && later == .customerMissing
                        ? nil : RulePair(earlier: earlier, later: later)
                }
        }

    @Test func `the rules are asked in the contract's order`() {
        #expect(ImportRule.allCases.map(\.rawValue) == Self.contract)
        #expect(Self.pairs.count == 54)
    }

    @Test(arguments: pairs)
    func `of two rules that refuse the earlier decides`(_ pair: RulePair) throws {
        var situation = Situation()
        Self.refusal(by: pair.earlier)?(&situation)
        Self.refusal(by: pair.later)?(&situation)
        let judgement = try #require(try situation.judgement())
        let evaluation = try #require(judgement.evaluations.first)
        #expect(evaluation[pair.earlier]?.verdict == .refuse)
        #expect(evaluation[pair.later]?.verdict == .refuse)
        #expect(evaluation.refusal?.rule == pair.earlier)
        #expect(judgement.reason == Self.reasons[pair.earlier])
        #expect(judgement.state == Self.reasons[pair.earlier]?.state)
        #expect(evaluation.outcomes.map(\.rule) == ImportRule.allCases)
    }

    @Test(arguments: refusing)
    func `a rule that refuses alone gives its reason and a state, and nothing is handed off`(
        _ rule: ImportRule
    ) throws {
        var situation = Situation()
        Self.refusal(by: rule)?(&situation)
        let judgement = try #require(try situation.judgement())
        #expect(judgement.reason == Self.reasons[rule])
        #expect(judgement.handOff == .none)
        #expect(judgement.ref == nil)
        #expect(judgement.customer == nil)
    }

    @Test(arguments: refusing)
    func `with download_orders off a refused order is pending, an ignored one ignored`(
        _ rule: ImportRule
    ) throws {
        var situation = Situation { $0.settings.downloadOrders = false }
        Self.refusal(by: rule)?(&situation)
        let judgement = try #require(try situation.judgement())
        #expect(judgement.state == (rule == .ignored ? .ignored : .pending))
        #expect(judgement.reason == Self.reasons[rule])
    }

    @Test func `with download_orders off an accepted order is pending`() throws {
        let judgement = try #require(try Situation { $0.settings.downloadOrders = false }.judgement())
        #expect(judgement.state == .pending)
        #expect(judgement.reason == .downloadsOff)
        #expect(judgement.handOff == .none)
    }
}
