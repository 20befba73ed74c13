import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

@Suite struct StockFileTests {
    /// What a file's lines come to: `SKU=level@site` for the good ones, the sentence for the others.
    private static func read(_ bytes: Data) -> [String] {
        var file = StockFile(ByteSource(bytes))
        var found: [String] = []
        while true {
            do throws(LineProblem) {
                guard let entry = try file.next() else { return found }
                let site = entry.site.isEmpty ? "" : "@\(entry.site)"
                found.append("\(entry.sku)=\(entry.level)\(site)")
            } catch {
                found.append(error.description)
                guard file.isUsable else { return found }
            }
        }
    }

    private static func read(_ text: String) -> [String] { read(Data(text.utf8)) }

    @Test(arguments: [
        ("STOCK_CODE,STOCK_LEVEL\nTEA,5\n", ["TEA=5"]),
        ("\u{FEFF}stock_level;x,Stock_Code \r\n", [Self.noColumns]),
        ("\u{FEFF}Stock_Level, STOCK_CODE \r\n5,TEA\r\n", ["TEA=5"]),
        ("STOCK_CODE\tSTOCK_LEVEL\tSITE\nTEA\t5\tMAIN\n\nMUG\t6\t\n", ["TEA=5@MAIN", "MUG=6"]),
        (
            "STOCK_CODE,STOCK_LEVEL,SITE\n\"A, \"\"B\"\"\",5,\"MAIN\"\nA\u{301}é*:\\'\",1,\n",
            ["A, \"B\"=5@MAIN", "A\u{301}é*:\\'\"=1"]
        ),
        // What KCC has: fractions, negative figures, and as many as one likes.
        (
            "STOCK_CODE,STOCK_LEVEL\nA,-3\nB,2.5\nC,0\nD,+4\nE,1000000000000\nA,7",
            ["A=-3", "B=2.5", "C=0", "D=4", "E=1000000000000", "A=7"]
        ),
        (
            "STOCK_CODE,STOCK_LEVEL\nA,\"1,234\"\nB,1 234\nC,1'234\nD,1.234.567\n",
            ["A", "B", "C", "D"].enumerated()
                .map { place, sku in
                    let text = ["1,234", "1 234", "1'234", "1.234.567"][place]
                    return
                        "line \(place + 2): STOCK_LEVEL of \"\(sku)\": expected a number such as 41 or 2.5, found \"\(text)\"; write it without thousands separators, and with a point before decimals"
                }
        ),
        (
            "STOCK_CODE,STOCK_LEVEL\nA,many\nB,\n,5\nC\nD,1e9\nE,0x10\nF,NaN\nG,5\n",
            [
                "line 2: STOCK_LEVEL of \"A\": expected a number such as 41 or 2.5, found \"many\"",
                "line 3: STOCK_LEVEL of \"B\" is empty", "line 4: STOCK_CODE is empty",
                "line 5: STOCK_LEVEL of \"C\" is empty",
                "line 6: STOCK_LEVEL of \"D\": expected a number such as 41 or 2.5, found \"1e9\"",
                "line 7: STOCK_LEVEL of \"E\": expected a number such as 41 or 2.5, found \"0x10\"",
                "line 8: STOCK_LEVEL of \"F\": expected a number such as 41 or 2.5, found \"NaN\"", "G=5",
            ]
        ),
        ("", ["line 1: the file is empty"]), ("\n\n", ["line 1: the file is empty"]),
        ("TEA,5\nMUG,6\n", [Self.noColumns]),
        (
            "STOCK_CODE,STOCK_LEVEL\nA,1\n\"B,2\nC,3\n",
            ["A=1", "line 3: a quote that is never closed", "C=3"]
        ),
        ("STOCK_CODE,STOCK_LEVEL\n\"A\"x,1\nB,2\n", ["line 2: text behind a closing quote", "B=2"]),
    ])
    func `lines are read, and each bad one is named`(text: String, lines: [String]) {
        #expect(Self.read(text) == lines)
    }

    private static let noColumns =
        "line 1: expected a first line with the columns STOCK_CODE and STOCK_LEVEL (and SITE, CHANNEL where wanted)"

    @Test func `another encoding is told, and what is no text in UTF-8 is one line's trouble`() {
        var utf16 = Data([0xFF, 0xFE])
        for unit in "STOCK_CODE,STOCK_LEVEL\nA,1\n".utf16 {
            withUnsafeBytes(of: unit) { utf16.append(contentsOf: $0) }
        }
        #expect(Self.read(utf16).first == "line 1: the file is UTF-16; save it as UTF-8")
        // "Käse" in Windows' code page.
        let latin = Data("STOCK_CODE,STOCK_LEVEL\nK".utf8) + Data([0xE4]) + Data("se,1\nTEA,2\n".utf8)
        #expect(Self.read(latin) == ["line 2: not UTF-8; save the file as UTF-8", "TEA=2"])
    }

    @Test func `a SKU beyond Shopify's length is refused`() {
        let sku = String(repeating: "x", count: 256)
        #expect(
            Self.read("STOCK_CODE,STOCK_LEVEL\n\(sku),1\nTEA,2\n")
                == ["line 2: STOCK_CODE has more than 255 bytes", "TEA=2"]
        )
    }

    @Test func `damaged files are read or refused, and nothing else`() {
        let whole = Array(
            "STOCK_CODE,STOCK_LEVEL,SITE\n\"A, \"\"B\"\"\",5,MAIN\nTEA,2.5,SHOP1\r\n\"long\nname\",-3,\n".utf8
        )
        let pieces: [[UInt8]] = [
            [0x22], [0x0A], [0x0D], [0x2C], [0x09], [0], [0xFF], [0xEF, 0xBB, 0xBF], [0xC3],
            Array("9999999999".utf8), [0x2D],
        ]
        var chance = SeededGenerator(seed: 20_261_124)
        for _ in 1...3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &chance) {
                let place = Int.random(in: 0...bytes.count, using: &chance)
                switch Int.random(in: 0...2, using: &chance) {
                case 0: bytes.insert(contentsOf: pieces.randomElement(using: &chance) ?? [], at: place)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 5))
                default: bytes = Array(bytes.prefix(place))
                }
            }
            // Every line is either a level or a sentence; reading ends.
            let found = Self.read(Data(bytes))
            #expect(found.count <= bytes.count + 1)
        }
    }
}
