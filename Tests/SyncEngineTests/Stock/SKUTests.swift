import SyncEngine
import Testing

@Suite struct SKUTests {
    @Test(arguments: [
        "TEA", " TEA", "TEA ", "\tTEA\n", "\u{A0}TEA\u{3000}", "\u{2003}TEA\u{2028}", "\u{85}TEA\u{1680}",
    ])
    func `white space at the ends is not part of a code`(text: String) {
        #expect(SKU(text) == "TEA" && SKU(text).text == "TEA")
    }

    @Test(arguments: [("caf\u{E9}", "cafe\u{301}"), ("TEA", "tea"), ("A B", "A  B"), ("\u{200B}TEA", "TEA")])
    func `everything else is compared by its bytes`(left: String, right: String) {
        #expect(SKU(left) != SKU(right))
        #expect(Set([SKU(left), SKU(right)]).count == 2)
    }

    @Test(arguments: [nil, "", " ", "\u{A0}\n"])
    func `white space alone is no code`(text: String?) {
        #expect(SKU(given: text) == nil)
    }
}
