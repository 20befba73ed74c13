/// The import rules, in the order in which they are asked; the first that refuses decides.
package enum ImportRule: String, Sendable, CaseIterable {
    case ignored
    case startDate = "start date"
    case testOrder = "test order"
    case cancelled
    case posRouting = "POS routing"
    case location
    case payment
    case customerData = "customer data"
    case customerMissing = "customer missing"
    case ref
    case lines
    case totals
}

/// Everything that one evaluation depends on, and nothing that it does not.
package struct RuleInputs: Sendable {
    package var order: Order
    package var channel: ChannelContext
    /// An operator said never.
    package var ignored: Bool
    /// What the order costs now, in the channel's money.
    package var figures: OrderFigures { OrderFigures(of: order, channel.settings.money) }
    /// Why the channel's start date does not count; nil where it does.
    package var startWaiver: StartWaiver?
    /// Its personal data was taken out.
    package var redacted: Bool
    /// It shows nobody, and neither do the shop's other orders.
    package var personalDataIsHidden: Bool
    /// It is imported already, and the rules are asked only for what they say at present.
    package var imported: Bool
    /// The associated ref that this channel would give the order.
    package var ref: String
    /// The name of another order that has this ref already.
    package var refHolder: String?
    /// What operators entered that it was paid with.
    package var entered: [EnteredPayment]

    package init(
        order: Order,
        channel: ChannelContext,
        ignored: Bool = false,
        startWaiver: StartWaiver? = nil,
        redacted: Bool = false,
        personalDataIsHidden: Bool = false,
        imported: Bool = false,
        ref: String,
        refHolder: String? = nil,
        entered: [EnteredPayment] = []
    ) {
        self.order = order
        self.channel = channel
        self.ignored = ignored
        self.startWaiver = startWaiver
        self.redacted = redacted
        self.personalDataIsHidden = personalDataIsHidden
        self.imported = imported
        self.ref = ref
        self.refHolder = refHolder
        self.entered = entered
    }
}

extension RuleInputs {
    /// What a command has to be given to find the order, and no other.
    var reference: String {
        OrderName.reference(order.name, order.id, reason: refHolder == nil ? nil : .refTaken)
    }
}

/// What one rule said of one order.
package struct RuleOutcome: Sendable, Equatable {
    package enum Verdict: String, Sendable {
        case pass
        case refuse
        case notApplicable = "not_applicable"
    }

    package var rule: ImportRule
    package var verdict: Verdict
    /// Set when it refuses; also for totals that differ, which hold an order back without refusing it.
    package var reason: ReasonCode?
    /// What was looked at, for a person.
    package var text: String
    /// What would change the verdict; empty unless it refuses.
    package var remedy: String
    /// What was looked at, for a program.
    package var inputs: [String: String]

    package static func pass(_ rule: ImportRule, _ text: String, inputs: [String: String] = [:])
        -> RuleOutcome
    {
        RuleOutcome(rule: rule, verdict: .pass, reason: nil, text: text, remedy: "", inputs: inputs)
    }

    package static func notApplicable(_ rule: ImportRule, _ text: String) -> RuleOutcome {
        RuleOutcome(rule: rule, verdict: .notApplicable, reason: nil, text: text, remedy: "", inputs: [:])
    }

    package static func refuse(
        _ rule: ImportRule,
        _ reason: ReasonCode,
        _ text: String,
        remedy: String = "",
        inputs: [String: String] = [:]
    ) -> RuleOutcome {
        RuleOutcome(rule: rule, verdict: .refuse, reason: reason, text: text, remedy: remedy, inputs: inputs)
    }
}
