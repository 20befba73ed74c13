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
            (
                "<!DOCTYPE a><StockStatuses/>",
                "expected XML with the root StockStatuses, found a document type"
            ),
            (
                "<?xml version='1.0' encoding='utf-7'?><StockStatuses/>",
                "expected XML in UTF-8, found another encoding"
            ),
            (
                "<?xml version='1.0'",
                "expected XML with the root StockStatuses, found an error in line 1"
            ),
            (
                "\u{1F}\u{8B}\u{8}",
                "expected JSON or XML, found neither \"{\" nor \"<\" at the beginning"
            ),
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

    @Test(arguments: [
        "<?x?><StockStatuses/>", "<StockStatuses><?x?></StockStatuses>", "<StockStatuses/><?x y?>",
        "<?xml version=\"1.0\"?><?xml-stylesheet href=\"a\"?><StockStatuses/>",
        "<StockStatuses><Statuses><?php\n?></Statuses></StockStatuses>",
    ])
    func `R7: a processing instruction is rejected`(_ text: String) {
        #expect(
            Self.refusal(Array(text.utf8))
                == "expected XML with the root StockStatuses, found a processing instruction"
        )
    }

    @Test(arguments: [
        ("<?x", 1), ("<?x?", 1), ("<?>", 1), ("<StockStatuses>\n<?x", 2), ("<StockStatuses>\n\n<a></b>", 3),
        ("<StockStatuses a='1' a='2'/>", 1), ("<StockStatuses>&unknown;</StockStatuses>", 1),
        ("<StockStatuses>&#0;</StockStatuses>", 1), ("<StockStatuses>\n]]></StockStatuses>", 2),
        ("<\u{0}StockStatuses/>", 1), ("<a:StockStatuses", 1), ("<StockStatuses><![CDATA[", 1),
    ])
    func `R7: an error of the text is found with its line`(_ text: String, _ line: Int) {
        #expect(
            Self.refusal(Array(text.utf8))
                == "expected XML with the root StockStatuses, found an error in line \(line)"
        )
    }

    @Test func `R16: a tag without end is rejected before its end`() {
        let beginning = Array("<StockStatuses><Statuses".utf8)
        let attributes = (0..<2_000_000).map { " a\($0)=\"\"" }.joined()
        #expect(
            Self.refusal(beginning + Array(attributes.utf8) + Array("/></StockStatuses>".utf8))
                == "expected XML with the root StockStatuses, found a tag or comment of more than 64 KiB in line 1"
        )
        #expect(
            Self.refusal(
                Array("<StockStatuses><!--".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            )
                == "expected XML with the root StockStatuses, found a tag or comment of more than 64 KiB in line 1"
        )
        let some = (0..<33).map { " a\($0)=\"\"" }.joined()
        #expect(
            Self.refusal(Array("<StockStatuses><Statuses><S\(some)/></Statuses></StockStatuses>".utf8))
                == "expected XML with the root StockStatuses, found an element with more than 32 attributes"
        )
    }

    @Test(arguments: ["{}", "{ }", "\"\"", "{\n}"])
    func `R22: rows with nothing in them are rejected early`(_ row: String) {
        let many = #"{"Statuses":["# + Array(repeating: row, count: 1_001).joined(separator: ",") + "]}"
        #expect(
            Self.refusal(Array(many.utf8)) == "expected rows, found more than 1000 with nothing in them"
        )
        let some = #"{"Statuses":["# + Array(repeating: row, count: 1_000).joined(separator: ",") + "]}"
        #expect(Self.refusal(Array(some.utf8)) == nil)
    }

    @Test func `R22: empty elements and millions of values are rejected early`() {
        let rows = String(repeating: "<StockStatus/>", count: 1_001)
        #expect(
            Self.refusal(Array("<StockStatuses><Statuses>\(rows)</Statuses></StockStatuses>".utf8))
                == "expected rows, found more than 1000 with nothing in them"
        )
        let numbers =
            Array(#"{"Statuses":[1"#.utf8) + Array(repeating: Array(",1".utf8), count: 3_000_000).joined()
        #expect(
            Self.refusal(numbers + Array("]}".utf8))
                == "expected an upload of at most 3000000 values, found more"
        )
    }

    @Test func `a text may hold what looks like structure`() throws {
        let text =
            #"{"Statuses": [{"StockCode": "{}[],\"\\", "StockID": "{}{}", "SiteID": "1", "Note": "\#(String(repeating: "{},", count: 5_000))"}]}"#
        #expect(try Self.levels(text).map(\.stockCode.text) == [#"{}[],"\"#])
    }

    @Test(arguments: ["utf-16", "UTF-16", "Unicode"])
    func `R17: XML that declares UTF-16 and is UTF-8 is read`(_ encoding: String) throws {
        let text =
            "<?xml version=\"1.0\" encoding=\"\(encoding)\"?><StockStatuses><Statuses><S><StockCode>TÉ</StockCode><StockID>1</StockID><SiteID>1</SiteID></S></Statuses></StockStatuses>"
        #expect(try Self.levels(text).map(\.stockCode) == ["TÉ"])
        var bytes: [UInt8] = [0xFF, 0xFE]
        for unit in text.utf16 { bytes += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        #expect(Self.refusal(bytes) == nil)
    }

    @Test func `R17: a compressed body is named as one`() {
        #expect(
            Self.refusal([0x1F, 0x8B, 8, 0, 0])
                == "expected JSON or XML as it is, found it compressed by gzip"
        )
    }

    @Test(arguments: ["12,50", "many", "1 000", "£5"])
    func `R17: what stands in place of a level is kept for the notice`(_ text: String) throws {
        let rows = try Self.levels(
            #"{"Statuses": [{"StockCode": "A", "StockID": 31, "SiteID": "1", "Levels": {"Available": "\#(text)"}}]}"#
        )
        #expect(rows.map(\.level) == [nil])
        #expect(rows.map(\.found) == [text])
    }

    @Test func `R21: a row whose stock code has a NUL is rejected by name`() throws {
        let text =
            #"{"Statuses": [{"StockCode": "A\u0000B", "StockID": "1", "SiteID": 1}, {"StockCode": "B", "StockID": "1", "SiteID": 1}]}"#
        let upload = try ReceivedBody.read(
            StockStatusUpload.self,
            Array(text.utf8),
            root: StockStatusUpload.root
        )
        #expect(upload.statuses.values.map(\.row.stockCode) == ["B"])
        #expect(upload.statuses.unreadable == 0)
        #expect(upload.statuses.unusable.map(\.name) == ["stock code A\u{FFFD}B"])
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
