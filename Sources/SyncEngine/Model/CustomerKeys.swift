import Foundation

/// What a customer is recognised by, folded so that typing habits do not matter.
package struct CustomerKeys: Sendable, Equatable, Codable {
    /// The shop's own id of the customer.
    package var shopifyCustomer: ShopifyID?
    package var email: String?
    /// Address line 1, town and postcode.
    package var address: String?
    /// Forename and surname.
    package var person: String?

    package init(
        shopifyCustomer: ShopifyID? = nil,
        email: String? = nil,
        address: String? = nil,
        person: String? = nil
    ) {
        self.shopifyCustomer = shopifyCustomer
        self.email = email
        self.address = address
        self.person = person
    }

    /// The keys of the person and place that an order names; its invoice address speaks before the delivery's.
    package init(of order: Order) {
        let place = [order.billingAddress, order.shippingAddress].compactMap(\.self).first(where: \.hasPlace)
        shopifyCustomer = order.customer?.id
        email = Self.emailKey(order.email) ?? Self.emailKey(order.customer?.email)
        address = place.flatMap { Self.addressKey(line1: $0.address1, town: $0.city, postcode: $0.zip) }
        let forename = place?.firstName ?? order.customer?.firstName
        let surname = place?.lastName ?? order.customer?.lastName
        person = Self.personKey(forename: forename, surname: surname)
    }

    /// Case does not tell two mailboxes apart in practice (RFC 5321 section 2.4 lets it, nobody uses it).
    package static func emailKey(_ email: String?) -> String? {
        let folded = (email ?? "").trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        return folded.isEmpty ? nil : folded
    }

    /// Nil unless all three parts are there: two parts of an address fit half a street.
    package static func addressKey(line1: String?, town: String?, postcode: String?) -> String? {
        let parts = [fold(line1), fold(town), fold(postcode)]
        return parts.contains("") ? nil : parts.joined(separator: "|")
    }

    /// Nil where no name is given at all.
    package static func personKey(forename: String?, surname: String?) -> String? {
        let parts = [fold(forename), fold(surname)]
        return parts.allSatisfy(\.isEmpty) ? nil : parts.joined(separator: "|")
    }

    /// Letters and digits only, lower case, accents folded.
    package static func fold(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "" }
        // Most names and addresses are ASCII, for which no table of the world's alphabets is needed.
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            return String(decoding: text.utf8.compactMap(asciiFold), as: UTF8.self)
        }
        let plain = text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
        return String(plain.unicodeScalars.filter { CharacterSet.alphanumerics.contains($0) })
    }

    /// A letter in lower case or a digit; nil for anything else.
    private static func asciiFold(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: nil
        }
    }
}

/// A customer that the order store knows, as far as matching needs.
package struct KnownCustomer: Sendable, Equatable {
    package var id: Int64
    /// KCC's code; nil for one that came from an order.
    package var urn: String?
    /// Whether it is already linked with the order's Shopify customer.
    package var linked: Bool
    package var keys: CustomerKeys
    package var hasAddress: Bool
    /// A generic customer has many addresses and is never matched by one.
    package var generic: Bool

    package init(
        id: Int64,
        urn: String? = nil,
        linked: Bool = false,
        keys: CustomerKeys,
        hasAddress: Bool = true,
        generic: Bool = false
    ) {
        self.id = id
        self.urn = urn
        self.linked = linked
        self.keys = keys
        self.hasAddress = hasAddress
        self.generic = generic
    }
}

/// Which customer an order goes to.
package enum CustomerChoice: Sendable, Equatable {
    /// One customer for all such orders; the order carries its own contact and address.
    case generic(urn: String)
    case existing(id: Int64, urn: String?, by: MatchStep)
    case new

    /// What recognised a customer.
    package enum MatchStep: String, Sendable, Codable {
        case linked
        case email
        case address
    }

    /// Picks the first that matches: linked, e-mail, then address with name.
    ///
    /// - Parameters:
    ///   - keys: What the order tells.
    ///   - candidates: Known customers that share at least one key; the lowest id wins among equals, so
    ///     that the same facts always give the same answer.
    package static func match(_ keys: CustomerKeys, among candidates: [KnownCustomer]) -> CustomerChoice {
        let ordered = candidates.filter { !$0.generic }.sorted { $0.id < $1.id }
        if keys.shopifyCustomer != nil, let found = ordered.first(where: \.linked) {
            return .existing(id: found.id, urn: found.urn, by: .linked)
        }
        if let email = keys.email, let found = ordered.first(where: { $0.keys.email == email }) {
            return .existing(id: found.id, urn: found.urn, by: .email)
        }
        if let address = keys.address, let person = keys.person,
            let found = ordered.first(where: { $0.keys.address == address && $0.keys.person == person })
        {
            return .existing(id: found.id, urn: found.urn, by: .address)
        }
        return .new
    }
}
