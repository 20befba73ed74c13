import Foundation

/// The stock protocol: what is to be done about one SKU at one location, and why.
///
/// A pure function. `docs/stock-protocol.md` says in words what is decided here, `docs/model/stock.pml` checks it.
package struct StockDecision {
    private let facts: StockInputs
    private let levels: [StockLevel]

    /// Decides.
    package static func evaluate(_ facts: StockInputs) -> StockExplanation {
        let levels = facts.context.rules.counted(facts.levels)
        guard facts.context.rules.covers(facts.sku) else {
            var explanation = StockExplanation(sku: facts.sku, verdict: .nothing(notListed))
            explanation.isListed = false
            explanation.levels = levels
            explanation.level = levels.reduce(.zero) { $0 + $1.level }
            explanation.uncounted = facts.levels.filter { !levels.contains($0) }
            explanation.view = facts.view
            return explanation
        }
        guard !levels.isEmpty else {
            var explanation = StockExplanation(sku: facts.sku, verdict: .nothing(uncounted(facts)))
            explanation.uncounted = facts.levels
            explanation.view = facts.view
            return explanation
        }
        var explanation = StockDecision(facts: facts, levels: levels).explanation()
        explanation.uncounted = facts.levels.filter { !levels.contains($0) }
        // What was reported after the copy was made is lost, and an old level could sell what has gone since.
        if let restored = facts.context.restoration,
            levels.contains(where: { $0.arrival <= restored.arrival }
            )
        {
            explanation.verdict = .wait(
                until: facts.now.addingTimeInterval(86_400),
                "its level is from before the store was restored; waiting for a new one"
            )
        }
        return explanation
    }

    /// Why nothing of a SKU is sent that `upload` leaves out.
    static let notListed = "upload is \"listed\", and the SKU is not"

    /// Why none of a SKU's levels counts.
    private static func uncounted(_ facts: StockInputs) -> String {
        guard !facts.levels.isEmpty else { return "no level is stored for a site that [sites] names" }
        let found = facts.levels.map { "\($0.level) \($0.place)" }.joined(separator: ", ")
        let rules = facts.context.rules
        let sites = (rules.sites.isEmpty ? rules.namedSites : rules.sites).joined(separator: ", ")
        return "the channel counts levels at \(sites) only, and the SKU has \(found)"
    }

    // MARK: The verdict

    private func explanation() -> StockExplanation {
        var result = StockExplanation(sku: facts.sku, verdict: .nothing(""))
        result.levels = levels
        result.level = levels.reduce(.zero) { $0 + $1.level }
        result.offered = facts.context.rules.units(of: result.level, sku: facts.sku)
        result.view = facts.view
        result.polledAt = facts.context.signals.polledAt
        guard facts.context.rules.oversellGuard else {
            result.target = result.offered
            result.verdict = unguarded(result.target)
            return result
        }
        let terms = facts.claims.map(term)
        result.terms = terms.filter(\.counts) + terms.filter { !$0.counts }
        result.heldBack = terms.reduce(0) { $1.counts ? $0.saturatingAdd($1.units) : $0 }
        result.nextLook = zip(facts.claims, terms).filter(\.1.counts).compactMap { settles($0.0) }.min()
        let (left, overflow) = result.offered.subtractingReportingOverflow(result.heldBack)
        result.target = overflow ? 0 : max(0, left)
        guard let view = facts.view, view.origin != .unknown, let quantity = view.quantity else {
            result.verdict = Self.unread(facts.view)
            return result
        }
        // KCC may know of a cancellation that we do not, and a sale in the same moment would hide it from the comparison:
        // before a figure is raised, orders have to be polled as far as the level was told.
        let told = result.target > quantity ? levels.map { min($0.figureSince, facts.now) }.max() : nil
        let upTo = max(
            told.map { $0.addingTimeInterval(facts.context.signals.skew) } ?? .distantPast,
            view.answeredAt
        )
        result.pollNeededAt = upTo.addingTimeInterval(facts.context.indexLag)
        result.verdict = guarded(view, quantity, result)
        return result
    }

    /// How often in a row a figure may have moved before the difference goes out as an adjustment.
    private static let hot = 3

    private func guarded(_ view: StockView, _ quantity: Int, _ result: StockExplanation)
        -> StockExplanation.Verdict
    {
        let isHot = view.stale >= Self.hot
        let own = facts.claims.lazy.filter { isOwn($0) }
        // Whatever happened while the figure was read may be in it or not; what happened later is not. Of a hot item
        // there is always a sale that is newer: its difference goes out all the same, for it commutes with sales. What
        // was given back is another matter: the level may know of it, too, and it would be counted twice.
        let news = (isHot ? own.compactMap { lastReturn(of: $0) } : own.compactMap { lastEvent(of: $0) })
            .max()
        if let news, !isBefore(news, view) {
            return .read("orders changed since it was seen", moved: news > view.answeredAt)
        }
        if result.target == quantity { return .nothing("Shopify offers the target") }
        let needed = result.pollNeededAt ?? view.answeredAt
        guard let polled = facts.context.signals.polledAt, polled >= needed else {
            let due = max(
                needed.addingTimeInterval(-facts.context.signals.skew),
                facts.now.addingTimeInterval(2)
            )
            return .wait(until: due, "waiting for an order poll that is newer than the last stock reading")
        }
        if !isHot, result.target > quantity, let base = view.base,
            let fall = unexplained(base, view, quantity)
        {
            let until = base.leftAt.addingTimeInterval(600 - facts.context.signals.skew)
            if until > facts.now {
                return .wait(
                    until: min(until, facts.now.addingTimeInterval(60)),
                    "Shopify's figure fell by \(fall) more than the known orders explain"
                )
            }
        }
        if isHot { return .adjust(by: result.target - quantity, target: result.target) }
        return .send(target: result.target, from: quantity)
    }

    /// A level is sent once for each time that it is reported and for each target that the rules make of it, and not again
    /// because Shopify's figure moved.
    private func unguarded(_ target: Int) -> StockExplanation.Verdict {
        let newest = levels.max { $0.arrival < $1.arrival }
        if let newest, facts.sent == StockSent(arrival: newest.arrival, target: target) {
            guard let view = facts.view, view.origin != .unknown else { return Self.unread(facts.view) }
            return .nothing("this level has been sent")
        }
        guard let view = facts.view, view.origin != .unknown, let quantity = view.quantity else {
            return Self.unread(facts.view)
        }
        guard quantity == target else { return .send(target: target, from: quantity) }
        // A figure that was seen before the level came may have been moved by sales since, which are not followed here.
        let since = newest.map { min($0.toldAt, facts.now).addingTimeInterval(facts.context.signals.skew) }
        return since.map { view.askedAt < $0 } ?? false
            ? .read("this level is new", moved: false) : .nothing("Shopify offers the target")
    }

    /// What is done while Shopify's figure is not known.
    private static func unread(_ view: StockView?) -> StockExplanation.Verdict {
        .read(view == nil ? "it was never read" : "its last change is not certain", moved: false)
    }

    /// By how much the figure fell for no known reason; nil where orders explain it.
    private func unexplained(_ base: StockView.Base, _ view: StockView, _ quantity: Int) -> Int? {
        let sold = facts.claims.reduce(0) { sum, claim in
            guard isOwn(claim), claim.createdAt.addingTimeInterval(1) > base.at,
                claim.createdAt <= view.answeredAt
            else { return sum }
            return sum.saturatingAdd(units(of: claim, before: view.askedAt))
        }
        let fall = base.quantity - quantity - sold
        return fall > 0 ? fall : nil
    }

    // MARK: What an order takes

    private func term(_ claim: StockClaim) -> StockExplanation.Term {
        func made(_ units: Int, _ counts: Bool, _ why: String) -> StockExplanation.Term {
            StockExplanation.Term(
                order: claim.name,
                channel: claim.channel,
                units: units,
                counts: counts && units > 0,
                why: why
            )
        }
        guard isOwn(claim) else {
            guard
                facts.context.rules.commits(site: claim.site), !claim.isUntilLevel
            else { return made(0, false, "neither sold from this location nor handed off to its sites") }
            let units = claim.cancelledAt == nil ? claim.units.current : 0
            if let why = known(claim) { return made(units, false, why) }
            return made(units, true, "handed off to one of the sites, and the level may not know it")
        }
        if let view = facts.view, claim.createdAt > view.answeredAt {
            return made(claim.units.current, false, "placed after Shopify's figure was seen")
        }
        let units = units(of: claim, before: facts.view?.askedAt ?? .distantPast)
        if let why = known(claim) { return made(units, false, why) }
        if units == 0 { return made(0, false, "nothing of it is wanted any more") }
        return made(
            units,
            true,
            claim.acknowledgedAt == nil ? "not acknowledged" : "the level may not know it yet"
        )
    }

    /// The units that an order took at a moment: what was given up certainly before it is gone.
    ///
    /// Shopify's times are rounded down to the second.
    private func units(of claim: StockClaim, before instant: Date) -> Int {
        if let cancelled = claim.cancelledAt, cancelled.addingTimeInterval(1) <= instant { return 0 }
        return claim.units.reductions.reduce(claim.units.current) { sum, reduction in
            reduction.at.addingTimeInterval(1) <= instant ? sum : sum.saturatingAdd(reduction.units)
        }
    }

    /// Whether the order sells from this location.
    private func isOwn(_ claim: StockClaim) -> Bool {
        guard claim.shop == facts.context.scope.shop else { return false }
        let location = claim.units.location ?? facts.context.locations[claim.channel]
        return location == nil || location == facts.context.scope.location
    }

    /// The order's last change that moves Shopify's figure.
    private func lastEvent(of claim: StockClaim) -> Date? {
        let ends = claim.units.reductions.map(\.at) + [claim.createdAt]
        return (ends + [claim.cancelledAt, claim.units.editedAt].compactMap(\.self)).max()
    }

    /// When units of the order were last given back.
    private func lastReturn(of claim: StockClaim) -> Date? {
        (claim.units.reductions.map(\.at) + [claim.cancelledAt, claim.units.editedAt].compactMap(\.self))
            .max()
    }

    private func isBefore(_ event: Date, _ view: StockView) -> Bool {
        event.addingTimeInterval(1) <= view.askedAt
    }

    // MARK: What a level knows

    /// Why the levels include the order; nil where one of them may not.
    private func known(_ claim: StockClaim) -> String? {
        var why: String?
        for level in speakers(for: claim) {
            guard let reason = known(claim, by: level) else { return nil }
            why = reason
        }
        return why
    }

    private func known(_ claim: StockClaim, by level: StockLevel) -> String? {
        if claim.isUntilLevel || !facts.context.handingOff.contains(claim.channel) {
            // Orders carry Shopify's time, levels ours.
            let told = level.toldAt.addingTimeInterval(facts.context.signals.skew)
            return claim.createdAt.addingTimeInterval(1) <= told
                ? "placed before the level was reported" : nil
        }
        guard let acknowledged = claim.acknowledgedAt else { return nil }
        let margin: TimeInterval = level.source == .file ? 600 : 60
        // A clock that was set in between does not make an earlier level a later one.
        if level.arrival > claim.acknowledgedAfter,
            level.toldAt > acknowledged.addingTimeInterval(margin)
        {
            return "acknowledged before the level was reported"
        }
        guard level.source == .kcc, let steady = facts.context.signals.linkSteadySince else { return nil }
        let quiet = facts.now.timeIntervalSince(max(acknowledged, level.toldAt, steady))
        return quiet > facts.context.rules.guardSettle.seconds
            ? "acknowledged, and KCC had no other figure since" : nil
    }

    /// The levels that have to include an order: that of the site it is handed off to, else all of them.
    private func speakers(for claim: StockClaim) -> [StockLevel] {
        claim.site.flatMap { site in levels.first { $0.site == site } }.map { [$0] } ?? levels
    }

    /// When KCC's silence will have lasted long enough for an acknowledged order.
    private func settles(_ claim: StockClaim) -> Date? {
        guard let acknowledged = claim.acknowledgedAt, !claim.isUntilLevel else { return nil }
        // The others include an order only once they are reported again.
        guard let told = speakers(for: claim).filter({ $0.source == .kcc }).map(\.toldAt).max() else {
            return nil
        }
        guard let steady = facts.context.signals.linkSteadySince else {
            return facts.now.addingTimeInterval(300)
        }
        // Times that lie ahead are of a clock that has been set back since.
        let since = min(max(acknowledged, told, steady), facts.now)
        return since.addingTimeInterval(facts.context.rules.guardSettle.seconds + 1)
    }
}
