import Foundation
import SyncEngine
import Testing

/// Text from outside acts on nothing that shows it.
struct VisibleTextTests {
    @Test(arguments: [
        ("plain, Größe 5 €", "plain, Größe 5 €"), ("\u{1B}[31mred", "<U+001B>[31mred"),
        ("\u{9B}31m", "<U+009B>31m"), ("a\r\nb", "a<U+000D><U+000A>b"),
        ("a\u{2028}b\u{2029}", "a<U+2028>b<U+2029>"),
        ("\u{202E}gnp.exe", "<U+202E>gnp.exe"), ("\u{2066}a\u{2069}", "<U+2066>a<U+2069>"),
        ("\u{61C}\u{200F}", "<U+061C><U+200F>"), ("\0", "<U+0000>"), ("\u{7F}", "<U+007F>"),
        ("\u{FEFF}a", "<U+FEFF>a"), ("e\u{301}", "e\u{301}"), ("👩‍👩‍👧", "👩‍👩‍👧"), ("नमस्ते क्‍ष", "नमस्ते क्‍ष"),
        ("\r", "<U+000D>"), ("", ""),
    ])
    func `R9: what would act is shown by its number`(text: String, shown: String) {
        #expect(VisibleText.line(text) == shown)
        #expect(!VisibleText.line(text).unicodeScalars.contains(where: VisibleText.acts))
        #expect(VisibleText.line(VisibleText.line(text)) == shown)
    }

    @Test(arguments: ["\u{1B}[31m", "\u{9B}\u{202E}\u{2028}\u{FEFF}", "a\nb\u{7F}", "é\u{301}\u{2066}"])
    func `R9: JSON keeps its values, and shows nothing that acts`(text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .prettyPrinted
        let json = String(decoding: try encoder.encode(["key": [text]]), as: UTF8.self)
        let safe = VisibleText.json(json)
        #expect(!safe.unicodeScalars.contains { $0 != "\n" && VisibleText.acts($0) })
        #expect(try JSONDecoder().decode([String: [String]].self, from: Data(safe.utf8)) == ["key": [text]])
    }
}
