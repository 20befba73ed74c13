package import Foundation

/// Where shipments are kept, with what became of them.
package protocol ShipmentStore: Sendable {
    /// The shipment of a job; nil where it is gone.
    func shipment(of job: PushJob) async throws(StoreError) -> ShipmentRecord?

    /// Writes down a fulfilment that the shipment made or found, and settles the job's intent as ``PushQueue/settle(_:)`` does.
    func record(_ fulfilment: RecordedFulfilment, of job: PushJob, now: Date) async throws(StoreError)

    /// Writes down fulfilment orders that the shipment marked as ready for pick-up, and settles the job's intent.
    func record(pickups: [ShopifyID], of job: PushJob, now: Date) async throws(StoreError)

    /// Writes down what the order showed when the shipment was last looked at.
    func note(_ seen: [String], of job: PushJob, now: Date) async throws(StoreError)

    /// Writes down that all its units are dealt with, and what an operator should know about them.
    ///
    /// - Parameter seen: What the order showed.
    func complete(_ job: PushJob, raised: String?, seen: [String], now: Date) async throws(StoreError)

    /// Writes down that the shipment was compared with what Shopify has of its order, after the store was restored.
    func compared(_ job: PushJob) async throws(StoreError)
}

/// A shipment as it is stored.
package struct ShipmentRecord: Sendable, Equatable {
    package var shipment: Shipment
    package var fulfilments: [RecordedFulfilment]
    /// Fulfilments that belong to other shipments of the same order.
    package var others: [ShopifyID]
    /// Fulfilment orders that this shipment marked as ready for pick-up.
    package var pickups: [ShopifyID] = []
    /// Those that other shipments of the same order marked.
    package var otherPickups: [ShopifyID] = []
    /// All its units are dealt with: from then on only tracking numbers may change, unless a fulfilment is cancelled in Shopify.
    package var isComplete: Bool
    /// The store was restored and the shipment not compared since: it may have been told already.
    package var isInDoubt = false
    /// When the newest of its numbers arrived here; nil where that was not recorded.
    package var numbersArrivedAt: Date?
    /// Whether a later report changed its tracking.
    package var trackingWasChanged = false

    package init(
        shipment: Shipment,
        fulfilments: [RecordedFulfilment] = [],
        others: [ShopifyID] = [],
        isComplete: Bool = false
    ) {
        self.shipment = shipment
        self.fulfilments = fulfilments
        self.others = others
        self.isComplete = isComplete
    }
}

/// A fulfilment in Shopify that belongs to a shipment.
package struct RecordedFulfilment: Sendable, Equatable {
    package var id: ShopifyID
    /// Made by us; else found there, made by hand.
    package var isOurs: Bool
    /// A mail went out at our word.
    package var notified: Bool
    /// What Shopify has of us.
    package var tracking: Tracking
    /// It went without a mail that the channel wants, because that would have come too late.
    package var isLate = false
    /// This request mailed the customer, so that nothing that went late before counts any more.
    package var isMailed = false
    /// False where an older version recorded the numbers alone, without the carrier and links.
    package var isWhole = true

    package init(id: ShopifyID, isOurs: Bool, notified: Bool, tracking: Tracking) {
        self.id = id
        self.isOurs = isOurs
        self.notified = notified
        self.tracking = tracking
    }
}
