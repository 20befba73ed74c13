extension Order {
    /// The order without anything that names, reaches or describes a person; doing it twice changes nothing.
    ///
    /// What was sold, for how much, when and where it stands stays. What buyers or staff type freely goes, whatever it says:
    /// notes, attributes, tags, purchase order numbers, and the words of discounts, whose codes are often made for one person.
    /// The table in `docs/order-store.md` has every field.
    package var withoutPersonalData: Order {
        var order = self
        order.email = nil
        order.phone = nil
        order.note = nil
        order.poNumber = nil
        order.tags = []
        order.customerLocale = nil
        order.attributes = []
        order.customer = nil
        order.billingAddress = nil
        order.shippingAddress = nil
        order.discountCodes = []
        // Nothing is withheld from whoever no longer wants it.
        order.withheld = []
        for index in order.lines.indices { order.lines[index].attributes = [] }
        for index in order.discounts.indices {
            order.discounts[index].code = nil
            order.discounts[index].title = nil
        }
        for index in order.transactions.indices { order.transactions[index].paymentID = nil }
        for index in order.refunds.indices { order.refunds[index].note = nil }
        return order
    }
}
