import KCCWebServices
import SyncEngine
import Testing

struct JSONTextTests {
    static let values: [(WireValue, String)] = [
        (.text("plain"), #""plain""#),
        (.text(""), #""""#),
        (.text(#"say "no" \ yes/no"#), #""say \"no\" \\ yes/no""#),
        (.text("a\nb\r\tc"), #""a\nb\r\tc""#),
        (.text("\u{0}\u{1}\u{B}\u{1F}\u{7F}"), "\"\\u0000\\u0001\\u000b\\u001f\u{7F}\""),
        (.text("Zoë 👩‍👩‍👧 שלום ]]>"), "\"Zoë 👩‍👩‍👧 שלום ]]>\""),
        (.whole(0), "0"),
        (.whole(-12), "-12"),
        (.decimal(Amount(micros: 19_990_000), digits: 2), "19.99"),
        (.decimal(Amount(micros: 3_500_000), digits: 2), "3.50"),
        (.decimal(.zero, digits: 2), "0.00"),
        (.decimal(.zero, digits: 0), "0"),
        (.decimal(Amount(micros: 48_000_000), digits: 0), "48"),
        (.decimal(Amount(micros: 1_234_500), digits: 2), "1.2345"),
        (.decimal(Amount(micros: 1_500_000), digits: 3), "1.500"),
        (.decimal(Amount(micros: -10_000), digits: 2), "-0.01"),
        (.decimal(Amount(micros: .max), digits: 2), "9223372036854.775807"),
        (.decimal(Amount(micros: 1), digits: 2), "0.000001"),
        (.flag(true), "true"),
        (.flag(false), "false"),
        (.item(.id("3")), #"{"ID":"3"}"#),
        (.item(.code("RM24")), #"{"Code":"RM24"}"#),
        (.item(.name("Royal Mail")), #"{"Name":"Royal Mail"}"#),
        (.list(child: nil, []), "[]"),
        (.list(child: "Thing", [.whole(1), .whole(2)]), "[1,2]"),
        (.list(child: nil, [.item(.code("TEN"))]), #"[{"Code":"TEN"}]"#),
        (.repeated([.text("Town"), .text("Postcode")]), #"["Town","Postcode"]"#),
        (.record(["B": .whole(1), "A": .whole(2)]), #"{"B":1,"A":2}"#),
        (.record([:]), "{}"),
        (
            .stockDescription(source: "Explicit", parameter: "Gift wrap, red"),
            #"{"Source":"Explicit","Parameter":"Gift wrap, red"}"#
        ),
    ]

    @Test(arguments: values)
    func `values are written as KCC's contract has them`(_ value: WireValue, _ text: String) throws {
        #expect(String(decoding: JSONText.bytes(value), as: UTF8.self) == text)
        _ = try JSONReader.read(JSONText.bytes(value))
    }

    @Test func `what is absent and what names nothing is left out`() {
        let record = WireValue.record([
            "URN": .text(String?.none), "Site": .item(.id("")), "Brand": .item(.name("  ")),
            "Client": .item(DataItem?.none), "Line2": .text(""),
        ])
        #expect(String(decoding: JSONText.bytes(record), as: UTF8.self) == #"{"Line2":""}"#)
    }
}
