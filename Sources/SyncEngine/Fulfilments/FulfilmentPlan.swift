package import Foundation

/// Decides the next step of a shipment from what Shopify shows of its order at this moment.
///
/// One step at a time, from what the order shows after the step before. See
/// <https://shopify.dev/docs/api/admin-graphql/latest/mutations/fulfillmentCreate>.
package struct FulfilmentPlan: Sendable {
    let record: ShipmentRecord
    let view: FulfilmentView
    /// Whether the channel has customers mailed.
    let mails: Bool
    let tracking: Tracking?
    /// What the app may do in the shop.
    let granted: GrantedScopes
    let now: Date

    /// A despatch that can be told only later than this is told without a mail: the parcel has long arrived.
    package static let mailsWithin: TimeInterval = 3 * 86_400

    /// What is to be done next.
    package enum Step: Sendable, Equatable {
        case fulfil(FulfilmentRequest)
        case track(TrackingRequest)
        /// The goods can be picked up; always with a mail.
        case prepare(PickupRequest)
        /// A fulfilment that somebody else made is one that the shipment means.
        case adopt(RecordedFulfilment)
        /// Not now; in words for an operator.
        case wait(String)
        /// `JOB` in the remedy stands for the job's number.
        case park(String, remedy: String)
        /// It may have been done already, so that only an operator can say whether it goes on.
        case doubt(String)
        /// All is dealt with; the text says what an operator should know all the same.
        case done(raised: String?)
    }

    package init(
        record: ShipmentRecord,
        view: FulfilmentView,
        mails: Bool,
        tracking: Tracking?,
        granted: GrantedScopes,
        now: Date
    ) {
        self.record = record
        self.view = view
        self.mails = mails
        self.tracking = tracking
        self.granted = granted
        self.now = now
    }

    /// Whether a mail would come too late to be of use.
    package var isLate: Bool { now.timeIntervalSince(record.shipment.despatchedAt) > Self.mailsWithin }

    /// The next step.
    package func next() -> Step {
        let units = ShipmentUnits(record: record, view: view)
        if let step = unseenStep(units.unseen) { return step }
        if record.isComplete, units.lapsed.isEmpty { return trackingStep() ?? .done(raised: nil) }
        let rest = units.remainder()
        if let group = rest.next {
            if units.lapsed.contains(where: hasSameNumbers) { return Self.lapsedStep }
            return group.isPickUp
                ? pickupStep(group) : .fulfil(request(for: group, isResent: !units.lapsed.isEmpty))
        }
        if let sent = rest.byHand.first {
            return .adopt(RecordedFulfilment(id: sent.id, isOurs: false, notified: false, tracking: []))
        }
        if let why = rest.waiting { return .wait(why) }
        if let closed = rest.closed { return closedStep(closed.place) }
        if rest.hidden > 0 { return hiddenStep(rest.hidden) }
        let surplus = rest.surplus.isEmpty ? nil : rest.surplus.joined(separator: "; ")
        guard units.hasArrived else {
            if view.cancelled { return closedStep("") }
            if units.lapsed.contains(where: hasSameNumbers) { return Self.lapsedStep }
            return .park(
                "nothing of it can be sent\(surplus.map { ": \($0)" } ?? "")\(units.othersText.map { "; \($0)" } ?? "")",
                remedy:
                    "compare the shipment with the order, then run: kccsyncd queue discard JOB; or report the shipment again"
            )
        }
        return trackingStep() ?? .done(raised: surplus)
    }

    /// A fulfilment of parcels.
    ///
    /// Its lines are named. Where there are more than a request may name, the fulfilment order goes whole, or in several requests.
    ///
    /// - Parameter isResent: Whether it replaces a fulfilment that was cancelled in Shopify: then another parcel leaves, and its number's
    ///   arrival counts instead of the day of the despatch.
    private func request(for group: OpenParts.Group, isResent: Bool) -> FulfilmentRequest {
        let parts = group.parts.map { part in
            var part = part
            let taken = part.lines.reduce(0) { $0 + $1.quantity }
            if part.lines.count > FulfilmentRequest.mostLines, taken < unitsOf(part.id) {
                part.lines = Array(part.lines.prefix(FulfilmentRequest.mostLines))
            }
            return part
        }
        let comesTooLate = isResent ? numberIsLate : isLate
        var request = FulfilmentRequest(parts: parts, tracking: tracking, notify: mails && !comesTooLate)
        if mails, comesTooLate { request.isLate = true }
        return request
    }

    private func unitsOf(_ part: ShopifyID) -> Int { view.parts.first { $0.id == part }?.units ?? 0 }

    /// Goods to be picked up are never fulfilled with a parcel's number: they are marked as ready, whole fulfilment orders at a time.
    private func pickupStep(_ group: OpenParts.Group) -> Step {
        let remedy = "mark it as ready in Shopify's admin, then run: kccsyncd queue discard JOB"
        guard mails else {
            return .park(
                "it is to be picked up: marking it as ready always mails the customer, and send_shipping_notification is false",
                remedy: remedy
            )
        }
        guard !isLate else {
            return .park(
                "it is to be picked up, and was despatched more than 3 days ago: marking it as ready would mail the customer",
                remedy: remedy
            )
        }
        let taken = group.parts.flatMap(\.lines).reduce(0) { $0 + $1.quantity }
        let all = group.parts.reduce(0) { $0 + unitsOf($1.id) }
        guard taken == all else {
            return .park(
                "it is to be picked up, and names \(taken) of \(Counted.text(all, "unit", "units")): only all of them can be marked as ready",
                remedy: remedy
            )
        }
        return .prepare(PickupRequest(parts: group.parts.map(\.id)))
    }

    /// Staff cancelled a fulfilment of ours, and it was reported again as it was: that was no mistake of ours to undo.
    private static let lapsedStep = Step.park(
        "its fulfilment was cancelled in Shopify",
        remedy:
            "if the goods have left again, report the shipment with its new tracking number; else run: kccsyncd queue discard JOB"
    )

    /// Whether a fulfilment had the numbers that the shipment has now.
    private func hasSameNumbers(_ fulfilment: RecordedFulfilment) -> Bool {
        Set(fulfilment.tracking.ours.numbers) == Set(record.shipment.tracking.numbers)
    }

    /// What a fulfilment of ours means that Shopify does not show.
    private func unseenStep(_ unseen: [RecordedFulfilment]) -> Step? {
        guard !unseen.isEmpty else { return nil }
        if record.isComplete {
            guard view.cuts.contains(.sent), !unseen.allSatisfy(hasSameNumbers) else { return nil }
            return .park(
                "\(view.cutText ?? ""), and not the one whose tracking changed",
                remedy: "change the tracking in Shopify's admin, then run: kccsyncd queue discard JOB"
            )
        }
        if view.cuts.contains(.sent) {
            return .doubt("\(view.cutText ?? ""), and not the one that this shipment made")
        }
        return .wait("Shopify does not show its fulfilment yet")
    }

    private func closedStep(_ place: String) -> Step {
        let remedy = "stop the goods or settle it with the customer, then run: kccsyncd queue discard JOB"
        guard !view.cancelled else { return .park("the order is cancelled", remedy: remedy) }
        return .park(
            "its fulfilment order\(place) is closed",
            remedy: "fulfil it in Shopify's admin, then run: kccsyncd queue retry JOB"
        )
    }

    private func hiddenStep(_ units: Int) -> Step {
        if view.cuts.contains(.parts), let cut = view.cutText {
            return .park(cut, remedy: "fulfil it in Shopify's admin, then run: kccsyncd queue retry JOB")
        }
        return .park(
            "\(Counted.text(units, "unit is", "units are")) in no fulfilment order that the app may see",
            remedy: hiddenRemedy
        )
    }

    /// What makes hidden units visible, where a scope does.
    private var hiddenRemedy: String {
        let again = "then run: kccsyncd queue retry --all"
        guard let scope = granted.missingForHiddenUnits else {
            return "a fulfilment service or another app has them: fulfil them in Shopify, \(again)"
        }
        let why =
            scope == AccessScope.writeThirdPartyFulfilmentOrders
            ? "a fulfilment service or another app has them" : "despatches wait for a scope"
        return "\(why): add \(scope) to the app and reinstall it, \(again)"
    }
}
