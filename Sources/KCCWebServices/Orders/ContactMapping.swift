import SyncEngine

/// Turns the person of an address into KCC's "Contact", which must have a name.
struct ContactMapping {
    /// What a name field holds.
    static let limit = 50

    let role: AddressMapping.Role
    private let address: PostalAddress
    private let customer: OrderCustomer?
    private let email: String?

    init(_ address: PostalAddress, _ role: AddressMapping.Role, of order: Order) {
        self.role = role
        self.address = address
        customer = order.customer
        email = Self.email(of: order)
    }

    /// The order's e-mail address, else the customer's.
    static func email(of order: Order) -> String? {
        order.email?.oneLine ?? order.customer?.email?.oneLine
    }

    /// - Parameters:
    ///   - mailed: Whether the order's e-mail address goes with the contact.
    ///   - phone: A number of the person's own.
    func map(mailed: Bool, phone: String?, _ findings: inout MappingFindings) -> WireValue {
        let (forename, surname) = name
        var address = mailed ? email : nil
        if let text = address, !text.fits(100) {
            // Half an e-mail address is somebody else's.
            address = nil
            findings.remark("email_left_out", "the e-mail address is longer than KCC's field")
        }
        let mobile = PhoneNumber.fitted(phone, 30)
        if mobile == nil, phone?.oneLine != nil {
            findings.remark("phone_left_out", "the customer's telephone number is unusable")
        }
        return .record([
            "Forename": .text(forename.map { Self.fitted($0, "\(role.rawValue) forename", &findings) }),
            "Surname": .text(surname.map { Self.fitted($0, "\(role.rawValue) surname", &findings) }),
            "Email": .text(address),
            "Mobile": .text(mobile),
        ])
    }

    /// The best name there is: the address's, the customer's, the firm, the mailbox.
    private var name: (forename: String?, surname: String?) {
        let people = [(address.firstName, address.lastName), (customer?.firstName, customer?.lastName)]
        for (first, last) in people {
            let name = (first?.oneLine, last?.oneLine)
            if name.0 != nil || name.1 != nil { return name }
        }
        let mailbox = email?.split(separator: "@").first.map(String.init)
        return (nil, address.company?.oneLine ?? mailbox ?? "Customer")
    }

    /// A name in full, or shortened with the whole of it kept.
    static func fitted(_ name: String, _ label: String, _ findings: inout MappingFindings) -> String {
        guard !name.fits(limit) else { return name }
        findings.keep(label, name)
        findings.remark(
            "name_shortened",
            "the \(label) is longer than KCC's field; it is whole in the order's note"
        )
        return name.shortened(to: limit)
    }
}
