/// What all rules said of one order for one channel.
package struct Evaluation: Sendable, Equatable {
    package var channel: String
    /// One for each rule, in their order.
    package var outcomes: [RuleOutcome]

    package init(channel: String, outcomes: [RuleOutcome]) {
        self.channel = channel
        self.outcomes = outcomes
    }

    /// Asks every rule; later ones are asked although an earlier one refused, so that a person sees all.
    package init(_ inputs: RuleInputs) {
        channel = inputs.channel.settings.name
        outcomes = ImportRule.allCases.map { $0.evaluate(inputs) }
    }

    /// The refusal that decides, if there is one.
    package var refusal: RuleOutcome? {
        outcomes.first { $0.verdict == .refuse }
    }

    package var accepts: Bool { refusal == nil }

    /// How many rules were passed before the first refusal.
    package var reach: Int {
        outcomes.firstIndex { $0.verdict == .refuse } ?? outcomes.count
    }

    package subscript(rule: ImportRule) -> RuleOutcome? {
        outcomes.first { $0.rule == rule }
    }
}
