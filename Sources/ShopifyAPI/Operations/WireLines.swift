import SyncEngine

/// A line of an order.
struct WireLine: Decodable, Sendable {
    var id: ShopifyID
    var name: String
    var title: String
    var variantTitle: String?
    var sku: String?
    var quantity: Int
    var currentQuantity: Int
    var requiresShipping: Bool
    var isGiftCard: Bool
    var taxable: Bool
    var originalUnitPriceSet: WireMoney
    /// Only where two currencies are in play, whose rates and rounding keep it from following from the unit's price.
    var originalTotalSet: WireMoney?
    var customAttributes: [WireAttribute]
    var taxLines: [WireTax]
    var discountAllocations: [WireAllocation]

    var line: OrderLine {
        var line = OrderLine(
            id: id,
            title: title,
            sku: sku,
            quantity: quantity,
            currentQuantity: currentQuantity,
            unitPrice: originalUnitPriceSet.bag,
            total: originalTotalSet?.bag ?? originalUnitPriceSet.bag.times(quantity)
        )
        line.name = name
        line.variantTitle = variantTitle
        line.requiresShipping = requiresShipping
        line.isGiftCard = isGiftCard
        line.taxable = taxable
        line.attributes = customAttributes.map(\.attribute)
        line.taxLines = taxLines.map(\.tax)
        line.allocations = discountAllocations.map(\.allocation)
        return line
    }
}

/// A charge for delivery.
struct WireShippingLine: Decodable, Sendable {
    var id: ShopifyID?
    var title: String
    var code: String?
    var carrierIdentifier: String?
    var originalPriceSet: WireMoney
    /// Only where two currencies are in play; else it is the price less its allocations.
    var discountedPriceSet: WireMoney?
    var currentDiscountedPriceSet: WireMoney?
    var taxLines: [WireTax]
    var discountAllocations: [WireAllocation]

    var line: ShippingLine {
        let allocations = discountAllocations.map(\.allocation)
        let price = originalPriceSet.bag
        var line = ShippingLine(
            id: id,
            title: title,
            price: price,
            discountedPrice: discountedPriceSet?.bag ?? allocations.reduce(price) { $0 - $1.amount }
        )
        line.currentPrice = currentDiscountedPriceSet?.bag
        line.code = code
        line.carrier = carrierIdentifier
        line.taxLines = taxLines.map(\.tax)
        line.allocations = allocations
        return line
    }
}

/// A payment or a refund of money.
struct WireTransaction: Decodable, Sendable {
    var id: ShopifyID
    var kind: String
    var status: String
    var test: Bool
    var gateway: String?
    var formattedGateway: String?
    var processedAt: Instant?
    var paymentId: String?
    var amountSet: WireMoney
    var parentTransaction: WireReference?
    var paymentDetails: PaymentDetails?

    /// Empty for all payments but those by card.
    struct PaymentDetails: Decodable, Sendable {
        var company: String?
    }

    var transaction: Transaction {
        var transaction = Transaction(id: id, kind: kind, status: status, amount: amountSet.bag)
        transaction.test = test
        transaction.gateway = gateway
        transaction.gatewayTitle = formattedGateway
        transaction.processedAt = processedAt?.date
        transaction.paymentID = paymentId
        transaction.parent = parentTransaction?.id
        transaction.cardCompany = paymentDetails?.company
        return transaction
    }
}

/// A refund with its first lines.
struct WireRefund: Decodable, Sendable {
    var id: ShopifyID
    var createdAt: Instant?
    var note: String?
    var totalRefundedSet: WireMoney
    var refundLineItems: Page<WireRefundLine>

    var refund: Refund {
        var refund = Refund(id: id, total: totalRefundedSet.bag)
        refund.createdAt = createdAt?.date
        refund.note = note
        refund.lines = refundLineItems.nodes.map(\.line)
        return refund
    }
}

/// Units that a refund takes back.
struct WireRefundLine: Decodable, Sendable {
    var quantity: Int
    var restockType: String?
    var restocked: Bool
    var subtotalSet: WireMoney
    var totalTaxSet: WireMoney
    var lineItem: WireReference

    var line: RefundLine {
        var line = RefundLine(
            line: lineItem.id,
            quantity: quantity,
            subtotal: subtotalSet.bag,
            tax: totalTaxSet.bag
        )
        line.restockType = restockType
        line.restocked = restocked
        return line
    }
}

/// A fulfilment order with its first lines.
struct WireFulfilmentOrder: Decodable, Sendable {
    var id: ShopifyID
    var status: String
    var assignedLocation: AssignedLocation
    var lineItems: Page<WireFulfilmentOrderLine>

    /// The location's name as it was, and the location where it still exists.
    struct AssignedLocation: Decodable, Sendable {
        var name: String?
        var location: WireReference?
    }

    var fulfilmentOrder: FulfilmentOrder {
        var order = FulfilmentOrder(id: id, status: status, location: assignedLocation.location?.id)
        order.locationName = assignedLocation.name
        order.lines = lineItems.nodes.map(\.line)
        return order
    }
}

/// Units of one SKU in a fulfilment order.
struct WireFulfilmentOrderLine: Decodable, Sendable {
    var id: ShopifyID
    var sku: String?
    var totalQuantity: Int
    var remainingQuantity: Int

    var line: FulfilmentOrderLine {
        FulfilmentOrderLine(id: id, sku: sku, quantity: totalQuantity, remaining: remainingQuantity)
    }
}
