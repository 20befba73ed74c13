import Foundation
import KCCWebServices
import SyncEngine
import TestSupport
import Testing

/// What must hold for every order, whatever is in it.
struct MappingPropertyTests {
    static let seeds = Array(UInt64(1)...1_000)

    @Test func `every order comes to Shopify's total, to the last coin`() throws {
        for seed in Self.seeds {
            var mill = OrderMill(seed: seed)
            let product = mill.make()
            let sent = try product.situation.sent()
            let header = try #require(sent["Header"])
            let basis = product.situation.order.taxesIncluded ? "Gross" : "Net"
            var sum = try #require(header["DeliveryCharge"]?[basis]?.decimal)
            for line in try #require(sent["Items"]).items {
                let price = try #require(line["UnitPrice"]?[basis]?.decimal)
                let quantity = try #require(line["Quantity"]?.decimal)
                let discount = line["ValueDiscount"]?.decimal ?? 0
                #expect(quantity > 0 && price >= 0 && discount >= 0, "seed \(seed)")
                #expect(discount <= price * quantity, "seed \(seed)")
                sum += price * quantity - discount
            }
            let tax = try #require(Decimal(string: product.tax.description))
            let total = try #require(header["GrossTotal"]?.decimal)
            #expect(sum + tax - (header["ValueDiscount"]?.decimal ?? 0) == total, "seed \(seed)")
            #expect(total == Decimal(string: product.total.description), "seed \(seed)")
            let paid = sent["Payments"]?.items.reduce(Decimal.zero) { $0 + ($1["Amount"]?.decimal ?? 0) }
            #expect(paid ?? 0 <= total, "seed \(seed)")
        }
    }

    private static let limits = [
        "Line1": 35, "Line2": 35, "Line3": 35, "Town": 35, "County": 35, "Postcode": 10, "Telephone": 25,
        "Organisation": 50, "CompanyName": 50, "Forename": 50, "Surname": 50, "Email": 100, "Mobile": 30,
        "CardType": 25, "AssociatedRef": 50, "URN": 10, "TaxReference": 20,
    ]

    @Test func `every order keeps the contract, and is well-formed in both forms`() throws {
        for seed in Self.seeds {
            var mill = OrderMill(seed: seed)
            let order = try mill.make().situation.map().salesOrder
            let sent = try JSONReader.read(JSONText.bytes(order))
            for (name, node) in sent.everything() {
                #expect(node != .null, "seed \(seed): \(name)")
                guard let text = node.string else { continue }
                #expect(text.utf16.count <= Self.limits[name] ?? .max, "seed \(seed): \(name)")
                let controls = text.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" }
                #expect(controls.isEmpty, "seed \(seed): \(name)")
                #expect(text.contains { !$0.isWhitespace }, "seed \(seed): \(name) is blank")
            }
            for contact in ["InvoiceContact", "DeliveryContact"] {
                #expect(sent[contact]?["Forename"] != nil || sent[contact]?["Surname"] != nil)
            }
            for address in ["InvoiceAddress", "DeliveryAddress"] {
                for member in ["Line1", "Town", "Country"] {
                    #expect(sent[address]?[member] != nil, "seed \(seed): \(member)")
                }
            }
            let xml = try XMLReader.read(XMLText.bytes(order, root: "SalesOrder"))
            #expect(xml.children.map(\.name) == sent.names)
            #expect(
                xml["InvoiceAddress"]?["Line1"]?.text
                    == sent["InvoiceAddress"]?["Line1"]?.string.map(Self.withoutForbidden)
            )
        }
    }

    private static func withoutForbidden(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\u{FFFE}" && $0 != "\u{FFFF}" }))
    }

    @Test func `the same order gives the same bytes`() throws {
        for seed in Self.seeds.prefix(50) {
            let texts = try (1...2)
                .map { _ in
                    var mill = OrderMill(seed: seed)
                    return JSONText.bytes(try mill.make().situation.map().salesOrder)
                }
            #expect(texts[0] == texts[1], "seed \(seed)")
        }
    }
}
