/// Whether a shop's orders show whom they are for, as far as they were read.
///
/// Shopify withholds personal data either with an error for each field (``Order/withheld``) or, on plans without access to
/// it, as plain nulls, which look like an order that names nobody. Other orders of the shop tell the two apart.
package struct PersonalDataSight: Sendable, Equatable {
    /// Whether an order was ever read that shows some.
    package var seen: Bool
    /// Orders that should show some and do not, read since the last one that does.
    package var blank: Int

    package init(seen: Bool, blank: Int) {
        self.seen = seen
        self.blank = blank
    }

    /// Where orders did show personal data, so many in a row without any mean that they no longer do.
    static let mostBlank = 3

    /// Whether the shop withholds personal data from the app; the one place that decides it.
    package var isWithheld: Bool { blank >= (seen ? Self.mostBlank : 1) }

    /// What these orders show by themselves, without a store: for a check of the shop.
    package init(of orders: [Order]) {
        seen = orders.contains(where: \.showsPersonalData)
        blank = seen ? 0 : orders.filter(\.isBlank).count
    }

    /// What an operator does about it.
    ///
    /// - Parameter references: The orders that wait for it, as commands find them; none where no order does.
    package static func remedy(refetching references: [String]) -> String {
        let change =
            "the shop's plan or the app's access to protected customer data does not allow it: change that"
        guard !references.isEmpty else { return change }
        return "\(change), then run: kccsyncd orders refetch \(references.joined(separator: " "))"
    }
}

extension Order {
    /// Whether anything in it names, reaches or locates the customer.
    package var showsPersonalData: Bool {
        let phones = [phone, customer?.phone, billingAddress?.phone, shippingAddress?.phone]
        return namesPerson || namesEmail || namesPlace || phones.contains { !($0 ?? "").isEmpty }
    }

    /// Whether it should show whom it is for, and shows nothing, without Shopify saying that it withholds something.
    ///
    /// A till sale or a draft names nobody unless it has a customer; every other order was placed by somebody.
    package var isBlank: Bool {
        let namesCustomer = customer != nil || !(isPOS || sourceName == "shopify_draft_order")
        return namesCustomer && withheld.isEmpty && !showsPersonalData
    }
}
