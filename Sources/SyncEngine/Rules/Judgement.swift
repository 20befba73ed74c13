/// What the rules decide of an order: where it goes and why.
package struct Judgement: Sendable, Equatable {
    /// The channel that owns it, or whose rules it passed furthest.
    package var channel: String
    package var state: OrderState
    package var reason: ReasonCode?
    /// Its way to the ERP from now on.
    package var handOffState: HandOffState
    /// The associated ref; set once it is imported.
    package var ref: String?
    /// `epos`, `draft`, `online`, or the `sourceName` that has a row of its own.
    package var orderType: String
    package var site: String?
    /// Nil unless it is imported now.
    package var customer: CustomerChoice?
    /// Shopify's current total less the sum of the parts, in the channel's money set.
    package var difference: Amount
    /// One for each channel of the shop, in the file's order.
    package var evaluations: [Evaluation]
    /// Whether the evaluations decided; they do not about an order that was imported before.
    package var rulesDecide = true
    /// Whether the order's date was accepted by a channel that is gone, so that no other channel's start counts for it.
    package var isStartWaived = false

    package init(
        channel: String,
        state: OrderState,
        reason: ReasonCode?,
        handOff: HandOffState,
        ref: String?,
        orderType: String,
        site: String?,
        customer: CustomerChoice?,
        difference: Amount,
        evaluations: [Evaluation]
    ) {
        self.channel = channel
        self.state = state
        self.reason = reason
        handOffState = handOff
        self.ref = ref
        self.orderType = orderType
        self.site = site
        self.customer = customer
        self.difference = difference
        self.evaluations = evaluations
    }

    /// Where it stands between us and the ERP.
    package var handOff: HandOff { handOffState.phase }

    /// The evaluation that decided.
    package var decisive: Evaluation? {
        evaluations.first { $0.channel == channel }
    }
}

/// What the rules need to know of other orders and customers.
package protocol Facts {
    /// The name of another order, imported, that has this associated ref.
    func holder(ofRef ref: String, otherThan order: ShopifyID) throws -> String?

    /// What the shop's orders other than this one have shown of personal data.
    func personalData(besides order: ShopifyID) throws -> PersonalDataSight

    /// The start that was accepted for a channel of the shop, also of one that is not in the file any more.
    func start(ofChannel name: String) throws -> StartDate?

    /// What operators entered that an order was paid with.
    func payments(of order: ShopifyID) throws -> [EnteredPayment]

    /// Known customers that share a key.
    func customers(sharing keys: CustomerKeys) throws -> [KnownCustomer]
}
