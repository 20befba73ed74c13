import Foundation

extension FulfilmentPlan {
    /// The first fulfilment of the shipment that does not show how it travels.
    ///
    /// Only the first number of a fulfilment that had none is worth a mail; corrections are not.
    func trackingStep() -> Step? {
        guard let tracking else { return nil }
        for fulfilment in record.fulfilments {
            guard let sent = view.standing.first(where: { $0.id == fulfilment.id }) else { continue }
            let merge = TrackingMerge(
                wanted: tracking,
                shown: sent.tracking,
                sent: fulfilment,
                wasChanged: record.trackingWasChanged
            )
            guard let request = merge.request else { continue }
            let wantsMail = mails && merge.isFirstNumber
            var step = TrackingRequest(
                fulfilment: fulfilment.id,
                tracking: request,
                notify: wantsMail && !numberIsLate
            )
            if wantsMail, numberIsLate { step.isLate = true }
            return .track(step)
        }
        return nil
    }

    /// Whether a mail about the newest number would come too late to be of use: its arrival here counts.
    var numberIsLate: Bool {
        guard let arrival = record.numbersArrivedAt else { return isLate }
        return now.timeIntervalSince(arrival) > Self.mailsWithin
    }
}
