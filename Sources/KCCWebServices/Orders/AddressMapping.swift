import SyncEngine

/// Turns one of Shopify's addresses into KCC's "Address".
struct AddressMapping {
    /// What an address is for; the word stands in notes and problems.
    enum Role: String {
        case invoice
        case delivery
    }

    let role: Role
    private let address: PostalAddress

    init(_ address: PostalAddress, _ role: Role) {
        self.address = address
        self.role = role
    }

    /// The street, or the firm where no street is given; empty where an address could not be delivered to.
    static func street(of address: PostalAddress) -> [String] {
        let street = [address.address1, address.address2].compactMap { $0?.oneLine }
        return street.isEmpty ? [address.company?.oneLine].compactMap(\.self) : street
    }

    func map(_ findings: inout MappingFindings) throws(MappingProblem) -> WireValue {
        guard let layout = AddressLines(Self.street(of: address)) else {
            throw findings.problem(
                "no_address",
                "the \(role.rawValue) address has no street",
                remedy: "complete it in Shopify"
            )
        }
        guard let country = address.countryCode?.oneLine?.uppercased() else {
            throw findings.problem(
                "no_country",
                "the \(role.rawValue) address has no country code",
                remedy: "complete it in Shopify"
            )
        }
        var isCut = layout.isCut
        func fitted(_ text: String?) -> String? {
            guard let text, !text.fits(AddressLines.limit) else { return text }
            isCut = true
            return text.shortened(to: AddressLines.limit)
        }
        let town = fitted(town(country, &findings))
        let county = country == "GB" || address.city?.oneLine == nil ? nil : fitted(address.province?.oneLine)
        let postcode = postcode(&findings)
        let lines = layout.lines
        if isCut {
            findings.keep("\(role.rawValue) address", fullText)
            findings.remark(
                "address_shortened",
                "the \(role.rawValue) address is longer than KCC's fields; it is whole in the order's note"
            )
        }
        return .record([
            "Line1": .text(lines.first),
            "Line2": .text(lines.dropFirst().first),
            "Line3": .text(lines.dropFirst(2).first),
            "Town": .text(town),
            "County": .text(county),
            "Postcode": .text(postcode),
            "Country": .item(.code(country)),
            "Telephone": .text(telephone(&findings)),
            "Organisation": .text(organisation(&findings)),
        ])
    }

    /// KCC requires a town: the next larger place stands in for one that is missing.
    private func town(_ country: String, _ findings: inout MappingFindings) -> String {
        if let town = address.city?.oneLine { return town }
        findings.remark("town_missing", "the \(role.rawValue) address has no town; its region stands in")
        return address.province?.oneLine ?? address.country?.oneLine ?? country
    }

    private func postcode(_ findings: inout MappingFindings) -> String? {
        guard let given = address.zip?.oneLine?.uppercased() else { return nil }
        guard !given.fits(10) else { return given }
        let tight = given.filter { !$0.isWhitespace }
        guard !tight.fits(10) else { return tight }
        findings.keep("\(role.rawValue) postcode", given)
        findings.remark(
            "postcode_shortened",
            "the \(role.rawValue) postcode is longer than KCC's field; it is whole in the order's note"
        )
        return String(tight.start(fitting: 10))
    }

    private func telephone(_ findings: inout MappingFindings) -> String? {
        let phone = PhoneNumber.fitted(address.phone, 25)
        if phone == nil, address.phone?.oneLine != nil {
            findings.remark("phone_left_out", "the \(role.rawValue) address's telephone number is unusable")
        }
        return phone
    }

    private func organisation(_ findings: inout MappingFindings) -> String? {
        guard let company = address.company?.oneLine else { return nil }
        return ContactMapping.fitted(company, "\(role.rawValue) company", &findings)
    }

    private var fullText: String {
        let parts = [
            address.address1, address.address2, address.city, address.province, address.zip,
            address.country ?? address.countryCode,
        ]
        return parts.compactMap { $0?.oneLine }.joined(separator: ", ")
    }
}
