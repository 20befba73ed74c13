/// What became of an order that was seen.
package enum OrderState: String, Sendable, Codable, CaseIterable {
    /// Seen while `download_orders` is off.
    case pending
    /// Accepted: waits for its hand-off, or has had it.
    case imported
    /// A rule says no, for now or for good.
    case skipped
    /// Could not be imported until something is mended.
    case failed
    /// An operator said never.
    case ignored
}

/// Why an order is in its state.
package enum ReasonCode: String, Sendable, Codable, CaseIterable {
    case ignored
    case beforeStartDate = "before_start_date"
    case testOrder = "test_order"
    case cancelled
    case posNotDownloaded = "pos_not_downloaded"
    case otherLocation = "other_location"
    case locationUnknown = "location_unknown"
    case unpaid
    case customerDataWithheld = "customer_data_withheld"
    case customerMissing = "customer_missing"
    case refTaken = "ref_taken"
    case refUnusable = "ref_unusable"
    case lineWithoutSKU = "line_without_sku"
    case totalsDiffer = "totals_differ"
    case downloadsOff = "downloads_off"
    case cancelledBeforeHandOff = "cancelled_before_handoff"
    case nothingLeft = "nothing_left"
    case maybeHandedOff = "maybe_handed_off"
    case personalDataRemoved = "personal_data_removed"
    case gone
    case outOfReach = "out_of_reach"
    case unreadable

    /// The state that a refusal for this reason leads to.
    package var state: OrderState {
        switch self {
        case .ignored: .ignored
        case .downloadsOff: .pending
        case .customerDataWithheld, .customerMissing, .refTaken, .refUnusable, .lineWithoutSKU, .unreadable,
            .personalDataRemoved:
            .failed
        case .totalsDiffer, .cancelledBeforeHandOff, .nothingLeft, .maybeHandedOff: .imported
        case .beforeStartDate, .testOrder, .cancelled, .posNotDownloaded, .otherLocation, .locationUnknown,
            .unpaid,
            .gone, .outOfReach:
            .skipped
        }
    }
}

/// Where an order stands between us and KCC.
package enum HandOff: String, Sendable, Codable, CaseIterable {
    /// Not imported, so nothing to hand over.
    case none
    /// Imported and offered.
    case waiting
    /// Imported, but an operator has to look first.
    case held
    /// Was offered, and is no longer wanted.
    case withdrawn
    /// Taken.
    case acknowledged
}

/// What the order store knows of an order besides the order itself.
package struct OrderStanding: Sendable, Equatable {
    package var state: OrderState
    package var reason: ReasonCode?
    /// The channel that owns the order, or whose rules it passed furthest.
    package var channel: String
    package var ref: String?
    package var orderType: String
    package var site: String?
    /// Its way to the ERP.
    package var handOffState: HandOffState
    /// 1 for the first version, one more for each change that matters.
    package var revision: Int
    /// Fields that differ from the revision that the ERP has, until an operator settles it.
    package var changedFields: [String]
    package var ignored: Bool
    /// The channel whose `backfill` brought it in, so that its date no longer matters there; ``StartWaiver/everyChannel``
    /// where it matters nowhere.
    package var backfilledFor: String?
    /// Shopify no longer has it.
    package var gone: Bool
    /// Its personal data was taken out, and stays out.
    package var redacted: Bool

    package init(
        state: OrderState,
        reason: ReasonCode?,
        channel: String,
        ref: String? = nil,
        orderType: String = "online",
        site: String? = nil,
        handOff: HandOffState = HandOffState(),
        revision: Int = 1
    ) {
        self.state = state
        self.reason = reason
        self.channel = channel
        self.ref = ref
        self.orderType = orderType
        self.site = site
        self.handOffState = handOff
        self.revision = revision
        self.changedFields = []
        self.ignored = state == .ignored
        self.backfilledFor = nil
        self.gone = false
        self.redacted = false
    }

    /// Where it stands between us and the ERP.
    package var handOff: HandOff { handOffState.phase }
}

extension OrderStanding {
    /// Whether the ERP has it although it is not imported: whatever the rules say, it is not offered.
    package var isAcknowledgedUnimported: Bool { state != .imported && handOff == .acknowledged }

    /// Whether it is held until an operator releases it, or its totals agree.
    package var isHeldForTotals: Bool { state == .imported && handOff == .held && reason == .totalsDiffer }

    /// Whether Shopify has committed units for it that KCC's levels may not include.
    package var commitment: StockCommitment {
        StockCommitment(state, reason, isCancelledInKCC: handOffState.isCancelledInKCC)
    }
}
