/// A Shopify store, as far as fulfilments need it.
package protocol FulfilmentShop: Sendable {
    /// Reads what is to be sent of some orders and what was, from the database rather than the search index.
    ///
    /// One request for all of them, at the price of one; an order that cannot be read fails alone.
    ///
    /// - Returns: What was found of each, in their order.
    func fulfilments(of orders: [ShopifyID]) async throws(ShopError) -> [FulfilmentReading]

    /// Creates one fulfilment; not idempotent.
    ///
    /// - Throws: `ShopError`; where its ``ShopError/mayHaveRun`` is true the order must be read before anything is
    ///   sent again.
    func fulfil(_ request: FulfilmentRequest) async throws(ShopError) -> FulfilmentAnswer

    /// Replaces a fulfilment's tracking numbers; sending it twice changes nothing, but may mail twice.
    func track(_ request: TrackingRequest) async throws(ShopError) -> FulfilmentAnswer

    /// Marks fulfilment orders as ready for pick-up, which mails the customer each time; not idempotent.
    func prepare(_ request: PickupRequest) async throws(ShopError) -> PickupAnswer

    /// What the app has been granted, as Shopify says after the last request that it denied.
    func grantedScopes() async throws(ShopError) -> GrantedScopes
}

/// What reading an order's sending came to.
package enum FulfilmentReading: Sendable, Equatable {
    case view(FulfilmentView)
    /// Shopify has no such order, or does not let us see it.
    case missing
    /// This order cannot be read; others can.
    case failed(ShopError)
}

/// What Shopify said to a pick-up.
package enum PickupAnswer: Sendable, Equatable {
    case done
    /// Nothing happened; in Shopify's words.
    case refused(String)
}

/// What Shopify said to a fulfilment or a change of one.
package enum FulfilmentAnswer: Sendable, Equatable {
    case done(ShopifyID)
    /// Nothing happened; in Shopify's words.
    case refused(String)
}

/// One fulfilment to be created: units of one order at one location.
package struct FulfilmentRequest: Sendable, Equatable, Codable {
    /// Units of one fulfilment order.
    package struct Part: Sendable, Equatable, Codable {
        package var id: ShopifyID
        package var lines: [PartLine]

        package init(id: ShopifyID, lines: [PartLine]) {
            self.id = id
            self.lines = lines
        }
    }

    /// Units of one line of a fulfilment order.
    package struct PartLine: Sendable, Equatable, Codable {
        package var id: ShopifyID
        /// The order's line.
        package var line: ShopifyID
        package var quantity: Int

        package init(id: ShopifyID, line: ShopifyID, quantity: Int) {
            self.id = id
            self.line = line
            self.quantity = quantity
        }
    }

    /// Lines that Shopify lets a request name of one fulfilment order.
    package static let mostLines = 512

    package var parts: [Part]
    package var tracking: Tracking?
    /// Whether Shopify mails the customer.
    package var notify: Bool
    /// Whether a mail was wanted and would have come too late; nil = no.
    package var isLate: Bool?

    package init(parts: [Part], tracking: Tracking?, notify: Bool) {
        self.parts = parts
        self.tracking = tracking
        self.notify = notify
    }

    /// Units by the order's lines.
    package var lines: [FulfilmentView.SentLine] {
        var sums: [FulfilmentView.SentLine] = []
        for part in parts {
            for line in part.lines {
                if let place = sums.firstIndex(where: { $0.line == line.line }) {
                    sums[place].quantity += line.quantity
                } else {
                    sums.append(FulfilmentView.SentLine(line: line.line, quantity: line.quantity))
                }
            }
        }
        return sums
    }
}

/// Fulfilment orders of one order that the customer can pick up now.
package struct PickupRequest: Sendable, Equatable, Codable {
    package var parts: [ShopifyID]

    package init(parts: [ShopifyID]) {
        self.parts = parts
    }
}

/// New tracking numbers for a fulfilment.
package struct TrackingRequest: Sendable, Equatable, Codable {
    package var fulfilment: ShopifyID
    package var tracking: Tracking
    package var notify: Bool
    /// Whether a mail was wanted and would have come too late; nil = no.
    package var isLate: Bool?

    package init(fulfilment: ShopifyID, tracking: Tracking, notify: Bool) {
        self.fulfilment = fulfilment
        self.tracking = tracking
        self.notify = notify
    }
}
