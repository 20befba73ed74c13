import KCCWebServices
import SyncEngine
import TestSupport
import Testing

struct OrdersDocumentTests {
    private func text(
        _ orders: [WireValue] = [],
        _ kind: OrdersDocument.Kind,
        _ format: WireFormat,
        _ kcc: KCCSettings = Situation().kcc
    ) -> String {
        String(
            decoding: OrdersDocument.text(orders: orders, kind: kind, kcc: kcc, format: format),
            as: UTF8.self
        )
    }

    @Test func `an answer without orders is complete`() {
        #expect(
            text([], .matched, .json)
                == #"{"Orders":[],"ApiVersion":1000,"Config":{"MatchCompanyOn":["Address1","Town","Postcode"],"#
                + #""MatchAddressOn":["Address1","Postcode"],"MatchContactOn":["Surname","Forename"],"#
                + #""DiscontinuedItems":"ImportAndHold","RunToZeroErrorItems":"ImportAndHold","#
                + #""ImportAsUnconfirmed":false}}"#
        )
        #expect(
            text([], .coded, .xml)
                == #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
                + "<SalesOrderImport><Orders/><ApiVersion>1000</ApiVersion><Config>"
                + "<MatchCompanyOn>CompanyCode</MatchCompanyOn><MatchAddressOn>Address1</MatchAddressOn>"
                + "<MatchAddressOn>Postcode</MatchAddressOn><MatchContactOn>Surname</MatchContactOn>"
                + "<MatchContactOn>Forename</MatchContactOn><DiscontinuedItems>ImportAndHold</DiscontinuedItems>"
                + "<RunToZeroErrorItems>ImportAndHold</RunToZeroErrorItems>"
                + "<ImportAsUnconfirmed>false</ImportAsUnconfirmed></Config></SalesOrderImport>"
        )
    }

    @Test func `the settings decide how KCC matches and what it does with lines it does not sell`() throws {
        var kcc = Situation().kcc
        kcc.matchCompanyOn = ["Email"]
        kcc.matchAddressOn = ["Town"]
        kcc.matchContactOn = ["Email", "Surname"]
        kcc.discontinuedItems = .abort
        kcc.runToZeroItems = .skip
        kcc.importAsUnconfirmed = true
        let bytes = OrdersDocument.text(orders: [], kind: .matched, kcc: kcc, format: .json)
        let config = try #require(try JSONReader.read(bytes)["Config"])
        #expect(config["MatchCompanyOn"]?.items == [.string("Email")])
        #expect(config["MatchAddressOn"]?.items == [.string("Town")])
        #expect(config["MatchContactOn"]?.items == [.string("Email"), .string("Surname")])
        #expect(config["DiscontinuedItems"]?.string == "Abort")
        #expect(config["RunToZeroErrorItems"]?.string == "Skip")
        #expect(config["ImportAsUnconfirmed"]?.flag == true)
        let coded = OrdersDocument.text(orders: [], kind: .coded, kcc: kcc, format: .json)
        #expect(try JSONReader.read(coded)["Config"]?["MatchCompanyOn"]?.items == [.string("CompanyCode")])
    }

    @Test func `orders are wrapped in XML and plain in JSON`() throws {
        let order = try Situation().map().salesOrder
        let json = OrdersDocument.text(
            orders: [order, order],
            kind: .matched,
            kcc: Situation().kcc,
            format: .json
        )
        #expect(try JSONReader.read(json)["Orders"]?.items.count == 2)
        let xml = OrdersDocument.text(
            orders: [order, order],
            kind: .matched,
            kcc: Situation().kcc,
            format: .xml
        )
        #expect(try XMLReader.read(xml)["Orders"]?.children.map(\.name) == ["SalesOrder", "SalesOrder"])
    }
}
