import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// A file of shipments whose column names are not all understood ships nothing that it does not name.
@Suite(.timeLimit(.minutes(30)))
struct ShipmentColumnTests {
    struct Header: Sendable, CustomTestStringConvertible {
        var columns: String
        var row: String
        var problems: [String]
        var testDescription: String { columns }

        init(_ columns: String, _ row: String, _ problems: [String]) {
            self.columns = columns
            self.row = row
            self.problems = problems
        }

        static func unknown(_ found: String, _ meant: String) -> String {
            "line 1: column \(found): unknown; did you mean \(meant)? Rename it, or remove it from the file"
        }

        static let all = [
            Header(
                "ORDER_REF,SKU,QTY,TRACKING",
                "#1001,TEA,1,T1",
                [
                    unknown("SKU", "STOCK_CODE"), unknown("QTY", "QUANTITY"),
                    unknown("TRACKING", "CONSIGNMENT_REF"),
                ]
            ),
            Header("ORDER_REF,STOCKCODE,QUANTITY", "1001,TEA,1", [unknown("STOCKCODE", "STOCK_CODE")]),
            Header("ORDER_REF,Stock Code,QUANTITY", "1001,TEA,1", [unknown("Stock Code", "STOCK_CODE")]),
            Header("ORDER_REF,STOCK_CDOE,QUANTITY", "1001,TEA,1", [unknown("STOCK_CDOE", "STOCK_CODE")]),
            Header("ORDER_REF,STOCK_CODE,QUANTTY", "1001,TEA,1", [unknown("QUANTTY", "QUANTITY")]),
            Header(
                "ORDER_REF,SHIPMENT_ID,SKU,QUANTITY,CONSIGNMENT_REF",
                "1001,S1,TEA,1,T1",
                [unknown("SKU", "STOCK_CODE")]
            ),
            Header(
                "ORDER_REF, STOCK_CODE ,Quantity,CONSIGNMENT_NO",
                "1001,TEA,1,T1",
                [unknown("CONSIGNMENT_NO", "CONSIGNMENT_REF")]
            ),
            Header("ORDER_REF,ITEM", "1001,TEA", [unknown("ITEM", "STOCK_CODE")]),
            Header("ORDER_REF,Product SKU", "1001,TEA", [unknown("Product SKU", "STOCK_CODE")]),
            Header("ORDER_REF,QTY_SHIPPED", "1001,1", [unknown("QTY_SHIPPED", "QUANTITY")]),
            Header("ORDER_REF,CARRIER", "1001,DPD", [unknown("CARRIER", "COURIER")]),
            Header("ORDER_REF,SHIPPER", "1001,DPD", [unknown("SHIPPER", "COURIER")]),
            Header(
                "ORDER_REF,CONSIGNMENT_REF,LINK",
                "1001,T1,https://a.example/T1",
                [unknown("LINK", "TRACKING_URL")]
            ),
            Header("ORDER_REF,DATE", "1001,2026-11-23", [unknown("DATE", "DESPATCHED_AT")]),
            Header("ORDER_REF,SHIPMENT_REF", "1001,S1", [unknown("SHIPMENT_REF", "SHIPMENT_ID")]),
            Header(
                "ORDER_REF,QUANTITY",
                "1001,1",
                ["line 1: column QUANTITY: needs a column STOCK_CODE; add it, or remove QUANTITY"]
            ),
            Header(
                "ORDER_REF,STOCK_CODE,stock_code,QUANTITY",
                "1001,TEA,POT,1",
                ["line 1: column STOCK_CODE: expected once, found 2; remove or rename the others"]
            ),
            Header(
                "ORDER_REF,ORDER_REF ",
                "1001,1002",
                ["line 1: column ORDER_REF: expected once, found 2; remove or rename the others"]
            ),
            Header(
                "ORDER_NO,STOCK_CODE,QUANTITY",
                "1001,TEA,1",
                [unknown("ORDER_NO", "ORDER_REF")]
            ),
            Header("REF", "1001", [unknown("REF", "ORDER_REF")]),
        ]

        var text: String { "\(columns)\n\(row)\n" }
    }

    @Test(arguments: Header.all)
    func `F13: a file with a column that looks like a missing one is rejected`(_ header: Header)
        async throws
    {
        try await ShipmentFault.run { daemon, shop, _ in
            for isStrict in [false, true] {
                let report = try await daemon.importShipments(header.text, isStrict: isStrict)
                #expect(report.problems == header.problems.map { "ships.csv: \($0)" })
                #expect(report.summary == "ships.csv: nothing taken")
            }
            #expect(try await daemon.rows("SELECT reference FROM shipment").isEmpty)
            try await daemon.drop(header.text)
            #expect(try await daemon.rows("SELECT reference FROM shipment").isEmpty)
            let path = daemon.folder.path("inbox/failed/ships.csv.report")
            let told = try String(contentsOfFile: path, encoding: .utf8)
            #expect(told == (header.problems + ["nothing taken"]).map { "ships.csv: \($0)\n" }.joined())
            await daemon.pass(30)
            #expect(shop.mailCount == 0)
        }
    }

    @Test(arguments: [
        ("order_ref, Stock_Code ,Quantity", "1001,TEA,1", [1: 1], nil),
        ("ORDER_REF,CUSTOMER,STOCK_CODE,QUANTITY,WEIGHT", "1001,Bob,TEA,2,1.5", [1: 2], "CUSTOMER, WEIGHT"),
        ("ORDER_REF,STOCK_CODE,QUANTITY,SKU", "1001,TEA,1,X", [1: 1], "SKU"),
        ("ORDER_REF,ORDER_DATE,Notes", "1001,2026-11-20,x", [1: 2, 2: 1], "ORDER_DATE, Notes"),
        ("ORDER_REF,STOCK_CODE,QUANTITY,,", "1001,POT,1,,", [2: 1], nil),
        ("ORDER_REF,STOCK_CODE", "1001,TEA", [1: 1], nil),
    ])
    func `F13: other columns are left out, which the report says once`(
        _ columns: String,
        _ row: String,
        _ sent: [Int: Int],
        _ unused: String?
    ) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            let report = try await daemon.importShipments("\(columns)\n\(row)\n", isStrict: true)
            let end = unused.map { "; columns not used: \($0)" } ?? ""
            #expect(report.lines == ["ships.csv: 1 shipment taken, 0 refused\(end)"])
            await daemon.pass(30)
            #expect(Self.sent(shop) == sent)
        }
    }

    /// Units that were sent, by the number of the order's line.
    static func sent(_ shop: TestShop) -> [Int: Int] {
        var sent: [Int: Int] = [:]
        for line in shop.sent(ShipmentFault.order).flatMap(\.lines) {
            sent[Int(String(line.line.number)) ?? 0, default: 0] += line.quantity
        }
        return sent
    }

    // MARK: Rows

    struct Rows: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lines: [String]
        var problems: [String]
        var sent: [Int: Int] = [:]

        static func mixed(_ line: Int, _ bare: Int) -> String {
            "line \(line): STOCK_CODE is given, and line \(bare) of the same shipment has none and so means all that remains of the order; give a STOCK_CODE in every line of the shipment, or in none"
        }

        static func cut(_ line: Int, _ count: Int) -> String {
            "line \(line): expected 5 fields as in the first line, found \(count), so that it may be cut off; for all that remains of the order write STOCK_CODE and QUANTITY as empty fields"
        }

        static let all = [
            Rows(
                testDescription: "a quantity without a SKU",
                lines: ["1001,S1,,2,"],
                problems: [
                    "line 2: STOCK_CODE is empty, and QUANTITY is \"2\"; give the stock code, or leave both empty for all that remains of the order"
                ]
            ),
            Rows(
                testDescription: "a quantity without a SKU, and a number alone",
                lines: ["1001,S1,,2,", "1001,S1,,,T1"],
                problems: [
                    "line 2: STOCK_CODE is empty, and QUANTITY is \"2\"; give the stock code, or leave both empty for all that remains of the order",
                    "line 2: nothing of its shipment is left to be taken",
                ]
            ),
            Rows(
                testDescription: "a SKU without a quantity",
                lines: ["1001,S1,TEA,,T1", "1001,S2,POT,1,"],
                problems: [
                    "line 2: QUANTITY of \"TEA\" is empty; expected a whole number above 0"
                ],
                sent: [2: 1]
            ),
            Rows(
                testDescription: "a row that ends behind its SKU",
                lines: ["1001,S1,TEA"],
                problems: [
                    "line 2: QUANTITY of \"TEA\" is empty; expected a whole number above 0"
                ]
            ),
            Rows(
                testDescription: "all, and a line",
                lines: ["1001,S1,,,T1", "1001,S1,TEA,1,T1"],
                problems: [mixed(3, 2)]
            ),
            Rows(
                testDescription: "a line, and all",
                lines: ["1001,S1,TEA,1,T1", "1001,S1,TEA,1,T1", "1001,S1,,,T2"],
                problems: [mixed(2, 4)]
            ),
            Rows(
                testDescription: "all, and a line, without an id and with two names of the order",
                lines: ["1001,,,,T1", "#1001,,TEA,1,T1"],
                problems: [mixed(3, 2)]
            ),
            Rows(
                testDescription: "a line without its order, and all",
                lines: [",S1,TEA,1,", "1001,S1,,,T1"],
                problems: [
                    "line 2: ORDER_REF is empty", "line 2: nothing of its shipment is left to be taken",
                ]
            ),
            Rows(
                testDescription: "more fields than columns",
                lines: ["1001,S1,TEA, green,1,T1", "1001,S2,POT,1,"],
                problems: [
                    "line 2: expected 5 fields as in the first line, found 6; quote a value that holds the separator"
                ],
                sent: [2: 1]
            ),
            Rows(
                testDescription: "more fields than columns, and all",
                lines: ["1001,S1,TEA,1,T1,extra", "1001,S1,,,T1"],
                problems: [
                    "line 2: expected 5 fields as in the first line, found 6; quote a value that holds the separator",
                    "line 2: nothing of its shipment is left to be taken",
                ]
            ),
            Rows(
                testDescription: "rows that are cut off before they name units, and all",
                lines: ["1001,S1,,,T1", "1001", "1001,S2", "1001,S3,", "1001,S4,,,T1", "1001,S4"],
                problems: [
                    cut(3, 1), cut(4, 2), cut(5, 3), cut(7, 2),
                    "line 7: nothing of its shipment is left to be taken",
                ],
                sent: [1: 2, 2: 1]
            ),
            Rows(
                testDescription: "all in a row that ends behind the quantity",
                lines: ["1001,S1,,"],
                problems: [],
                sent: [1: 2, 2: 1]
            ),
            Rows(
                testDescription: "a shorter row",
                lines: ["1001,S1,TEA,1"],
                problems: [],
                sent: [1: 1]
            ),
            Rows(
                testDescription: "all in two parcels",
                lines: ["1001,S1,,,T1", "1001,S1,,,T2"],
                problems: [],
                sent: [1: 2, 2: 1]
            ),
        ]

        var text: String {
            (["ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY,CONSIGNMENT_REF"] + lines).map { $0 + "\n" }
                .joined()
        }
    }

    @Test(arguments: Rows.all)
    func `F13: a row that does not say what has left ships nothing`(_ rows: Rows) async throws {
        try await ShipmentFault.run { daemon, shop, _ in
            let strict = try await daemon.importShipments(rows.text, isDryRun: true)
            #expect(strict.problems == rows.problems.map { "ships.csv: \($0)" })
            let report = try await daemon.importShipments(rows.text)
            #expect(report.problems == rows.problems.map { "ships.csv: \($0)" })
            await daemon.pass(30)
            #expect(Self.sent(shop) == rows.sent)
        }
    }

    @Test func `F13: a value in a column without a name is rejected`() async throws {
        try await ShipmentFault.run { daemon, _, _ in
            let report = try await daemon.importShipments("ORDER_REF,,QTY \n1001,TEA,1\n")
            #expect(report.problems == ["ships.csv: \(Header.unknown("QTY", "QUANTITY"))"])
            let next = try await daemon.importShipments("ORDER_REF,,NOTES\n1001,TEA,1\n1001,,1\n")
            #expect(
                next.problems == [
                    "ships.csv: line 2: field 2 is \"TEA\", and the first line has no column name for it; name the column, or remove it",
                    "ships.csv: line 2: nothing of its shipment is left to be taken",
                ]
            )
        }
    }

    @Test(arguments: ["=1", "TEA", "TEA=", "TEA=0", " =2"])
    func `F13: shipments add takes no line without a SKU or without a quantity`(_ line: String)
        async throws
    {
        try await ShipmentFault.run { daemon, _, _ in
            let reply = try await daemon.shipments(["1001", "--line", line])
            #expect(reply.errors == ["--line: expected SKU=QTY such as TEA-250=2, found \"\(line)\""])
        }
    }

    // MARK: Links

    @Test(arguments: [
        (["1001,S1,,,,https://a.example/1"], 2),
        (["1001,S1,TEA,1,,https://a.example/1", "1001,S1,POT,1,,"], 2),
        (["1001,S1,TEA,1,T1,https://a.example/T1", "1001,S1,POT,1,,https://a.example/2"], 3),
        (["1001,S1,TEA,1,T1,https://a.example/T1", "1001,S1,POT,1,,https://a.example/T1"], nil),
        (["1001,S1,TEA,1,,https://a.example/1", "1001,S1,POT,1,T1,"], nil),
        (["1001,S1,TEA,1,; ,https://a.example/1"], 2),
    ])
    func `F12: a link without a number is rejected in a file as well`(_ lines: [String], _ line: Int?)
        async throws
    {
        try await ShipmentFault.run { daemon, _, _ in
            let header = "ORDER_REF,SHIPMENT_ID,STOCK_CODE,QUANTITY,CONSIGNMENT_REF,TRACKING_URL"
            let text = ([header] + lines).map { $0 + "\n" }.joined()
            let report = try await daemon.importShipments(text)
            let problem = line.map {
                "ships.csv: line \($0): TRACKING_URL: a link needs a number; add CONSIGNMENT_REF"
            }
            #expect(report.problems == (problem.map { [$0] } ?? []))
            #expect(try await daemon.jobs().count == (line == nil ? 1 : 0))
        }
    }
}
