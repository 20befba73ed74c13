/// Whether Shopify has committed units for an order that KCC's levels may not include.
///
/// `docs/stock-protocol.md`, "Which orders are in U".
package enum StockCommitment: String, Sendable, Codable, CaseIterable {
    /// Its units are held back until a level includes the order.
    case committed
    /// The same, and any level as of later than the order includes it: nobody will ever acknowledge it.
    case untilLevel = "until_level"
    /// None: the order is not KCC's business.
    case none

    /// Decides by an order's state, the reason for it, and what KCC made of it.
    ///
    /// Whether the order is gone, cancelled, or known to KCC is looked at besides.
    ///
    /// - Parameter isCancelledInKCC: KCC has cancelled it and despatched none of it, so that its units are free there.
    package init(_ state: OrderState, _ reason: ReasonCode?, isCancelledInKCC: Bool = false) {
        if isCancelledInKCC {
            self = .none
            return
        }
        guard let reason else {
            self.init(state)
            return
        }
        switch reason {
        // Imported or about to be; what holds it up may last for months.
        case .totalsDiffer, .maybeHandedOff, .personalDataRemoved, .downloadsOff,
            .unpaid, .locationUnknown, .outOfReach,
            .customerDataWithheld, .customerMissing, .refTaken, .refUnusable, .lineWithoutSKU, .unreadable:
            self = .committed
        // Until the view is from after the cancellation.
        case .cancelled, .cancelledBeforeHandOff, .nothingLeft:
            self = .committed
        // Sold from the location, and reaches KCC another way, if at all.
        case .posNotDownloaded:
            self = .untilLevel
        case .ignored, .beforeStartDate, .testOrder, .otherLocation, .gone:
            self = .none
        }
    }

    private init(_ state: OrderState) {
        switch state {
        case .pending, .imported, .failed: self = .committed
        case .skipped, .ignored: self = .none
        }
    }
}
