import SyncEngine

/// An order as the operation OrderRead returns it.
struct WireOrder: Decodable, Sendable {
    var id: ShopifyID
    var name: String
    var createdAt: Instant
    var processedAt: Instant
    var updatedAt: Instant
    var cancelledAt: Instant?
    var cancelReason: String?
    var closedAt: Instant?
    var test: Bool
    var edited: Bool
    var displayFinancialStatus: String?
    var displayFulfillmentStatus: String?
    var sourceName: String?
    var sourceIdentifier: String?
    var retailLocation: WireReference?
    var currencyCode: String
    var presentmentCurrencyCode: String
    var taxesIncluded: Bool
    var taxExempt: Bool
    var email: String?
    var phone: String?
    var note: String?
    var poNumber: String?
    var tags: [String]
    var customerLocale: String?
    var paymentGatewayNames: [String]
    var customAttributes: [WireAttribute]
    var customer: WireCustomer?
    var billingAddress: WireAddress?
    var shippingAddress: WireAddress?
    var totalPriceSet: WireMoney
    var currentTotalPriceSet: WireMoney
    var totalTaxSet: WireMoney?
    var totalTipReceivedSet: WireMoney?
    var currentTotalTaxSet: WireMoney?
    var originalTotalDutiesSet: WireMoney?
    var currentTotalDutiesSet: WireMoney?
    var originalTotalAdditionalFeesSet: WireMoney?
    var currentTotalAdditionalFeesSet: WireMoney?
    var totalCashRoundingAdjustment: CashRounding?
    var totalReceivedSet: WireMoney?
    var totalRefundedSet: WireMoney?
    var totalOutstandingSet: WireMoney?
    var taxLines: [WireTax]
    var discountCodes: [String]
    var discountApplications: Page<WireDiscount>
    var shippingLines: Page<WireShippingLine>
    var lineItems: Page<WireLine>
    var transactions: [WireTransaction]
    var refunds: [WireRefund]
    var fulfillmentOrders: Page<WireFulfilmentOrder>

    /// Rounding of cash payments.
    struct CashRounding: Decodable, Sendable {
        var paymentSet: WireMoney
        var refundSet: WireMoney
    }

    /// The first list, if any, that is as long as Shopify makes such lists.
    func fullList(_ length: Int) -> String? {
        if transactions.count >= length { return "transactions" }
        return refunds.count >= length ? "refunds" : nil
    }

    /// The order as far as it came, and what was cut off.
    func order() -> (Order, OrderCuts) {
        var order = Order(
            id: id,
            name: name,
            createdAt: createdAt.date,
            processedAt: processedAt.date,
            updatedAt: updatedAt.date,
            currency: currencyCode,
            presentmentCurrency: presentmentCurrencyCode,
            totals: totals
        )
        order.cancelledAt = cancelledAt?.date
        order.cancelReason = cancelReason
        order.closedAt = closedAt?.date
        order.test = test
        order.edited = edited
        order.financialStatus = displayFinancialStatus
        order.fulfilmentStatus = displayFulfillmentStatus
        order.sourceName = sourceName
        order.sourceIdentifier = sourceIdentifier
        order.retailLocation = retailLocation?.id
        order.taxesIncluded = taxesIncluded
        order.taxExempt = taxExempt
        order.email = email
        order.phone = phone
        order.note = note
        order.poNumber = poNumber
        order.tags = tags
        order.customerLocale = customerLocale
        order.gateways = paymentGatewayNames
        order.attributes = customAttributes.map(\.attribute)
        order.customer = customer?.customer
        order.billingAddress = billingAddress?.address
        order.shippingAddress = shippingAddress?.address
        order.lines = lineItems.nodes.map(\.line)
        order.shippingLines = shippingLines.nodes.map(\.line)
        order.taxLines = taxLines.map(\.tax)
        order.discounts = discountApplications.nodes.map(\.discount)
        order.discountCodes = discountCodes
        order.transactions = transactions.map(\.transaction)
        order.refunds = refunds.map(\.refund)
        order.fulfilmentOrders = fulfillmentOrders.nodes.map(\.fulfilmentOrder)
        return (order, cuts)
    }

    private var totals: OrderTotals {
        var totals = OrderTotals(total: totalPriceSet.bag, current: currentTotalPriceSet.bag)
        totals.tax = totalTaxSet?.bag
        totals.tip = totalTipReceivedSet?.bag
        totals.currentTax = currentTotalTaxSet?.bag
        totals.duties = originalTotalDutiesSet?.bag
        totals.currentDuties = currentTotalDutiesSet?.bag
        totals.fees = originalTotalAdditionalFeesSet?.bag
        totals.currentFees = currentTotalAdditionalFeesSet?.bag
        totals.paymentRounding = totalCashRoundingAdjustment?.paymentSet.bag
        totals.refundRounding = totalCashRoundingAdjustment?.refundSet.bag
        totals.received = totalReceivedSet?.bag
        totals.refunded = totalRefundedSet?.bag
        totals.outstanding = totalOutstandingSet?.bag
        return totals
    }

    private var cuts: OrderCuts {
        OrderCuts(
            lines: OrderCuts.Rest(lineItems.pageInfo),
            shipping: OrderCuts.Rest(shippingLines.pageInfo),
            discounts: OrderCuts.Rest(discountApplications.pageInfo),
            refunds: refunds.compactMap { refund in
                OrderCuts.Rest(refund.refundLineItems.pageInfo).map { (refund.id, $0) }
            },
            fulfilmentOrders: OrderCuts.Rest(fulfillmentOrders.pageInfo),
            fulfilmentOrderLines: fulfillmentOrders.nodes.compactMap { order in
                OrderCuts.Rest(order.lineItems.pageInfo).map { (order.id, $0) }
            }
        )
    }
}

/// Who placed the order.
struct WireCustomer: Decodable, Sendable {
    var id: ShopifyID
    var firstName: String?
    var lastName: String?
    var taxExempt: Bool?
    var defaultEmailAddress: Email?
    var defaultPhoneNumber: Phone?

    struct Email: Decodable, Sendable {
        var emailAddress: String?
    }

    struct Phone: Decodable, Sendable {
        var phoneNumber: String?
    }

    var customer: OrderCustomer {
        var customer = OrderCustomer(id: id)
        customer.firstName = firstName
        customer.lastName = lastName
        customer.email = defaultEmailAddress?.emailAddress
        customer.phone = defaultPhoneNumber?.phoneNumber
        customer.taxExempt = taxExempt ?? false
        return customer
    }
}
