import Foundation
import SyncEngine

/// Why an order is what it is: `kccsyncd orders explain`.
///
/// The rules decide about orders that are not imported. Once imported an order stays imported: its import and its hand-off
/// come first then, and what the rules say at present is shown only as such.
struct OrderExplanation {
    let stored: StoredOrder
    /// What the rules say; nil where no enabled channel of the shop is configured.
    let judgement: Judgement?
    /// What it costs now, in its channel's money.
    let figures: OrderFigures
    /// What differs from the version that the ERP has.
    let changes: [OrderChange]
    /// Why nobody offers it where it waits; nil where a channel does.
    var obstacle: OfferObstacle?
    /// Why its totals hold it, where no rule of its channel can be asked.
    var totals: RuleOutcome?

    /// The rules for the order's channel; nil where that is not configured, or not enabled.
    var evaluation: Evaluation? {
        judgement?.evaluations.first { $0.channel == stored.standing.channel } ?? judgement?.decisive
    }

    private var rulesDecide: Bool { judgement?.rulesDecide ?? (stored.standing.state != .imported) }

    // MARK: For people

    func lines(_ zone: TimeZone) -> [String] {
        let heading = [OrderText.heading(stored, zone)]
        let outcome = OrderText.outcome(stored, changes, obstacle: obstacle, zone)
        var rules = evaluation.map(lines) ?? []
        if judgement == nil {
            let add = rulesDecide ? "; \(ChannelPresence.adding("that shop"))" : ""
            rules = ["no enabled channel of \(stored.domain) is configured, so no rule can be asked\(add)"]
        }
        if let totals, evaluation == nil { rules = lines(totals) + rules }
        for other in others {
            let why: String
            if let refusal = other.refusal {
                why =
                    "\(rulesDecide ? "refused" : "would be refused") by \(refusal.rule.rawValue): \(refusal.text)"
            } else {
                why = rulesDecide ? "accepts" : "would accept"
            }
            rules.append("channel \(other.channel): \(why)")
        }
        if stored.standing.reason == .unreadable { rules.append("unreadable: \(stored.detail)") }
        guard !rulesDecide, evaluation != nil || !others.isEmpty else { return heading + rules + outcome }
        return heading + outcome
            + ["an imported order stays imported; at present the rules say:"] + rules
    }

    private func lines(_ evaluation: Evaluation) -> [String] {
        evaluation.outcomes.flatMap { lines($0, decides: rulesDecide && $0 == evaluation.refusal) }
    }

    private func lines(_ outcome: RuleOutcome, decides: Bool = false) -> [String] {
        let width = ImportRule.allCases.map(\.rawValue.count).max() ?? 0
        let name = outcome.rule.rawValue + String(repeating: " ", count: width - outcome.rule.rawValue.count)
        let verdict =
            switch outcome.verdict {
            case .pass: outcome.reason == nil ? "pass   " : holds(outcome) ? "HELD   " : "differ "
            case .notApplicable: "n/a    "
            case .refuse: decides ? "REFUSED" : "refused"
            }
        var line = "\(name)  \(verdict)  \(outcome.text)"
        while line.hasSuffix(" ") { line.removeLast() }
        let remedy = remedy(outcome)
        guard !remedy.isEmpty, decides || outcome.reason == .totalsDiffer else { return [line] }
        return [line, String(repeating: " ", count: width + 11) + remedy]
    }

    /// Whether totals that differ keep the order from its hand-off.
    private func holds(_ outcome: RuleOutcome) -> Bool {
        outcome.reason == .totalsDiffer && (rulesDecide || stored.standing.reason == .totalsDiffer)
    }

    /// What would change a verdict; nothing where it changes nothing.
    private func remedy(_ outcome: RuleOutcome) -> String {
        rulesDecide || holds(outcome) ? outcome.remedy : ""
    }

    private var others: [Evaluation] {
        (judgement?.evaluations ?? []).filter { $0.channel != evaluation?.channel }
    }

    // MARK: For programs

    var value: JSONValue {
        OrderJSON.summary(stored, figures)
            .adding([
                "rules_decide": .bool(rulesDecide), "rules": rules(evaluation),
                "other_channels": .array(
                    others.map { .object(["channel": .text($0.channel), "rules": rules($0)]) }
                ),
            ])
    }

    private func rules(_ evaluation: Evaluation?) -> JSONValue {
        .array(
            (evaluation?.outcomes ?? [totals].compactMap(\.self))
                .map { outcome in
                    .object([
                        "rule": .text(outcome.rule.rawValue), "outcome": .text(outcome.verdict.rawValue),
                        "inputs": .object(outcome.inputs.mapValues { .text($0) }),
                        "reason": .text(outcome.reason?.rawValue), "text": .text(outcome.text),
                        "remedy": .text(remedy(outcome)),
                    ])
                }
        )
    }
}
