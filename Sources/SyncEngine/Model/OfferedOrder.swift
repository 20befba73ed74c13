/// An imported order with everything that its hand-off needs.
package struct OfferedOrder: Sendable {
    /// Where it stands, and the customer it goes to.
    package var stored: StoredOrder
    /// As Shopify has it, without stand-ins.
    package var order: Order
    /// What operators entered for it; Shopify's own payments are in the order.
    package var payments: [EnteredPayment]

    package init(stored: StoredOrder, order: Order, payments: [EnteredPayment]) {
        self.stored = stored
        self.order = order
        self.payments = payments
    }

    /// Whether KCC can find the customer by code, which decides the kind of page the order travels on.
    package var hasURN: Bool {
        stored.customer?.urn?.contains { !$0.isWhitespace } ?? false
    }
}
