import Foundation
import SyncEngine
import TestSupport

/// What staff do with an order's fulfilment orders and fulfilments in Shopify's admin.
extension TestShop {
    /// The order's fulfilment orders as they are, to be changed.
    func arrange(_ order: ShopifyID, _ change: (inout [FulfilmentView.Part]) -> Void) {
        var parts = view(of: order)?.parts ?? []
        change(&parts)
        sending.arrange(order, parts)
    }

    /// Puts the order's fulfilment orders on hold.
    func hold(_ order: ShopifyID, _ reason: String = "incorrect address") {
        arrange(order) { parts in
            for index in parts.indices where !parts[index].isClosed {
                parts[index].status = "ON_HOLD"
                parts[index].canFulfil = false
                parts[index].waitsFor = reason
            }
        }
    }

    /// Takes them off hold.
    func release(_ order: ShopifyID) {
        arrange(order) { parts in
            for index in parts.indices where parts[index].status == "ON_HOLD" {
                parts[index].status = "OPEN"
                parts[index].canFulfil = true
                parts[index].waitsFor = nil
            }
        }
    }

    /// Closes the order's fulfilment orders without a successor, as Shopify does when the order is cancelled.
    func close(_ order: ShopifyID) {
        arrange(order) { parts in
            for index in parts.indices {
                parts[index].status = "CLOSED"
                parts[index].canFulfil = false
            }
        }
    }

    /// Moves the order to another location: its fulfilment orders close, and new ones have their units.
    func move(_ order: ShopifyID, to location: ShopifyID = .location(2)) {
        arrange(order) { parts in
            let moved = parts.filter { !$0.isClosed }
                .map { old in
                    var new = old
                    new.id = sending.newID("FulfillmentOrder")
                    new.location = location
                    new.lines = old.lines.map {
                        FulfilmentView.PartLine(
                            id: sending.newID("FulfillmentOrderLineItem"),
                            line: $0.line,
                            remaining: $0.remaining
                        )
                    }
                    return new
                }
            for index in parts.indices where !parts[index].isClosed {
                parts[index].status = "CLOSED"
                parts[index].canFulfil = false
                for line in parts[index].lines.indices { parts[index].lines[line].remaining = 0 }
            }
            parts += moved
        }
    }

    /// A colleague fulfils units of the order, with a number or without.
    @discardableResult
    func fulfilByHand(_ order: ShopifyID, _ tracking: Tracking = [], units: Int? = nil) -> ShopifyID {
        var left = units ?? .max
        var lines: [FulfilmentView.SentLine] = []
        arrange(order) { parts in
            for index in parts.indices where !parts[index].isClosed {
                for line in parts[index].lines.indices where left > 0 {
                    let taken = min(left, parts[index].lines[line].remaining)
                    guard taken > 0 else { continue }
                    left -= taken
                    parts[index].lines[line].remaining -= taken
                    lines.append(
                        FulfilmentView.SentLine(line: parts[index].lines[line].line, quantity: taken)
                    )
                }
                if parts[index].lines.allSatisfy({ $0.remaining == 0 }) {
                    parts[index].status = "CLOSED"
                    parts[index].canFulfil = false
                }
            }
        }
        return add(order, lines: lines, tracking: tracking)
    }

    /// A fulfilment that was made by hand.
    @discardableResult
    func add(
        _ order: ShopifyID,
        lines: [FulfilmentView.SentLine],
        tracking: Tracking,
        status: String = "SUCCESS"
    ) -> ShopifyID {
        state.withLock { $0.fulfil(order, lines, tracking, status: status) }
    }

    /// Staff cancel a fulfilment: its units are open again.
    func cancelFulfilment(_ id: ShopifyID, of order: ShopifyID) {
        var lines: [FulfilmentView.SentLine] = []
        state.withLock { state in
            guard let place = state.sent[order]?.firstIndex(where: { $0.id == id }) else { return }
            state.sent[order]?[place].status = "CANCELLED"
            lines = state.sent[order]?[place].lines ?? []
        }
        guard sending.parts(of: order) != nil else { return }
        arrange(order) { parts in
            var part = FulfilmentView.Part(
                id: sending.newID("FulfillmentOrder"),
                status: "OPEN",
                canFulfil: true,
                location: .location(1),
                lines: lines.map {
                    FulfilmentView.PartLine(
                        id: sending.newID("FulfillmentOrderLineItem"),
                        line: $0.line,
                        remaining: $0.quantity
                    )
                }
            )
            part.locationName = ShopLocation.warehouse.name
            parts.append(part)
        }
    }

    /// Gives the order fulfilments that were there and were cancelled, as an order has that was sent again and again.
    func addCancelled(_ count: Int, to order: ShopifyID) {
        for _ in 0..<count { add(order, lines: [], tracking: [], status: "CANCELLED") }
    }
}
