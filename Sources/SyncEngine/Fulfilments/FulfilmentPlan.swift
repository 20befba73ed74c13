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
        /// A fulfilment that somebody else made is one that the shipment means.
        case adopt(RecordedFulfilment)
        /// Not now; in words for an operator.
        case wait(String)
        case park(String, remedy: String)
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
        if record.isComplete { return trackingStep() ?? .done(raised: nil) }
        let rest = ShipmentUnits(record: record, view: view).remainder()
        if !rest.parts.isEmpty {
            return .fulfil(FulfilmentRequest(parts: rest.parts, tracking: tracking, notify: mails && !isLate))
        }
        if let sent = rest.byHand.first {
            return .adopt(RecordedFulfilment(id: sent.id, isOurs: false, notified: false, tracking: []))
        }
        if let why = rest.waiting { return .wait(why) }
        if rest.hidden > 0 {
            return .park(
                "\(Counted.text(rest.hidden, "unit is", "units are")) in no fulfilment order that the app may see",
                remedy: hiddenRemedy
            )
        }
        let surplus = rest.surplus.isEmpty ? nil : rest.surplus.joined(separator: "; ")
        guard !record.fulfilments.isEmpty else {
            return .park(
                view.cancelled
                    ? "the order is cancelled, so nothing of it can be sent"
                    : "nothing of it can be sent\(surplus.map { ": \($0)" } ?? "")",
                remedy: "compare the shipment with the order, then discard the job or tell the shipment anew"
            )
        }
        return trackingStep() ?? .done(raised: surplus)
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
