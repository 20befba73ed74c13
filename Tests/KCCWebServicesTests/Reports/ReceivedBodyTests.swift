import Foundation
import SyncEngine
import Testing

@testable import KCCWebServices

@Suite struct ReceivedBodyTests {
    private static func statuses(_ text: String) throws -> [OrderReport] {
        try ReceivedBody.read(OrderStatusUpload.self, Array(text.utf8), root: OrderStatusUpload.root)
            .statuses.values.map { $0.report(in: .gmt) }
    }

    private static func levels(_ text: String) throws -> [LevelReportRow] {
        try ReceivedBody.read(StockStatusUpload.self, Array(text.utf8), root: StockStatusUpload.root)
            .statuses.values.map(\.row)
    }

    private static func refusal(_ bytes: [UInt8]) -> String? {
        do throws(UnreadableError) {
            _ = try ReceivedBody.read(StockStatusUpload.self, bytes, root: StockStatusUpload.root)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `JSON and KCC's XML of one upload say the same`() throws {
        let json = """
            {"Statuses": [{"OrderCode": "SO1", "OrderID": "1", "Status": "Shipping", "AssociatedRef": "WEB1",
              "Shipments": [{"ID": "Q7", "Code": "INV1", "Status": "Issue",
                "Items": [{"OrderItemID": "a", "ShipmentItemID": "b", "SKU": "TEA & CO", "Quantity": 2.0, "ImportRef": "gid://shopify/LineItem/9"}],
                "Packages": [{"ConsignmentRef": "JD1", "Courier": {"ID": "7", "Code": "RM24", "Name": "Royal Mail"},
                  "ShipmentDate": "2025-07-01T09:30:00"}]}]}]}
            """
        let xml = """
            \u{FEFF}<?xml version="1.0" encoding="utf-8"?>
            <OrderStatuses xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <Statuses><SalesOrderStatus><OrderCode>SO1</OrderCode><OrderID>1</OrderID><Status>shipping</Status>
                <AssociatedRef>WEB1</AssociatedRef><CustomData xsi:nil="true"/>
                <Shipments><Shipment><ID>Q7</ID><Code>INV1</Code><Status>16</Status>
                  <Items><ShipmentItem><OrderItemID>a</OrderItemID><ShipmentItemID>b</ShipmentItemID><SKU>TEA &amp; CO</SKU>
                    <Quantity>2</Quantity><ImportRef>gid://shopify/LineItem/9</ImportRef></ShipmentItem></Items>
                  <Packages><ShipmentPackage><ConsignmentRef>JD1</ConsignmentRef>
                    <Courier ID="7" Code="RM24">Royal Mail</Courier><ShipmentDate>2025-07-01T09:30:00</ShipmentDate>
                  </ShipmentPackage></Packages></Shipment></Shipments>
              </SalesOrderStatus></Statuses>
            </OrderStatuses>
            """
        let first = try Self.statuses(json)
        #expect(first == (try Self.statuses(xml)))
        #expect(first[0].shipments[0].items[0].quantity == Amount("2"))
        #expect(first[0].shipments[0].packages[0].shippedAt == Date(timeIntervalSince1970: 1_751_362_200))
    }

    @Test func `single objects, absent lists and numbers as texts are read as what they stand for`() throws {
        let report = try Self.statuses(
            #"{"Statuses": {"OrderID": 7, "OrderStatus": "100", "Shipments": {"ID": 8, "Status": "Issue", "Items": null}}}"#
        )
        #expect(report[0].id == "7")
        #expect(report[0].status == "Cancelled")
        #expect(report[0].shipments.map(\.id) == ["8"])
        #expect(try Self.statuses(#"{"Statuses": []}"#).isEmpty)
        #expect(try Self.statuses("<OrderStatuses><Statuses/></OrderStatuses>").isEmpty)
    }

    @Test(
        arguments: [
            (#""Levels": {"Available": 41.0, "OnOrder": 9}"#, "41"),
            (#""Levels": {"Available": "-3.5"}"#, "-3.5"),
            (#""Levels": {"Available": 1e2}"#, "100"), (#""Levels": {"Available": 0.33333339}"#, "0.333333"),
            (#""RelationshipPotential": {"FromChildren": 12}"#, "12"),
            (#""Levels": {"Available": 4}, "RelationshipPotential": {"FromChildren": 12}"#, "4"),
            (#""Levels": {}, "RelationshipPotential": {"FromChildren": 12}"#, nil), (#""X": 1"#, nil),
            (#""Levels": {"Available": "many"}"#, nil), (#""Levels": {"Available": 1e30}"#, nil),
        ] as [(String, String?)]
    )
    func `a level is what is available, else what could be built, else none`(
        _ fields: String,
        _ level: String?
    ) throws {
        let rows = try Self.levels(
            #"{"Statuses": [{"StockCode": " TEA ", "StockID": 31, "SiteID": "1", \#(fields)}]}"#
        )
        #expect(rows.map(\.level) == [level.flatMap { Amount($0) }])
        #expect(rows.map(\.stockCode) == ["TEA"])
    }

    @Test(
        arguments: [
            ("", "expected JSON or XML, found nothing"),
            ("[]", "expected JSON or XML, found neither \"{\" nor \"<\" at the beginning"),
            ("{", "expected JSON, found an error in it or a body that is cut off"),
            ("{}", "expected Statuses, found none"),
            ("<Wrong/>", "expected XML with the root StockStatuses, found another root"),
            (
                "<StockStatuses><Statuses/></StockStatuses><StockStatuses/>",
                "expected XML with the root StockStatuses, found an error in line 1"
            ),
            ("<!DOCTYPE a><StockStatuses/>", "expected XML without a document type, found one"),
            (
                "<?xml version='1.0' encoding='utf-7'?><StockStatuses/>",
                "expected XML in UTF-8, found another encoding"
            ),
            ("<?xml version='1.0'", "expected XML, found a prolog without an end"),
        ])
    func `what cannot be read is refused with what was expected`(_ text: String, _ why: String) {
        #expect(Self.refusal(Array(text.utf8)) == why)
    }

    @Test func `bytes that are no UTF-8 are refused before the XML parser, which they would end`() {
        let name: [UInt8] =
            Array("<StockStatuses><Statuses\u{0}".utf8.dropLast()) + [0xD9] + Array("/></StockStatuses>".utf8)
        #expect(Self.refusal(name) == "expected UTF-8, found bytes that are not")
        let latin =
            Array("<?xml version='1.0' encoding='ISO-8859-1'?><StockStatuses><Statuses><a>".utf8) + [0xE9]
            + Array("</a></Statuses></StockStatuses>".utf8)
        #expect(Self.refusal(latin) == nil)
    }

    @Test func `nesting without end is refused`() {
        let deep = "<StockStatuses><Statuses>" + String(repeating: "<a>", count: 100_000)
        #expect(
            Self.refusal(Array(deep.utf8))
                == "expected XML with the root StockStatuses, found elements nested deeper than 32"
        )
        #expect(Self.refusal(Array(String(repeating: #"{"a":"#, count: 100_000).utf8)) != nil)
    }

    @Test func `a row that lacks its ids is counted, and the others are taken`() throws {
        let text = #"{"Statuses": [{"StockCode": "A"}, 7, {"StockCode": "B", "StockID": "1", "SiteID": 1}]}"#
        let upload = try ReceivedBody.read(
            StockStatusUpload.self,
            Array(text.utf8),
            root: StockStatusUpload.root
        )
        #expect(upload.statuses.values.map(\.row.stockCode) == ["B"])
        #expect(upload.statuses.unreadable == 2)
    }

    @Test func `stock items are read in each of the shapes that the contract has`() throws {
        for text in [
            #"{"Items": [{"StockID": "1", "StockCode": "A", "Barcodes": [{"Barcode": "501"}]}], "Deleted": ["2", {"StockID": 3}]}"#,
            #"{"Items": {"Items": [{"StockID": "1", "StockCode": "A", "Barcodes": "501"}]}, "Deleted": [2, "3"]}"#,
            "<StockItems><Items><StockItem><StockID>1</StockID><StockCode>A</StockCode><Barcodes><B><Barcode>501</Barcode></B></Barcodes></StockItem></Items><Deleted><Id>2</Id><DeletedItem><StockID>3</StockID></DeletedItem></Deleted></StockItems>",
        ] {
            let upload = try ReceivedBody.read(
                StockItemUpload.self,
                Array(text.utf8),
                root: StockItemUpload.root
            )
            #expect(upload.items.values.map(\.item.stockCode) == ["A"])
            #expect(upload.items.values.map(\.item.barcodes) == [["501"]])
            #expect(upload.deleted == ["2", "3"])
        }
    }
}
