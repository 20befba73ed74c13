package import Foundation

/// A despatch as somebody told it: an order, what of it left, and how it travels.
package struct Shipment: Sendable, Equatable, Codable {
    /// Some units of an order; neither id nor SKU is both.
    package struct Line: Sendable, Equatable, Codable {
        /// Shopify's id of the order's line; wins over the SKU.
        package var line: ShopifyID?
        package var sku: SKU?
        package var quantity: Int

        package init(line: ShopifyID? = nil, sku: SKU? = nil, quantity: Int) {
            self.line = line
            self.sku = sku
            self.quantity = quantity
        }
    }

    /// The teller's own id of it: what makes the same shipment told twice one; ours where the teller has none.
    package var reference: String
    package var order: ShopifyID
    /// Empty = all that remains of the order.
    package var lines: [Line] = []
    /// How it travels, with the teller's own name of the carrier.
    package var tracking = Tracking()
    /// When it left, as far as the teller says; else when it was told.
    package var despatchedAt: Date

    package init(reference: String, order: ShopifyID, despatchedAt: Date) {
        self.reference = reference
        self.order = order
        self.despatchedAt = despatchedAt
    }

    /// Whether it is of the same units as another one, whatever the order in which they are named.
    package func holdsSame(as other: Shipment) -> Bool {
        func units(_ shipment: Shipment) -> [String] {
            shipment.lines.map { "\($0.line?.gid ?? "") \($0.sku?.text ?? "") \($0.quantity)" }.sorted()
        }
        return units(self) == units(other)
    }
}
