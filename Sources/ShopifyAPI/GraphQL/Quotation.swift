/// Makes a foreign text fit for a message: one line, bounded, without customers' data.
enum Quotation {
    private static let longest = 200

    /// For texts that cannot hold what a user typed: only shortened and put on one line.
    static func plain(_ text: String) -> String {
        let line = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let printable = String(
            String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 })
        )
        let short = printable.count > longest ? printable.prefix(longest - 1) + "…" : printable[...]
        return short.last == "." ? String(short.dropLast()) : String(short)
    }

    /// For texts that may repeat what was sent: values in quotes, digits and words with an `@` are
    /// masked as well, so that neither names nor numbers nor e-mail addresses get through.
    ///
    /// Backticks stay: Shopify puts names of scopes and fields into them.
    static func masked(_ text: String) -> String {
        let unquoted = text.replacing(/"[^"]*("|$)/, with: "…").replacing(/(^|\s)'[^']*('|$)/, with: " …")
        let words = unquoted.split { $0.isWhitespace || $0.isNewline }
            .map { word in
                word.contains("@") ? "…" : String(word.map { $0.isNumber ? "#" : $0 })
            }
        return plain(words.joined(separator: " "))
    }
}
