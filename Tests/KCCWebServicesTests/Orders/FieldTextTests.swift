import Foundation
import SyncEngine
import Testing

@testable import KCCWebServices

struct FieldTextTests {
    @Test(arguments: [
        (" a  b\t\nc ", "a b c"), ("\u{0}a\u{7F}b\u{9F}", "ab"), ("a\u{2028}b\r\nc", "a b c"),
        ("שלום \u{200F}x", "שלום \u{200F}x"), ("👩‍👩‍👧", "👩‍👩‍👧"), ("", nil), (" \u{0}\n", nil),
    ])
    func `a text on one line`(_ text: String, _ line: String?) {
        #expect(text.oneLine == line)
    }

    @Test func `lines are kept, blank ones around them are not`() {
        #expect(" \n\na\u{0}b \r\n\r\n\tc\n \n".cleanLines == ["ab", "", "c"])
        #expect("".cleanLines == [])
    }

    @Test func `cuts fall between characters, and count UTF-16`() {
        #expect("abc".start(fitting: 2) == "ab")
        #expect("a👩‍👩‍👧b".start(fitting: 8) == "a")
        #expect("a👩‍👩‍👧b".start(fitting: 9) == "a👩‍👩‍👧")
        #expect("e\u{301}e\u{301}".start(fitting: 3) == "e\u{301}")
    }

    @Test func `a character longer than the field is cut between its parts`() {
        let tower = "e" + String(repeating: "\u{301}", count: 80)
        #expect(String(tower.start(fitting: 35)).utf16.count == 35)
    }

    @Test func `what is shortened ends in dots, within the limit`() {
        #expect("exactly ten".shortened(to: 11) == "exactly ten")
        #expect("exactly ten".shortened(to: 10) == "exactly...")
    }

    static let layouts: [([String], [String]?, Bool)] = [
        ([], nil, false),
        (["4 Mill Lane"], ["4 Mill Lane"], false),
        (["4 Mill Lane", "Flat 2"], ["4 Mill Lane", "Flat 2"], false),
        (
            ["Unit 17, The Old Brewery Business Park, Riverside"],
            ["Unit 17, The Old Brewery Business", "Park, Riverside"], false
        ),
        (
            ["The Old Brewery, Riverside Business Park"],
            ["The Old Brewery, Riverside Business", "Park"], false
        ),
        (
            ["The Old Brewery,RiversideBusinessParkNorth"],
            ["The Old Brewery", "RiversideBusinessParkNorth"], false
        ),
        (
            [String(repeating: "x", count: 40), "Flat 2"],
            [String(repeating: "x", count: 35), "xxxxx", "Flat 2"], false
        ),
        (
            [String(repeating: "x", count: 105)],
            [35, 35, 35].map { String(repeating: "x", count: $0) }, false
        ),
        (
            [String(repeating: "x", count: 106)],
            [
                String(repeating: "x", count: 35), String(repeating: "x", count: 35),
                String(repeating: "x", count: 32) + "...",
            ], true
        ),
        (
            [String(repeating: "x", count: 36), "short", "Flat 2"],
            [String(repeating: "x", count: 35), "x", "short..."], true
        ),
    ]

    @Test(arguments: layouts)
    func `a street goes on three lines`(_ parts: [String], _ lines: [String]?, _ cut: Bool) {
        let layout = AddressLines(parts)
        #expect(layout?.lines == lines)
        #expect(layout?.isCut ?? false == cut)
    }

    @Test(arguments: [
        ("+44 (0)113 496-0000", "+44 113 4960000"), ("call me", nil), (nil, nil), ("+ ", nil),
        ("+1 2 3 4 5 6 7 8 9 0 1 2 3 4 5", "+123456789012345"),
        ("12345678901234567890123456", nil), ("٠١٢٣٤٥٦", "0123456"),
    ])
    func `a telephone number keeps what can be dialled`(_ phone: String?, _ kept: String?) {
        #expect(PhoneNumber.fitted(phone, 25) == kept)
    }

    @Test func `amounts are shared to the coin`() {
        let money = OrderMoney(of: .paidForShares, .shop)
        func micros(_ amount: Int64, _ part: Int, _ whole: Int) -> Int64 {
            money.share(Amount(micros: amount), part, of: whole).micros
        }
        #expect(micros(1_000_000, 1, 3) == 330_000)
        #expect(micros(1_000_000, 2, 3) == 670_000)
        #expect(micros(50_000, 1, 2) == 30_000)
        #expect(micros(-50_000, 1, 2) == -30_000)
        #expect(micros(1_234, 2, 2) == 1_234)
        #expect(micros(.max, 1, 2) > 0)
        #expect(micros(5, 1, 0) == 5)
    }
}

extension Order {
    fileprivate static let paidForShares = Order(
        id: ShopifyID("o"),
        name: "o",
        createdAt: .distantPast,
        processedAt: .distantPast,
        updatedAt: .distantPast,
        currency: "GBP",
        presentmentCurrency: "GBP",
        totals: OrderTotals(total: .zero, current: .zero)
    )
}
