import SyncEngine

/// Decides whose addresses and names an order carries, and maps them with the "Customer".
struct PeopleMapping {
    let offered: OfferedOrder
    let kcc: KCCSettings
    let figures: OrderFigures

    private var order: Order { offered.order }
    private var customer: StoredCustomer? { offered.stored.customer }
    private var isGeneric: Bool { customer?.generic ?? false }

    /// The members of a sales order that say who and where.
    struct Parts {
        var customer: WireValue
        var invoiceAddress: WireValue
        var invoiceContact: WireValue
        var deliveryAddress: WireValue?
        var deliveryContact: WireValue?
    }

    func map(_ findings: inout MappingFindings) throws(MappingProblem) -> Parts {
        guard !kcc.companyClass.isBlank else {
            throw findings.problem(
                "no_company_class",
                "the channel names no company class, which KCC requires",
                remedy: "set company_class of the channel's kcc table"
            )
        }
        let invoice = try invoiceAddress(findings)
        var parts = Parts(
            customer: mapCustomer(&findings),
            invoiceAddress: try AddressMapping(invoice, .invoice).map(&findings),
            invoiceContact: ContactMapping(invoice, .invoice, of: order)
                .map(
                    mailed: true,
                    phone: order.phone?.oneLine == nil ? order.customer?.phone : order.phone,
                    &findings
                )
        )
        if let delivery = order.shippingAddress, delivery.hasPlace {
            parts.deliveryAddress = try AddressMapping(delivery, .delivery).map(&findings)
            // The buyer's number and mailbox stay with the invoice: goods may go to somebody else.
            parts.deliveryContact = ContactMapping(delivery, .delivery, of: order)
                .map(mailed: false, phone: nil, &findings)
        }
        return parts
    }

    /// The first address that could be written on an envelope.
    private func invoiceAddress(_ findings: MappingFindings) throws(MappingProblem) -> PostalAddress {
        var candidates = [order.billingAddress, order.shippingAddress].compactMap(\.self).filter(\.hasPlace)
        if isGeneric {
            candidates += [kcc.shopAddress].compactMap(\.self)
        } else if order.isPOS, let customer {
            candidates.append(PostalAddress(of: customer))
        }
        if let found = candidates.first(where: { !AddressMapping.street(of: $0).isEmpty }) { return found }
        throw findings.problem(
            "no_address",
            "no address that an invoice could go to",
            remedy: isGeneric
                ? "set shop_address of the channel's kcc table"
                : "give the order a billing address in Shopify"
        )
    }

    private func mapCustomer(_ findings: inout MappingFindings) -> WireValue {
        .record([
            "CreateNew": .text("IfNoMatch"),
            "CompanyClass": .item(kcc.companyClass),
            "Currency": .item(.code(figures.money.currency)),
            "CompanyName": .text(companyName(&findings)),
            "URN": .text(customer?.urn?.asCode),
            "TaxExempt": isTaxExempt ? .flag(true) : nil,
        ])
    }

    /// A generic customer keeps a name of its own, lest KCC call it after whoever came to the till first.
    private func companyName(_ findings: inout MappingFindings) -> String? {
        let name = isGeneric ? customer?.company ?? customer?.urn : order.billingAddress?.company
        guard let name = name?.oneLine else { return nil }
        return ContactMapping.fitted(name, "company name", &findings)
    }

    /// Shopify says so, or no tax was charged on taxable goods that went abroad or to an exempt customer.
    private var isTaxExempt: Bool {
        if order.taxExempt { return true }
        let taxed = figures.money.sum(order.taxLines.map(\.amount)) != .zero
        let taxable = order.lines.contains { $0.taxable && $0.currentQuantity > 0 }
        guard !taxed, taxable, figures.stated > .zero else { return false }
        return order.customer?.taxExempt == true || goesAbroad
    }

    /// KCC is a British system, and Britain is home unless the shop's own address says otherwise.
    private var goesAbroad: Bool {
        let home = kcc.shopAddress?.countryCode?.oneLine?.uppercased() ?? "GB"
        let place = [order.shippingAddress, order.billingAddress].compactMap(\.self).first(where: \.hasPlace)
        return place?.countryCode?.oneLine.map { $0.uppercased() != home } ?? false
    }
}

extension PostalAddress {
    /// The address that the store remembers of a customer.
    fileprivate init(of customer: StoredCustomer) {
        self.init()
        firstName = customer.forename
        lastName = customer.surname
        company = customer.company
        address1 = customer.address1
        city = customer.town
        zip = customer.postcode
        countryCode = customer.countryCode
    }
}
