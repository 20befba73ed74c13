/// What Shopify shows of an order's sending at one moment: what is open, held, closed or cancelled, and what was sent.
///
/// Made in one place from Shopify's answer. Planning, reading back after an unknown outcome and what operators are shown use
/// it. Absence proves nothing in a list that ``cuts`` names.
package struct FulfilmentView: Sendable, Equatable {
    /// A list of the order that may have been cut.
    package enum List: String, Sendable, Codable, CaseIterable {
        case lines
        case parts
        case sent
    }

    /// One line of the order.
    package struct Line: Sendable, Equatable {
        package var id: ShopifyID
        package var sku: SKU?
        /// Units that are wanted and were not sent.
        package var unfulfilled: Int
        /// Units that are wanted, sent or not: neither removed nor refunded; nil where that was not read.
        package var current: Int?

        package init(id: ShopifyID, sku: SKU?, unfulfilled: Int, current: Int? = nil) {
            self.id = id
            self.sku = sku
            self.unfulfilled = unfulfilled
            self.current = current
        }
    }

    /// Units that one location is to send: a fulfilment order.
    package struct Part: Sendable, Equatable {
        package var id: ShopifyID
        /// Such as `OPEN`, `ON_HOLD` or `SCHEDULED`.
        package var status: String
        /// Whether Shopify lets it be fulfilled now (`supportedActions` has `CREATE_FULFILLMENT`).
        package var canFulfil: Bool
        /// Why it is held, in Shopify's words, or when it is scheduled for.
        package var waitsFor: String?
        package var location: ShopifyID?
        package var locationName: String?
        /// How the customer gets it, such as `SHIPPING` or `PICK_UP`; nil where Shopify does not say.
        package var method: String?
        package var lines: [PartLine]

        package init(id: ShopifyID, status: String, canFulfil: Bool, location: ShopifyID?, lines: [PartLine])
        {
            self.id = id
            self.status = status
            self.canFulfil = canFulfil
            self.location = location
            self.lines = lines
        }

        /// Whether the customer picks it up: then no parcel leaves.
        package var isPickUp: Bool { method == "PICK_UP" }

        /// Whether nothing will be sent from it any more, whatever it says remains.
        package var isClosed: Bool { status == "CLOSED" || status == "CANCELLED" }

        /// Units that remain.
        var units: Int { lines.reduce(0) { $0 + $1.remaining } }
    }

    /// Units of one order line in a fulfilment order.
    package struct PartLine: Sendable, Equatable {
        package var id: ShopifyID
        /// The order's line.
        package var line: ShopifyID
        package var remaining: Int

        package init(id: ShopifyID, line: ShopifyID, remaining: Int) {
            self.id = id
            self.line = line
            self.remaining = remaining
        }
    }

    /// Something that was sent: a fulfilment.
    package struct Sent: Sendable, Equatable {
        package var id: ShopifyID
        /// Only `SUCCESS` counts.
        package var status: String
        package var tracking: Tracking
        package var lines: [SentLine]

        package init(id: ShopifyID, status: String = "SUCCESS", tracking: Tracking, lines: [SentLine]) {
            self.id = id
            self.status = status
            self.tracking = tracking
            self.lines = lines
        }
    }

    /// Units of one order line that were sent.
    package struct SentLine: Sendable, Equatable, Codable {
        package var line: ShopifyID
        package var quantity: Int

        package init(line: ShopifyID, quantity: Int) {
            self.line = line
            self.quantity = quantity
        }
    }

    package var cancelled: Bool
    package var lines: [Line]
    package var parts: [Part]
    package var sent: [Sent]
    /// Lists that Shopify has more of than is here.
    package var cuts: Set<List> = []
    /// How many fulfilments the order has, of whatever status; nil where that was not read.
    package var sentCount: Int?

    package init(cancelled: Bool = false, lines: [Line], parts: [Part], sent: [Sent] = []) {
        self.cancelled = cancelled
        self.lines = lines
        self.parts = parts
        self.sent = sent
    }

    /// The view with a stock code for the lines without one: the channel's, by which an ERP knows them.
    func naming(linesWithoutSKU code: SKU?) -> FulfilmentView {
        guard let code else { return self }
        var view = self
        for place in view.lines.indices { view.lines[place].sku = view.lines[place].sku ?? code }
        return view
    }

    /// What stands: fulfilments that were cancelled or failed do not.
    package var standing: [Sent] { sent.filter { $0.status == "SUCCESS" } }
}

extension FulfilmentView {
    /// What the order shows once a request is done that was made from this view.
    func after(_ request: FulfilmentRequest, as id: ShopifyID) -> FulfilmentView {
        var view = self
        for part in request.parts {
            guard let place = view.parts.firstIndex(where: { $0.id == part.id }) else { continue }
            for line in part.lines {
                for index in view.parts[place].lines.indices
                where view.parts[place].lines[index].id == line.id {
                    view.parts[place].lines[index].remaining -= line.quantity
                }
            }
        }
        for line in request.lines {
            for index in view.lines.indices where view.lines[index].id == line.line {
                view.lines[index].unfulfilled -= line.quantity
            }
        }
        view.sent.append(Sent(id: id, tracking: request.tracking ?? Tracking(), lines: request.lines))
        return view
    }

    /// What the order shows once a fulfilment has other tracking.
    func after(_ request: TrackingRequest) -> FulfilmentView {
        var view = self
        for index in view.sent.indices where view.sent[index].id == request.fulfilment {
            view.sent[index].tracking = request.tracking
        }
        return view
    }
}
