package import Foundation

/// What Shopify was last seen to offer of an item at a location: V.
package struct StockView: Sendable, Equatable {
    /// How it became known.
    package enum Origin: String, Sendable {
        case read
        /// We set it, and Shopify said so at once.
        case set
        /// A set or an adjustment may have moved it since: it is to be read.
        case unknown
    }

    package var item: ShopifyID
    /// Nil where the item is not stocked at the location, or the level there is inactive.
    package var quantity: Int?
    /// Before the request went out, by Shopify's clock: t_V1.
    ///
    /// What happened earlier is in V.
    package var askedAt: Date
    /// After the answer came, by Shopify's clock: t_V2.
    ///
    /// What happened later is not in V.
    package var answeredAt: Date
    package var origin: Origin
    /// How often in a row it had moved when it was to be used.
    package var stale = 0
    /// What the fall to the present figure is measured from; nil once it is explained.
    package var base: Base?

    /// The last figure that the known orders explained.
    package struct Base: Sendable, Equatable {
        package var quantity: Int
        /// Its `askedAt`.
        package var at: Date
        /// When another figure was seen first.
        package var leftAt: Date

        package init(quantity: Int, at: Date, leftAt: Date) {
            self.quantity = quantity
            self.at = at
            self.leftAt = leftAt
        }
    }

    package init(item: ShopifyID, quantity: Int?, askedAt: Date, answeredAt: Date, origin: Origin) {
        self.item = item
        self.quantity = quantity
        self.askedAt = askedAt
        self.answeredAt = answeredAt
        self.origin = origin
    }

    /// The view that a newer reading of the same item gives.
    ///
    /// The figure before stays the base until a decision has found the fall since explained.
    ///
    /// - Parameter moved: Whether the old figure was to be used and had moved.
    package func read(_ quantity: Int?, askedAt: Date, answeredAt: Date, moved: Bool) -> StockView {
        var next = StockView(
            item: item,
            quantity: quantity,
            askedAt: askedAt,
            answeredAt: answeredAt,
            origin: .read
        )
        next.stale = moved ? stale + 1 : stale
        // After an unknown outcome nothing is known that the new figure could be compared with.
        next.base =
            base
            ?? (origin == .unknown
                ? nil : self.quantity.map { Base(quantity: $0, at: self.askedAt, leftAt: answeredAt) })
        return next
    }

    /// The view after Shopify said that the figure has moved: to be read, and remembered for what it fell from.
    package func movedAway(at instant: Date) -> StockView {
        var next = self
        next.stale += 1
        if origin != .unknown, base == nil {
            next.base = quantity.map { Base(quantity: $0, at: askedAt, leftAt: instant) }
        }
        next.origin = .unknown
        return next
    }

    /// The view after something whose effect is not known: to be read, and compared with nothing.
    package var uncertain: StockView {
        var next = self
        next.origin = .unknown
        next.base = nil
        return next
    }
}
