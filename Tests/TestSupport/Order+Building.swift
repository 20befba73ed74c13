package import Foundation
package import SyncEngine

extension MoneyBag {
    /// The same amount in both currencies.
    package static func both(_ text: String) -> MoneyBag {
        let amount = Amount(text) ?? .zero
        return MoneyBag(shop: amount, presentment: amount)
    }
}

extension ShopifyID {
    package static func order(_ number: Int) -> ShopifyID { ShopifyID(kind: "Order", number: String(number)) }
    package static func customer(_ number: Int) -> ShopifyID {
        ShopifyID(kind: "Customer", number: String(number))
    }
    package static func location(_ number: Int) -> ShopifyID {
        ShopifyID(kind: "Location", number: String(number))
    }
}

extension Order {
    /// A plain paid web order that every rule accepts: two units of one SKU, delivery, tax on top.
    ///
    /// 2 × 10.00 + 5.00 delivery + 5.00 tax = 30.00 GBP.
    package static func paid(_ number: Int = 1001, at instant: Date = Instants.placed) -> Order {
        var order = Order(
            id: .order(number),
            name: "#\(number)",
            createdAt: instant,
            processedAt: instant,
            updatedAt: instant,
            currency: "GBP",
            presentmentCurrency: "GBP",
            totals: OrderTotals(total: .both("30"), current: .both("30"))
        )
        order.financialStatus = "PAID"
        order.sourceName = "web"
        order.email = "ann\(number)@example.com"
        order.billingAddress = .of("Ann", "Archer", "\(number) High Street", "Leeds", "LS1 1AA")
        order.shippingAddress = order.billingAddress
        order.lines = [.units(2, of: "SKU-1", at: "10", line: number * 10)]
        order.shippingLines = [
            ShippingLine(id: nil, title: "Standard", price: .both("5"), discountedPrice: .both("5"))
        ]
        order.taxLines = [TaxLine(title: "VAT", ratePercent: Amount("20"), amount: .both("5"))]
        order.totals.currentTax = .both("5")
        return order
    }

    /// A till sale of the plain order's goods that names nobody.
    package static func till(_ number: Int = 2001, at location: ShopifyID? = .location(1)) -> Order {
        var order = paid(number)
        order.sourceName = "pos"
        order.retailLocation = location
        order.email = nil
        order.billingAddress = nil
        order.shippingAddress = nil
        return order
    }

    /// A copy with something changed.
    package func with(_ change: (inout Order) -> Void) -> Order {
        var copy = self
        change(&copy)
        return copy
    }

    /// A copy changed so many seconds after this version.
    package func later(by seconds: TimeInterval = 60, _ change: (inout Order) -> Void = { _ in }) -> Order {
        with {
            $0.updatedAt = updatedAt.addingTimeInterval(seconds)
            change(&$0)
        }
    }

    package func status(_ status: String?) -> Order { with { $0.financialStatus = status } }
    package func source(_ source: String?) -> Order { with { $0.sourceName = source } }
    package func cancelled(at date: Date = Instants.placed) -> Order { with { $0.cancelledAt = date } }
    /// A copy that Shopify says comes to so much.
    package func total(_ text: String) -> Order {
        with {
            $0.totals.total = .both(text)
            $0.totals.current = .both(text)
        }
    }

    /// A copy of which everything was given back, delivery too.
    package func emptied() -> Order {
        with { order in
            for place in order.lines.indices { order.lines[place].currentQuantity = 0 }
            for place in order.shippingLines.indices { order.shippingLines[place].currentPrice = .zero }
            order.totals.currentTax = .zero
            order.totals.current = .zero
        }
    }

    /// A copy without what only newer versions store.
    package func asStoredBefore() -> Order {
        with { order in
            order.totals.currentTax = nil
            order.totals.currentDuties = nil
            order.totals.currentFees = nil
            for place in order.shippingLines.indices { order.shippingLines[place].currentPrice = nil }
        }
    }

    /// A copy whose lines one location is to send.
    package func assigned(to location: ShopifyID?, status: String = "OPEN", quantity: Int = 2) -> Order {
        with { order in
            let number = order.fulfilmentOrders.count + 1
            var fulfilment = FulfilmentOrder(
                id: ShopifyID(kind: "FulfillmentOrder", number: "\(order.id.number)\(number)"),
                status: status,
                location: location
            )
            fulfilment.lines = [
                FulfilmentOrderLine(
                    id: ShopifyID(kind: "FulfillmentOrderLineItem", number: "\(number)"),
                    sku: "SKU-1",
                    quantity: quantity,
                    remaining: quantity
                )
            ]
            order.fulfilmentOrders.append(fulfilment)
        }
    }

    /// A copy for which Shopify hides who ordered.
    package func withholding(_ paths: String...) -> Order {
        with {
            $0.withheld = paths
            $0.email = nil
            $0.customer = nil
            $0.billingAddress = nil
            $0.shippingAddress = nil
        }
    }
}

extension OrderLine {
    package static func units(_ count: Int, of sku: String?, at price: String, line: Int = 1) -> OrderLine {
        let unit = MoneyBag.both(price)
        return OrderLine(
            id: ShopifyID(kind: "LineItem", number: String(line)),
            title: "Thing",
            sku: sku,
            quantity: count,
            currentQuantity: count,
            unitPrice: unit,
            total: (0..<count).reduce(into: .zero) { sum, _ in sum += unit }
        )
    }
}

extension PostalAddress {
    package static func of(
        _ forename: String?,
        _ surname: String?,
        _ line1: String?,
        _ town: String?,
        _ postcode: String?
    ) -> PostalAddress {
        var address = PostalAddress()
        address.firstName = forename
        address.lastName = surname
        address.address1 = line1
        address.city = town
        address.zip = postcode
        address.countryCode = "GB"
        return address
    }
}
