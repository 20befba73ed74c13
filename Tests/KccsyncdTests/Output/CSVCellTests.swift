import SyncEngine
import Testing

@testable import kccsyncd

/// One cell stays one cell, and is no formula, whatever is in it.
struct CSVCellTests {
    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("a;b", "\"a;b\""), ("say \"hi\"", "\"say \"\"hi\"\"\""),
        ("a,\"\u{301},=cmd|' /C calc'!A0", "\"a,\"\"\u{301},=cmd|' /C calc'!A0\""),
        ("\"\u{301}", "\"\"\"\u{301}\""), (",\u{301}b", "\",\u{301}b\""), ("=\u{338}1+1", "'=\u{338}1+1"),
        ("=1+1", "'=1+1"), ("+44 20", "'+44 20"), ("-5 or so", "'-5 or so"), ("@SUM(A1)", "'@SUM(A1)"),
        (" =1+1", "' =1+1"), ("\u{A0}=1+1", "'\u{A0}=1+1"), ("＝1+1", "'＝1+1"), ("-12.50", "-12.50"),
        ("a\r\nb", "a<U+000D><U+000A>b"), ("\r=1+1", "<U+000D>=1+1"), ("\n=1+1", "<U+000A>=1+1"),
        ("\t=1+1", "<U+0009>=1+1"), ("\0=1+1", "<U+0000>=1+1"), ("\u{1B}[31m", "<U+001B>[31m"),
        ("\u{202E}txt", "<U+202E>txt"), ("a\u{2028}b", "a<U+2028>b"), ("", ""),
    ])
    func `R8: a cell is quoted and disarmed by its scalars`(text: String, cell: String) throws {
        #expect(OrderCSV.cell(text) == cell)
        var reader = CSVReader(.init((OrderCSV.cell(text) + ",next\n").utf8))
        let record = try #require(try reader.next())
        #expect(record.fields.count == 2)
        #expect(record.fields.last == "next")
    }
}
