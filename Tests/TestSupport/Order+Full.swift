package import SyncEngine

extension Order {
    /// An order with every field filled, each that names a person or is typed freely with `CANARY` in it.
    package static var full: Order {
        var order = paid()
        let instant = Instants.placed
        order.cancelledAt = instant
        order.cancelReason = "CUSTOMER"
        order.closedAt = instant
        order.fulfilmentStatus = "FULFILLED"
        order.sourceIdentifier = "2-1001"
        order.retailLocation = .location(1)
        order.email = "CANARY@example.com"
        order.phone = "+44 CANARY"
        order.note = "CANARY, leave it at the back door"
        order.poNumber = "CANARY-1"
        order.tags = ["CANARY"]
        order.customerLocale = "en-CANARY"
        order.gateways = ["shopify_payments"]
        order.attributes = [OrderAttribute(key: "gift for", value: "CANARY")]
        var customer = OrderCustomer(id: ShopifyID("gid://shopify/Customer/CANARY"))
        customer.firstName = "CANARY"
        order.customer = customer
        var address = PostalAddress.of("CANARY", "CANARY", "1 CANARY Street", "CANARY", "CANARY 1AA")
        address.company = "CANARY Ltd"
        order.billingAddress = address
        order.shippingAddress = address
        order.withheld = ["customer.CANARY"]
        order.discountCodes = ["CANARY10"]
        var discount = Discount(index: 0)
        discount.code = "CANARY10"
        discount.title = "for CANARY"
        discount.amount = .zero
        discount.percent = .zero
        discount.method = "ACROSS"
        discount.target = "LINE_ITEM"
        order.discounts = [discount]
        order.lines[0].variantTitle = "Large"
        order.lines[0].attributes = [OrderAttribute(key: "engraving", value: "CANARY")]
        order.lines[0].taxLines = [TaxLine(title: "VAT", ratePercent: .zero, amount: .zero)]
        order.lines[0].allocations = [DiscountAllocation(discount: 0, amount: .zero)]
        order.shippingLines[0].id = ShopifyID(kind: "ShippingLine", number: "1")
        order.shippingLines[0].currentPrice = .both("5")
        order.shippingLines[0].code = "standard"
        order.shippingLines[0].carrier = "Royal Mail"
        order.shippingLines[0].taxLines = order.lines[0].taxLines
        order.shippingLines[0].allocations = order.lines[0].allocations
        var payment = Transaction(
            id: ShopifyID(kind: "OrderTransaction", number: "1"),
            kind: "SALE",
            status: "SUCCESS",
            amount: .both("30")
        )
        payment.gateway = "shopify_payments"
        payment.gatewayTitle = "Shopify Payments"
        payment.processedAt = instant
        payment.paymentID = "CANARY.1"
        payment.parent = ShopifyID(kind: "OrderTransaction", number: "0")
        payment.cardCompany = "Visa"
        order.transactions = [payment]
        var refund = Refund(id: ShopifyID(kind: "Refund", number: "1"), total: .zero)
        refund.createdAt = instant
        refund.note = "CANARY did not like it"
        var line = RefundLine(line: order.lines[0].id, quantity: 1, subtotal: .zero, tax: .zero)
        line.restockType = "RETURN"
        refund.lines = [line]
        order.refunds = [refund]
        var fulfilment = FulfilmentOrder(
            id: ShopifyID(kind: "FulfillmentOrder", number: "1"),
            status: "CLOSED",
            location: .location(1)
        )
        fulfilment.locationName = "Main Warehouse"
        fulfilment.lines = [
            FulfilmentOrderLine(
                id: ShopifyID(kind: "FulfillmentOrderLineItem", number: "1"),
                sku: "SKU-1",
                quantity: 2,
                remaining: 0
            )
        ]
        order.fulfilmentOrders = [fulfilment]
        return order
    }
}
