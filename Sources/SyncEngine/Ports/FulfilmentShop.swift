/// A Shopify store, as far as fulfilments need it.
package protocol FulfilmentShop: Sendable {
    /// Reads what is to be sent of an order and what was, from the database rather than the search index.
    ///
    /// - Returns: Nil where Shopify has no such order, or does not let us see it.
    func fulfilments(of order: ShopifyID) async throws(ShopError) -> FulfilmentView?

    /// Creates one fulfilment; not idempotent.
    ///
    /// - Throws: `ShopError`; where its ``ShopError/mayHaveRun`` is true the order must be read before anything is
    ///   sent again.
    func fulfil(_ request: FulfilmentRequest) async throws(ShopError) -> FulfilmentAnswer

    /// Replaces a fulfilment's tracking numbers; sending it twice changes nothing, but may mail twice.
    func track(_ request: TrackingRequest) async throws(ShopError) -> FulfilmentAnswer
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

    package var parts: [Part]
    package var tracking: Tracking?
    /// Whether Shopify mails the customer.
    package var notify: Bool

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

/// New tracking numbers for a fulfilment.
package struct TrackingRequest: Sendable, Equatable, Codable {
    package var fulfilment: ShopifyID
    package var tracking: Tracking
    package var notify: Bool

    package init(fulfilment: ShopifyID, tracking: Tracking, notify: Bool) {
        self.fulfilment = fulfilment
        self.tracking = tracking
        self.notify = notify
    }
}
