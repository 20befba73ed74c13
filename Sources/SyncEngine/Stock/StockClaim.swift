package import Foundation

/// Units of one SKU that an order takes from one location.
package struct StockClaim: Sendable, Equatable {
    /// Our number of the order.
    package var order: Int64
    package var name: String
    package var shop: Int64
    /// The channel that owns the order.
    package var channel: String
    /// KCC's site that it is handed off to.
    package var site: String?
    package var units: ClaimedUnits
    package var createdAt: Date
    package var cancelledAt: Date?
    /// By our clock.
    package var acknowledgedAt: Date?
    /// The arrival of the newest level when it was acknowledged.
    package var acknowledgedAfter: Int64
    /// Whether any level as of later includes it: sold at a till and not downloaded, nobody will ever acknowledge it.
    package var isUntilLevel: Bool

    package init(
        order: Int64,
        name: String,
        shop: Int64 = 1,
        channel: String,
        site: String? = nil,
        units: ClaimedUnits,
        createdAt: Date,
        cancelledAt: Date? = nil,
        acknowledgedAt: Date? = nil,
        acknowledgedAfter: Int64 = -1,
        isUntilLevel: Bool = false
    ) {
        self.order = order
        self.name = name
        self.shop = shop
        self.channel = channel
        self.site = site
        self.units = units
        self.createdAt = createdAt
        self.cancelledAt = cancelledAt
        self.acknowledgedAt = acknowledgedAt
        self.acknowledgedAfter = acknowledgedAfter
        self.isUntilLevel = isUntilLevel
    }
}

/// What an order says of its units of one SKU at one location.
package struct ClaimedUnits: Sendable, Equatable {
    /// Some units that are no longer wanted.
    package struct Reduction: Sendable, Equatable, Codable {
        package var units: Int
        /// When, at the latest; Shopify's clock, to the second, rounded down.
        package var at: Date

        package init(units: Int, at: Date) {
            self.units = units
            self.at = at
        }
    }

    package var sku: SKU
    /// Nil where the order is not assigned to a location yet.
    package var location: ShopifyID?
    /// Still wanted.
    package var current: Int
    package var reductions: [Reduction] = []
    /// The last change of an order that was edited: units may have been added then.
    package var editedAt: Date?

    package init(sku: SKU, location: ShopifyID?, current: Int) {
        self.sku = sku
        self.location = location
        self.current = current
    }

    /// When the last unit ceased to be wanted; nil while one is.
    package var endedAt: Date? {
        current > 0 ? nil : reductions.map(\.at).max() ?? .distantPast
    }
}

extension StockClaim {
    /// The units that an order takes, by SKU and location.
    ///
    /// A till sale's are taken where it was made, the others where their fulfilment orders are assigned. A SKU of one order
    /// that comes from several locations is shared out by the fulfilment orders' quantities; what those do not name is added
    /// to the first, and what is no longer wanted is taken from the largest share.
    package static func units(of order: Order) -> [ClaimedUnits] {
        var refunded: [ShopifyID: [ClaimedUnits.Reduction]] = [:]
        for refund in order.refunds {
            for line in refund.lines where line.quantity > 0 {
                let reduction = ClaimedUnits.Reduction(
                    units: line.quantity,
                    at: refund.createdAt ?? order.updatedAt
                )
                refunded[line.line, default: []].append(reduction)
            }
        }
        var found: [SKU: ClaimedUnits] = [:]
        var skus: [SKU] = []
        for line in order.lines {
            guard let sku = line.stockCode, line.quantity > 0 else { continue }
            if found[sku] == nil {
                skus.append(sku)
                found[sku] = ClaimedUnits(sku: sku, location: nil, current: 0)
                if order.edited { found[sku]?.editedAt = order.updatedAt }
            }
            let gone = max(0, line.quantity - line.currentQuantity)
            found[sku]?.current += max(0, line.currentQuantity)
            var left = gone
            for reduction in refunded[line.id] ?? [] where left > 0 {
                let units = min(left, reduction.units)
                found[sku]?.reductions.append(ClaimedUnits.Reduction(units: units, at: reduction.at))
                left -= units
            }
            // Removed by an edit: before the order's last change, and nothing more is known of the time.
            if left > 0 {
                found[sku]?.reductions.append(ClaimedUnits.Reduction(units: left, at: order.updatedAt))
            }
        }
        return skus.compactMap { found[$0] }.flatMap { shared($0, by: order) }
    }

    private static func shared(_ units: ClaimedUnits, by order: Order) -> [ClaimedUnits] {
        var shares: [(location: ShopifyID, units: Int)] = []
        if let till = order.retailLocation {
            shares = [(till, 0)]
        } else {
            for fulfilment in order.fulfilmentOrders where fulfilment.status != "CANCELLED" {
                guard let location = fulfilment.location else { continue }
                for line in fulfilment.lines
                where line.quantity > 0 && SKU(given: line.sku) == units.sku {
                    if let place = shares.firstIndex(where: { $0.location == location }) {
                        shares[place].units += line.quantity
                    } else {
                        shares.append((location, line.quantity))
                    }
                }
            }
            if shares.isEmpty {
                // Lines that were fulfilled or refunded leave their fulfilment orders.
                let places = Set(
                    order.fulfilmentOrders.filter { $0.status != "CANCELLED" }.compactMap(\.location)
                )
                if places.count == 1, let only = places.first { shares = [(only, 0)] }
            }
        }
        guard let first = shares.first else { return [units] }
        var all = units
        all.location = first.location
        guard shares.count > 1 else { return [all] }
        // Every unit ordered, then what is gone taken off again.
        let ordered = units.current + units.reductions.reduce(0) { $0 + $1.units }
        var parts: [ClaimedUnits] = []
        var left = ordered
        for share in shares {
            var part = ClaimedUnits(sku: units.sku, location: share.location, current: min(left, share.units))
            part.editedAt = units.editedAt
            left -= part.current
            parts.append(part)
        }
        parts[0].current += left
        for reduction in units.reductions {
            var rest = reduction.units
            while rest > 0, let place = parts.indices.max(by: { parts[$0].current < parts[$1].current }) {
                let taken = min(rest, parts[place].current)
                guard taken > 0 else { break }
                parts[place].current -= taken
                parts[place].reductions.append(ClaimedUnits.Reduction(units: taken, at: reduction.at))
                rest -= taken
            }
        }
        return parts.filter { $0.current > 0 || !$0.reductions.isEmpty }
    }
}
