import Foundation
import SyncEngine
import TestSupport
import Testing

struct AmountTests {
    @Test(
        arguments: [
            ("48.2", 48_200_000), ("48.20", 48_200_000), ("0", 0), ("-0", 0), ("-0.00", 0),
            ("12", 12_000_000),
            ("-0.05", -50_000), ("+3", 3_000_000), ("0.000001", 1), ("-0.000001", -1), ("007", 7_000_000),
            ("1.0000000000", 1_000_000), ("0.1234560", 123_456), ("9223372036854.775807", Int64.max),
            ("-9223372036854.775807", -Int64.max),
        ] as [(String, Int64)]
    )
    func `an amount is read exactly`(_ text: String, _ micros: Int64) {
        #expect(Amount(text)?.micros == micros)
    }

    static let hostile = [
        "", " ", "-", "+", ".", "-.", ".5", "5.", "-.5", "1.2.3", "1,5", "1 000", "1e3", "1E3", "0x10", "NaN",
        "nan",
        "inf", "Infinity", "--1", "+-1", "1-", "٣", "１", "½", "£5", "5£", "1.0000001", "0.1234567",
        "9223372036854.775808", "-9223372036854.775808", "9223372036855", "99999999999999999999999999",
        "1\u{0}", "\u{0}", "1\n", " 1", "1 ", "1.\u{301}5", String(repeating: "9", count: 10_000), "null",
        "true",
    ]

    @Test(arguments: hostile)
    func `what is no exact decimal number is no amount`(_ text: String) {
        #expect(Amount(text) == nil)
    }

    @Test(
        arguments: [
            ("48.2", "GBP", "48.20"), ("48", "GBP", "48.00"), ("48.123", "GBP", "48.123"),
            ("4820", "JPY", "4820"),
            ("4820.5", "JPY", "4820.5"), ("1.5", "KWD", "1.500"), ("1.23456", "KWD", "1.23456"),
            ("0", "USD", "0.00"),
            ("-0.05", "GBP", "-0.05"), ("-12", "JPY", "-12"), ("7", "", "7.00"), ("7", "???", "7.00"),
            ("0.000001", "JPY", "0.000001"),
        ])
    func `an amount is written with its currency's digits, and more where it has more`(
        _ amount: String,
        _ currency: String,
        _ text: String
    ) throws {
        #expect(try #require(Amount(amount)).text(currency: currency) == text)
    }

    @Test func `the smallest amount is written, too`() {
        #expect(Amount(micros: .min).description == "-9223372036854.775808")
    }

    @Test func `whatever is written reads back the same`() {
        var chance = SeededGenerator(seed: 1)
        for _ in 0..<5_000 {
            let shift = Int.random(in: 0...62, using: &chance)
            let micros = Int64.random(in: -Int64.max...Int64.max, using: &chance) >> shift
            let amount = Amount(micros: micros)
            #expect(Amount(amount.description) == amount)
            #expect(Amount(amount.text(currency: "GBP")) == amount)
        }
    }

    @Test func `an amount is a decimal string in JSON, and nothing else is one`() throws {
        let amount = try #require(Amount("48.20"))
        let text = String(decoding: try JSONEncoder().encode([amount]), as: UTF8.self)
        #expect(text == "[\"48.2\"]")
        #expect(try JSONDecoder().decode([Amount].self, from: Data(text.utf8)) == [amount])
        for bad in ["[48.2]", "[\"1e3\"]", "[null]"] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([Amount].self, from: Data(bad.utf8))
            }
        }
    }

    @Test func `amounts compare by their worth`() throws {
        #expect(try #require(Amount("9.99")) < #require(Amount("10")))
        #expect(try #require(Amount("-10")) < #require(Amount("-9.99")))
        #expect(Amount("1.50") == Amount("1.5"))
    }
}
