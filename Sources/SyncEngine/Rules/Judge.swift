/// Decides orders of one shop by the settings of its channels; a pure function of what it is given.
package struct Judge: Sendable, Equatable {
    /// Enabled channels of the shop, in the file's order.
    package var channels: [ChannelContext]
    /// Names of all channels that the file has for the shop, disabled ones too: orders of others are evaluated again.
    package var configured: Set<String>

    /// - Parameter configured: Nil where all channels are enabled.
    package init(channels: [ChannelContext], configured: Set<String>? = nil) {
        self.channels = channels
        self.configured = configured ?? Set(channels.map(\.settings.name))
    }

    /// Judges an order anew.
    ///
    /// - Parameters:
    ///   - order: As it is now.
    ///   - standing: What is stored of it; nil for a new one.
    ///   - facts: Other orders and customers.
    /// - Returns: The decision; nil where the shop has no enabled channel.
    /// - Throws: What `facts` throws.
    package func judge(_ order: Order, standing: OrderStanding?, facts: some Facts) throws -> Judgement? {
        let isHidden = try hidesPersonalData(order, standing, facts)
        let entered = try facts.payments(of: order.id)
        var waivers: [String: StartWaiver] = [:]
        for channel in channels {
            waivers[channel.settings.name] = try StartWaiver.of(
                order,
                standing,
                for: channel,
                configured: configured,
                start: facts.start(ofChannel:)
            )
        }
        let evaluations = try channels.map { channel in
            let ref = Self.ref(of: order, channel.settings)
            return Evaluation(
                RuleInputs(
                    order: order,
                    channel: channel,
                    ignored: standing?.ignored ?? false,
                    startWaiver: waivers[channel.settings.name],
                    redacted: standing?.redacted ?? false,
                    personalDataIsHidden: isHidden,
                    imported: standing?.state == .imported,
                    ref: ref,
                    refHolder: try facts.holder(ofRef: ref, otherThan: order.id),
                    entered: entered
                )
            )
        }
        guard let first = evaluations.first else { return nil }
        if let standing, standing.state == .imported, stays(standing) {
            return staying(order, standing, entered, evaluations)
        }
        let furthest = evaluations.dropFirst().reduce(first) { $1.reach > $0.reach ? $1 : $0 }
        let chosen = evaluations.first(where: \.accepts) ?? furthest
        guard let channel = channels.first(where: { $0.settings.name == chosen.channel }) else { return nil }
        var judgement = decision(order, standing, entered, chosen, channel)
        judgement.evaluations = evaluations
        judgement.isStartWaived = waivers[chosen.channel] == .earlierChannel
        if judgement.state == .imported {
            let candidates = try facts.customers(sharing: CustomerKeys(of: order))
            judgement.customer = CustomerRouting.choose(order, channel.settings, among: candidates)
        }
        return judgement
    }

    /// Whether a blank order is one of a shop whose orders all are.
    private func hidesPersonalData(
        _ order: Order,
        _ standing: OrderStanding?,
        _ facts: some Facts
    ) throws -> Bool {
        guard order.isBlank, standing?.redacted != true else { return false }
        var sight = try facts.personalData(besides: order.id)
        sight.blank += 1
        return sight.isWithheld
    }

    private func decision(
        _ order: Order,
        _ standing: OrderStanding?,
        _ entered: [EnteredPayment],
        _ evaluation: Evaluation,
        _ channel: ChannelContext
    ) -> Judgement {
        let type = Self.orderType(of: order, channel.orderTypes)
        let figures = OrderFigures(of: order, channel.settings.money)
        var judgement = Judgement(
            channel: evaluation.channel,
            state: .imported,
            reason: nil,
            handOff: standing?.handOffState ?? HandOffState(),
            ref: nil,
            orderType: type,
            site: Self.site(of: type, order, channel),
            customer: nil,
            difference: figures.difference,
            evaluations: [evaluation]
        )
        if standing?.gone == true, standing?.ignored != true {
            judgement.state = .skipped
            judgement.reason = .gone
            judgement.handOffState.reject()
            return judgement
        }
        if let refusal = evaluation.refusal, let reason = refusal.reason {
            judgement.state = reason.state
            judgement.reason = reason
            if !channel.settings.downloadOrders, reason != .ignored {
                judgement.state = .pending
            }
            judgement.handOffState.reject()
            return judgement
        }
        if !channel.settings.downloadOrders {
            judgement.state = .pending
            judgement.reason = .downloadsOff
            judgement.handOffState.reject()
            return judgement
        }
        judgement.ref = Self.ref(of: order, channel.settings)
        _ = judgement.handOffState.evaluate(
            Self.circumstances(order, standing, entered, figures, channel.settings)
        )
        judgement.reason = judgement.handOffState.reason
        return judgement
    }

    /// Whether an imported order stays what it is: all but those that no channel of the file offers to anybody.
    private func stays(_ standing: OrderStanding) -> Bool {
        configured.contains(standing.channel) || !standing.handOffState.isUnserved
    }

    /// Once imported an order stays imported, with its channel and customer.
    ///
    /// Its reference, type and site follow the settings until somebody was given it.
    private func staying(
        _ order: Order,
        _ standing: OrderStanding,
        _ entered: [EnteredPayment],
        _ evaluations: [Evaluation]
    ) -> Judgement {
        let channel = channels.first { $0.settings.name == standing.channel }
        let figures = OrderFigures(of: order, channel?.settings.money ?? .shop)
        var circumstances = Self.circumstances(order, standing, entered, figures, channel?.settings)
        circumstances.isChannelGone = !configured.contains(standing.channel)
        var state = standing.handOffState
        _ = state.evaluate(circumstances)
        var judgement = Judgement(
            channel: standing.channel,
            state: .imported,
            reason: state.reason,
            handOff: state,
            ref: standing.ref,
            orderType: standing.orderType,
            site: standing.site,
            customer: nil,
            difference: figures.difference,
            evaluations: evaluations
        )
        judgement.rulesDecide = false
        if let channel, state.isUnserved {
            judgement.orderType = Self.orderType(of: order, channel.orderTypes)
            judgement.site = Self.site(of: judgement.orderType, order, channel)
            let isFree = judgement.decisive?[.ref]?.verdict != .refuse
            if isFree { judgement.ref = Self.ref(of: order, channel.settings) }
        }
        return judgement
    }

    /// What decides about the hand-off of an imported order besides its past.
    ///
    /// - Parameters:
    ///   - entered: What operators entered that it was paid with.
    ///   - figures: In the money set of the channel.
    ///   - settings: The channel's; nil where it is not in the file.
    package static func circumstances(
        _ order: Order,
        _ standing: OrderStanding?,
        _ entered: [EnteredPayment],
        _ figures: OrderFigures,
        _ settings: ChannelSettings?
    ) -> HandOffState.Circumstances {
        var found = HandOffState.Circumstances()
        found.isCancelled = order.cancelledAt != nil
        found.isEmpty = figures.isEmpty
        found.isGone = standing?.gone ?? false
        let isUnbalanced = !figures.isBalanced && settings?.adjustmentSKU == nil
        found.totalsDiffer =
            isUnbalanced || (settings?.kcc != nil && figures.overpaid(by: order, entered: entered) != nil)
        found.isRedacted = standing?.redacted ?? false
        return found
    }

    /// KCC's Associated Ref: Shopify's name without a leading `#`, in the channel's format.
    package static func ref(of order: Order, _ settings: ChannelSettings) -> String {
        AssociatedRef(settings.orderRefFormat.replacing("{0}", with: OrderName.plain(order.name))).text
    }

    /// A row for the order's `sourceName` wins; else it is a till sale, a draft, or an online order.
    static func orderType(of order: Order, _ rows: [OrderTypeRule]) -> String {
        if let source = order.sourceName, rows.contains(where: { $0.orderType == source }) { return source }
        if order.isPOS { return "epos" }
        return order.sourceName == "shopify_draft_order" ? "draft" : "online"
    }

    /// The type's row wins; else, for till sales, the channel's `location_import_site`; else the site of the KCC link.
    static func site(of type: String, _ order: Order, _ channel: ChannelContext) -> String? {
        if let site = channel.orderTypes.first(where: { $0.orderType == type })?.site { return site }
        return (order.isPOS ? channel.settings.locationImportSite : nil) ?? channel.settings.kcc?.site
    }
}
