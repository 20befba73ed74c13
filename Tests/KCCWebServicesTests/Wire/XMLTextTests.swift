import KCCWebServices
import SyncEngine
import Testing

struct XMLTextTests {
    static let values: [(WireValue, String)] = [
        (.text("plain"), "<V>plain</V>"),
        (.text(""), "<V/>"),
        (.text(#"<a> & "b" ]]>"#), "<V>&lt;a&gt; &amp; &quot;b&quot; ]]&gt;</V>"),
        (.text("a\nb\tc\rd"), "<V>a\nb\tc&#13;d</V>"),
        (.text("\u{0}a\u{1}\u{B}b\u{1F}\u{FFFE}\u{FFFF}"), "<V>ab</V>"),
        (.text("Zoë 👩‍👩‍👧 שלום"), "<V>Zoë 👩‍👩‍👧 שלום</V>"),
        (.whole(1000), "<V>1000</V>"),
        (.decimal(Amount(micros: 3_500_000), digits: 2), "<V>3.50</V>"),
        (.flag(true), "<V>true</V>"),
        (.flag(false), "<V>false</V>"),
        (.item(.id("1")), #"<V ID="1"/>"#),
        (.item(.code("G&B")), #"<V Code="G&amp;B"/>"#),
        (.item(.name("A \"B\"\nC")), "<V Name=\"A &quot;B&quot;&#10;C\">A &quot;B&quot;\nC</V>"),
        (
            .list(child: "OrderItem", [.whole(1), .whole(2)]),
            "<V><OrderItem>1</OrderItem><OrderItem>2</OrderItem></V>"
        ),
        (.list(child: "OrderItem", []), "<V/>"),
        (.list(child: nil, [.item(.code("TEN"))]), "<V/>"),
        (.repeated([.text("Town"), .text("Postcode")]), "<V>Town</V><V>Postcode</V>"),
        (.repeated([]), ""),
        (.record(["B": .whole(1), "A": .record([:])]), "<V><B>1</B><A/></V>"),
        (
            .stockDescription(source: "Explicit", parameter: "Gift <wrap>"),
            #"<V Source="Explicit">Gift &lt;wrap&gt;</V>"#
        ),
    ]

    @Test(arguments: values)
    func `values are written in KCC's shapes`(_ value: WireValue, _ text: String) throws {
        let bytes = XMLText.bytes(.record(["V": value]), root: "R")
        let root = text.isEmpty ? "<R/>" : "<R>\(text)</R>"
        #expect(
            String(decoding: bytes, as: UTF8.self) == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(root)"
        )
        _ = try XMLReader.read(bytes)
    }

    @Test func `a parser gives back what was written`() throws {
        let text = "tabs\tlines\nreturns\r <&> \"quotes\" ]]> 👩‍👩‍👧"
        let bytes = XMLText.bytes(.record(["T": .text(text), "N": .item(.name(text))]), root: "R")
        let root = try XMLReader.read(bytes)
        #expect(root["T"]?.text == text)
        #expect(root["N"]?.attributes == ["Name": text])
        #expect(root["N"]?.text == text)
    }
}
