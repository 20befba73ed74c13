import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

struct PeopleTests {
    private func sent(_ change: (inout Situation) -> Void) throws -> JSONNode {
        try Situation(change).sent()
    }

    private func note(_ change: (inout Situation) -> Void) throws -> String {
        try sent(change)["Header"]?["OrderNote"]?.string ?? ""
    }

    private func remarks(_ change: (inout Situation) -> Void) throws -> [String] {
        try Situation(change).map().remarks.map(\.code)
    }

    /// A member of the invoice address when Shopify's address is changed.
    private func invoice(_ member: String, _ change: (inout PostalAddress) -> Void) throws -> String? {
        let sent = try sent { situation in
            var address = PostalAddress.of("Ann", "Archer", "1 High Street", "Leeds", "LS1 1AA")
            change(&address)
            situation.order.billingAddress = address
        }
        let node = sent["InvoiceAddress"]?[member]
        return node?.string ?? node?["Code"]?.string
    }

    @Test func `an address is carried field by field`() throws {
        let sent = try sent {
            $0.order.billingAddress?.address2 = "Flat 2"
            $0.order.billingAddress?.company = "Archer & Co"
            $0.order.billingAddress?.phone = "+44 113 496 0000"
        }
        let address = try #require(sent["InvoiceAddress"])
        #expect(
            address.names == ["Line1", "Line2", "Town", "Postcode", "Country", "Telephone", "Organisation"]
        )
        #expect(address["Line2"]?.string == "Flat 2")
        #expect(address["Organisation"]?.string == "Archer & Co")
        #expect(sent["Customer"]?["CompanyName"]?.string == "Archer & Co")
    }

    @Test func `a street without its first line moves up, and a firm stands in for none`() throws {
        #expect(
            try invoice("Line1") {
                $0.address1 = " "
                $0.address2 = "Flat 2"
            } == "Flat 2"
        )
        #expect(
            try invoice("Line1") {
                $0.address1 = nil
                $0.company = "Archer & Co"
            } == "Archer & Co"
        )
    }

    @Test func `a town is required, and the next larger place stands in`() throws {
        #expect(
            try invoice("Town") {
                $0.city = nil; $0.province = "Yorkshire"
            } == "Yorkshire"
        )
        #expect(
            try invoice("Town") {
                $0.city = " "; $0.country = "United Kingdom"
            } == "United Kingdom"
        )
        #expect(try invoice("Town") { $0.city = nil } == "GB")
        #expect(try remarks { $0.order.billingAddress?.city = nil } == ["town_missing"])
    }

    @Test func `a county is for addresses abroad`() throws {
        #expect(try invoice("County") { $0.province = "England" } == nil)
        #expect(
            try invoice("County") {
                $0.province = "Bavaria"; $0.countryCode = "de"
            } == "Bavaria"
        )
        #expect(try invoice("Country") { $0.countryCode = "de" } == "DE")
    }

    @Test func `a postcode is squeezed, and cut only where nothing else helps`() throws {
        #expect(try invoice("Postcode") { $0.zip = " ls1   1aa " } == "LS1 1AA")
        #expect(try invoice("Postcode") { $0.zip = nil } == nil)
        #expect(try invoice("Postcode") { $0.zip = "12345 - 678" } == "12345-678")
        #expect(try invoice("Postcode") { $0.zip = "1234567890123" } == "1234567890")
        let long: (inout Situation) -> Void = { $0.order.billingAddress?.zip = "1234567890123" }
        #expect(try remarks(long) == ["postcode_shortened"])
        #expect(try note(long).contains("Full invoice postcode: 1234567890123"))
    }

    @Test func `what is too long is whole in the note`() throws {
        let street = (1...20).map { "Block \($0)" }.joined(separator: ", ")
        let long: (inout Situation) -> Void = {
            $0.order.shippingAddress?.address1 = street
            $0.order.shippingAddress?.company = String(repeating: "Firm ", count: 12)
            $0.order.shippingAddress?.lastName = String(repeating: "n", count: 51)
        }
        let address = try sent(long)["DeliveryAddress"]
        #expect(address?["Line3"]?.string?.hasSuffix("...") == true)
        #expect(address?["Organisation"]?.string == "Firm Firm Firm Firm Firm Firm Firm Firm Firm Fi...")
        let note = try note(long)
        #expect(note.contains("Full delivery address: \(street), Leeds, LS1 1AA, GB"))
        #expect(note.contains("Full delivery surname: \(String(repeating: "n", count: 51))"))
        #expect(
            try Set(remarks(long)) == ["address_shortened", "name_shortened"]
        )
    }

    @Test func `remarks and problems name nobody`() throws {
        let mapped = try Situation {
            $0.order.shippingAddress?.address1 = String(repeating: "Secret ", count: 30)
            $0.order.shippingAddress?.lastName = String(repeating: "Secret", count: 30)
            $0.order.shippingAddress?.zip = "SECRETSECRET"
            $0.order.shippingAddress?.phone = "secret"
            $0.order.phone = "secret"
            $0.order.email = String(repeating: "secret", count: 30) + "@example.org"
        }
        .map()
        #expect(
            Set(mapped.remarks.map(\.code)) == [
                "address_shortened", "name_shortened", "postcode_shortened", "phone_left_out",
                "email_left_out",
            ]
        )
        #expect(!mapped.remarks.contains { $0.text.lowercased().contains("secret") })
    }

    @Test func `where Shopify has an address for delivery it is sent, even an equal one`() throws {
        let sent = try sent { $0.order.shippingAddress?.phone = "0113496" }
        #expect(sent["DeliveryAddress"]?["Line1"]?.string == "1001 High Street")
        #expect(sent["DeliveryAddress"]?["Telephone"]?.string == "0113496")
        #expect(sent["DeliveryContact"]?.names == ["Forename", "Surname"])
        let without = try self.sent { $0.order.shippingAddress = nil }
        #expect(without["DeliveryAddress"] == nil && without["DeliveryContact"] == nil)
    }

    @Test func `without an address for the invoice the delivery's is taken`() throws {
        let sent = try sent {
            $0.order.billingAddress = nil
            $0.order.shippingAddress?.firstName = "Bea"
        }
        #expect(sent["InvoiceAddress"]?["Line1"]?.string == "1001 High Street")
        #expect(sent["InvoiceContact"]?["Forename"]?.string == "Bea")
    }

    @Test func `an order without any address is not sent`() {
        let nowhere = Situation {
            $0.order.billingAddress = nil
            $0.order.shippingAddress = nil
        }
        #expect(nowhere.problem()?.code == "no_address")
        #expect(nowhere.problem()?.remedy == "give the order a billing address in Shopify")
        let half = Situation {
            $0.order.shippingAddress?.address1 = nil
        }
        #expect(half.problem()?.message == "order 1001: the delivery address has no street")
        let country = Situation { $0.order.billingAddress?.countryCode = nil }
        #expect(country.problem()?.code == "no_country")
        #expect(country.problem()?.message == "order 1001: the invoice address has no country code")
    }

    @Test func `a generic customer's order without an address goes to the shop`() throws {
        let till: (inout Situation) -> Void = {
            $0.order = .till().with { $0.transactions = [.of("SALE", "30", gateway: "cash")] }
            $0.channel.posOrders = .genericCustomer
            $0.customer = StoredCustomer(urn: "POSSALES", generic: true)
        }
        #expect(Situation(till).problem()?.code == "no_address")
        #expect(Situation(till).problem()?.remedy == "set shop_address of the channel's kcc table")
        let sent = try sent {
            till(&$0)
            $0.kcc.shopAddress = .of(nil, nil, "1 Shop Street", "York", "YO1 1AA")
        }
        #expect(sent["InvoiceAddress"]?["Line1"]?.string == "1 Shop Street")
        #expect(sent["InvoiceContact"] == .object([.init(name: "Surname", value: .string("Customer"))]))
        #expect(sent["Customer"]?["URN"]?.string == "POSSALES")
        #expect(sent["Customer"]?["CompanyName"]?.string == "POSSALES")
        #expect(sent["DeliveryAddress"] == nil)
    }

    @Test func `a till sale to somebody known uses the address that is stored`() throws {
        let sent = try sent {
            $0.order = .till().with { $0.transactions = [.of("SALE", "30", gateway: "cash")] }
            $0.channel.posOrders = .customerDetails
            var customer = StoredCustomer(urn: nil)
            customer.forename = "Cleo"
            customer.address1 = "9 Known Road"
            customer.town = "Hull"
            customer.countryCode = "GB"
            $0.customer = customer
        }
        #expect(sent["InvoiceAddress"]?["Line1"]?.string == "9 Known Road")
        #expect(sent["InvoiceContact"]?["Forename"]?.string == "Cleo")
        #expect(sent["Customer"]?["URN"] == nil)
    }

    @Test func `a name is found wherever there is one`() throws {
        func name(_ change: (inout Order) -> Void) throws -> [String?] {
            let contact = try sent {
                $0.order.billingAddress?.firstName = nil
                $0.order.billingAddress?.lastName = " "
                $0.order.email = nil
                change(&$0.order)
            }["InvoiceContact"]
            return [contact?["Forename"]?.string, contact?["Surname"]?.string]
        }
        #expect(try name { $0.billingAddress?.firstName = "Ann" } == ["Ann", nil])
        #expect(
            try name {
                $0.customer = OrderCustomer(id: .customer(1))
                $0.customer?.lastName = "Fenn"
                $0.billingAddress?.company = "Fenn Ltd"
            } == [nil, "Fenn"]
        )
        #expect(
            try name {
                $0.billingAddress?.company = "Fenn Ltd"; $0.email = "a@b"
            } == [nil, "Fenn Ltd"]
        )
        #expect(try name { $0.email = "ada.fenn@example.org" } == [nil, "ada.fenn"])
        #expect(try name { _ in } == [nil, "Customer"])
    }

    @Test func `the buyer's mailbox and number are on the invoice's contact`() throws {
        let sent = try sent {
            $0.order.phone = "+44 7700 900000"
            $0.order.email = " ann@example.com "
        }
        #expect(sent["InvoiceContact"]?["Mobile"]?.string == "+44 7700 900000")
        #expect(sent["InvoiceContact"]?["Email"]?.string == "ann@example.com")
        let customer = try self.sent {
            $0.order.email = nil
            $0.order.customer = OrderCustomer(id: .customer(1))
            $0.order.customer?.email = "own@example.com"
            $0.order.customer?.phone = "0113496"
        }
        #expect(customer["InvoiceContact"]?["Mobile"]?.string == "0113496")
        #expect(customer["InvoiceContact"]?["Email"]?.string == "own@example.com")
        let exact = String(repeating: "x", count: 88) + "@example.org"
        #expect(try self.sent { $0.order.email = exact }["InvoiceContact"]?["Email"]?.string == exact)
        let long = "x" + exact
        #expect(try self.sent { $0.order.email = long }["InvoiceContact"]?["Email"] == nil)
    }

    @Test func `a customer is known by its code where there is one, and matched where not`() throws {
        let new = try #require(try sent { _ in }["Customer"])
        #expect(new.names == ["CreateNew", "CompanyClass", "Currency"])
        #expect(new["CreateNew"]?.string == "IfNoMatch")
        #expect(!Situation().offered.hasURN)
        for (urn, has) in [("A1", true), (" ", false), ("", false)] {
            let situation = Situation { $0.customer = StoredCustomer(urn: urn) }
            #expect(situation.offered.hasURN == has)
            #expect(try situation.sent()["Customer"]?["URN"]?.string == (has ? urn : nil))
        }
    }

    @Test func `tax exemption is told where Shopify or the order shows it`() throws {
        func exempt(_ change: (inout Order) -> Void) throws -> Bool? {
            try Situation.gross { change(&$0.order) }.sent()["Customer"]?["TaxExempt"]?.flag
        }
        #expect(try exempt { _ in } == nil)
        #expect(try exempt { $0.taxExempt = true } == true)
        #expect(try exempt { $0.taxLines = [] } == nil)
        #expect(
            try exempt {
                $0.taxLines = []; $0.shippingAddress?.countryCode = "US"
            } == true
        )
        #expect(try exempt { $0.shippingAddress?.countryCode = "US" } == nil)
        #expect(
            try exempt {
                $0.taxLines = []
                $0.lines[0].taxable = false
                $0.shippingAddress?.countryCode = "US"
            } == nil
        )
        #expect(
            try exempt {
                $0.taxLines = []
                $0.customer = OrderCustomer(id: .customer(1))
                $0.customer?.taxExempt = true
            } == true
        )
    }
}
